import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { PREFIX } from './registry.ts';

/** What runs, and since when. */
export interface ControllerFacts {
  readonly version: string;
  readonly owner: string;
  readonly mode: 'enforce' | 'observe';
  /** Time between passes. */
  readonly intervalMs: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export interface RecordedPass {
  /** `success`: nothing failed. `failure`: something of the pass, or all of it, did. */
  readonly result: 'success' | 'failure';
  readonly seconds: number;
  /** Epoch milliseconds. */
  readonly endedAt: number;
}

export interface RecordedReading {
  /** Why the source could not be read, as a reason: `SourceUnreachable`; undefined where it was read. */
  readonly failure: string | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Before the first pass. */
const NOT_READ = 'NotReadYet';

export interface ControllerMetrics {
  recordPass(pass: RecordedPass): void;
  recordReading(reading: RecordedReading): void;
}

/** The controller itself: what it is, its passes, and how it reads its source. */
export function controllerMetrics(registry: Registry, facts: ControllerFacts): ControllerMetrics {
  const registers = [registry];
  const { version, owner, mode, intervalMs, startedAt } = facts;
  const gauge = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers });
  gauge('build_info', 'What runs: 1.', 'version', 'owner', 'mode').set({ version, owner, mode }, 1);
  gauge('start_time_seconds', 'When the controller started, in Unix time.').set(startedAt / 1000);
  gauge('interval_seconds', 'Time between passes where nothing asks for one.').set(intervalMs / 1000);
  const passes = new Counter({
    name: `${PREFIX}reconcile_total`,
    help: 'Passes, by how they ended.',
    labelNames: ['result'],
    registers,
  });
  passes.inc({ result: 'success' }, 0);
  passes.inc({ result: 'failure' }, 0);
  const passSeconds = new Histogram({
    name: `${PREFIX}reconcile_duration_seconds`,
    help: 'How long passes took.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  const passEnd = gauge(
    'last_pass_end_timestamp_seconds',
    'When the last pass that ended so ended, in Unix time.',
    'result',
  );
  const sourceUp = gauge(
    'source_up',
    'Whether the source was read when it was last looked at: 1, or 0 with the reason.',
    'reason',
  );
  sourceUp.set({ reason: NOT_READ }, 0);
  const sourceSuccess = gauge(
    'source_last_success_timestamp_seconds',
    'When the source was last read without an error, in Unix time.',
  );
  // Until it was read there is no time to tell, and 0 is one of 1970.
  sourceSuccess.remove();
  return {
    recordPass({ result, seconds, endedAt }) {
      passes.inc({ result });
      passSeconds.observe(seconds);
      passEnd.set({ result }, endedAt / 1000);
    },
    recordReading({ failure, at }) {
      sourceUp.reset();
      sourceUp.set({ reason: failure ?? '' }, failure === undefined ? 1 : 0);
      if (failure === undefined) sourceSuccess.set(at / 1000);
    },
  };
}
