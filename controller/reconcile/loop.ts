import type { Clock, Log } from '../core/ports.ts';
import { asStationkeeperError } from '../core/errors.ts';
import type { StationkeeperError } from '../core/errors.ts';
import type { LoopBeat } from '../core/loop-health.ts';
import { resourceKey } from '../core/resource.ts';
import { confirmedBy } from '../plan/confirmation.ts';
import type { ProgressListener } from './apply.ts';
import { createPauses } from './next-look.ts';
import type { PassRunner } from './pass.ts';
import type { PassResult } from './pass-result.ts';

export interface LoopOptions {
  readonly runPass: PassRunner;
  readonly clock: Clock;
  readonly log: Log;
  readonly intervalMs: number;
  readonly listener?: ProgressListener;
  /** Hears of every pass when it has ended; its own failures never stop the loop. */
  readonly onPass: (result: PassResult, pass: PassNumber) => void;
  /** Hears of a pass that throws, which only a defect of ours does; its own failures never stop the loop. */
  readonly onFailedPass: (error: Error) => void;
  /** Hears of the end of every pass when all else has been told of it; its own failures never stop the loop. */
  readonly onEnd?: (beat: LoopBeat) => Promise<void>;
}

/** Which pass it was, and how long the loop pauses after it. */
export interface PassNumber {
  readonly number: number;
  readonly pauseMs: number;
}

export interface Loop {
  /** Passes until `signal` aborts; resolves when the last one has ended. */
  run(signal: AbortSignal): Promise<void>;
  /** Asks for a pass now; while one runs, for another right after it. */
  requestPass(reason: string): void;
  /** Confirms the deletions of the last plan, if it has this hash and the prune budget holds it. */
  confirm(hash: string): 'confirmed' | 'unknown';
  beat(): LoopBeat;
}

const LONGEST_SILENCE_MS = 30_000;
/** Shorter than the longest silence, so that an environment that hangs leaves the loop alive, and the others served. */
const PATIENCE_MS = 25_000;
/** Without a reason an abort makes a DOMException with a stack. */
const ENOUGH_SLEPT = 'enough slept';

/** The controller's heart: a pass, a pause, a pass. Level, not edge: a request only shortens the pause. */
export function createLoop(options: LoopOptions): Loop {
  const { runPass, clock, log, intervalMs } = options;
  const startedAt = clock.monotonic();
  let lastEndedAt: number | undefined;
  let wake = new AbortController();
  let requested = false;
  let number = 0;
  let last: PassResult | undefined;
  /** The source was read well once. */
  let hasRead = false;
  const pauses = createPauses(intervalMs);
  let confirmed: ReadonlySet<string> = new Set();

  async function onePass(signal: AbortSignal): Promise<number> {
    number += 1;
    try {
      const { listener } = options;
      const result = await runPass({
        dryRun: false,
        confirmed,
        signal,
        patienceMs: PATIENCE_MS,
        ...(listener === undefined ? {} : { listener }),
      });
      last = result;
      hasRead ||= result.wanted.reading.snapshot !== undefined;
      confirmed = stillPlanned(confirmed, result);
      const pauseMs = pauses.after(result);
      options.onPass(result, { number, pauseMs });
      return pauseMs;
    } catch (thrown) {
      tellFailed(asStationkeeperError(thrown));
      return intervalMs;
    } finally {
      lastEndedAt = clock.monotonic();
      await tellEnd();
    }
  }

  async function tellEnd(): Promise<void> {
    try {
      await options.onEnd?.(beat());
    } catch (thrown) {
      log.error({ pass: number, err: thrown, message: 'cannot publish the report of a pass' }, 'failed');
    }
  }

  function beat(): LoopBeat {
    return {
      passes: number,
      silenceMs: clock.monotonic() - (lastEndedAt ?? startedAt),
      allowedMs: Math.max(LONGEST_SILENCE_MS, 3 * intervalMs),
      hasEnded: lastEndedAt !== undefined,
      hasRead,
    };
  }

  function tellFailed(error: StationkeeperError): void {
    log.error({ pass: number, err: error, message: error.message }, 'failed');
    try {
      options.onFailedPass(error);
    } catch (thrown) {
      log.error({ pass: number, err: thrown, message: 'cannot count a failed pass' }, 'failed');
    }
  }

  return {
    async run(signal) {
      // AbortSignal.any would make one more signal with every pass.
      signal.addEventListener('abort', () => wake.abort(ENOUGH_SLEPT), { once: true });
      while (!signal.aborted) {
        requested = false;
        wake = new AbortController();
        const pauseMs = await onePass(signal);
        if (signal.aborted) return;
        // A request that came while the pass ran may ask about something the pass had already read.
        if (!requested) await clock.sleep(pauseMs, wake.signal);
      }
    },
    requestPass(reason) {
      log.info({ message: `a pass: ${reason}` }, 'requested');
      requested = true;
      pauses.reset();
      wake.abort(ENOUGH_SLEPT);
    },
    confirm(hash) {
      const deletions = last === undefined ? undefined : confirmedBy(last.plan, hash);
      if (deletions === undefined) return 'unknown';
      confirmed = new Set([...confirmed, ...deletions]);
      this.requestPass('plan confirmed');
      return 'confirmed';
    },
    beat,
  };
}

/** A confirmation holds for what the plan named, until that is gone or wanted again. */
function stillPlanned(confirmed: ReadonlySet<string>, result: PassResult): ReadonlySet<string> {
  const leaving = result.plan.steps
    .filter((step) => step.type === 'delete' || (step.type === 'hold' && step.intent === 'delete'))
    .map((step) => resourceKey(step.id));
  return new Set(leaving.filter((key) => confirmed.has(key)));
}
