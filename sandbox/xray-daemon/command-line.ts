import { LOG_LEVELS } from './log.ts';
import type { LogLevel } from './log.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface DaemonOptions {
  /** Where it takes datagrams. */
  readonly bind: Address;
  /** Where it takes calls. */
  readonly bindTcp: Address;
  readonly region: string;
  /** Of the resource that it runs on. */
  readonly resourceArn: string | undefined;
  /** Bytes of documents that may wait. */
  readonly bufferBytes: number;
  readonly logLevel: LogLevel;
}

export type CommandLine =
  | { readonly run: DaemonOptions }
  | { readonly version: true }
  /** A sentence that says why. */
  | { readonly refused: string };

/** The flags of AWS's daemon (X-Ray developer guide, "Configuring the AWS X-Ray daemon"), by their short names. */
const FLAGS = {
  a: { name: 'resource-arn', type: 'value' },
  b: { name: 'bind', type: 'value' },
  c: { name: 'config', type: 'refused', instead: 'give flags instead, and its endpoint in AWS_ENDPOINT_URL' },
  f: { name: 'log-file', type: 'refused', instead: 'it tells on standard error' },
  l: { name: 'log-level', type: 'value' },
  m: { name: 'buffer-memory', type: 'value' },
  n: { name: 'region', type: 'value' },
  o: { name: 'local-mode', type: 'switch' },
  p: { name: 'proxy-address', type: 'refused', instead: 'it calls X-Ray itself' },
  r: { name: 'role-arn', type: 'refused', instead: 'it sends with the credentials of its environment' },
  t: { name: 'bind-tcp', type: 'value' },
  v: { name: 'version', type: 'switch' },
} as const satisfies Readonly<Record<string, Flag>>;

type Flag =
  | { readonly name: string; readonly type: 'value' | 'switch' }
  /** What there is in its place. */
  | { readonly name: string; readonly type: 'refused'; readonly instead: string };

type FlagName = (typeof FLAGS)[keyof typeof FLAGS]['name'];

const ADDRESS = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/i;
const MEGABYTE = 1024 * 1024;

class Refused extends Error {}

/** Words are taken as AWS's daemon takes them: one hyphen or two, a value behind `=` or as the next word, the last of several. */
export function readCommandLine(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine {
  try {
    const given = readFlags(words);
    if (given.get('version') === 'true') return { version: true };
    const region = given.get('region') ?? environment['AWS_REGION'] ?? '';
    if (region === '') throw new Refused('There is no Region: give --region, or AWS_REGION.');
    return {
      run: {
        bind: addressOf('bind', given),
        bindTcp: addressOf('bind-tcp', given),
        region,
        resourceArn: given.get('resource-arn'),
        bufferBytes: megabytesOf(given) * MEGABYTE,
        logLevel: logLevelOf(given),
      },
    };
  } catch (thrown) {
    if (thrown instanceof Refused) return { refused: thrown.message };
    throw thrown;
  }
}

type Given = ReadonlyMap<FlagName, string>;

function readFlags(words: readonly string[]): Given {
  const given = new Map<FlagName, string>();
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name = '', own] = /^--?([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const [short, flag] =
      Object.entries(FLAGS).find(([key, each]) => key === name || each.name === name) ?? [];
    if (flag === undefined) {
      const known = Object.entries(FLAGS).flatMap(([key, { name: long, type }]) =>
        type === 'refused' ? [] : [`-${key}/--${long}`],
      );
      throw new Refused(`There is no ${word}; there are ${known.join(', ')}.`);
    }
    if (flag.type === 'refused') {
      throw new Refused(
        `The stand-in for the X-Ray daemon has no -${short}/--${flag.name}: ${flag.instead}.`,
      );
    }
    const value = own ?? (flag.type === 'switch' ? 'true' : left.shift());
    if (value === undefined) throw new Refused(`--${flag.name} needs a value.`);
    if (flag.type === 'switch' && value !== 'true' && value !== 'false') {
      throw new Refused(`--${flag.name} is true or false, not ${value}.`);
    }
    given.set(flag.name, value);
  }
  return given;
}

/** Without a host, all of this machine's addresses. */
function addressOf(name: 'bind' | 'bind-tcp', given: Given): Address {
  const text = given.get(name) ?? '127.0.0.1:2000';
  const { v6, host, port } = ADDRESS.exec(text)?.groups ?? {};
  const number = Number(port ?? Number.NaN);
  if (!(number <= 65_535)) {
    throw new Refused(`--${name} is HOST:PORT, such as 127.0.0.1:2000, not ${text}.`);
  }
  return { host: v6 ?? (host === undefined || host === '' ? '0.0.0.0' : host), port: number };
}

function megabytesOf(given: Given): number {
  const text = given.get('buffer-memory') ?? '16';
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 3) {
    throw new Refused(`--buffer-memory is a number of megabytes from 3 on, not ${text}.`);
  }
  return number;
}

function logLevelOf(given: Given): LogLevel {
  const text = given.get('log-level') ?? 'prod';
  if (!Object.hasOwn(LOG_LEVELS, text)) {
    throw new Refused(`--log-level is one of ${Object.keys(LOG_LEVELS).join(', ')}, not ${text}.`);
  }
  return text as LogLevel;
}
