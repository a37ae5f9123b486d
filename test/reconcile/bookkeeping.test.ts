import { describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Observed } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { KeepStep, Step } from '../../controller/plan/step.ts';
import { keepBooks, missingEntries } from '../../controller/reconcile/bookkeeping.ts';
import { createAccount } from '../support/plans/account.ts';
import type { Account } from '../support/plans/account.ts';
import { planInput } from '../support/plans/resources.ts';
import { holdStep, keepStep, updateStep } from '../support/plans/steps.ts';
import type { HoldOverrides, StepOverrides } from '../support/plans/steps.ts';

const SOURCE_TAG = 'stationkeeper:source';
const SOURCE = { id: 'github.com/acme/infra', takesOver: [] };
const REFUSED = new StationkeeperError({ code: 'AccessDenied', message: 'no', retry: 'backoff' });

/** A resource that is as wanted, made before anybody wrote down which source it belongs to. */
function kept(overrides: StepOverrides = {}): KeepStep {
  return keepStep(overrides) as KeepStep;
}

/** The same of what no manifest names. */
function leftover(): KeepStep {
  const { desired: _nobodys, ...step } = kept();
  return step;
}

/** Which resources lack something, and what. */
function missing(
  steps: readonly Step[],
  input: Partial<PlanInput> = {},
): readonly (readonly [string, object])[] {
  const entries = missingEntries(steps, planInput({ source: SOURCE, ...input }));
  return entries.map(({ observed, tags }) => [observed.id.name, tags]);
}

describe('what is to be written down', () => {
  test('is the source, of what is as wanted and does not say it', () => {
    const told = kept({ name: 'told' });
    const tags = { ...told.observed.tags, [SOURCE_TAG]: SOURCE.id };
    const steps = [kept(), { ...told, observed: { ...told.observed, tags } }];
    expect(missing(steps)).toEqual([['xray', { [SOURCE_TAG]: SOURCE.id }]]);
  });

  test.each<readonly [string, Step, Partial<PlanInput>]>([
    ['where nothing is to be changed', kept(), { mode: 'observe' }],
    ['of what is to change, which is tagged with it', updateStep(), {}],
    ['of what is held', holdStep({ why: 'failed', intent: 'update', exists: true }), {}],
    ['of what no manifest names', leftover(), {}],
    ['of what is not ours', { ...kept(), owner: 'nobody' }, {}],
    ['of what is only used', kept({ management: 'external' }), {}],
    ['of what its manifest pauses', kept({ policy: { reconcile: 'disabled' } }), {}],
  ])('is nothing %s', (_what, step, input) => {
    expect(missing([step], input)).toEqual([]);
  });

  test('is nothing where the source has no name', () => {
    expect(missingEntries([kept()], planInput())).toEqual([]);
  });

  test('is also what git says of a field whose drift is left, of what lacks that alone', () => {
    const step = kept({ policy: { ignoreDrift: ['tags.team'] }, labels: { team: 'a' } });
    const tags = { ...step.observed.tags, [SOURCE_TAG]: SOURCE.id };
    const [entry] = missing([{ ...step, observed: { ...step.observed, tags } }]);
    expect(Object.keys(entry![1])).toEqual(['stationkeeper:ignored']);
  });
});

describe('what protects, of what is held,', () => {
  const PRUNE_TAG = 'stationkeeper:prune';
  /** Its manifest says by now that it is to stay. */
  function held(overrides: Partial<HoldOverrides> = {}): Step {
    const policy = { prune: false, ...overrides.policy };
    const step = holdStep({ why: 'failed', intent: 'update', exists: true, ...overrides, policy });
    if (step.type !== 'hold' || step.observed === undefined) return step;
    const { [PRUNE_TAG]: _now, ...tags } = step.observed.tags;
    return { ...step, observed: { ...step.observed, tags } };
  }

  test('is written all the same, before what nobody misses', () => {
    expect(missing([kept({ name: 'other' }), held()])).toEqual([
      ['xray', { [PRUNE_TAG]: 'disabled' }],
      ['other', { [SOURCE_TAG]: SOURCE.id }],
    ]);
  });

  test('is nothing more where it is written', () => {
    expect(
      missing([holdStep({ why: 'failed', intent: 'update', exists: true, policy: { prune: false } })]),
    ).toEqual([]);
  });

  test.each<readonly [string, Step, Partial<PlanInput>]>([
    ['where nothing is to be changed', held(), { mode: 'observe' }],
    ['of what was not seen', held({ why: 'unseen' }), {}],
    ['of what is not ours', held({ why: 'not-ours' }), {}],
    ['of what is only used', held({ management: 'external' }), {}],
    ['of what its manifest pauses', held({ policy: { reconcile: 'disabled' } }), {}],
    ['of what no manifest names', held({ intent: 'delete' }), {}],
    ['of what is not there', held({ exists: false }), {}],
    [
      'where somebody keeps taking it away',
      held(),
      {
        resting: new Map([
          ['default|service||xray', { paths: new Set([`tags.${PRUNE_TAG}`]), reason: 'contested' }],
        ]),
      },
    ],
  ])('is nothing %s', (_what, step, input) => {
    expect(missing([step], input)).toEqual([]);
  });
});

/** Resources that are as wanted, in an account that has them. */
function account(...names: readonly string[]): readonly [Account, readonly Observed[]] {
  const items = names.map((name) => kept({ name }).observed);
  return [createAccount(items), items];
}

/** The names of what was written down. */
async function write(items: readonly Observed[], { runtime }: Account): Promise<readonly string[]> {
  const entries = items.map((observed) => ({ observed, tags: { [SOURCE_TAG]: SOURCE.id } }));
  const written = await keepBooks(entries, runtime, { owner: 'stationkeeper', source: SOURCE });
  expect([...written.keys()]).toEqual([...written.values()].map(({ id }) => resourceKey(id)));
  return [...written.values()].map(({ id }) => id.name);
}

describe('what is missing', () => {
  test('is written beside the tags that there are, five resources at a time', async () => {
    const [has, items] = account('a', 'b', 'c', 'd', 'e', 'f');
    expect(await write(items, has)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(has.items.get(resourceKey(items[0]!.id))?.tags).toEqual({
      ...items[0]!.tags,
      [SOURCE_TAG]: SOURCE.id,
    });
    expect(has.items.get(resourceKey(items[5]!.id))?.tags).toEqual(items[5]!.tags);
  });

  test.each<readonly [string, (item: Observed) => Observed | undefined]>([
    ['is gone by now', () => undefined],
    ['is nobody’s by now', (item) => ({ ...item, tags: {} })],
    ['is of another source by now', (item) => ({ ...item, tags: { ...item.tags, [SOURCE_TAG]: 'another' } })],
  ])('is not written where the resource %s, and is where the next is as it was', async (_what, change) => {
    const [has, items] = account('a', 'b');
    const changed = change(items[0]!);
    if (changed === undefined) has.items.delete(resourceKey(items[0]!.id));
    else has.items.set(resourceKey(items[0]!.id), changed);
    expect(await write(items, has)).toEqual(['b']);
    expect(has.asked).toEqual(['tag service/b']);
  });

  test('is left to a later pass, with all behind it, where it is refused, and nobody is told', async () => {
    const [has, items] = account('a', 'b');
    has.answers.set('tag service', REFUSED);
    expect(await write(items, has)).toEqual([]);
    expect(has.asked).toEqual(['tag service/a']);
  });
});
