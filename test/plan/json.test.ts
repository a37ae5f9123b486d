import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { PlanJson, planToJson } from '../../controller/plan/json.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  change,
  createStep,
  deleteStep,
  holdStep,
  keepStep,
  planOf,
  replaceStep,
  updateStep,
} from '../support/plans/steps.ts';

function stepJson(step: Step): unknown {
  return planToJson(planOf([step])).steps[0];
}

const PLAIN = {
  id: 'service/xray',
  environment: 'default',
  manifest: { kind: 'DaemonService', name: 'xray' },
  owner: 'us',
  reason: '',
  changes: [],
  changedBy: 'git',
};
const CHANGES = [{ path: 'desiredCount', from: 1, to: 2, by: 'update' }];

const adopting = { ...updateStep(), adopts: true } as Step;
const releasing = { ...deleteStep(), release: true } as Step;
const scoped = { ...keepStep(), id: { ...keepStep().id, scope: 'fleet' } } as Step;

const STEPS: readonly (readonly [what: string, step: Step, json: object])[] = [
  ['a creation', createStep(), { ...PLAIN, action: 'create', owner: 'nobody' }],
  [
    'an update',
    updateStep({ changedBy: 'aws' }),
    { ...PLAIN, action: 'update', changes: CHANGES, changedBy: 'aws' },
  ],
  ['an adoption', adopting, { ...PLAIN, action: 'update', changes: CHANGES, adopts: true }],
  [
    'a replacement',
    replaceStep({ reason: 'why' }),
    { ...PLAIN, action: 'replace', changes: CHANGES, reason: 'why' },
  ],
  ['a deletion', deleteStep(), { ...PLAIN, action: 'delete' }],
  ['a release', releasing, { ...PLAIN, action: 'delete', releases: true }],
  ['what is kept', keepStep(), { ...PLAIN, action: 'keep' }],
  ['what has a scope', scoped, { ...PLAIN, action: 'keep', scope: 'fleet' }],
  [
    'what is held',
    holdStep({ why: 'budget', intent: 'delete', exists: true }),
    { ...PLAIN, action: 'hold', why: 'budget', intent: 'delete' },
  ],
];

describe('a plan as JSON', () => {
  it.each(STEPS)('says what there is to know of %s', (_what, step, json) => {
    expect(stepJson(step)).toEqual(json);
  });

  it('says which revision was planned and when, where that is known', () => {
    const plan = planOf([]);
    const { hash, summary } = plan;
    expect(planToJson(plan)).toEqual({ hash, summary, steps: [], folded: [], fleets: [] });
    expect(planToJson(plan, { revision: 'abc', plannedAt: '2026-11-22T09:00:00Z' })).toEqual({
      hash,
      summary,
      steps: [],
      folded: [],
      fleets: [],
      revision: 'abc',
      plannedAt: '2026-11-22T09:00:00Z',
    });
  });

  it('tells once what Environments have alike, with what becomes of the object in each', () => {
    const updated = ['eu', 'us'].map((environment) =>
      updateStep({ environment, changes: [change('role', 'old', `xray-${environment}-task`)] }),
    );
    const steps = [...updated, keepStep({ environment: 'ap' })];
    const { folded, fleets } = planToJson(planOf(steps));
    expect(folded).toEqual([
      {
        id: 'service/xray',
        environments: ['eu', 'us'],
        manifest: PLAIN.manifest,
        action: 'update',
        owner: 'us',
        reason: '',
        changes: [{ path: 'role', from: 'old', to: 'xray-${environment.name}-task', by: 'update' }],
        changedBy: 'git',
      },
    ]);
    expect(fleets).toEqual([{ manifest: PLAIN.manifest, updated: ['eu', 'us'], unchanged: ['ap'] }]);
  });

  it('says what of the source was passed over, where that is known', () => {
    const ignored = [{ file: 'ci.yml', line: 1, message: 'has no kind of ours' }];
    expect(planToJson(planOf([]), { ignored })).toMatchObject({ ignored });
    expect(planToJson(planOf([]))).not.toHaveProperty('ignored');
  });

  it('leaves out of a change why it is held: the reason of its step says it', () => {
    const step = updateStep({ changes: [{ ...change(), held: 'it was rolled back' }] });
    expect(stepJson(step)).toMatchObject({
      changes: [{ path: 'desiredCount', from: 1, to: 2, by: 'update' }],
    });
    expect(JSON.stringify(stepJson(step))).not.toContain('rolled back');
  });
});

describe('its schema', () => {
  const json = planToJson(planOf(STEPS.map(([, step]) => step)), { revision: 'a', plannedAt: 'b' });

  it('takes every step', () => {
    expect([...Value.Errors(PlanJson, json)]).toEqual([]);
  });

  it.each(['unseen', 'missing', 'not-ours', 'waiting', 'policy', 'budget', 'failed'] as const)(
    'takes what is held as %s',
    (why) => {
      expect(Value.Check(PlanJson, planToJson(planOf([holdStep({ why })])))).toBe(true);
    },
  );

  it.each(['create', 'update', 'replace', 'delete', 'none'] as const)(
    'takes a hold back of: %s',
    (intent) => {
      expect(Value.Check(PlanJson, planToJson(planOf([holdStep({ why: 'failed', intent })])))).toBe(true);
    },
  );

  const [first] = json.steps;
  it.each<readonly [string, object]>([
    ['something more of a plan', { ...json, more: 1 }],
    ['something more of its counts', { ...json, summary: { ...json.summary, more: 1 } }],
    ['a count below nothing', { ...json, summary: { ...json.summary, keep: -1 } }],
    ['a plan without its hash', { ...json, hash: undefined }],
    ['something more of a step', { ...json, steps: [{ ...first, more: 1 }] }],
    ['a step without an action', { ...json, steps: [{ ...first, action: undefined }] }],
    ['an action that there is not', { ...json, steps: [{ ...first, action: 'restart' }] }],
    ['an owner that there is not', { ...json, steps: [{ ...first, owner: 'you' }] }],
    [
      'something more of a manifest',
      { ...json, steps: [{ ...first, manifest: { ...PLAIN.manifest, more: 1 } }] },
    ],
    ['a manifest without a name', { ...json, steps: [{ ...first, manifest: { kind: 'Cluster' } }] }],
    ['something more of a change', { ...json, steps: [{ ...first, changes: [{ ...CHANGES[0], more: 1 }] }] }],
    [
      'a change without a path',
      { ...json, steps: [{ ...first, changes: [{ from: 1, to: 2, by: 'update' }] }] },
    ],
    [
      'a way to change that there is not',
      { ...json, steps: [{ ...first, changes: [{ ...CHANGES[0], by: 'magic' }] }] },
    ],
    ['somebody else who changed it', { ...json, steps: [{ ...first, changedBy: 'you' }] }],
  ])('refuses %s', (_what, wrong) => {
    expect(Value.Check(PlanJson, wrong)).toBe(false);
  });
});
