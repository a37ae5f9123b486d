import { beforeEach, describe, expect, test } from 'vitest';
import { createAsked } from '../../controller/core/asked.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, FieldChange, Observed } from '../../controller/core/resource.ts';
import type { Step } from '../../controller/plan/step.ts';
import { createDisputes } from '../../controller/reconcile/memory/disputes.ts';
import type { Disputes, TakenStep } from '../../controller/reconcile/memory/disputes.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { desiredResource, observedResource } from '../support/plans/resources.ts';
import {
  change,
  createStep,
  deleteStep,
  holdStep,
  keepStep,
  replaceStep,
  updateStep,
} from '../support/plans/steps.ts';

const KEY = resourceKey(desiredResource({ kind: 'service' }).id);
const WRITTEN = observedResource(desiredResource({ kind: 'service', fields: { size: 'written' } }));
const HOUR_MS = 3_600_000;
/** From then on what is read is not older than our own write. */
const READS_SETTLED_MS = 5_000;

let clock: VirtualClock;
let disputes: Disputes;
let asked: ReturnType<typeof createAsked>;

beforeEach(() => {
  clock = new VirtualClock();
  asked = createAsked(clock);
  disputes = createDisputes(clock, () => 1, asked);
});

function took(step: Step, result: 'done' | 'started' = 'done', observed: Observed = WRITTEN): void {
  disputes.took(step as TakenStep, result, observed);
}

function look(...steps: readonly Step[]): ReadonlyMap<string, Observed | undefined> {
  return disputes.look('default', steps);
}

/** It is made, seen as wanted, and differs again. */
async function comesBack(step: Step, asWanted: Step, afterMs = 60_000): Promise<void> {
  took(step);
  await clock.advance(READS_SETTLED_MS);
  look(asWanted);
  await clock.advance(afterMs);
  look(step);
}

/** It is made, and differs all the same. */
async function isInVain(step: Step): Promise<void> {
  took(step);
  await clock.advance(READS_SETTLED_MS);
  look(step);
}

function restsForMs(): number | undefined {
  const setback = disputes.setbacks().get(KEY);
  return setback === undefined ? undefined : setback.nextAttemptAt - clock.monotonic();
}

describe('an update that does not end its difference', () => {
  test('is told as NotConverging, and its field left alone', async () => {
    await isInVain(updateStep());
    expect(disputes.resting().get(KEY)).toEqual({
      paths: new Set(['desiredCount']),
      reason: expect.stringMatching(
        /^service\/xray still differs after the update .*\(desiredCount\)/,
      ) as string,
    });
    expect(disputes.setbacks().get(KEY)).toMatchObject({
      id: { kind: 'service', name: 'xray' },
      error: { code: 'NotConverging', retry: 'backoff' },
      attempts: 1,
      nextAttemptAt: clock.monotonic() + 1_000,
    });
    expect(disputes.restingWhole()).toEqual(new Map());
  });

  test('is tried again when its pause is over, which is twice as long each time, up to an hour', async () => {
    const pauses: (number | undefined)[] = [];
    for (let times = 0; times < 14; times += 1) {
      await isInVain(updateStep());
      pauses.push(restsForMs());
      await clock.advance(restsForMs()! - 1);
      expect(disputes.resting().has(KEY)).toBe(true);
      await clock.advance(1);
      expect(disputes.resting().has(KEY)).toBe(false);
    }
    expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(pauses.slice(-2)).toEqual([HOUR_MS, HOUR_MS]);
  });

  test('is tried again at once where somebody asks for it, and rests longer where that is in vain too', async () => {
    await isInVain(updateStep());
    await clock.advance(1);
    asked.ask();
    expect(disputes.resting().size).toBe(0);
    expect(disputes.setbacks().size).toBe(0);
    await clock.advance(1);
    await isInVain(updateStep());
    expect(disputes.resting().has(KEY)).toBe(true);
    expect(restsForMs()).toBe(2_000);
  });

  test('begins anew once it was seen as wanted', async () => {
    await isInVain(updateStep());
    look(keepStep());
    expect(disputes.resting().size).toBe(0);
    expect(disputes.setbacks().size).toBe(0);
  });

  test('is known at once where its driver says so, and told of each field', () => {
    const both = updateStep({ changes: [change('desiredCount'), change('cpu')] });
    disputes.tookInVain(both as TakenStep);
    expect(disputes.resting().get(KEY)?.paths).toEqual(new Set(['desiredCount', 'cpu']));
    expect(restsForMs()).toBe(1_000);
  });

  test('rests no longer once another one is made', async () => {
    await isInVain(updateStep());
    took(updateStep());
    expect(disputes.resting().size).toBe(0);
  });

  test('is not told of a difference that is another one than before: somebody is at work', async () => {
    took(updateStep({ changes: [change('desiredCount', 1, 2)] }));
    await clock.advance(READS_SETTLED_MS);
    look(updateStep({ changes: [change('desiredCount', 7, 2)] }));
    expect(disputes.setbacks().size).toBe(0);
  });

  test('is forgotten where git wants another value, or decides anything else about the resource', async () => {
    await isInVain(updateStep());
    look(updateStep({ changes: [change('desiredCount', 1, 3)] }));
    expect(disputes.resting().size).toBe(0);
    await isInVain(updateStep());
    look(updateStep({ labels: { team: 'a' } }));
    expect(disputes.resting().size).toBe(0);
  });

  test('is judged once: what is not tried again is not in vain again', async () => {
    await isInVain(updateStep());
    await clock.advance(1_000);
    look(updateStep());
    expect(disputes.setbacks().size).toBe(0);
  });
});

