import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import { buildReport } from '../../controller/status/report.ts';
import type { ReportedOutcome } from '../../controller/status/report.ts';
import { createStatusStore } from '../../controller/status/store.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { onlyObject, outcomeOf, reportInput, reportOf, reportedObject } from '../support/reports/reports.ts';
import { desiredResource, observedResource, planFor, snapshotOf } from '../support/plans/resources.ts';
import {
  change,
  createStep,
  deleteStep,
  holdStep,
  keepStep,
  planOf,
  updateStep,
} from '../support/plans/steps.ts';

const LATER = '2026-11-02T10:01:00.000Z';
const drifted = updateStep({ changedBy: 'aws', changes: [change('desiredCount', 1, 2)] });
const xray = { kind: 'DaemonService', name: 'xray' } as const;

function outcome(
  result: ReportedOutcome['result'],
  overrides: Partial<ReportedOutcome> = {},
): ReportedOutcome {
  return outcomeOf(drifted, { manifest: xray, result, ...overrides });
}

describe('the status report', () => {
  it('has the shape of the contract', () => {
    const health = { status: 'Healthy', message: '2 of 2 tasks running' } as const;
    const tasks = [{ id: 't1', lastStatus: 'RUNNING', healthStatus: 'UNKNOWN', ipv4: '172.31.5.7' }];
    const workload = {
      desired: 2,
      running: 2,
      pending: 0,
      deployment: { id: 'ecs-svc/1', state: 'COMPLETED', startedAt: Date.parse('2026-11-02T08:00:00Z') },
      stops: { count: 1, reason: 'exit code 1' },
    };
    const registrations = [{ id: 't1', ipv4: '172.31.5.7', port: 2000, health: 'HEALTHY' }];
    const steps = [
      keepStep({ kind: 'discovery-service', registrations }),
      keepStep({ health, tasks, workload }),
    ];
    const report = reportOf({ steps });
    expect(report.summary).toEqual({
      total: 1,
      ready: 1,
      suspended: 0,
      stalled: 0,
      degraded: 0,
      unknown: 0,
      waiting: 0,
      progressing: 0,
      outOfSync: 0,
    });
    expect(onlyObject(report)).toEqual({
      kind: 'DaemonService',
      name: 'xray',
      environment: 'default',
      endpoint: 'xray.services.dockerinaws.org:2000',
      sync: 'Synced',
      health: 'Healthy',
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'ReconcileSuccess',
          message: '2 of 2 tasks running',
          lastTransitionTime: '2026-11-02T10:00:00.000Z',
        },
        {
          type: 'Reconciling',
          status: 'False',
          reason: 'Idle',
          message: '',
          lastTransitionTime: '2026-11-02T10:00:00.000Z',
        },
        {
          type: 'Stalled',
          status: 'False',
          reason: 'NotStalled',
          message: '',
          lastTransitionTime: '2026-11-02T10:00:00.000Z',
        },
      ],
      since: '2026-11-02T10:00:00.000Z',
      tasks: { desired: 2, running: 2, pending: 0 },
      deployment: { id: 'ecs-svc/1', state: 'COMPLETED', startedAt: '2026-11-02T08:00:00.000Z' },
      stops: { count: 1, reason: 'exit code 1' },
      observedRevision: 'c0ffee1',
      lastAppliedRevision: 'c0ffee1',
      resources: [
        {
          id: 'discovery-service/xray',
          arn: 'arn:aws:sample:::xray',
          owner: 'us',
          state: 'InSync',
          step: 'keep',
          reason: '',
          drift: [],
        },
        {
          id: 'service/xray',
          arn: 'arn:aws:sample:::xray',
          owner: 'us',
          state: 'InSync',
          step: 'keep',
          reason: '',
          drift: [],
        },
      ],
      instances: [{ id: 't1', ipv4: '172.31.5.7', port: 2000, health: 'HEALTHY', task: 'RUNNING' }],
    });
  });

  it('says once what waits for a confirmation, why, and the request that gives it', () => {
    const held = { why: 'budget', intent: 'delete', exists: true } as const;
    const reason = '4 objects would be removed and the prune budget is 3; confirm the plan by its hash';
    const steps = [
      holdStep({ ...held, manifest: 'a', reason }),
      holdStep({ ...held, kind: 'role', manifest: 'a', reason }),
      holdStep({ ...held, kind: 'cluster', manifest: 'b', environment: 'prod', reason }),
    ];
    const report = reportOf({ objects: [], steps });
    expect(report.confirmation).toEqual({
      hash: 'a1b2c3',
      request: 'POST /plan/a1b2c3/confirm',
      why: ['4 objects would be removed and the prune budget is 3'],
      objects: [
        'DaemonService/a (environment default): service/xray, role/xray',
        'DaemonService/b (environment prod): cluster/xray',
      ],
    });
    expect(report.objects[0]?.conditions[2]).toMatchObject({
      type: 'Stalled',
      reason: 'PruneBudgetExceeded',
      message: `service/xray: ${reason} (POST /plan/a1b2c3/confirm with the token)`,
    });
    expect(reportOf().confirmation).toBeUndefined();
    const alike = ['eu', 'us'].map((environment) => holdStep({ ...held, environment, reason }));
    expect(reportOf({ objects: [], steps: alike }).confirmation).toMatchObject({
      why: ['4 objects would be removed and the prune budget is 3'],
      folded: ['DaemonService/xray (2 Environments: eu, us): service/xray'],
    });
  });

  it('says in a few words why an object is not Ready, and when what failed is tried again', () => {
    const health = {
      status: 'Degraded',
      reason: 'ImageNotFound',
      cause: 'the image or its tag does not exist: check the image in the manifest',
      message: '0 of 2 tasks running',
      needsPeople: true,
    } as const;
    const object = onlyObject(reportOf({ steps: [keepStep({ health })] }));
    expect(object).toMatchObject({ health: 'Degraded', cause: health.cause });
    expect(object.conditions).toMatchObject([
      { type: 'Ready', status: 'False', reason: 'ImageNotFound' },
      { type: 'Reconciling', status: 'False' },
      { type: 'Stalled', status: 'True', reason: 'ImageNotFound' },
    ]);
    const step = holdStep({ why: 'failed', reason: 'it failed' });
    const failed = {
      code: 'ServerException',
      message: 'try later',
      retry: 'backoff',
      operation: 'ecs:UpdateService',
      nextAttemptAt: LATER,
    } as const;
    const failures = new Map([[resourceKey(step.id), failed]]);
    expect(onlyObject(reportOf({ steps: [step], failures }))).toMatchObject({
      cause: 'ecs:UpdateService: ServerException',
      nextRetryAt: LATER,
    });
  });

  it('says the cause of what Ready tells, whatever else fails less badly', () => {
    const seen = holdStep({ why: 'unseen', kind: 'log-group', reason: 'throttled' });
    const made = holdStep({ why: 'failed', reason: 'no' });
    const operation = 'ecs:CreateService';
    const failures = new Map([
      [resourceKey(seen.id), { code: 'Throttling', message: 'slow', retry: 'backoff', operation } as const],
      [resourceKey(made.id), { code: 'BadThing', message: 'no', retry: 'never', operation } as const],
    ]);
    const object = onlyObject(reportOf({ steps: [seen, made], failures }));
    expect(object.conditions[0]).toMatchObject({ type: 'Ready', reason: 'BadThing' });
    expect(object.cause).toBe('ecs:CreateService: BadThing');
  });

  it('changes nothing that it is given', () => {
    const input = deepFreeze(reportInput({ steps: [drifted] }));
    const previous = deepFreeze(buildReport(input));
    expect(buildReport(input, previous)).toEqual(previous);
  });

  it('lists the drift that observe mode leaves, with both values', () => {
    const desired = desiredResource({ kind: 'service', fields: { desiredCount: '2' } });
    const observed = observedResource(desired, { fields: { desiredCount: '1' } });
    const plan = planFor({ mode: 'observe', desired: [desired], snapshot: snapshotOf([observed]) });
    const [resource] = onlyObject(reportOf({ plan })).resources;
    expect(resource).toMatchObject({
      state: 'Drifted',
      step: 'hold',
      drift: [{ path: 'desiredCount', desired: '2', actual: '1', since: '2026-11-02T09:59:59.000Z' }],
    });
  });

  it('lists ignored drift on a resource that is in sync', () => {
    const [resource] = onlyObject(
      reportOf({ steps: [keepStep({ changes: [change()], changedBy: 'aws' })] }),
    ).resources;
    expect(resource).toMatchObject({ state: 'InSync', drift: [{ path: 'desiredCount', actual: 1 }] });
  });

  it('prefers the failure to the reason of the step', () => {
    const failure = { code: 'ClientException', message: 'no Fargate configuration', retry: 'never' } as const;
    const step = holdStep({ why: 'failed', intent: 'create', reason: 'failed' });
    const report = reportOf({ steps: [step], failures: new Map([[resourceKey(step.id), failure]]) });
    expect(onlyObject(report).resources[0]?.reason).toBe('no Fargate configuration');
    expect(report.summary).toMatchObject({ ready: 0, stalled: 1 });
  });

  it('takes a failure of this pass that nobody remembers yet', () => {
    const error = { code: 'ClientException', message: 'no', retry: 'never' } as const;
    const report = reportOf({ steps: [drifted], outcomes: [outcome('failed', { error })] });
    expect(onlyObject(report).conditions[0]).toMatchObject({ status: 'False', reason: 'ClientException' });
  });

  it('forgets a failure once the resource is as wanted', () => {
    const error = { code: 'ClientException', message: 'no', retry: 'never' } as const;
    const report = reportOf({ failures: new Map([[resourceKey(drifted.id), error]]) });
    expect(report.summary).toMatchObject({ ready: 1, stalled: 0 });
  });

  it('shows a source that could not be read as its first error', () => {
    const { source } = reportInput();
    const error = { file: 'a.yaml', line: 3, column: 5, path: 'spec.cpu', message: 'no' };
    const failure = { code: 'SourceUnreachable', message: 'connection refused' };
    expect(reportOf({ source: { ...source, errors: [error], failure } }).source.errors).toEqual([
      { file: '', line: 0, column: 0, path: '', message: 'SourceUnreachable: connection refused' },
      error,
    ]);
  });

  it('leaves out what is not known', () => {
    const input = reportInput({ objects: [reportedObject()], steps: [], revisions: new Map() });
    const object = onlyObject(buildReport(input));
    expect(object).not.toHaveProperty('observedRevision');
    expect(object).not.toHaveProperty('lastAppliedRevision');
  });

  it('lists objects by kind and name, whatever their order', () => {
    const names = ['DaemonService/a', 'Cluster/z', 'DaemonService/B', 'Environment/e'];
    const objects = names.map((key) => {
      const [kind, name] = key.split('/') as ['Cluster', string];
      return reportedObject({ manifest: { kind, name } });
    });
    const order = reportOf({ objects, steps: [] }).objects.map(({ kind, name }) => `${kind}/${name}`);
    expect(order).toEqual(['Environment/e', 'Cluster/z', 'DaemonService/B', 'DaemonService/a']);
  });

  it('lists what is left of a manifest that has gone', () => {
    const report = reportOf({ objects: [], steps: [deleteStep()] });
    expect(onlyObject(report)).toMatchObject({ name: 'xray', sync: 'OutOfSync' });
    expect(onlyObject(report).conditions[0]).toMatchObject({ status: 'False', reason: 'Deleting' });
  });

  it('lists the implicit environment only while something is wrong with it', () => {
    const desired = {
      ...desiredResource({ kind: 'environment', name: 'default' }),
      manifest: { kind: 'Environment', name: 'default' } as const,
    };
    const planned = (found: boolean) =>
      planFor({
        desired: [{ ...desired, management: 'external' }],
        snapshot: snapshotOf(found ? [observedResource(desired)] : []),
      });
    expect(reportOf({ objects: [], plan: planned(true) }).objects).toEqual([]);
    expect(reportOf({ objects: [], plan: planned(false) }).summary).toMatchObject({ total: 1, stalled: 1 });
  });
});

