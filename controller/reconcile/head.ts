import { StationkeeperError, asStationkeeperError } from '../core/errors.ts';
import type { AwsClock, Clock } from '../core/ports.ts';
import { displayId } from '../core/resource.ts';
import type { Step } from '../plan/step.ts';
import { shortRevision } from '../source/failure.ts';
import type { Source, SourceReading } from '../source/source.ts';

/** Whether the reading that a pass acts on is in force. */
export type Head =
  | { readonly type: 'same' }
  | { readonly type: 'moved'; readonly why: string }
  /** The source cannot be asked. */
  | { readonly type: 'unknown'; readonly why: string };

/**
 * Watches the head of the source while a pass goes on: a pass reads git first and AWS later, for as long as AWS takes, and what git
 * wants may be another thing by then (law 2).
 */
export interface HeadWatch {
  /** How it stands: as it was known within the last 10 s, or as the source says now. Once it has moved, it has moved for good. */
  ask(): Promise<Head>;
  /** Until when the reading is known to have been in force, on AWS's clock; on this host's as long as AWS has told no time. */
  confirmedAt(): number;
  /**
   * Asks before a step is taken.
   *
   * @throws StationkeeperError `SourceMoved`, or where the step deletes and the source cannot be asked `SourceUnreachable`; retry `wait`
   */
  ensureWanted(step: Step): Promise<void>;
}

/** A head that was asked for within this is believed (DESIGN, law 2). */
const BELIEVED_MS = 10_000;

export interface WatchedReading {
  readonly source: Pick<Source, 'head'>;
  readonly reading: SourceReading;
  /** When reading it began. */
  readonly since: Moment;
}

/** One moment on the clocks there are. */
interface Moment {
  /** On this host's wall clock. */
  readonly at: number;
  readonly monotonic: number;
  /** As AWS had told it by then. */
  readonly awsTime: number | undefined;
}

export function watchHead(
  { source, reading, since }: WatchedReading,
  { clock, awsClock }: { readonly clock: Clock; readonly awsClock: AwsClock },
  signal: AbortSignal,
): HeadWatch {
  const expected = reading.type === 'fresh' ? reading.snapshot.revision : reading.head;
  let confirmed = since;
  let asked: Pick<Moment, 'at' | 'monotonic'> = since;
  let known: Head = expected === undefined ? unknown(reading) : { type: 'same' };
  let asking: Promise<Head> | undefined;

  async function askNow(): Promise<Head> {
    const begun = { at: clock.now(), monotonic: clock.monotonic(), awsTime: awsClock.now() };
    try {
      const head = await source.head(signal);
      if (head === (expected ?? reading.snapshot?.revision)) {
        known = { type: 'same' };
        confirmed = begun;
      } else {
        known = { type: 'moved', why: `the source has moved on to ${shortRevision(head)}` };
      }
    } catch (thrown) {
      known = { type: 'unknown', why: asStationkeeperError(thrown).message };
    }
    asked = begun;
    asking = undefined;
    return known;
  }

  /** A host that stood still counts that time on its wall clock alone; one whose wall clock was set has asked once too often. */
  function isBelieved(): boolean {
    const onTheWall = Math.abs(clock.now() - asked.at);
    return Math.max(clock.monotonic() - asked.monotonic, onTheWall) <= BELIEVED_MS;
  }

  async function ask(): Promise<Head> {
    if (known.type === 'moved' || isBelieved()) return known;
    asking ??= askNow();
    return asking;
  }

  return {
    ask,
    confirmedAt() {
      if (confirmed.awsTime !== undefined) return confirmed.awsTime;
      const now = awsClock.now();
      return now === undefined ? confirmed.at : now - (clock.monotonic() - confirmed.monotonic);
    },
    async ensureWanted(step) {
      const head = await ask();
      if (head.type === 'same' || (head.type === 'unknown' && !deletes(step))) return;
      const message = `${head.why}, so the controller did not ${step.type} ${displayId(step.id)}; the next pass plans it again`;
      if (head.type === 'moved')
        throw new StationkeeperError({ code: 'SourceMoved', retry: 'wait', message });
      throw new StationkeeperError({ code: 'SourceUnreachable', retry: 'wait', message });
    },
  };
}

function unknown(reading: SourceReading): Head {
  return { type: 'unknown', why: reading.type === 'stale' ? reading.message : '' };
}

function deletes({ type }: Step): boolean {
  return type === 'delete' || type === 'replace';
}
