import { EXTERNAL_ID, REGION_NAME } from '../core/arn.ts';
import { milliseconds, UNIT_MS } from '../core/duration.ts';
import { secretRule } from '../core/secrets.ts';
import type { SecretRules } from '../core/secrets.ts';
import { ownTaskOf } from '../core/self.ts';
import type { OwnTask } from '../core/self.ts';
import type { PruneBudget } from '../plan/prune-rules.ts';
import { parseGitPath, parseGitUrl } from '../source/git-url.ts';

/** A flag's text as a value, or what a valid one looks like. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  /** `secret`: the text may hold a credential and must not be shown. */
  | { readonly ok: false; readonly expected: string; readonly secret?: true };

export type ParseValue<T> = (text: string) => Parsed<T>;

/** Where a server listens. Port 0 means any free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

type Unit = keyof typeof UNIT_MS;

/** `500ms`, `60s`, `10m`, `1h` as milliseconds; at most 24 hours, far below what a timer can hold. */
export function duration(least: `${number}${Unit}`): ParseValue<number> {
  const leastMs = milliseconds(least) ?? 0;
  return (text) => {
    const value = milliseconds(text);
    return value !== undefined && value >= leastMs && value <= 24 * UNIT_MS.h
      ? accept(value)
      : expected(`a duration from ${least} to 24h, such as 60s, 10m or 1h`);
  };
}

/** `30s`, `10m`, `2h`, `1d`, `1w` as milliseconds: how long ago. */
export function ago(text: string): Parsed<number> {
  const [, amount, unit = ''] = /^([1-9]\d{0,4})([smhdw])$/.exec(text) ?? [];
  const inMs: Readonly<Record<string, number>> = {
    ...UNIT_MS,
    d: 24 * UNIT_MS.h,
    w: 168 * UNIT_MS.h,
  };
  return amount === undefined
    ? expected('how long ago, such as 30s, 10m, 2h, 1d or 1w')
    : accept(Number(amount) * inMs[unit]!);
}

/** A container's name (ECS API reference, ContainerDefinition). */
export function containerName(text: string): Parsed<string> {
  return /^[A-Za-z0-9_-]{1,255}$/.test(text) ? accept(text) : expected('the name of a container');
}

export function oneOf<const T extends string>(...choices: readonly T[]): ParseValue<T> {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    return choice === undefined ? expected(`one of ${choices.join(', ')}`) : accept(choice);
  };
}