describe('an object with an invalid document', () => {
  const invalid = reportedObject({ error: 'xray.yaml:3:5: spec.cpu: 400 is not valid' });

  it('keeps what was last known of it', () => {
    const before = reportOf({ steps: [drifted] });
    const { endpoint: _endpoint, ...unread } = invalid;
    const object = onlyObject(
      reportOf({ objects: [unread], steps: [], revisions: new Map([['default', 'bad']]) }, before),
    );
    expect(object).toMatchObject({ sync: 'Unknown', health: 'Healthy', observedRevision: 'bad' });
    expect(object.resources).toEqual(onlyObject(before).resources);
    expect(object.endpoint).toBe('xray.services.dockerinaws.org:2000');
    expect(object.conditions.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'False SourceInvalid',
      'False SourceInvalid',
      'True SourceInvalid',
    ]);
  });

  it('is one object when two documents claim its name', () => {
    const report = reportOf({ objects: [reportedObject(), invalid, invalid], steps: [] });
    expect(report.summary).toMatchObject({ total: 1, stalled: 1 });
  });
});

describe('times', () => {
  const first = reportOf({ steps: [drifted] });
  const next = { now: LATER, pass: { ...reportInput().pass, startedAt: LATER } };

  it('keep the moment a condition last changed its status, not its message', () => {
    const still = reportOf({ ...next, steps: [{ ...drifted, reason: 'other words' }] }, first);
    expect(onlyObject(still).conditions[0]?.lastTransitionTime).toBe('2026-11-02T10:00:00.000Z');
    const healed = reportOf({ ...next, steps: [keepStep()] }, still);
    expect(onlyObject(healed).conditions[0]).toMatchObject({ status: 'True', lastTransitionTime: LATER });
  });

  it('keep the moment a field began to drift, even if its value moves on', () => {
    const moved = { ...drifted, changes: [change('desiredCount', 0, 2), change('tags.team', 'a', 'b')] };
    expect(onlyObject(reportOf({ ...next, steps: [moved] }, first)).resources[0]?.drift).toEqual([
      { path: 'desiredCount', desired: 2, actual: 0, since: '2026-11-02T09:59:59.000Z' },
      { path: 'tags.team', desired: 'b', actual: 'a', since: LATER },
    ]);
  });

  it('survive a pass that could not see the resource', () => {
    const unseen = reportOf({ ...next, steps: [holdStep({ why: 'unseen' })] }, first);
    expect(onlyObject(unseen).resources[0]).toMatchObject({
      state: 'Unknown',
      drift: [{ path: 'desiredCount' }],
    });
    const again = reportOf({ ...next, steps: [drifted] }, unseen);
    expect(onlyObject(again).resources[0]?.drift[0]?.since).toBe('2026-11-02T09:59:59.000Z');
  });

  it('begin anew when a field drifts again after it was healed', () => {
    const healed = reportOf({ before: planOf([drifted]), outcomes: [outcome('done')] }, first);
    const again = reportOf({ ...next, steps: [drifted] }, healed);
    expect(onlyObject(again).resources[0]?.drift).toEqual([
      { path: 'desiredCount', desired: 2, actual: 1, since: LATER },
    ]);
  });
});

