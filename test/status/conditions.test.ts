import { describe, expect, it } from 'vitest';
import { conditionsOf, healthOf, syncOf } from '../../controller/status/conditions.ts';
import type { ObjectView } from '../../controller/status/conditions.ts';
import { isOutOfSync, stateOf } from '../../controller/status/resource-view.ts';
import type { Failure } from '../../controller/status/resource-view.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  change,
  createStep,
  deleteStep,
  holdStep,
  keepStep,
  replaceStep,
  updateStep,
} from '../support/plans/steps.ts';

const drifted = { changes: [change()], changedBy: 'aws' } as const;

interface ViewOverrides extends Partial<ObjectView> {
  readonly failure?: Failure;
  readonly started?: string;
}

function objectOf(steps: readonly Step[], { failure, started, ...rest }: ViewOverrides = {}): ObjectView {
  return {
    kind: 'DaemonService',
    reconcile: 'enabled',
    planHash: 'a1b2c3',
    resources: steps.map((step) => ({
      step,
      state: stateOf(step),
      ...(failure === undefined || step.type === 'keep' ? {} : { failure }),
      ...(started === undefined ? {} : { started }),
    })),
    ...rest,
  };
}

describe('the state of a resource', () => {
  it.each<readonly [string, Step, string, boolean | undefined]>([
    ['kept as wanted', keepStep(), 'InSync', false],
    ['kept with ignored drift', keepStep(drifted), 'InSync', false],
    ['absent and to be created', createStep(), 'Missing', true],
    ['to be updated for git', updateStep(), 'Changed', true],
    ['to be updated because of AWS', updateStep(drifted), 'Drifted', true],
    ['to be replaced for git', replaceStep(), 'Changed', true],
    ['to be replaced because of AWS', replaceStep(drifted), 'Drifted', true],
    ['to be deleted', deleteStep(), 'Changed', true],
    ['unseen', holdStep({ why: 'unseen' }), 'Unknown', undefined],
    ['unseen leftover', holdStep({ why: 'unseen', intent: 'delete', exists: true }), 'Unknown', undefined],
    ['external and missing', holdStep({ why: 'missing' }), 'Missing', true],
    ["another's", holdStep({ why: 'not-ours', exists: true }), 'Held', true],
    ['absent and waiting', holdStep({ why: 'waiting', intent: 'create' }), 'Missing', true],
    [
      'waiting with a change',
      holdStep({ why: 'waiting', intent: 'update', exists: true, changes: [change()] }),
      'Changed',
      true,
    ],
    ['waiting to follow', holdStep({ why: 'waiting', intent: 'update', exists: true }), 'Held', true],
    [
      'only observed, drifted',
      holdStep({ why: 'policy', intent: 'update', exists: true, ...drifted }),
      'Drifted',
      true,
    ],
    ['only observed, absent', holdStep({ why: 'policy', intent: 'create' }), 'Missing', true],
    ['suspended', holdStep({ why: 'policy', exists: true }), 'Held', undefined],
    ['a deletion over the budget', holdStep({ why: 'budget', intent: 'delete', exists: true }), 'Held', true],
    ['failed while being created', holdStep({ why: 'failed', intent: 'create' }), 'Missing', true],
  ])('%s', (_name, step, state, outOfSync) => {
    expect(stateOf(step)).toBe(state);
    expect(isOutOfSync({ step, state: stateOf(step) })).toBe(outOfSync);
  });
});