/** `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`. */
export function address(text: string): Parsed<Address> {
  const [, bracketed, plain, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || Number(port) > 65_535
    ? expected('host:port with a port from 0 to 65535, such as 127.0.0.1:8080 or [::1]:8080')
    : accept({ host, port: Number(port) });
}

/** An http or https URL without credentials, without a trailing slash. */
export function httpUrl(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem = expected(
    'an http or https URL without user name and password, such as http://127.0.0.1:4566',
  );
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return text.includes('@') ? secret(problem) : problem;
  if (url.username !== '' || url.password !== '') return secret(problem);
  return accept(text.replace(/\/+$/, ''));
}

/** A region's name, not its existence: AWS adds regions. */
export function region(text: string): Parsed<string> {
  return new RegExp(REGION_NAME).test(text) ? accept(text) : expected('an AWS region, such as us-east-1');
}

/** The characters that tag values share across the services we tag (AWS: Tagging AWS Resources, "Tag naming limits"). */
export function tagValue(text: string): Parsed<string> {
  return /^[\p{L}\p{N} +=._:/@-]{1,256}$/u.test(text) && text.trim() === text
    ? accept(text)
    : expected('a tag value: 1 to 256 letters, digits, inner spaces or + - = . _ : / @');
}

/** `github.com/acme/infra//live,github.com/acme/daemons`; no id of a source holds a comma. */
export function sourceIds(text: string): Parsed<readonly string[]> {
  const ids = text.split(',').map((id) => id.trim());
  return ids.every((id) => tagValue(id).ok)
    ? accept(ids)
    : expected('ids of sources, such as github.com/acme/infra//live, with commas between them');
}

/** What a manifest calls a consumer, or the id of a security group. */
export function consumerName(text: string): Parsed<string> {
  return /^[A-Za-z0-9._-]{1,128}$/.test(text)
    ? accept(text)
    : expected(
        'the name of a consumer in spec.consumers, or the id of a security group, sg-0123456789abcdef0',
      );
}

export function filePath(text: string): Parsed<string> {
  return /^[^\0]+$/.test(text) ? accept(text) : expected('the path of a file or folder');
}

/** A file that ssh is told of: it makes something else of `"`, `\\` and `${…}`, however they are quoted. */
export function sshFilePath(text: string): Parsed<string> {
  return /^[^\p{Cc}"\\]+$/u.test(text) && !text.includes('${')
    ? accept(text)
    : expected('the path of a file, without quotation marks, backslashes and ${');
}

/** A user name as HTTP Basic authentication takes it (RFC 7617): without a colon. */
export function userName(text: string): Parsed<string> {
  return /^[^\s:\p{Cc}]{1,256}$/u.test(text)
    ? accept(text)
    : expected('a user name without colons and spaces');
}

/** `hooks.example.com,keeper.internal`, in lower case, without ports. */
export function hostNames(text: string): Parsed<readonly string[]> {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return names.every((name) => /^[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?$/.test(name))
    ? accept(names)
    : expected('host names without scheme and port, such as hooks.example.com,keeper.internal');
}

/** `3` objects or `10%` of them in an hour, `3 per 10m` in another time. */
export function pruneBudget(text: string): Parsed<PruneBudget> {
  const [, count, percent, period] = /^(?:(\d{1,6})|(\d{1,3})%)(?: per (\S+))?$/.exec(text) ?? [];
  const per = period === undefined ? undefined : duration('1s')(period);
  const isWrong = (count ?? percent) === undefined || Number(percent ?? 0) > 100;
  if (isWrong || per?.ok === false) {
    return expected(
      'a number of objects, such as 3, or a share of them, such as 10%, that may go in an hour, or in another time: 3 per 10m',
    );
  }
  const within = per === undefined ? {} : { perMs: per.value };
  return accept(
    count === undefined ? { percent: Number(percent), ...within } : { count: Number(count), ...within },
  );
}

/** The ARN of an ECS service in the form that names the cluster too; older ones do not. */
export function serviceArn(text: string): Parsed<OwnTask> {
  const task = ownTaskOf(text);
  return task === undefined
    ? expected(
        'the ARN of an ECS service, such as arn:aws:ecs:us-east-1:385605022855:service/platform/stationkeeper',
      )
    : accept(task);
}

/** A hash as plans show it. */
export function planHash(text: string): Parsed<string> {
  return /^[0-9a-f]{16}$/.test(text)
    ? accept(text)
    : expected('the hash of a plan: 16 hexadecimal digits, as plan prints them');
}

/** @returns the URL in the form that the git source shows */
export function gitUrl(text: string): Parsed<string> {
  const parsed = parseGitUrl(text);
  return parsed.ok ? accept(parsed.remote.url) : secret(expected(`a git URL, but ${parsed.problem}`));
}

export function gitPath(text: string): Parsed<string> {
  const parsed = parseGitPath(text);
  return parsed.ok ? accept(parsed.path) : expected(`a path inside the repository, but ${parsed.problem}`);
}

/** What git certainly refuses; git itself checks the rest. */
export function branchName(text: string): Parsed<string> {
  return /^(?!-)[^\s\p{Cc}~^:?*[\\]+$/u.test(text)
    ? accept(text)
    : expected('the name of a branch, such as main');
}

export function integer(least: number, most: number): ParseValue<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most
      ? accept(value)
      : expected(`a whole number from ${least} to ${most}`);
  };
}

/** How many simulated seconds pass in one. */
export function speed(text: string): Parsed<number> {
  const value = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value <= 1000 ? accept(value) : expected('a number above 0, up to 1000');
}

/** `aws`, `off`, or a factor on AWS's own rates. */
export function quotaScale(text: string): Parsed<number | 'off'> {
  if (text === 'off') return { ok: true, value: 'off' };
  const factor = text === 'aws' ? 1 : Number(/^\d+(\.\d+)?$/.test(text) ? text : Number.NaN);
  return factor > 0 && factor <= 1000
    ? { ok: true, value: factor }
    : { ok: false, expected: "aws, off, or a factor on AWS's rates from above 0 to 1000, such as 0.1" };
}

/** The ARN of an IAM role or user. */
export function principalArn(text: string): Parsed<string> {
  return /^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]{1,512}$/.test(text)
    ? accept(text)
    : expected('the ARN of an IAM role or user, such as arn:aws:iam::123456789012:role/stationkeeper');
}

export function oidcProviderArn(text: string): Parsed<string> {
  return /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[\w.:/-]{1,255}$/.test(text)
    ? accept(text)
    : expected(
        'the ARN of an OIDC provider, such as arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE',
      );
}

/** `namespace/name`, each a DNS label as Kubernetes has them. */
export function serviceAccount(text: string): Parsed<{ readonly namespace: string; readonly name: string }> {
  const [, namespace, name] =
    /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/.exec(text) ?? [];
  return namespace === undefined || name === undefined
    ? expected('namespace/name of a ServiceAccount, such as stationkeeper/stationkeeper')
    : accept({ namespace, name });
}

/** What names of daemon services begin with, as `metadata.name` may. */
export function namePrefix(text: string): Parsed<string> {
  return /^[a-z0-9][a-z0-9-]{0,61}$/.test(text)
    ? accept(text)
    : expected('what names begin with, in small letters, digits and dashes, such as team-');
}

/** AssumeRole (STS API reference, ExternalId). */
export function externalId(text: string): Parsed<string> {
  return new RegExp(EXTERNAL_ID).test(text)
    ? accept(text)
    : expected('an external id: 2 to 1224 letters, digits and _ + = , . @ : / -');
}

/** A document's name as `policy` gives it. */
export function documentName(text: string): Parsed<string> {
  return /^[\w/-]{1,200}$/.test(text)
    ? accept(text)
    : expected('the name of a document, such as controller or Environment/production/trust');
}

export function yesOrNo(text: string): Parsed<boolean> {
  if (text === 'true' || text === '1') return accept(true);
  return text === 'false' || text === '0' ? accept(false) : expected('true or false');
}

/** Regular expressions with white space between them. What is wrong with one is told, but not the expression: it may hold the secret itself. */
export function secretPatterns(text: string): Parsed<SecretRules> {
  const rules = text
    .split(/\s+/)
    .filter((source) => source !== '')
    .map(secretRule);
  const wrong = rules.findIndex((rule) => typeof rule === 'string');
  if (wrong === -1) return accept(rules.filter((rule) => typeof rule !== 'string'));
  return secret(
    expected(
      `regular expressions with spaces between them, and the ${ordinal(wrong + 1)} ${String(rules[wrong])}`,
    ),
  );
}

function ordinal(count: number): string {
  return ['first', 'second', 'third'][count - 1] ?? `${count}th`;
}

function accept<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

interface Refused {
  readonly ok: false;
  readonly expected: string;
}

function expected(what: string): Refused {
  return { ok: false, expected: what };
}

function secret(refused: Refused): Refused & { readonly secret: true } {
  return { ...refused, secret: true };
}
