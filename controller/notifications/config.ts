import { readDocuments } from '../manifest/documents.ts';
import type { ManifestDocument } from '../manifest/documents.ts';
import { formatPath, placeOf } from '../manifest/position.ts';
import type { Finding, Path } from '../manifest/position.ts';
import { findingsBy } from '../manifest/validate.ts';
import { compareText } from '../core/order.ts';
import type { ReceiverRules } from './receiver-news.ts';
import { notifyConfigSchema } from './schema.ts';
import type { WrittenConfig, WrittenReceiver } from './schema.ts';

/** Where messages go, and how. Files are named, never read here: what they hold is a secret that may change at any time. */
export type Target =
  | { readonly type: 'slack'; readonly urlFile: string }
  | {
      readonly type: 'webhook';
      readonly url: { readonly text: string } | { readonly file: string };
      readonly secretFile: string;
      /** By the header's name. */
      readonly headersFiles: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'sns';
      readonly topicArn: string;
      readonly region: string;
      readonly roleArn?: string;
      readonly externalId?: string;
    };

export interface Receiver extends ReceiverRules {
  readonly target: Target;
}

/** One mistake; `path` is the field, `receivers[0].slack.urlFile`. Lines and columns begin at 1. */
export interface ConfigError {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** A file that holds a secret, and where it is named. */
export interface NamedSecret {
  readonly file: string;
  readonly at: Omit<ConfigError, 'message'>;
  /** Whether it must hold a URL. */
  readonly isUrl: boolean;
}

export type ReadConfig =
  | { readonly type: 'errors'; readonly errors: readonly ConfigError[] }
  | {
      readonly type: 'config';
      readonly receivers: readonly Receiver[];
      readonly secrets: readonly NamedSecret[];
    };

const TARGETS = ['slack', 'webhook', 'sns'] as const;

/** Headers that say what a message is, or how it is sent. */
const OWN_HEADERS =
  /^(content-(type|length|encoding)|host|connection|transfer-encoding|x-stationkeeper-.*)$/i;

/** The text of a notification file, with every mistake at once; no value of a wrong field is shown that may be a secret. Pure. */
export function readNotifyConfig(text: string): ReadConfig {
  const { documents, position } = readDocuments(text);
  const [document, second] = documents;
  const located = ({ path, offset, message }: Finding): ConfigError => ({
    ...position(offset),
    path: formatPath(path),
    message,
  });
  if (document === undefined) {
    const message = 'the file says nothing; it needs receivers, see docs/notifications.md';
    return { type: 'errors', errors: [{ line: 1, column: 1, path: '', message }] };
  }
  const findings: Finding[] = [...document.findings];
  if (second !== undefined) {
    const offset = second.places.get('')?.value ?? 0;
    findings.push({ path: [], offset, message: 'the file may hold one document; remove this one' });
  }
  if (!document.broken) findings.push(...findingsBy(notifyConfigSchema, document));
  if (findings.length === 0) findings.push(...ownFindings(document));
  const told = findings.filter(({ silent }) => silent !== true).map(located);
  if (told.length > 0) {
    return {
      type: 'errors',
      errors: told.toSorted(
        (a, b) => a.line - b.line || a.column - b.column || compareText(a.message, b.message),
      ),
    };
  }
  const { receivers } = document.value as WrittenConfig;
  const at = (path: Path): NamedSecret['at'] => ({
    ...position(placeOf(document.places, path).value),
    path: formatPath(path),
  });
  return {
    type: 'config',
    receivers: receivers.map(receiverOf),
    secrets: receivers.flatMap((receiver, index) => secretsOf(receiver, ['receivers', index], at)),
  };
}

/** What a schema cannot say. */
function ownFindings(document: ManifestDocument): readonly Finding[] {
  const { receivers } = document.value as WrittenConfig;
  const findings: Finding[] = [];
  const report = (path: Path, message: string): void => {
    const place = placeOf(document.places, path);
    findings.push({ path, offset: place.key, message });
  };
  const names = new Set<string>();
  for (const [index, receiver] of receivers.entries()) {
    const at: Path = ['receivers', index];
    const { name, webhook } = receiver;
    if (names.has(name)) report([...at, 'name'], `another receiver is called ${name}; rename one`);
    names.add(name);
    const targets = TARGETS.filter((target) => receiver[target] !== undefined);
    if (targets.length !== 1) {
      const has = targets.length === 0 ? 'none' : targets.join(' and ');
      report(at, `a receiver needs one of ${TARGETS.join(', ')}, and has ${has}`);
    }
    if (webhook !== undefined && (webhook.url === undefined) === (webhook.urlFile === undefined)) {
      report([...at, 'webhook'], 'a webhook needs either url or urlFile');
    }
    for (const header of Object.keys(webhook?.headersFiles ?? {})) {
      if (OWN_HEADERS.test(header)) {
        const message = `Stationkeeper sets ${header} itself; remove it`;
        report([...at, 'webhook', 'headersFiles', header], message);
      }
    }
    for (const [path, file] of filesOf(receiver)) {
      if (!file.includes('://')) continue;
      const message = 'must be the path of a file that holds the URL, not the URL itself';
      report([...at, ...path], message);
    }
  }
  return findings;
}

function filesOf({ slack, webhook }: WrittenReceiver): readonly (readonly [Path, string])[] {
  const headers = Object.entries(webhook?.headersFiles ?? {});
  return [
    ...(slack === undefined ? [] : [[['slack', 'urlFile'], slack.urlFile] as const]),
    ...(webhook?.urlFile === undefined ? [] : [[['webhook', 'urlFile'], webhook.urlFile] as const]),
    ...(webhook === undefined ? [] : [[['webhook', 'secretFile'], webhook.secretFile] as const]),
    ...headers.map(([name, file]) => [['webhook', 'headersFiles', name], file] as const),
  ];
}

function secretsOf(
  receiver: WrittenReceiver,
  at: Path,
  placed: (path: Path) => NamedSecret['at'],
): readonly NamedSecret[] {
  return filesOf(receiver).map(([path, file]) => ({
    file,
    at: placed([...at, ...path]),
    isUrl: path.at(-1) === 'urlFile',
  }));
}

function receiverOf(written: WrittenReceiver): Receiver {
  const { name, match = {}, sendResolved = true } = written;
  const target = targetOf(written);
  const isMachine = target.type === 'webhook';
  return {
    name,
    target,
    match,
    sendResolved,
    sendUpdates: written.sendUpdates ?? isMachine,
    maxPerMinute: written.maxPerMinute ?? (isMachine ? 60 : 10),
  };
}

function targetOf({ slack, webhook, sns }: WrittenReceiver): Target {
  if (slack !== undefined) return { type: 'slack', urlFile: slack.urlFile };
  if (webhook !== undefined) {
    const { url, urlFile = '', secretFile, headersFiles = {} } = webhook;
    return {
      type: 'webhook',
      url: url === undefined ? { file: urlFile } : { text: url },
      secretFile,
      headersFiles,
    };
  }
  const { topicArn = '', region, ...as } = sns ?? {};
  return { type: 'sns', topicArn, region: region ?? topicArn.split(':')[3] ?? '', ...as };
}
