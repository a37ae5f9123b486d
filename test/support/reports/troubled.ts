import type { Concerned, Problem } from '../../../controller/notifications/problem.ts';
import type { Condition, ObjectStatus, StatusReport } from '../../../controller/status/schema.ts';

const START = Date.parse('2026-12-01T03:00:00.000Z');

/** ISO 8601: so many seconds after the first report. */
export function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

export interface StatusOverrides extends Partial<Omit<ObjectStatus, 'conditions'>> {
  readonly ready?: Partial<Condition>;
  readonly reconciling?: Partial<Condition>;
  readonly stalled?: Partial<Condition>;
}

/** A daemon that is Ready, unless overridden. */
export function objectStatus({ ready, reconciling, stalled, ...rest }: StatusOverrides = {}): ObjectStatus {
  const condition = (
    type: Condition['type'],
    usual: Partial<Condition>,
    own: Partial<Condition> = {},
  ): Condition => ({
    type,
    status: 'False',
    reason: 'Idle',
    message: '',
    lastTransitionTime: at(0),
    ...usual,
    ...own,
  });
  return {
    kind: 'DaemonService',
    name: 'xray',
    environment: 'prod-eu',
    sync: 'Synced',
    health: 'Healthy',
    since: at(0),
    resources: [],
    instances: [],
    conditions: [
      condition(
        'Ready',
        { status: 'True', reason: 'ReconcileSuccess', message: '2 of 2 tasks running' },
        ready,
      ),
      condition('Reconciling', {}, reconciling),
      condition('Stalled', { reason: 'NotStalled' }, stalled),
    ],
    ...rest,
  };
}

/** A daemon whose image is missing: Stalled. */
export function withoutImage(overrides: StatusOverrides = {}): ObjectStatus {
  const message =
    '0 of 2 tasks running; CannotPullContainerError: not found (the image or its tag does not exist)';
  const facts = { reason: 'ImageNotFound', message };
  return objectStatus({
    health: 'Degraded',
    cause: 'the image or its tag does not exist: check the image in the manifest',
    tasks: { desired: 2, running: 0, pending: 0 },
    ready: { status: 'False', ...facts },
    stalled: { status: 'True', ...facts },
    ...overrides,
  });
}

/** A daemon that could not be read, as AWS refuses the credentials. */
export function withoutCredentials(overrides: StatusOverrides = {}): ObjectStatus {
  const { name = 'xray' } = overrides;
  return objectStatus({
    sync: 'Unknown',
    health: 'Unknown',
    cause: "AWS refuses the controller's credentials (ExpiredTokenException)",
    ready: {
      status: 'Unknown',
      reason: 'ExpiredTokenException',
      message: `service/${name}: ecs:DescribeServices was refused for its credentials`,
    },
    ...overrides,
  });
}

/** The report of a pass over these objects, so many seconds after the first. */
export function reportAt(
  seconds: number,
  objects: readonly ObjectStatus[],
  overrides: Partial<StatusReport> = {},
): StatusReport {
  const none = { total: 0, ready: 0, suspended: 0, stalled: 0, degraded: 0, unknown: 0 };
  return {
    controller: { version: '0.1.0', owner: 'stationkeeper', startedAt: at(0) },
    source: {
      type: 'git',
      url: 'https://git.example.org/daemons',
      revision: 'c0ffee1234567890',
      errors: [],
      ignored: [],
    },
    pass: { number: 1, finishedAt: at(seconds), durationMs: 100, awsRequests: 9, changes: 0 },
    environments: [],
    summary: { ...none, waiting: 0, progressing: 0, outOfSync: 0 },
    objects: [...objects],
    ...overrides,
  };
}

/** A problem of daemons in prod-eu, unless overridden. */
export function problemOf(key: string, names: readonly string[], overrides: Partial<Problem> = {}): Problem {
  return {
    key,
    reason: 'ImageNotFound',
    severity: 'critical',
    what: 'image not found',
    message: '',
    objects: names.map(concernedObject),
    environments: ['prod-eu'],
    settleMs: 0,
    ...overrides,
  };
}

export function concernedObject(name: string): Concerned {
  return { kind: 'DaemonService', name, environment: 'prod-eu', message: '', since: '' };
}