describe('drift that the pass healed', () => {
  const before = planOf([drifted]);

  it('is listed with when it was healed, on a resource that is in sync', () => {
    const report = reportOf({ before, outcomes: [outcome('done')] });
    expect(onlyObject(report)).toMatchObject({ sync: 'Synced' });
    expect(onlyObject(report).resources[0]).toMatchObject({
      state: 'InSync',
      drift: [
        {
          path: 'desiredCount',
          desired: 2,
          actual: 1,
          since: '2026-11-02T09:59:59.000Z',
          healedAt: '2026-11-02T09:59:59.500Z',
        },
      ],
    });
  });

  it.each([
    ['is still listed a few seconds later, for those who look now and then', '2026-11-02T10:00:05.000Z', 1],
    ['is gone from a report a minute later', LATER, 0],
  ])('%s', (_rule, startedAt, listed) => {
    const pass = { ...reportInput().pass, startedAt };
    const report = reportOf({ pass }, reportOf({ before, outcomes: [outcome('done')] }));
    expect(onlyObject(report).resources[0]?.drift).toHaveLength(listed);
  });

  it('is not called healed where the call failed', () => {
    const error = { code: 'ThrottlingException', message: 'slow down', retry: 'backoff' } as const;
    const report = reportOf({ before, steps: [drifted], outcomes: [outcome('failed', { error })] });
    expect(onlyObject(report).resources[0]?.drift).toEqual([
      { path: 'desiredCount', desired: 2, actual: 1, since: '2026-11-02T09:59:59.000Z' },
    ]);
  });

  it('is not claimed for a change that git made', () => {
    const report = reportOf({ before: planOf([updateStep()]), outcomes: [outcome('done')] });
    expect(onlyObject(report).resources[0]?.drift).toEqual([]);
  });
});

