import { AwsError } from '../error.ts';
import type { World } from '../world.ts';
import type { LogEvent, LogGroup, LogStream, LogsState } from './state.ts';

/** What AWS counts of an event besides its message (API reference, PutLogEvents). */
const EVENT_OVERHEAD = 26;
/** A process has not room for all that is ever written: of the fullest group of a Region the oldest events are forgotten. */
const MOST_BYTES_HELD = 67_108_864;
/** `id` is the time, which has 13 digits until the year 2286, and a number. */
const ID_DIGITS = 56;
const TIME_DIGITS = 13;

/** Bytes of a message as AWS counts them. */
export function bytesOf(message: string): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD;
}

/** Adds what was written to a stream, in the order of time. */
export function addEvents(
  logs: LogsState,
  { group, stream }: { readonly group: LogGroup; readonly stream: LogStream },
  written: readonly { readonly timestamp: number; readonly message: string }[],
  world: World,
): void {
  const ingestionTime = Math.floor(world.now());
  for (const { timestamp, message } of written) {
    logs.eventCount += 1;
    const id = idAt(timestamp, logs.eventCount);
    const event: LogEvent = { id, stream: stream.name, timestamp, ingestionTime, message };
    group.events.splice(positionOf(group.events, id), 0, event);
    count(logs, group, bytesOf(message));
    stream.firstEventTimestamp = Math.min(stream.firstEventTimestamp ?? timestamp, timestamp);
    stream.lastEventTimestamp = Math.max(stream.lastEventTimestamp ?? timestamp, timestamp);
    stream.lastIngestionTime = ingestionTime;
  }
  forgetOldest(logs);
}

/** Forgets the events of a stream that is deleted. */
export function forgetEventsOf(logs: LogsState, group: LogGroup, { name }: LogStream): void {
  const kept = group.events.filter(({ stream }) => stream !== name);
  const bytes = kept.reduce((sum, { message }) => sum + bytesOf(message), 0);
  count(logs, group, bytes - group.eventBytes);
  group.events.splice(0, group.events.length, ...kept);
}

/** Least id that an event of a time can have. */
export function leastIdAt(timestamp: number): string {
  return idAt(timestamp, 0);
}

/** Index of the first event whose id is not before `id`. */
export function positionOf(events: readonly LogEvent[], id: string): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Throws ResourceNotFoundException. */
export function requireLogStream({ streams }: LogGroup, name: string): LogStream {
  const stream = streams.get(name);
  if (stream !== undefined) return stream;
  throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

function idAt(timestamp: number, number: number): string {
  const time = String(Math.max(0, Math.floor(timestamp))).padStart(TIME_DIGITS, '0');
  return `${time}${String(number).padStart(ID_DIGITS - TIME_DIGITS, '0')}`;
}

function count(logs: LogsState, group: LogGroup, bytes: number): void {
  group.eventBytes += bytes;
  logs.eventBytes += bytes;
}

function forgetOldest(logs: LogsState): void {
  while (logs.eventBytes > MOST_BYTES_HELD) {
    let fullest: LogGroup | undefined;
    for (const group of logs.groups.unsorted()) {
      if (fullest === undefined || group.eventBytes > fullest.eventBytes) fullest = group;
    }
    if (fullest === undefined) return;
    // A share at once: every look at all groups makes room for many events.
    const forgotten = fullest.events.splice(0, Math.ceil(fullest.events.length / 10));
    count(logs, fullest, -forgotten.reduce((sum, { message }) => sum + bytesOf(message), 0));
  }
}
