import { buildReport } from '../../../controller/status/report.ts';
import type { ReportedOutcome, ReportInput, ReportedObject } from '../../../controller/status/report.ts';
import type { StatusReport } from '../../../controller/status/schema.ts';
import type { Step } from '../../../controller/plan/step.ts';
import { keepStep, planOf } from '../plans/steps.ts';

export function reportedObject(overrides: Partial<ReportedObject> = {}): ReportedObject {
  return {
    manifest: { kind: 'DaemonService', name: 'xray' },
    environment: 'default',
    endpoint: 'xray.services.dockerinaws.org:2000',
    policy: { reconcile: 'enabled' },
    ...overrides,
  };
}

export interface ReportOverrides extends Partial<ReportInput> {
  /** Shorthand for a plan of these steps. */
  readonly steps?: readonly Step[];
}

/** One converged pass over one daemon service, unless overridden. */
export function reportInput({ steps, ...overrides }: ReportOverrides = {}): ReportInput {
  return {
    now: '2026-11-02T10:00:00.000Z',
    controller: { version: '0.1.0', owner: 'stationkeeper', startedAt: '2026-11-02T09:00:00.000Z' },
    source: {
      type: 'git',
      url: 'https://git.example.org/daemons',
      branch: 'main',
      revision: 'c0ffee1',
      errors: [],
      ignored: [],
    },
    pass: {
      number: 12,
      startedAt: '2026-11-02T09:59:59.000Z',
      finishedAt: '2026-11-02T10:00:00.000Z',
      durationMs: 1000,
      awsRequests: 9,
      changes: 0,
    },
    objects: [reportedObject()],
    revisions: new Map([['default', 'c0ffee1']]),
    plan: planOf(steps ?? [keepStep()]),
    outcomes: [],
    failures: new Map(),
    ...overrides,
  };
}

export function reportOf(overrides: ReportOverrides = {}, previous?: StatusReport): StatusReport {
  return buildReport(reportInput(overrides), previous);
}

/** What became of a step that was taken. */
export function outcomeOf(step: Step, overrides: Partial<ReportedOutcome> = {}): ReportedOutcome {
  const { id, manifest, changes, changedBy, reason } = step;
  const type = step.type === 'keep' || step.type === 'hold' ? 'update' : step.type;
  const at = '2026-11-02T09:59:59.500Z';
  return {
    id,
    manifest,
    type,
    changes,
    changedBy,
    reason,
    releases: step.type === 'delete' && step.release,
    result: 'done',
    at,
    ...overrides,
  };
}

export function onlyObject(report: StatusReport): StatusReport['objects'][number] {
  const [object, ...others] = report.objects;
  if (object === undefined || others.length > 0) throw new Error('the report has not exactly one object');
  return object;
}
