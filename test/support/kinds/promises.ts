import { expect, test } from 'vitest';
import { OWNER_TAG, TAG_PREFIX } from '../../../controller/core/ownership.ts';
import type { Desired, ResourcePolicy } from '../../../controller/core/resource.ts';
import type { KindCase } from './cases.ts';
import { subjectOf } from './contract.ts';
import type { Subject } from './contract.ts';
import { RELEASED_TAG } from '../../../controller/core/released.ts';

function withPolicy(policy: Partial<ResourcePolicy>): (desired: Desired) => Desired {
  return (desired) => ({ ...desired, policy: { ...desired.policy, ...policy } });
}

/** What every kind keeps to, as tests of whoever calls it. */
export function testContract(example: KindCase): void {
  const { kind, name, stage } = example;

  /** What git changes of it, where it is found without its tags all the same. */
  const changedIfFound = (desired: Desired): Desired =>
    example.isKnownByTags === true ? desired : example.change(desired);

  async function made(change?: (desired: Desired) => Desired): Promise<Subject> {
    const subject = await subjectOf(stage(), kind, name, change);
    await subject.settle();
    await subject.muchLater();
    return subject;
  }

  async function objectsOf(subject: Subject): Promise<readonly object[]> {
    return (await subject.account())[example.sort]!;
  }

  test('is, once created, as it was wanted, ours, and of its manifest', async () => {
    const subject = await made();
    const observed = await subject.see();
    expect(subject.kind.model.diff(subject.desired, observed, subject.needs)).toEqual([]);
    expect(observed).toMatchObject({ owner: 'us', manifest: subject.desired.manifest });
  });

  test('is kept by a second pass, which changes nothing', async () => {
    const subject = await made();
    expect(
      await subject.mutationsOf(async () => {
        expect(await subject.pass()).toMatchObject({ step: { type: 'keep' }, outcomes: [] });
      }),
    ).toEqual([]);
  });

  test('shows what git changed by its path, and one update ends it', async () => {
    const subject = await made();
    const changed = example.change(subject.desired);
    const { step, outcomes } = await subject.pass(changed);
    expect(step).toMatchObject({ type: 'update', changedBy: 'git' });
    expect(step?.changes.map(({ path }) => path).toSorted()).toEqual(example.changes.toSorted());
    expect(outcomes).toMatchObject([{ type: 'update' }]);
    await subject.settle(changed);
    // What AWS still tells of the time before may be held as unclear.
    await subject.muchLater();
    expect((await subject.pass(changed)).step).toMatchObject({ type: 'keep', changes: [] });
  });

  test('shows what somebody changed in AWS with both values, and puts it back', async () => {
    const subject = await made();
    const before = await objectsOf(subject);
    await example.meddle(subject.call, await subject.see());
    await subject.muchLater();
    const { step } = await subject.pass();
    expect(step).toMatchObject({ type: 'update', changedBy: 'aws', changes: [example.drift] });
    await subject.settle();
    await subject.muchLater();
    expect((await subject.pass()).step).toMatchObject({ type: 'keep', changes: [] });
    expect(await objectsOf(subject)).toEqual(before);
  });

  test('is left alone once its tags are gone', async () => {
    const subject = await made();
    await subject.retag({}, () => true);
    const mutations = await subject.mutationsOf(async () => {
      expect((await subject.pass(changedIfFound(subject.desired))).step).toMatchObject({
        type: 'hold',
        why: 'not-ours',
        owner: 'nobody',
      });
      await subject.pass('unwanted');
    });
    expect(mutations).toEqual([]);
  });

  test("is left alone once it is somebody else's", async () => {
    const subject = await made();
    await subject.retag({ [OWNER_TAG]: 'platform-team' }, () => false);
    const mutations = await subject.mutationsOf(async () => {
      const adopting = withPolicy({ adoption: 'adopt-or-create' })(changedIfFound(subject.desired));
      expect((await subject.pass(adopting)).step).toMatchObject({
        type: 'hold',
        why: 'not-ours',
        owner: 'another',
      });
      await subject.pass('unwanted');
    });
    expect(mutations).toEqual([]);
  });

  test.each([
    ['its tags were taken away', {}, (): boolean => true],
    ['somebody else took it over', { [OWNER_TAG]: 'platform-team' }, (): boolean => false],
  ])('is left alone where, since it was seen, %s', async (_what, set, remove) => {
    const subject = await made(withPolicy({ deletion: 'delete' }));
    const { tags: ours } = await subject.see();
    const retag = () => subject.retag(set, remove);
    const operation = new RegExp(`^${example.read.split(':')[0]}:(?!(Untag|Tag|DeleteTags|CreateTags))`);
    for (const wanted of [example.change(subject.desired), 'unwanted'] as const) {
      await subject.retag(ours, () => false);
      const mutations = await subject.mutationsOf(async () => {
        const { outcomes } = await subject.pass(wanted, retag);
        expect(outcomes).toMatchObject([{ result: 'failed', error: { code: 'NotOurs', retry: 'wait' } }]);
      });
      expect(mutations.filter((name) => operation.test(name))).toEqual([]);
    }
  });

  test('is not taken over where, since it was seen, somebody else did', async () => {
    const subject = await made();
    await subject.retag({}, () => true);
    const adopting = withPolicy({ adoption: 'adopt' })(subject.desired);
    const theirs = { [OWNER_TAG]: 'platform-team' };
    await subject.pass(adopting, () => subject.retag(theirs, () => false));
    expect((await subject.see()).tags).toEqual(theirs);
  });

  test('is not deleted where, since it was seen, it was to be retained', async () => {
    const subject = await made(withPolicy({ deletion: 'delete' }));
    const retain = { 'stationkeeper:deletion-policy': 'retain' };
    await subject.pass('unwanted', () => subject.retag(retain, () => false));
    expect(await subject.see()).toMatchObject({ owner: 'us' });
  });

  test('is adopted by its tags, and then kept', async () => {
    const subject = await made();
    await subject.retag({}, () => true);
    const adopting = withPolicy({ adoption: 'adopt' })(subject.desired);
    const { step, outcomes } = await subject.pass(adopting);
    expect(step).toMatchObject({ type: 'update', adopts: true });
    expect(outcomes).toMatchObject([{ result: 'done' }]);
    expect((await subject.pass(adopting)).step).toMatchObject({ type: 'keep', owner: 'us' });
    expect(await subject.see()).toMatchObject({ owner: 'us', manifest: subject.desired.manifest });
  });

  test('may be deleted twice, and is gone in the end', async () => {
    const subject = await made();
    const observed = await subject.see();
    const remove = () => subject.world.run(subject.driver.delete(observed));
    await remove();
    let removal = await remove();
    for (let looks = 0; removal.type === 'started' && looks < 120; looks += 1) {
      await subject.world.clock.advance(removal.checkAgainInMs);
      removal = await remove();
    }
    expect(removal).toEqual({ type: 'gone' });
    expect(await subject.settle('unwanted')).toBeUndefined();
    await subject.muchLater();
    expect(await remove()).toEqual({ type: 'gone' });
  });

  test('is deleted once no manifest names it, and nothing else is', async () => {
    const subject = await subjectOf(stage(), kind, name, withPolicy({ deletion: 'delete' }));
    const without = await subject.account();
    await subject.settle();
    expect(await objectsOf(subject)).toHaveLength(without[example.sort]!.length + 1);
    expect(await subject.settle('unwanted')).toBeUndefined();
    expect(await subject.account()).toEqual(without);
  });

  test('is not made a second time by a creation that knew nothing of the first', async () => {
    const subject = await made();
    const before = await objectsOf(subject);
    const { tags } = await subject.see();
    await subject.world.run(subject.driver.create(subject.desired, tags, subject.needs));
    await subject.world.clock.advance(10_000);
    expect(await objectsOf(subject)).toEqual(before);
    await subject.settle();
    expect(await objectsOf(subject)).toEqual(before);
  });

  test('is unseen where it cannot be read, and then neither created nor deleted', async () => {
    const subject = await subjectOf(stage(), kind, name);
    const refuse = () => subject.world.failNext(example.read, 'AccessDeniedException', { times: 100 });
    refuse();
    const creating = await subject.mutationsOf(async () => {
      const { step } = await subject.pass();
      expect(step).toMatchObject({
        type: 'hold',
        why: 'unseen',
        reason: expect.stringContaining(example.read),
      });
    });
    expect(creating).toEqual([]);
    subject.world.failNext(example.read, '', { times: 0 });
    await subject.settle();
    refuse();
    expect(await subject.mutationsOf(() => subject.pass('unwanted'))).toEqual([]);
  });

  test('does not differ where git only writes it in another way', async ({ skip }) => {
    const { rephrase } = example;
    if (typeof rephrase === 'string') return skip(rephrase);
    const subject = await made();
    const { step } = await subject.pass(rephrase(subject.desired));
    expect(step).toMatchObject({ type: 'keep', changes: [] });
  });

  test('is, when released, left as it is with no tag of ours but the one that it comes back by', async () => {
    const subject = await made(withPolicy({ deletion: 'retain' }));
    await subject.retag({ 'cost-centre': '4711' }, () => false);
    const before = await subject.see();
    await subject.settle('unwanted');
    await subject.muchLater();
    const released = await subject.see();
    expect(released).toMatchObject({ owner: 'nobody', state: before.state });
    const { [RELEASED_TAG]: _comesBackBy, ...rest } = released.tags;
    expect(rest).toEqual(
      Object.fromEntries(Object.entries(before.tags).filter(([key]) => !key.startsWith(TAG_PREFIX))),
    );
    expect(released.tags).toMatchObject({ 'cost-centre': '4711', ...subject.desired.labels });
  });
}
