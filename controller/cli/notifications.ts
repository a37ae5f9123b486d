import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { PublishToTopic } from '../aws/topics.ts';
import { asStationkeeperError, outOfFiles } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { printable } from '../core/printable.ts';
import { readNotifyConfig } from '../notifications/config.ts';
import type { ConfigError, NamedSecret, Receiver } from '../notifications/config.ts';
import { post } from '../notifications/post.ts';
import { isUrl } from '../notifications/send.ts';
import type { Ways } from '../notifications/send.ts';
import type { CommandContext } from './context.ts';
import { cannotRead, fileSecret } from './secret.ts';

/** Whom a controller tells, and how their secrets are read. */
export interface Notifications {
  readonly receivers: readonly Receiver[];
  readonly readSecret: Ways['readSecret'];
}

export type ReadNotifications =
  | { readonly type: 'notifications'; readonly notifications: Notifications }
  /** `notify.yaml:3:5 receivers[0].name: …`, one line each. */
  | { readonly type: 'errors'; readonly errors: readonly string[] };

/**
 * Reads a notification file, and tries every file of a secret that it names. Relative names are relative to its folder.
 *
 * @throws {StationkeeperError} CannotRead of the file itself
 */
export async function notificationsFrom(
  file: string,
  { topics }: Pick<CommandContext, 'topics'>,
): Promise<ReadNotifications> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw outOfFiles(thrown) ?? cannotRead(`--notify-config ${file}`, thrown);
  });
  const read = readNotifyConfig(text);
  if (read.type === 'errors') return { type: 'errors', errors: read.errors.map(lineOf(file)) };
  const readSecret: Ways['readSecret'] = (name) => fileSecret(resolve(dirname(file), name), 'the file')();
  const { receivers, secrets } = read;
  const errors = (await Promise.all(secrets.map((secret) => tried(secret, readSecret)))).flat();
  const withoutDoor = topics === undefined ? receivers.filter(({ target }) => target.type === 'sns') : [];
  if (withoutDoor.length > 0) {
    const names = withoutDoor.map(({ name }) => name).join(', ');
    const message = `the sandbox has no SNS, and no message goes to AWS beside it; remove ${names}, or run without --sandbox`;
    errors.push({ line: 1, column: 1, path: 'receivers', message });
  }
  return errors.length > 0
    ? { type: 'errors', errors: errors.map(lineOf(file)) }
    : { type: 'notifications', notifications: { receivers, readSecret } };
}

function lineOf(file: string): (error: ConfigError) => string {
  return ({ line, column, path, message }) =>
    `${file}:${line}:${column} ${printable(path === '' ? message : `${path}: ${message}`)}`;
}

async function tried(
  { file, at, isUrl: mustBeUrl }: NamedSecret,
  readSecret: Ways['readSecret'],
): Promise<ConfigError[]> {
  try {
    const secret = await readSecret(file);
    if (!mustBeUrl || isUrl(secret)) return [];
    return [{ ...at, message: 'the first line of the file is no http or https URL without a user' }];
  } catch (thrown) {
    return [{ ...at, message: asStationkeeperError(thrown).message }];
  }
}

/** One request to SNS, for metrics. */
interface TopicRequest {
  readonly service: 'sns';
  readonly operation: 'Publish';
  /** `OK`, or the error's code. */
  readonly code: string;
  readonly seconds: number;
}

/** The ways that messages go, each request to AWS counted. */
export function waysOf(
  { readSecret }: Notifications,
  owner: string,
  { clock, topics }: Pick<CommandContext, 'clock' | 'topics'>,
  onRequest: (request: TopicRequest) => void = () => undefined,
): Ways {
  return {
    post,
    readSecret,
    owner,
    now: () => clock.now(),
    publish: topics === undefined ? noSns : counted(topics, clock, onRequest),
  };
}

function noSns(): Promise<void> {
  return Promise.reject(new Error('the sandbox has no SNS'));
}

function counted(
  topics: PublishToTopic,
  clock: Clock,
  onRequest: (request: TopicRequest) => void,
): Ways['publish'] {
  return async (place, message, signal) => {
    const startedAt = clock.monotonic();
    const count = (code: string): void =>
      onRequest({
        service: 'sns',
        operation: 'Publish',
        code,
        seconds: (clock.monotonic() - startedAt) / 1000,
      });
    try {
      await topics(place, message, signal);
      count('OK');
    } catch (thrown) {
      count(asStationkeeperError(thrown).code);
      throw thrown;
    }
  };
}
