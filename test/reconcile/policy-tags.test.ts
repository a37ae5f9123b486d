import { describe, expect, test } from 'vitest';
import type { HoldWhy, Step } from '../../controller/plan/step.ts';
import { missingEntries } from '../../controller/reconcile/bookkeeping.ts';
import { desiredResource, observedResource, planInput } from '../support/plans/resources.ts';
import { holdStep } from '../support/plans/steps.ts';
import type { HoldOverrides } from '../support/plans/steps.ts';
import { callsTo } from '../support/world/account.ts';
import { MANIFESTS, createWorld, refusal } from '../support/world/world.ts';

const PROTECTED = { prune: false, deletion: 'retain' } as const;

/** A service of ours that was last written when its manifest said nothing of how it goes, and whose step is held. */
function heldStep(overrides: HoldOverrides): Step {
  const desired = desiredResource({ kind: 'service', ...overrides });
  const applied = desiredResource({ kind: 'service' });
  const held = holdStep({ intent: 'update', exists: true, ...overrides });
  return Object.assign(held, { desired, observed: observedResource(desired, { applied }) });
}

describe('what a manifest says of how a resource goes', () => {
  test.each<readonly [HoldWhy, boolean]>([
    ['missing', true],
    ['waiting', true],
    ['policy', true],
    ['budget', true],
    ['failed', true],
    ['unseen', false],
    ['not-ours', false],
  ])('where it is held as %s: is written down, %s', (why, isWritten) => {
    const [entry] = missingEntries([heldStep({ why, policy: PROTECTED })], planInput());
    expect(entry?.tags).toEqual(
      isWritten
        ? { 'stationkeeper:deletion-policy': 'retain', 'stationkeeper:prune': 'disabled' }
        : undefined,
    );
  });

  test.each<readonly [string, HoldOverrides, Parameters<typeof planInput>[0]]>([
    ['is only observed', { why: 'policy', policy: { ...PROTECTED, reconcile: 'observe' } }, {}],
    ['is suspended', { why: 'policy', policy: { ...PROTECTED, reconcile: 'disabled' } }, {}],
    ['is another controller that only observes', { why: 'policy', policy: PROTECTED }, { mode: 'observe' }],
    ['says so already', { why: 'policy' }, {}],
    [
      'is written otherwise again and again by somebody',
      { why: 'failed', policy: { prune: false } },
      {
        resting: new Map([
          ['default|service||xray', { reason: 'Contested', paths: new Set(['tags.stationkeeper:prune']) }],
        ]),
      },
    ],
  ])('is not written where it %s', (_what, overrides, input) => {
    expect(missingEntries([heldStep(overrides)], planInput(input))).toEqual([]);
  });
});

describe('prune: disabled', () => {
  const PRUNED = MANIFESTS['xray.yaml'];
  const KEPT = PRUNED.replace(
    '  labels: { team: platform }',
    '  labels: { team: platform }\n  annotations: { stationkeeper.dev/prune: disabled }',
  );

  test('keeps what is there although its update is refused when the manifest goes', async () => {
    const world = createWorld({ files: { 'xray.yaml': PRUNED } });
    await world.settle();
    await world.clock.advance(300_000);
    await world.settle();
    world.intercept(({ name }, perform) =>
      name === 'ecs:UpdateService'
        ? Promise.reject(refusal('AccessDeniedException', { status: 403 }))
        : perform(),
    );
    world.files.set('xray.yaml', KEPT.replace('desiredCount: 2', 'desiredCount: 3'));
    await world.loopFor(300_000);
    const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
      cluster: 'xray-daemon-cluster',
      services: ['xray'],
      include: ['TAGS'],
    });
    expect((services as { tags: object[] }[])[0]?.tags).toContainEqual({
      key: 'stationkeeper:prune',
      value: 'disabled',
    });
    const [cluster = '', namespace = ''] = PRUNED.split('---\n');
    world.files.set('xray.yaml', [cluster, namespace].join('---\n'));
    world.intercept(undefined);
    const results = await world.loopFor(900_000);
    const service = results.at(-1)!.plan.steps.find(({ id }) => id.kind === 'service');
    expect(service).toMatchObject({ type: 'keep', reason: expect.stringContaining('prune: disabled') });
    expect(world.mutations()).not.toContain('ecs:DeleteService');
  });
});
