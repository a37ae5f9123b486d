import { buildReport } from './report.ts';
import type { ReportInput, SourceStatus } from './report.ts';
import type { StatusReport } from './schema.ts';
import { NO_HISTORY, toldHistories, withPass } from './history.ts';
import type { FreshTransition, ObjectTransitions } from './history.ts';

/** The last report, which is also the memory that the next one is built upon. */
export interface StatusStore {
  /** The last report; before the first pass one with pass number 0 and no objects. */
  report(): StatusReport;
  /** Builds the report of a pass and keeps it. */
  record(input: ReportInput): StatusReport;
  /** What happened to every object, also to those that are no more, for a while. */
  histories(): readonly ObjectTransitions[];
  /** What the last recorded pass added to all of them. */
  fresh(): readonly FreshTransition[];
}

export function createStatusStore(controller: StatusReport['controller'], source: SourceStatus): StatusStore {
  let last = buildReport({
    now: controller.startedAt,
    controller,
    source,
    pass: { number: 0, durationMs: 0, awsRequests: 0, changes: 0 },
    objects: [],
    revisions: new Map(),
    plan: {
      steps: [],
      hash: '',
      summary: { create: 0, update: 0, replace: 0, delete: 0, release: 0, keep: 0, hold: 0 },
    },
    outcomes: [],
    failures: new Map(),
  });
  let history = NO_HISTORY;
  let fresh: readonly FreshTransition[] = [];
  return {
    report: () => last,
    record: (input) => {
      last = buildReport(input, last);
      ({ history, fresh } = withPass(history, input, last));
      return last;
    },
    histories: () => toldHistories(history),
    fresh: () => fresh,
  };
}
