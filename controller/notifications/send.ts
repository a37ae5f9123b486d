import { asStationkeeperError, hasCode } from '../core/errors.ts';
import { cloudEvent } from './cloud-event.ts';
import type { Target } from './config.ts';
import type { Notice } from './notice.ts';
import type { Answer, Post } from './post.ts';
import { signed } from './signature.ts';
import { slackMessage } from './slack.ts';
import { topicMessage } from './topic-message.ts';
import type { TopicMessage } from './topic-message.ts';

/** What came of one attempt. No error holds a secret, and so none holds an address from a file. */
export type Sent =
  | { readonly type: 'delivered' }
  /** Worth another attempt, after so many milliseconds where the receiver said so. */
  | { readonly type: 'failed'; readonly error: string; readonly afterMs?: number }
  /** Refused: the same message would be refused again. */
  | { readonly type: 'refused'; readonly error: string };

/** Publishes to a topic of SNS. Rejects with a StationkeeperError. */
export type Publish = (
  place: Omit<Extract<Target, { type: 'sns' }>, 'type' | 'topicArn'>,
  message: TopicMessage,
  signal: AbortSignal,
) => Promise<void>;

/** The world that messages go out to. */
export interface Ways {
  readonly post: Post;
  readonly publish: Publish;
  /** The first line of a file, as it is now. Rejects with a StationkeeperError that does not show it. */
  readonly readSecret: (file: string) => Promise<string>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Of the controller. */
  readonly owner: string;
}

/** Makes one attempt to tell a receiver; never rejects. */
export async function send(target: Target, notice: Notice, ways: Ways, signal: AbortSignal): Promise<Sent> {
  try {
    switch (target.type) {
      case 'slack': {
        const url = urlIn(await ways.readSecret(target.urlFile));
        const body = JSON.stringify(slackMessage(notice));
        const headers = { 'content-type': 'application/json; charset=utf-8' };
        return outcomeOf(await ways.post({ url, headers, body, signal }), ways.now());
      }
      case 'webhook':
        return outcomeOf(await ways.post(await webhookRequest(target, notice, ways, signal)), ways.now());
      case 'sns': {
        const { topicArn, region, roleArn, externalId } = target;
        const place = {
          region,
          ...(roleArn === undefined ? {} : { roleArn }),
          ...(externalId === undefined ? {} : { externalId }),
        };
        await ways.publish(place, topicMessage(notice, topicArn, ways.owner), signal);
        return { type: 'delivered' };
      }
    }
  } catch (thrown) {
    return failureOf(thrown, signal);
  }
}

async function webhookRequest(
  { url, secretFile, headersFiles }: Extract<Target, { type: 'webhook' }>,
  notice: Notice,
  { readSecret, now, owner }: Ways,
  signal: AbortSignal,
): Promise<Parameters<Post>[0]> {
  const body = JSON.stringify(cloudEvent(notice, owner));
  const more = await Promise.all(
    Object.entries(headersFiles).map(async ([name, file]) => [name, await readSecret(file)] as const),
  );
  return {
    url: urlIn('text' in url ? url.text : await readSecret(url.file)),
    headers: {
      ...Object.fromEntries(more),
      'content-type': 'application/cloudevents+json; charset=utf-8',
      ...signed(body, await readSecret(secretFile), Math.floor(now() / 1000)),
    },
    body,
    signal,
  };
}

class BadUrl extends Error {}

/** @throws BadUrl, which does not show it */
function urlIn(text: string): string {
  if (!isUrl(text)) throw new BadUrl('the file of the URL holds none: an http or https URL without a user');
  return text;
}

export function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** What is only for a while: a server that is busy, starts, or has had enough of us (RFC 9110, 15.5 and 15.6). */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

function outcomeOf({ status, retryAfter, said }: Answer, now: number): Sent {
  if (status >= 200 && status < 300) return { type: 'delivered' };
  if (status >= 300 && status < 400) {
    return { type: 'refused', error: `HTTP ${status}: a redirect, which is not followed; set the new URL` };
  }
  // Slack says in one word what is wrong; what else is answered may quote a secret.
  const word = /^[a-z_]{1,40}$/.exec(said.trim())?.[0];
  const error = `HTTP ${status}${word === undefined ? '' : ` (${word})`}`;
  if (status < 500 && !PASSING.has(status)) return { type: 'refused', error };
  const afterMs = pauseIn(retryAfter, now);
  return { type: 'failed', error, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function pauseIn(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter.trim())) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function failureOf(thrown: unknown, signal: AbortSignal): Sent {
  if (signal.aborted) return { type: 'failed', error: 'no answer in time' };
  if (thrown instanceof BadUrl || hasCode(thrown, 'CannotRead')) {
    return { type: 'failed', error: thrown.message };
  }
  const { cause } = Object(thrown) as { readonly cause?: unknown };
  const { code } = Object(cause) as { readonly code?: unknown };
  // What fetch throws says in its cause alone what was wrong.
  if (thrown instanceof TypeError) {
    return { type: 'failed', error: `cannot connect (${typeof code === 'string' ? code : 'no answer'})` };
  }
  const { message, retry } = asStationkeeperError(thrown);
  return { type: retry === 'never' ? 'refused' : 'failed', error: message };
}