describe('a read right after our own write', () => {
  test('is not believed against it within five seconds, and is afterwards', async () => {
    took(updateStep());
    await clock.advance(READS_SETTLED_MS - 1);
    expect(look(updateStep())).toEqual(new Map([[KEY, WRITTEN]]));
    expect(disputes.resting().size).toBe(0);
    await clock.advance(1);
    expect(look(updateStep())).toEqual(new Map());
    expect(disputes.resting().size).toBe(1);
  });

  test('is believed where it shows a difference that the write did not make', () => {
    took(updateStep());
    const other = updateStep({ changes: [change('desiredCount'), change('cpu')] });
    expect(look(other)).toEqual(new Map());
  });

  test('is not needed against the write any more once it has shown it', () => {
    took(updateStep());
    look(keepStep());
    expect(look(updateStep())).toEqual(new Map());
  });

  test('says nothing of what AWS still works on', () => {
    took(updateStep(), 'started');
    expect(look(updateStep())).toEqual(new Map());
    expect(disputes.setbacks().size).toBe(0);
  });

  test('may still show what is deleted', () => {
    disputes.took(deleteStep() as TakenStep, 'done', undefined);
    expect([...look(deleteStep())]).toEqual([[KEY, undefined]]);
  });
});

describe('a field that was as wanted and differs again', () => {
  test('is corrected three times, and then told as Contested and left alone for ever longer, up to an hour', async () => {
    const pauses: (number | undefined)[] = [];
    for (let times = 0; times < 12; times += 1) {
      await comesBack(updateStep(), keepStep());
      pauses.push(restsForMs());
      await clock.advance(restsForMs() ?? 0);
    }
    expect(pauses.slice(0, 5)).toEqual([undefined, undefined, 60_000, 120_000, 240_000]);
    expect(pauses.slice(-2)).toEqual([HOUR_MS, HOUR_MS]);
  });

  test('says how often, and how to leave it to others', async () => {
    for (let times = 0; times < 3; times += 1) await comesBack(updateStep(), keepStep());
    expect(disputes.setbacks().get(KEY)).toMatchObject({ error: { code: 'Contested' }, attempts: 3 });
    expect(disputes.resting().get(KEY)?.reason).toMatch(
      /^the controller corrected desiredCount of service\/xray 3 times, .*stationkeeper\.dev\/ignore-drift: desiredCount$/,
    );
  });

  test('is contested also where it is changed back so soon that nobody saw it as wanted', async () => {
    await comesBack(updateStep(), keepStep());
    await isInVain(updateStep());
    await isInVain(updateStep());
    expect(disputes.setbacks().get(KEY)?.error.code).toBe('Contested');
  });

  test.each([
    ['for less than two hours is still the same dispute', 7_200_000 - 1, true],
    ['for two hours is a new one', 7_200_000, false],
  ])('after it stayed as wanted %s', async (_what, calmMs, isContested) => {
    for (let times = 0; times < 2; times += 1) await comesBack(updateStep(), keepStep());
    took(updateStep());
    await clock.advance(READS_SETTLED_MS);
    look(keepStep());
    await clock.advance(calmMs);
    look(keepStep());
    look(updateStep());
    expect(disputes.setbacks().has(KEY)).toBe(isContested);
  });

  test('is looked after while only another one is left alone', async () => {
    const both = updateStep({ changes: [change('desiredCount'), change('cpu')] });
    took(both);
    await clock.advance(READS_SETTLED_MS);
    look(updateStep());
    expect(disputes.resting().get(KEY)?.paths).toEqual(new Set(['desiredCount']));
  });
});

describe('a resource that does not stay', () => {
  test('created is left alone as a whole, once it was made again three times', async () => {
    for (let times = 0; times < 3; times += 1) await comesBack(createStep(), keepStep());
    expect(disputes.restingWhole().size).toBe(0);
    await comesBack(createStep(), keepStep());
    expect(disputes.restingWhole().get(KEY)).toMatch(
      /^the controller created service\/xray again 3 times, .*remove it from the manifests$/,
    );
    expect(disputes.resting().size).toBe(0);
    expect(disputes.setbacks().get(KEY)).toMatchObject({ error: { code: 'Contested' }, attempts: 3 });
  });

  test('is not judged by its fields while it does not exist', async () => {
    took(updateStep());
    await clock.advance(READS_SETTLED_MS);
    look(keepStep());
    await clock.advance(60_000);
    look(createStep());
    await clock.advance(7_200_000);
    look(createStep());
    for (let times = 0; times < 2; times += 1) {
      look(updateStep());
      took(updateStep());
      await clock.advance(READS_SETTLED_MS);
      look(keepStep());
      await clock.advance(60_000);
    }
    look(updateStep());
    expect(disputes.setbacks().get(KEY)?.error.code).toBe('Contested');
  });

  test('deleted is told as NotConverging where it is still there', async () => {
    disputes.took(deleteStep() as TakenStep, 'done', undefined);
    await clock.advance(READS_SETTLED_MS);
    look(deleteStep());
    expect(disputes.restingWhole().get(KEY)).toMatch(/still differs after the delete .*\(exists\)/);
  });
});

