import { beforeEach, describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Retry } from '../../controller/core/errors.ts';
import { displayId, resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { converge } from '../../controller/reconcile/apply.ts';
import type { Converged, ConvergeOptions } from '../../controller/reconcile/apply.ts';
import type { Head, HeadWatch } from '../../controller/reconcile/head.ts';
import { createFailures } from '../../controller/reconcile/memory/failures.ts';
import type { Failures } from '../../controller/reconcile/memory/failures.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { IN_FORCE } from '../support/kinds/contract.ts';
import { createAccount } from '../support/plans/account.ts';
import type { Account } from '../support/plans/account.ts';
import { desiredResource, observedResource, planInput, snapshotOf } from '../support/plans/resources.ts';
import type { DesiredOverrides } from '../support/plans/resources.ts';

const ROLE = desiredResource({ kind: 'role' });
const DEFINITION = desiredResource({ kind: 'task-definition', needs: [ROLE.id] });
const SERVICE = desiredResource({ kind: 'service', needs: [DEFINITION.id] });

let clock: VirtualClock;
let failures: Failures;

beforeEach(() => {
  clock = new VirtualClock();
  failures = createFailures(clock, () => 1);
});

function refused(retry: Retry = 'backoff'): StationkeeperError {
  return new StationkeeperError({ code: 'Refused', message: 'it was refused', retry });
}

/** One environment's part of a pass, over what the account has. */
function pass(
  account: Account,
  desired: readonly Desired[],
  overrides: Partial<ConvergeOptions> = {},
  seen: readonly Observed[] = [...account.items.values()],
): Promise<Converged> {
  const { failed: _failed, started: _started, ...input } = planInput({ desired, snapshot: snapshotOf(seen) });
  return converge({
    input,
    runtime: account.runtime,
    failures,
    head: IN_FORCE,
    clock,
    stop: () => false,
    ...overrides,
  });
}

function told({ outcomes }: Converged): readonly string[] {
  return outcomes.map(({ result, type, id }) => `${result} ${type} ${displayId(id)}`);
}

function heldIn({ steps }: Converged): readonly string[] {
  return steps.flatMap((step) => (step.type === 'hold' ? [`${displayId(step.id)}: ${step.reason}`] : []));
}

/** There and ours, as this says it is wanted. */
function there(overrides: DesiredOverrides, fields?: Readonly<Record<string, string>>): Observed {
  return observedResource(desiredResource(overrides), fields === undefined ? {} : { fields });
}

describe('a pass', () => {
  test('takes every step that can be taken, each with what it needs, until all is as wanted', async () => {
    const account = createAccount();
    const converged = await pass(account, [SERVICE, DEFINITION, ROLE]);
    expect(told(converged)).toEqual([
      'done create role/xray',
      'done create task-definition/xray',
      'done create service/xray',
    ]);
    expect(account.needed.get(resourceKey(SERVICE.id))).toEqual([DEFINITION.id]);
    expect(converged.before.map(({ type }) => type)).toEqual(['create', 'hold', 'hold']);
    expect(converged.steps.map(({ type }) => type)).toEqual(['keep', 'keep', 'keep']);
    expect([...converged.snapshot.items.keys()]).toEqual([...account.items.keys()]);
    expect(converged.isLagging).toBe(false);
  });

  test('tells of each step what it was, and when it ended', async () => {
    const account = createAccount([there({}, { size: 'other' })]);
    const { outcomes } = await pass(account, [desiredResource()]);
    expect(outcomes).toEqual([
      {
        id: desiredResource().id,
        manifest: { kind: 'DaemonService', name: 'xray' },
        type: 'update',
        changes: [{ path: 'size', from: 'other', to: 'small', by: 'update' }],
        changedBy: 'aws',
        reason: '',
        releases: false,
        result: 'done',
        at: '2026-11-22T09:00:00.000Z',
      },
    ]);
  });

  test('tells who watches of the beginning and the end of each', async () => {
    const heard: string[] = [];
    await pass(createAccount(), [ROLE], {
      listener: {
        began: (step) => heard.push(`began ${step.type}`),
        ended: (step, outcome) => heard.push(`ended ${step.type} ${outcome.result}`),
      },
    });
    expect(heard).toEqual(['began create', 'ended create done']);
  });

  test('begins no further step once it is to stop, and ends those under way', async () => {
    const account = createAccount();
    const many = Array.from({ length: 12 }, (_, index) => desiredResource({ name: `n${index}` }));
    const stop = (): boolean => account.asked.length >= 10;
    const converged = await pass(account, many, { stop });
    expect(told(converged)).toHaveLength(10);
    expect(account.items.size).toBe(10);
    expect(told(await pass(createAccount(), [ROLE], { stop: () => true }))).toEqual([]);
  });

  test('has ten steps under way at most', async () => {
    const account = createAccount();
    let underWay = 0;
    let most = 0;
    await pass(
      account,
      Array.from({ length: 25 }, (_, index) => desiredResource({ name: `n${index}` })),
      {
        listener: {
          began: () => {
            underWay += 1;
            most = Math.max(most, underWay);
          },
          ended: () => {
            underWay -= 1;
          },
        },
      },
    );
    expect(most).toBe(10);
    expect(account.items.size).toBe(25);
  });

  test('replaces by deleting and then creating', async () => {
    const wanted = desiredResource({ fields: { fixed: 'new' }, policy: { allowReplace: true } });
    const account = createAccount([observedResource(wanted, { fields: { fixed: 'old' } })]);
    expect(told(await pass(account, [wanted]))).toEqual([
      'done replace log-group/xray',
      'done create log-group/xray',
    ]);
    expect(account.asked).toEqual(['delete log-group/xray', 'create log-group/xray']);
  });

  test('deletes what is left over, and only untags what is to be left', async () => {
    const account = createAccount([
      there({ kind: 'role', name: 'gone' }),
      there({ kind: 'role', name: 'left', labels: { team: 'a' }, policy: { deletion: 'retain' } }),
    ]);
    const converged = await pass(account, []);
    expect(account.asked.toSorted()).toEqual(['delete role/gone', 'tag role/left']);
    expect([...account.items.values()].map(({ tags }) => tags)).toEqual([{ team: 'a' }]);
    expect(converged.outcomes.map(({ type, releases }) => [type, releases])).toEqual([
      ['delete', false],
      ['delete', true],
    ]);
    expect(converged.snapshot.items.size).toBe(0);
  });
});

describe('what AWS works on', () => {
  test.each(['create', 'update', 'delete'] as const)('is not taken twice in a pass: %s', async (what) => {
    const account = createAccount(what === 'create' ? [] : [there({}, { size: 'other' })]);
    account.answers.set(`${what} log-group`, 'started');
    const converged = await pass(account, what === 'delete' ? [] : [desiredResource()]);
    expect(converged.outcomes).toMatchObject([
      { type: what, result: 'started', message: 'AWS takes its time', checkAgainInMs: 7_000 },
    ]);
    expect(heldIn(converged)).toEqual(['log-group/xray: AWS takes its time']);
    expect(failures.setbacks().size).toBe(0);
  });

  test('is waited for by what needs it', async () => {
    const account = createAccount();
    account.answers.set('create role', 'started');
    expect(heldIn(await pass(account, [ROLE, DEFINITION]))).toContain(
      'task-definition/xray: waits for role/xray',
    );
  });
});

describe('a step that fails', () => {
  test('holds its own resource, and nothing else', async () => {
    const account = createAccount();
    account.answers.set('create task-definition', refused());
    const other = desiredResource({ name: 'other' });
    const converged = await pass(account, [ROLE, DEFINITION, SERVICE, other]);
    expect(told(converged).toSorted()).toEqual([
      'done create log-group/other',
      'done create role/xray',
      'failed create task-definition/xray',
    ]);
    expect(converged.outcomes.find(({ result }) => result === 'failed')).toMatchObject({
      error: { code: 'Refused' },
      at: '2026-11-22T09:00:00.000Z',
    });
    expect(heldIn(converged)).toContain('task-definition/xray: it was refused');
  });

  test('is not tried again before its time, and is at once where what is wanted or there has changed', async () => {
    const account = createAccount([there({}, { size: 'other' })]);
    account.answers.set('update log-group', refused());
    await pass(account, [desiredResource()]);
    account.answers.clear();
    expect(told(await pass(account, [desiredResource()]))).toEqual([]);
    failures.review('default', [desiredResource()], snapshotOf([...account.items.values()]));
    expect(told(await pass(account, [desiredResource()]))).toEqual([]);
    failures.review(
      'default',
      [desiredResource({ fields: { size: 'big' } })],
      snapshotOf([...account.items.values()]),
    );
    expect(told(await pass(account, [desiredResource()]))).toEqual(['done update log-group/xray']);
  });

  test('is remembered with nothing wanted where it was a deletion', async () => {
    const account = createAccount([there({ kind: 'role' })]);
    account.answers.set('delete role', refused());
    await pass(account, []);
    failures.review('default', [], snapshotOf([...account.items.values()]));
    expect(failures.held().size).toBe(1);
  });

  test('is forgotten once it is found as wanted, or has succeeded', async () => {
    const account = createAccount();
    account.answers.set('create role', refused());
    await pass(account, [ROLE]);
    await clock.advance(1_000);
    failures.review('default', [ROLE], snapshotOf([]));
    account.answers.clear();
    await pass(account, [ROLE]);
    expect(failures.setbacks().size).toBe(0);
    await pass(account, [ROLE]);
    account.items.clear();
    account.answers.set('create role', refused());
    await clock.advance(60_000);
    await pass(account, [ROLE]);
    expect(failures.setbacks().get(resourceKey(ROLE.id))?.attempts).toBe(1);
  });

  test.each<readonly [string, Retry, string, number]>([
    ['is doubted where a creation was not answered', 'backoff', 'create', 1],
    ['is believed where a creation was refused for good', 'never', 'create', 0],
    ['is believed of anything but a creation', 'backoff', 'update', 0],
  ])('%s', async (_what, retry, what, doubts) => {
    const account = createAccount(what === 'create' ? [] : [there({}, { size: 'other' })]);
    account.answers.set(`${what} log-group`, refused(retry));
    await pass(account, [desiredResource()]);
    expect(account.doubts).toBe(doubts);
  });
});

describe('the source', () => {
  const GONE = there({ kind: 'role', name: 'gone' });

  /** A head that says this, one after the other, and then the last of it. */
  function heads(...says: readonly Head[]): HeadWatch {
    let asked = -1;
    const ask = (): Promise<Head> => Promise.resolve(says[Math.min((asked += 1), says.length - 1)]!);
    return { ...IN_FORCE, ask };
  }

  const MOVED: Head = { type: 'moved', why: 'the source has moved on' };
  const UNKNOWN: Head = { type: 'unknown', why: 'git says no' };

  test('that has moved on ends the pass before anything is done, and says so', async () => {
    const account = createAccount([GONE]);
    const converged = await pass(account, [ROLE], { head: heads(MOVED) });
    expect(account.asked).toEqual([]);
    expect(converged).toMatchObject({ isOutdated: true, outcomes: [] });
    expect(converged.steps.map(({ type }) => type)).toEqual(['create', 'delete']);
  });

  test('that moves on meanwhile ends the pass with what was done by then', async () => {
    const account = createAccount();
    const converged = await pass(account, [SERVICE, DEFINITION, ROLE], {
      head: heads({ type: 'same' }, MOVED),
    });
    expect(told(converged)).toEqual(['done create role/xray']);
    expect(converged).toMatchObject({ isOutdated: true });
  });

  test('is not asked where there is nothing to do, and nothing is outdated then', async () => {
    const converged = await pass(createAccount([observedResource(ROLE)]), [ROLE], { head: heads(MOVED) });
    expect(converged.isOutdated).toBe(false);
  });

  test('that cannot be asked lets nothing go, with why, and all else go on', async () => {
    const account = createAccount([GONE]);
    const converged = await pass(account, [ROLE], { head: heads(UNKNOWN) });
    expect(told(converged)).toEqual(['done create role/xray']);
    expect(heldIn(converged)).toEqual(['role/gone: nothing is deleted: git says no']);
    expect(converged.isOutdated).toBe(false);
  });

  test('that was wrong to begin with lets nothing go, for that reason', async () => {
    const { failed: _failed, started: _started, ...input } = planInput({ snapshot: snapshotOf([GONE]) });
    const prune = { ...input.prune, frozen: '1 document is invalid' };
    const account = createAccount([GONE]);
    const converged = await pass(account, [], {
      input: { ...input, desired: [ROLE], prune },
      head: heads(UNKNOWN),
    });
    expect(told(converged)).toEqual(['done create role/xray']);
    expect(heldIn(converged)).toEqual(['role/gone: nothing is deleted: 1 document is invalid']);
  });

  test('has its name written on what is as wanted and does not carry it, once nothing more can move', async () => {
    const account = createAccount([observedResource(ROLE)]);
    const {
      failed: _failed,
      started: _started,
      ...input
    } = planInput({
      desired: [ROLE],
      snapshot: snapshotOf([observedResource(ROLE)]),
      source: { id: 'github.com/acme/infra', takesOver: [] },
    });
    const stopped = await pass(account, [], { input, stop: () => true });
    expect(account.asked).toEqual([]);
    expect(stopped.isOutdated).toBe(false);
    const converged = await pass(account, [], { input });
    expect(account.asked).toEqual(['tag role/xray']);
    expect(told(converged)).toEqual([]);
    expect(converged.snapshot.items.get(resourceKey(ROLE.id))?.tags).toMatchObject({
      'stationkeeper:source': 'github.com/acme/infra',
    });
  });
});

describe('whose something is', () => {
  /** An account that takes so long to say whose something is. */
  function slow(account: Account, ms: number): Account['runtime'] {
    const drivers = new Map(
      [...account.runtime.drivers].map(([kind, driver]) => [
        kind,
        {
          ...driver,
          tagsNow: async (observed: Observed) => {
            await clock.sleep(ms);
            return driver.tagsNow(observed);
          },
        },
      ]),
    );
    return { ...account.runtime, drivers };
  }

  test('is waited for, and then the step taken', async () => {
    const account = createAccount([there({}, { size: 'other' })]);
    const converged = await clock.run(pass(account, [desiredResource()], { runtime: slow(account, 9_999) }));
    expect(told(converged)).toEqual(['done update log-group/xray']);
  });

  test('comes too late for a step after ten seconds: the pass has ended without it, and a later one plans anew', async () => {
    const account = createAccount([there({}, { size: 'other' })]);
    const runtime = slow(account, 15_000);
    const converged = await clock.run(pass(account, [desiredResource()], { runtime }));
    expect(converged.outcomes).toMatchObject([
      {
        result: 'started',
        message: 'AWS has not answered for 10 s; the controller still waits for the answer',
      },
    ]);
    expect([...runtime.unanswered.keys()]).toEqual([resourceKey(desiredResource().id)]);
    await clock.advance(5_000);
    expect(account.asked).toEqual([]);
    expect(runtime.unanswered.size).toBe(0);
    expect([...failures.setbacks().values()]).toMatchObject([
      {
        error: {
          code: 'NotAnswering',
          retry: 'wait',
          message:
            'AWS took too long to say who owns log-group/xray, so the controller did not update it; the next pass plans it again',
        },
      },
    ]);
  });

  test.each<readonly [string, Desired, readonly Observed[]]>([
    ['changed', desiredResource(), [there({}, { size: 'other' })]],
    ['deleted', desiredResource({ name: 'unrelated', management: 'external' }), [there({})]],
  ])(
    'is asked right before it is %s, which is not done where that has changed',
    async (_what, wanted, items) => {
      const account = createAccount(items);
      const key = resourceKey(desiredResource().id);
      account.items.set(key, { ...account.items.get(key)!, tags: {} });
      const { outcomes } = await pass(account, [wanted], {}, items);
      expect(outcomes).toMatchObject([{ result: 'failed', error: { code: 'NotOurs', retry: 'wait' } }]);
      expect(account.asked).toEqual([]);
    },
  );
});

describe('an adoption', () => {
  const wanted = desiredResource({ policy: { adoption: 'adopt' } });

  test('tags before it changes anything, and says last that the whole spec is applied', async () => {
    const account = createAccount([observedResource(wanted, { owner: 'nobody', fields: { size: 'other' } })]);
    const converged = await pass(account, [wanted]);
    expect(account.asked).toEqual([
      'tag log-group/xray',
      'update log-group/xray',
      'changed size',
      'tag log-group/xray',
    ]);
    expect(converged.steps.map(({ type }) => type)).toEqual(['keep']);
    expect([...account.items.values()][0]?.tags).toMatchObject({
      'stationkeeper:owner': 'stationkeeper',
      'stationkeeper:spec': expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
  });

  test('leaves it tagged where changing it fails, and does not say that the spec is applied', async () => {
    const account = createAccount([observedResource(wanted, { owner: 'nobody', fields: { size: 'other' } })]);
    account.answers.set('update log-group', refused());
    await pass(account, [wanted]);
    const [item] = account.items.values();
    expect(item?.tags).toMatchObject({ 'stationkeeper:owner': 'stationkeeper' });
    expect(item?.tags).not.toHaveProperty('stationkeeper:spec');
  });

  test.each([
    ['takes away that it was released', 'stationkeeper:released-from', undefined],
    ['leaves what others wrote', 'team', 'a'],
  ])('%s', async (_what, tag, left) => {
    const released = observedResource(wanted, { owner: 'nobody' });
    const account = createAccount([{ ...released, tags: { [tag]: 'a' } }]);
    await pass(account, [wanted]);
    expect([...account.items.values()][0]?.tags[tag]).toBe(left);
  });

  test('is tags alone where it is as wanted', async () => {
    const account = createAccount([observedResource(wanted, { owner: 'nobody' })]);
    await pass(account, [wanted]);
    expect(account.asked).toEqual(['tag log-group/xray']);
  });
});

describe('a read that is older than our own write', () => {
  test('is not believed, and the resource is looked at again soon', async () => {
    const before = there({}, { size: 'other' });
    const account = createAccount([before]);
    await pass(account, [desiredResource()]);
    const converged = await pass(account, [desiredResource()], {}, [before]);
    expect(told(converged)).toEqual([]);
    expect(converged.isLagging).toBe(true);
    expect(converged.before.map(({ type }) => type)).toEqual(['keep']);
    expect([...converged.snapshot.items.values()][0]?.state).toEqual({ size: 'small' });
  });

  test('is believed after a while: the update is in vain, and not repeated at once', async () => {
    const before = there({}, { size: 'other' });
    const account = createAccount([before]);
    await pass(account, [desiredResource()]);
    await clock.advance(5_000);
    const converged = await pass(account, [desiredResource()], {}, [before]);
    expect(heldIn(converged)[0]).toMatch(/^log-group\/xray: log-group\/xray still differs/);
    expect(converged.isLagging).toBe(false);
  });
});