describe('sync of an object', () => {
  const unseen = holdStep({ why: 'unseen', kind: 'role' });
  it.each<readonly [string, readonly Step[], string]>([
    ['Synced when everything is in sync', [keepStep(), keepStep({ kind: 'role' })], 'Synced'],
    ['OutOfSync when anything differs', [keepStep(), updateStep({ kind: 'role' })], 'OutOfSync'],
    ['Unknown outweighs Synced', [keepStep(), unseen], 'Unknown'],
    ['OutOfSync outweighs Unknown', [updateStep(), unseen], 'OutOfSync'],
    ['Unknown with nothing looked at', [], 'Unknown'],
  ])('is %s', (_rule, steps, sync) => {
    expect(syncOf(objectOf(steps))).toBe(sync);
  });

  it('is Unknown while its document is invalid, since nobody knows what git wants', () => {
    expect(syncOf(objectOf([keepStep()], { invalid: 'spec.cpu: 400 is not valid' }))).toBe('Unknown');
  });
});

describe('health of an object', () => {
  const degraded = { status: 'Degraded', message: 'cannot pull the image' } as const;
  const progressing = { status: 'Progressing', message: '1 of 2 tasks running' } as const;
  it.each<readonly [string, ObjectView, string]>([
    ['Healthy when its service is', objectOf([keepStep()]), 'Healthy'],
    [
      'Missing when its service does not exist',
      objectOf([createStep(), keepStep({ kind: 'role' })]),
      'Missing',
    ],
    [
      'Unknown when its service was not seen',
      objectOf([holdStep({ why: 'unseen', reason: 'AccessDenied' })]),
      'Unknown',
    ],
    ['Unknown before anything was looked at', objectOf([]), 'Unknown'],
    ['Progressing while tasks start', objectOf([keepStep({ health: progressing })]), 'Progressing'],
    [
      'Degraded over Progressing',
      objectOf([keepStep({ health: progressing }), keepStep({ kind: 'role', health: degraded })]),
      'Degraded',
    ],
    [
      'Suspended when nobody looks after it',
      objectOf([holdStep({ why: 'policy' })], { reconcile: 'disabled' }),
      'Suspended',
    ],
    [
      'of its cluster for a Cluster',
      objectOf([createStep({ kind: 'cluster' })], { kind: 'Cluster' }),
      'Missing',
    ],
    ['Healthy for leftovers without their service', objectOf([deleteStep({ kind: 'role' })]), 'Healthy'],
  ])('is %s', (_rule, object, status) => {
    expect(healthOf(object).status).toBe(status);
  });
});

