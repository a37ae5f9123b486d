import { describe, expect, it, test } from 'vitest';
import { rolloutLines, rolloutPlans } from '../../controller/plan/rollouts.ts';
import { courseOfTwoStages, holding, NEW, stage, underWay } from '../support/rollouts/members.ts';

describe('a plan tells of a rollout', () => {
  test('its digest, who begins, and who waits for what', () => {
    const [plan] = rolloutPlans([courseOfTwoStages()]);
    expect(plan).toMatchObject({ stage: 'canary', condition: 'progressing', digest: NEW });
    expect(rolloutLines(plan!)).toEqual([
      `DaemonService/xray goes through Rollout/fleet, digest ${NEW}: stage 1 of 2 (canary): 0 of 2 done, 2 begin now`,
      '  begins in 2 Environments (a, b): stage 1 of 2 (canary): begins now',
      '  waits in 2 Environments (c, d): stage 2 of 2 (rest) waits for canary: 0 of 2 done',
    ]);
  });

  it('nothing where it is done', () => {
    const done = holding(NEW, -60);
    expect(rolloutPlans([courseOfTwoStages({ members: [{ a: done }, { c: done }] })])).toEqual([]);
  });

  it('loudly where all of it is waived', () => {
    const [plan] = rolloutPlans([
      courseOfTwoStages({ definition: { mode: 'skip', modeSaidBy: 'Rollout/fleet' } }),
    ]);
    expect(rolloutLines(plan!)[0]).toContain('which is SKIPPED');
  });

  it('by the stage that is at work, though one before has failures that it may have', () => {
    const stages = [stage('canary', { maxFailures: 1 }), stage('rest')];
    const members = [{ a: holding(NEW, -60), b: holding(NEW, -60, { degraded: 'x' }) }, { c: underWay(-1) }];
    expect(rolloutPlans([courseOfTwoStages({ stages, members })])[0]).toMatchObject({ stage: 'rest' });
  });
});
