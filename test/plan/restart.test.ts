import { describe, expect, test } from 'vitest';
import type { RestartOutlook } from '../../controller/core/kind.ts';
import type { Desired } from '../../controller/core/resource.ts';
import { planToText } from '../../controller/plan/render.ts';
import type { Plan } from '../../controller/plan/step.ts';
import {
  desiredResource,
  modelsWith,
  observedResource,
  planFor,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides } from '../support/plans/resources.ts';

const STOPS: RestartOutlook = { says: 'stops all of it' };
const STUCK: RestartOutlook = { says: '', cannot: 'it would never end; write less' };

/** A revision that git changes, and the service that is to take it up, with what a rollout does to it. */
function planned(
  outlook: RestartOutlook,
  {
    service: overrides = {},
    mode,
    revisionIsNew = true,
  }: {
    readonly service?: DesiredOverrides;
    readonly mode?: 'observe';
    readonly revisionIsNew?: boolean;
  } = {},
): Plan {
  const revision = desiredResource({ kind: 'task-definition', fields: { image: 'new' } });
  const service = desiredResource({ kind: 'service', needs: [revision.id], ...overrides });
  const made: Desired = { ...revision, usedBy: service.id };
  const before = desiredResource({ kind: 'task-definition', fields: { image: 'old' } });
  const models = modelsWith('service', {
    takesUp: () => 'revision',
    restart: (_desired, _observed, paths) =>
      paths.some((path) => path === 'revision' || path === 'size') ? outlook : undefined,
  });
  return planFor({
    models,
    desired: [made, service],
    snapshot: snapshotOf([
      revisionIsNew
        ? observedResource(revision, { fields: { image: 'old' }, applied: before })
        : observedResource(revision),
      observedResource(service, { fields: { size: 'small' } }),
    ]),
    ...(mode === undefined ? {} : { mode }),
  });
}

const stepsOf = (plan: Plan) =>
  plan.steps.map(({ id, reason, ...step }) => [
    id.kind,
    step.type,
    ...('why' in step ? [step.why] : []),
    ...('called' in step ? [step.called] : []),
    reason,
  ]);

const BIG = { fields: { size: 'big' } };

describe('a rollout that stops something', () => {
  test('is told where the service itself changes', () => {
    const plan = planned(STOPS, { service: BIG, revisionIsNew: false });
    expect(stepsOf(plan)).toContainEqual(['service', 'update', 'stops all of it']);
    expect(planToText(plan)).toMatch(/~ service\/xray {2}\(.*stops all of it\)/);
  });

  test('is told where it only follows what it uses', () => {
    const plan = planned(STOPS);
    expect(stepsOf(plan)).toContainEqual([
      'service',
      'hold',
      'waiting',
      'follows task-definition/xray; stops all of it',
    ]);
  });

  test('is not told where the service leaves it to others what it uses', () => {
    const plan = planned(STOPS, { service: { policy: { ignoreDrift: ['revision'] } } });
    expect(stepsOf(plan)).not.toContainEqual(expect.arrayContaining([expect.stringMatching(/stops all/)]));
  });
});

describe('a rollout that could never end', () => {
  test('is held, and so is the revision that would only be taken up by it', () => {
    expect(stepsOf(planned(STUCK))).toEqual([
      [
        'task-definition',
        'hold',
        'policy',
        'waits with service/xray, which is held: it would never end; write less',
      ],
      ['service', 'hold', 'policy', 'RolloutCannotProceed', 'it would never end; write less'],
    ]);
  });

  test('is held where the service itself changes', () => {
    expect(stepsOf(planned(STUCK, { service: BIG, revisionIsNew: false }))).toContainEqual([
      'service',
      'hold',
      'policy',
      'RolloutCannotProceed',
      'it would never end; write less',
    ]);
  });

  test('is no matter where nothing may be changed anyway', () => {
    expect(stepsOf(planned(STUCK, { service: BIG, revisionIsNew: false, mode: 'observe' }))).toContainEqual([
      'service',
      'hold',
      'policy',
      'the controller runs with --mode observe',
    ]);
  });
});