describe('conditions of an object', () => {
  const denied: Failure = {
    code: 'AccessDeniedException',
    message:
      'ecs:CreateService was refused: AccessDeniedException: no; add {"Effect":"Allow","Action":"ecs:CreateService","Resource":"*"} to the controller\'s policy',
    operation: 'ecs:CreateService',
    isAdvised: true,
    retry: 'backoff',
  };
  const throttled: Failure = {
    code: 'ThrottlingException',
    message: 'Rate exceeded',
    operation: 'ecs:CreateService',
    retry: 'backoff',
  };
  const refused: Failure = {
    code: 'InvalidGroup.NotFound',
    message: 'no such group',
    operation: 'ecs:CreateService',
    retry: 'never',
  };
  const failedCreate = [holdStep({ why: 'failed', intent: 'create' })];

  it.each<readonly [string, ObjectView, string, string, string]>([
    ['in sync and healthy', objectOf([keepStep()]), 'True ReconcileSuccess', 'False', 'False'],
    ['drift about to be healed', objectOf([updateStep(drifted)]), 'False DriftDetected', 'True', 'False'],
    [
      'drift that is only reported',
      objectOf([holdStep({ why: 'policy', intent: 'update', exists: true, ...drifted })]),
      'False DriftDetected',
      'False',
      'False',
    ],
    ['a change from git', objectOf([updateStep()]), 'False ChangesPending', 'True', 'False'],
    ['a resource to create', objectOf([createStep()]), 'False Missing', 'True', 'False'],
    [
      'AWS at work',
      objectOf([holdStep({ why: 'waiting', intent: 'create' })], { started: 'creating' }),
      'False Progressing',
      'True',
      'False',
    ],
    [
      'waiting for a dependency',
      objectOf([holdStep({ why: 'waiting', intent: 'create' })]),
      'False DependencyNotReady',
      'True',
      'False',
    ],
    [
      'waiting for its turn in a rollout',
      objectOf([holdStep({ why: 'rollout', intent: 'update', exists: true, changes: [change()] })]),
      'True RolloutWaiting',
      'True',
      'False',
    ],
    [
      'waiting for its turn where nothing of it is there',
      objectOf([holdStep({ why: 'rollout', intent: 'create' })]),
      'True RolloutWaiting',
      'True',
      'False',
    ],
    [
      'ill while it waits for its turn',
      objectOf([
        holdStep({
          why: 'rollout',
          intent: 'update',
          exists: true,
          changes: [change()],
          health: { status: 'Degraded', message: 'no image' },
        }),
      ]),
      'False Degraded',
      'True',
      'False',
    ],
    [
      'drift that is corrected while it waits for its turn',
      objectOf([
        holdStep({ why: 'rollout', intent: 'update', exists: true, changes: [change()] }),
        updateStep({ kind: 'role', ...drifted }),
      ]),
      'False DriftDetected',
      'True',
      'False',
    ],
    [
      'tasks starting',
      objectOf([keepStep({ health: { status: 'Progressing', message: '0 of 2' } })]),
      'False Progressing',
      'True',
      'False',
    ],
    [
      'degraded',
      objectOf([keepStep({ health: { status: 'Degraded', message: 'no image' } })]),
      'False Degraded',
      'False',
      'False',
    ],
    [
      "another's resource",
      objectOf([holdStep({ why: 'not-ours', exists: true })]),
      'False NotOurs',
      'False',
      'True',
    ],
    [
      'a missing external cluster',
      objectOf([holdStep({ why: 'missing' })]),
      'False DependencyMissing',
      'False',
      'True',
    ],
    [
      'a rollout that could never end',
      objectOf([
        {
          ...holdStep({ why: 'policy', intent: 'update', exists: true, changes: [change()] }),
          called: 'RolloutCannotProceed',
        } as Step,
      ]),
      'False RolloutCannotProceed',
      'False',
      'True',
    ],
    [
      'a replacement not allowed',
      objectOf([holdStep({ why: 'policy', intent: 'replace', exists: true, changes: [change()] })]),
      'False ReplaceNotAllowed',
      'False',
      'True',
    ],
    [
      'a deletion over the budget',
      objectOf([holdStep({ why: 'budget', intent: 'delete', exists: true })]),
      'False PruneBudgetExceeded',
      'False',
      'True',
    ],
    [
      'a deletion that prune forbids',
      objectOf([keepStep(), holdStep({ kind: 'role', why: 'policy', intent: 'delete', exists: true })]),
      'True ReconcileSuccess',
      'False',
      'False',
    ],
    [
      'gone from git, and held while nothing is deleted',
      objectOf([holdStep({ why: 'policy', intent: 'delete', exists: true })]),
      'False DeletionHeld',
      'False',
      'False',
    ],
    [
      'unseen',
      objectOf([keepStep(), holdStep({ kind: 'role', why: 'unseen' })]),
      'Unknown Unseen',
      'False',
      'False',
    ],
    ['not read yet', objectOf([]), 'Unknown Unseen', 'False', 'False'],
    [
      'suspended',
      objectOf([holdStep({ why: 'policy' })], { reconcile: 'disabled' }),
      'Unknown ReconcilePaused',
      'False',
      'False',
    ],
    [
      'an invalid document',
      objectOf([keepStep()], { invalid: 'daemons.yaml:3:5 spec.cpu' }),
      'False SourceInvalid',
      'False',
      'True',
    ],
    [
      'a failure tried again',
      objectOf(failedCreate, { failure: throttled }),
      'False ThrottlingException',
      'True',
      'False',
    ],
    [
      'a failure not tried again',
      objectOf(failedCreate, { failure: refused }),
      'False InvalidGroupNotFound',
      'False',
      'True',
    ],
    [
      'a refused permission',
      objectOf(failedCreate, { failure: denied }),
      'False AccessDeniedException',
      'False',
      'True',
    ],
    [
      'a refused read',
      objectOf([holdStep({ why: 'unseen' })], { failure: denied }),
      'Unknown AccessDeniedException',
      'False',
      'True',
    ],
  ])('%s', (_situation, object, ready, reconciling, stalled) => {
    const { Ready, Reconciling, Stalled } = conditionsOf(object);
    expect(`${Ready.status} ${Ready.reason}`).toBe(ready);
    expect(Reconciling.status).toBe(reconciling);
    expect(Stalled.status).toBe(stalled);
  });

  it('says ProgressingWithRetry while a failure is tried again', () => {
    expect(conditionsOf(objectOf(failedCreate, { failure: throttled })).Reconciling.reason).toBe(
      'ProgressingWithRetry',
    );
  });

  it("names the operation, the code, AWS's message and the next attempt of a failure", () => {
    const failure = { ...throttled, attempts: 3, nextAttemptAt: '2026-11-02T10:05:00.000Z' };
    expect(conditionsOf(objectOf(failedCreate, { failure })).Ready.message).toBe(
      'service/xray: ecs:CreateService: ThrottlingException: Rate exceeded; Stationkeeper retries at 2026-11-02T10:05:00.000Z, after 3 failed',
    );
  });

  it('says once what a message translated from AWS has already said', () => {
    expect(conditionsOf(objectOf(failedCreate, { failure: denied })).Ready.message).toBe(
      `service/xray: ${denied.message}`,
    );
  });

  it('adds no advice of its own to a message with advice in other words', () => {
    const message = 'Cloud Map could not create it: ACCESS_DENIED: no; `stationkeeper policy` prints it';
    const failure = {
      ...denied,
      code: 'ACCESS_DENIED',
      message,
      operation: 'servicediscovery:CREATE_NAMESPACE',
    };
    expect(conditionsOf(objectOf(failedCreate, { failure })).Ready.message).toMatch(/prints it$/);
  });

  it.each([
    ['does not', 'not authorized'],
    ['only quotes one', 'not authorized by {"Effect":"Allow"}'],
  ])('names the missing statement where the message %s', (_how, message) => {
    const failure: Failure = {
      code: 'AccessDenied',
      message,
      operation: 'tagging:GetResources',
      retry: 'backoff',
    };
    expect(conditionsOf(objectOf(failedCreate, { failure })).Ready.message).toContain(
      'add {"Effect":"Allow","Action":"tag:GetResources","Resource":"*"} to the controller\'s policy',
    );
  });

  it('tells the gravest concern first and counts the others like it', () => {
    const steps = [
      createStep({ kind: 'role' }),
      createStep(),
      holdStep({ kind: 'cluster', why: 'waiting', intent: 'create' }),
    ];
    expect(conditionsOf(objectOf(steps)).Ready.message).toBe('role/xray does not exist (and 1 more)');
  });

  it('counts an unseen main resource once', () => {
    const object = objectOf([holdStep({ why: 'unseen', reason: 'ecs:DescribeServices timed out' })]);
    expect(conditionsOf(object).Ready.message).toBe('service/xray: ecs:DescribeServices timed out');
  });

  it('shows the health of the service when all is well', () => {
    const health = { status: 'Healthy', message: '2 of 2 tasks running' } as const;
    expect(conditionsOf(objectOf([keepStep({ health })])).Ready.message).toBe('2 of 2 tasks running');
    expect(conditionsOf(objectOf([keepStep()])).Ready.message).toBe('in sync');
  });

  it('never says Reconciling and Stalled at once', () => {
    const object = objectOf([createStep({ kind: 'role' }), holdStep({ why: 'not-ours', exists: true })]);
    const { Reconciling, Stalled } = conditionsOf(object);
    expect([Reconciling.status, Stalled.status]).toEqual(['False', 'True']);
  });
});