describe('a resource that somebody deleted in AWS', () => {
  const there = reportOf();
  const exists = { path: 'exists', desired: true, actual: false };

  it('is drift as long as it is missing, since it was first missed', () => {
    const missed = reportOf({ steps: [createStep()] }, there);
    expect(onlyObject(missed).resources[0]).toMatchObject({ state: 'Missing', drift: [exists] });
    const pass = { ...reportInput().pass, startedAt: LATER };
    const still = reportOf({ pass, steps: [createStep()] }, missed);
    expect(onlyObject(still).resources[0]?.drift).toEqual([{ ...exists, since: '2026-11-02T09:59:59.000Z' }]);
  });

  it('is listed with when it was healed, once it has been created again', () => {
    const report = reportOf({ before: planOf([createStep()]), outcomes: [outcome('done')] }, there);
    const [resource] = onlyObject(report).resources;
    expect(resource).toMatchObject({ state: 'InSync', drift: [exists] });
    expect(resource?.drift[0]?.healedAt).toBe('2026-11-02T09:59:59.500Z');
  });

  it.each([
    ['is no drift where it never was', undefined, 'c0ffee1'],
    ['is no drift where git has changed meanwhile', there, 'd00d'],
  ])('%s', (_rule, previous, revision) => {
    const revisions = new Map([['default', revision]]);
    const missing = reportOf({ revisions, steps: [createStep()] }, previous);
    expect(onlyObject(missing).resources[0]?.drift).toEqual([]);
    const created = reportOf(
      { revisions, before: planOf([createStep()]), outcomes: [outcome('done')] },
      previous,
    );
    expect(onlyObject(created).resources[0]?.drift).toEqual([]);
  });
});

describe('the last applied revision', () => {
  it('moves only when everything of the object is in sync', () => {
    const first = reportOf();
    const pending = reportOf(
      { revisions: new Map([['default', 'd00d']]), steps: [createStep({ kind: 'role' }), keepStep()] },
      first,
    );
    expect(onlyObject(pending)).toMatchObject({ observedRevision: 'd00d', lastAppliedRevision: 'c0ffee1' });
    expect(
      onlyObject(reportOf({ revisions: new Map([['default', 'd00d']]) }, pending)).lastAppliedRevision,
    ).toBe('d00d');
  });
});

describe('the status store', () => {
  it('starts with a report of no pass and remembers from pass to pass', () => {
    const { controller, source } = reportInput();
    const store = createStatusStore(controller, source);
    expect(store.report()).toMatchObject({ pass: { number: 0 }, objects: [] });
    store.record(reportInput({ steps: [drifted] }));
    const last = store.record(reportInput({ now: LATER, steps: [drifted] }));
    expect(store.report()).toBe(last);
    expect(onlyObject(last).conditions[0]?.lastTransitionTime).toBe('2026-11-02T10:00:00.000Z');
  });
});