describe('a replacement', () => {
  const step = (): Step => replaceStep({ changes: [{ ...change('fixed'), by: 'replace' }] });

  test('ends its difference only with the creation that follows', async () => {
    took(step());
    await clock.advance(READS_SETTLED_MS);
    look(step());
    expect(disputes.setbacks().size).toBe(0);
    took(createStep());
    await clock.advance(READS_SETTLED_MS);
    look(step());
    expect(disputes.resting().get(KEY)?.reason).toMatch(/still differs after the replace/);
  });

  test('makes it anew without anybody being at work', async () => {
    for (let times = 0; times < 5; times += 1) {
      took(createStep());
      await clock.advance(READS_SETTLED_MS);
      look(keepStep());
      took(step());
      look(createStep());
    }
    expect(disputes.setbacks().size).toBe(0);
  });

  test('is not over while AWS works on its creation', async () => {
    took(step());
    took(createStep(), 'started');
    await clock.advance(READS_SETTLED_MS);
    look(step());
    expect(disputes.setbacks().size).toBe(0);
  });
});

describe('a step that says nothing of a difference', () => {
  test.each<readonly [string, () => Step]>([
    ['a hold by policy', () => holdStep({ why: 'policy', intent: 'update', changes: [change()] })],
    ['what could not be read', () => holdStep({ why: 'unseen' })],
  ])('neither accuses nor acquits: %s', async (_what, silent) => {
    await isInVain(updateStep());
    look(silent());
    expect(disputes.resting().size).toBe(1);
    took(updateStep());
    await clock.advance(READS_SETTLED_MS);
    look(silent());
    expect(disputes.resting().size).toBe(0);
    look(updateStep());
    expect(restsForMs()).toBe(2_000);
  });

  test('is none that waits or has failed: what it would end is known', async () => {
    took(updateStep());
    await clock.advance(READS_SETTLED_MS);
    look(holdStep({ why: 'waiting', intent: 'update', changes: [change()] }));
    expect(disputes.resting().size).toBe(1);
  });
});

describe('several fields of one resource', () => {
  const paths = (count: number): readonly FieldChange[] =>
    Array.from({ length: count }, (_, index) => change(`field${index}`));

  test.each([
    [3, / \(field2\)[^;]*; the controller retries later$/],
    [4, /; and 1 more field$/],
    [5, /; and 2 more fields$/],
  ])('are told as one: %i', async (count, reason) => {
    await isInVain(updateStep({ changes: paths(count) }));
    expect(disputes.resting().get(KEY)?.reason).toMatch(reason);
  });

  test('are told by what people have to see to, the most attempts and the next of them', async () => {
    for (let times = 0; times < 3; times += 1) await comesBack(updateStep(), keepStep());
    const vain = updateStep({ changes: [change('cpu')] });
    took(vain);
    await clock.advance(READS_SETTLED_MS);
    look(updateStep({ changes: [change(), change('cpu')] }));
    expect(disputes.setbacks().get(KEY)).toMatchObject({
      error: { code: 'Contested' },
      attempts: 3,
      nextAttemptAt: clock.monotonic() + 1_000,
    });
    expect(disputes.resting().get(KEY)?.paths.size).toBe(2);
  });
});

describe('what is remembered', () => {
  test('goes with what is planned no more', async () => {
    await isInVain(updateStep());
    look();
    expect(disputes.setbacks().size).toBe(0);
  });

  test('stays while another environment is looked at, and goes with its own', async () => {
    await isInVain(updateStep());
    disputes.look('other', []);
    disputes.forgetOthers(['default', 'other']);
    expect(disputes.setbacks().size).toBe(1);
    disputes.forgetOthers(['other']);
    expect(disputes.setbacks().size).toBe(0);
  });

  test.each<readonly [string, Partial<Desired>]>([
    ['spec', { spec: { fields: { size: 'big' }, needs: [] } }],
    ['labels', { labels: { team: 'a' } }],
    ['policy', { policy: { ...desiredResource().policy, ignoreDrift: ['cpu'] } }],
  ])('is of the %s that git wants, and of no other', async (_what, other) => {
    await isInVain(updateStep());
    const step = updateStep() as Extract<Step, { type: 'update' }>;
    const again = { ...step, desired: { ...step.desired } };
    look(again);
    expect(disputes.setbacks().size).toBe(1);
    look({ ...step, desired: { ...step.desired, ...other } });
    expect(disputes.setbacks().size).toBe(0);
  });
});
