import type { Aws } from './operations.ts';

/** What a container wrote. */
export interface LogEvent {
  readonly id: string;
  readonly stream: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

interface WantedEvents {
  readonly group: string;
  /** What the names of the streams begin with; empty for all. */
  readonly streams: string;
  /** Epoch milliseconds, included. */
  readonly from: number;
}

/** Events of a log group, earliest first, page by page, so that none has to be kept. Throws what AWS says. */
export async function* readLogEvents(
  { logs }: Aws,
  { group, streams, from }: WantedEvents,
): AsyncGenerator<LogEvent> {
  let nextToken: string | undefined;
  do {
    const page = await logs.filterLogEvents({
      logGroupName: group,
      ...(streams === '' ? {} : { logStreamNamePrefix: streams }),
      startTime: Math.floor(from),
      nextToken,
    });
    for (const { eventId = '', logStreamName = '', timestamp = 0, message = '' } of page.events ?? []) {
      yield { id: eventId, stream: logStreamName, timestamp, message };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined && nextToken !== '');
}

/** What all texts begin with. */
export function commonStart(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  while (!others.every((text) => text.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}
