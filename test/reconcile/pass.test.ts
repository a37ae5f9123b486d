import { beforeEach, describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { environmentId } from '../../controller/core/reference.ts';
import { displayId, resourceKey } from '../../controller/core/resource.ts';
import type { Observed } from '../../controller/core/resource.ts';
import { createFailures } from '../../controller/reconcile/memory/failures.ts';
import type { EnvironmentRuntime } from '../../controller/reconcile/environments.ts';
import type { Silence } from '../../controller/reconcile/silence.ts';
import { createPassRunner } from '../../controller/reconcile/pass.ts';
import { manifestsReader } from '../../controller/reconcile/wanted.ts';
import type { PassRunner } from '../../controller/reconcile/pass.ts';
import type { PassContext, PassRequest } from '../../controller/reconcile/pass-context.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import type { Source, SourceReading } from '../../controller/source/source.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { createAccount } from '../support/plans/account.ts';
import type { Account } from '../support/plans/account.ts';
import { desiredResource, observedResource } from '../support/plans/resources.ts';

/** Passes over environments that hold clusters, each in an account of its own. */

let clock: VirtualClock;
let accounts: Map<string, Account>;
/** Clusters by environment; the environments are declared. */
let git: Map<string, readonly string[]>;
/** Of environments that are elsewhere than in the first Region of their name. */
let regions: Map<string, string>;
let revision: number;
/** Of environments that AWS has stopped answering for, what it does not answer. */
let silences: Map<string, Silence>;

beforeEach(() => {
  clock = new VirtualClock();
  revision = 1;
  silences = new Map();
  regions = new Map();
  git = new Map([['eu', ['a']]]);
  accounts = new Map(['eu', 'us'].map((name) => [name, createAccount([placeOf(name)], name, clock)]));
});

function placeOf(name: string): Observed {
  return {
    id: environmentId(name),
    owner: 'nobody',
    tags: {},
    state: {},
    outputs: { accountId: '111111111111', region: `${name}-1`, partition: 'aws' },
    health: { status: 'Healthy', message: '' },
  };
}

function push(environment: string, ...clusters: readonly string[]): void {
  git.set(environment, clusters);
  revision += 1;
}

function reading(): SourceReading {
  const document = (kind: string, name: string, spec: string): string =>
    `apiVersion: stationkeeper.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
  const files = [...git].map(([environment, clusters]) => ({
    file: `${environment}.yaml`,
    text: [
      document(
        'Environment',
        environment,
        `{ region: ${regions.get(environment) ?? `${environment}-west-1`} }`,
      ),
      ...clusters.map((name) => document('Cluster', name, `{ environment: ${environment} }`)),
    ].join('---\n'),
  }));
  return { type: 'fresh', snapshot: { revision: `r${revision}`, files, named: [], errors: [], ignored: [] } };
}

/** Git as it is read, and as it stands at the moment. */
function sourceOf(read: () => SourceReading): Source {
  return {
    type: 'git',
    url: '',
    read: () => Promise.resolve(read()),
    head: () => Promise.resolve(`r${revision}`),
  };
}

function controller(overrides: Partial<PassContext> = {}): PassRunner {
  return createPassRunner({
    readFiles: manifestsReader(),
    source: sourceOf(() => reading()),
    environments: {
      runtimeOf: ({ name }): EnvironmentRuntime => ({
        ...accounts.get(name)!.runtime,
        silence: () => silences.get(name),
      }),
      keepOnly: () => undefined,
    },
    failures: createFailures(clock, () => 1),
    clock,
    awsClock: clock,
    owner: 'stationkeeper',
    mode: 'enforce',
    scope: 'all-owned',
    pruneBudget: { count: 3 },
    requestCount: () => asked().length,
    ...overrides,
  });
}

function asked(): readonly string[] {
  return [...accounts.values()].flatMap((account) => account.asked);
}

function changes(): readonly string[] {
  return asked().filter((what) => !what.startsWith('read'));
}

function pass(run: PassRunner, request: Partial<PassRequest> = {}): Promise<PassResult> {
  const signal = new AbortController().signal;
  return clock.run(run({ dryRun: false, confirmed: new Set(), signal, ...request }));
}

function told({ plan }: PassResult): readonly string[] {
  return plan.steps.map((step) => `${step.type} ${displayId(step.id)}`);
}

const DENIED = new StationkeeperError({ code: 'AccessDenied', message: 'no', retry: 'backoff' });

describe('a pass', () => {
  test('makes what git wants, and says what there was to do, what was done and what is left', async () => {
    const result = await pass(controller());
    expect(changes()).toEqual(['create cluster/a']);
    expect(result.before.steps.map(({ type }) => type)).toEqual(['keep', 'create']);
    expect(told(result)).toEqual(['keep environment/eu', 'keep cluster/a']);
    expect(result).toMatchObject({
      outcomes: [{ type: 'create', result: 'done' }],
      changes: 1,
      awsRequests: asked().length,
      revisions: new Map([['eu', 'r1']]),
      unread: new Map(),
      failures: new Map(),
      startedAt: '2026-11-22T09:00:00.000Z',
      finishedAt: '2026-11-22T09:00:00.000Z',
      durationMs: 0,
      lookAgainInMs: 1_000,
      leastPauseMs: 0,
      self: undefined,
    });
  });

  test('counts what it cost itself, and how long it took', async () => {
    const run = controller();
    await pass(run);
    accounts.get('eu')!.answers.set('read all-owned cluster', { takesMs: 1_500 });
    const before = asked().length;
    const result = await pass(run);
    expect(result.awsRequests).toBe(asked().length - before);
    expect(result).toMatchObject({ durationMs: 1_500, finishedAtMonotonic: 1_500 });
  });

  test('that is dry plans and changes nothing', async () => {
    const result = await pass(controller(), { dryRun: true });
    expect(told(result)).toEqual(['keep environment/eu', 'create cluster/a']);
    expect(result.outcomes).toEqual([]);
    expect(changes()).toEqual([]);
  });

  test('counts what failed as no change, and tells it', async () => {
    accounts.get('eu')!.answers.set('create cluster', DENIED);
    const result = await pass(controller());
    expect(result.changes).toBe(0);
    expect([...result.failures.values()]).toMatchObject([{ id: { name: 'a' }, error: DENIED }]);
  });

  test('deletes within the budget, or as far as it is confirmed', async () => {
    const run = controller({ pruneBudget: { count: 0 } });
    await pass(run);
    push('eu');
    const held = await pass(run);
    expect(told(held)).toEqual(['keep environment/eu', 'hold cluster/a']);
    await pass(run, { confirmed: new Set(held.plan.steps.map(({ id }) => resourceKey(id))) });
    expect(changes()).toEqual(['create cluster/a', 'delete cluster/a']);
  });

  test('counts what went in passes before in the budget, until its time is over', async () => {
    push('eu', 'a', 'b');
    const run = controller({ pruneBudget: { count: 1, perMs: 60_000 } });
    await pass(run);
    await clock.advance(60_000);
    push('eu', 'b');
    await pass(run);
    push('eu');
    expect(told(await pass(run))).toEqual(['keep environment/eu', 'hold cluster/b']);
    await clock.advance(60_000);
    await pass(run);
    expect(changes()).toEqual([
      'create cluster/a',
      'create cluster/b',
      'delete cluster/a',
      'delete cluster/b',
    ]);
  });

  describe('over what another source made', () => {
    const THEIRS = 'github.com/acme/theirs';
    const ours = (): Partial<PassContext> => ({
      source: { ...sourceOf(() => reading()), id: 'github.com/acme/ours' },
    });
    beforeEach(async () => {
      await pass(controller({ source: { ...sourceOf(() => reading()), id: THEIRS } }));
      push('eu');
    });

    test('leaves it alone', async () => {
      expect(told(await pass(controller(ours())))).not.toContain('delete cluster/a');
      expect(changes()).toEqual(['create cluster/a']);
    });

    test('goes on with it where it is told to take that over', async () => {
      await pass(controller({ ...ours(), takesOver: [THEIRS] }));
      expect(changes()).toEqual(['create cluster/a', 'delete cluster/a']);
    });
  });

  test('lets nothing go that it runs on, as far as it knows', async () => {
    const run = controller();
    await pass(run);
    push('eu');
    const self = () => Promise.resolve({ type: 'unseen', why: 'ECS does not tell' } as const);
    const result = await pass(controller({ self }));
    expect(told(result)).toContain('hold cluster/a');
    expect(result.self).toEqual({ type: 'unseen', why: 'ECS does not tell' });
  });

  test.each<readonly [string, Partial<Extract<SourceReading, { type: 'fresh' }>['snapshot']>, string]>([
    [
      'cannot be read whole',
      { errors: [{ file: 'b', line: 1, column: 1, path: '', message: 'too big' }] },
      'policy',
    ],
    ['was moved off a commit', { rewoundFrom: 'abc' }, 'budget'],
  ])('deletes nothing while git %s', async (_what, wrong, why) => {
    await pass(controller());
    push('eu');
    const source = sourceOf(() => {
      const { snapshot } = reading() as Extract<SourceReading, { type: 'fresh' }>;
      return { type: 'fresh', snapshot: { ...snapshot, ...wrong } };
    });
    const { plan } = await pass(controller({ source }));
    expect(plan.steps.at(-1)).toMatchObject({ type: 'hold', why, intent: 'delete' });
  });

  test('stops where it is told to, and goes on in the next', async () => {
    const stop = new AbortController();
    const listener = { began: () => stop.abort(), ended: () => undefined };
    push('eu', ...Array.from({ length: 15 }, (_, index) => `c${index}`));
    const run = controller();
    await pass(run, { signal: stop.signal, listener });
    expect(changes()).toHaveLength(1);
    await pass(run);
    expect(changes()).toHaveLength(15);
  });

  test('that has worked for twenty seconds begins no further step', async () => {
    push('eu', ...Array.from({ length: 25 }, (_, index) => `c${index}`));
    accounts.get('eu')!.answers.set('create cluster', { takesMs: 10_000 });
    expect((await pass(controller())).outcomes).toHaveLength(20);
  });
});

describe('what failed', () => {
  const REFUSED = new StationkeeperError({ code: 'Refused', message: 'no', retry: 'never' });

  beforeEach(() => {
    accounts.get('eu')!.answers.set('create cluster', REFUSED);
  });

  test('is left alone in its environment, whatever others come and go', async () => {
    const run = controller();
    await pass(run);
    push('us', 'b');
    await pass(run);
    git.delete('us');
    revision += 1;
    await pass(run);
    expect(changes().filter((what) => what === 'create cluster/a')).toHaveLength(1);
  });

  test('says nothing of the place that its environment is moved to', async () => {
    const run = controller();
    await pass(run);
    regions.set('eu', 'eu-central-1');
    revision += 1;
    await pass(run);
    expect(changes()).toEqual(['create cluster/a', 'create cluster/a']);
  });
});

describe('what cannot be read', () => {
  test('is told with why, kind by kind', async () => {
    accounts.get('eu')!.answers.set('read all-owned cluster', DENIED);
    const { unread } = await pass(controller());
    expect([...unread]).toEqual([['eu|cluster||a', DENIED]]);
  });

  test('is all of an environment that could not be looked up', async () => {
    accounts.get('eu')!.answers.set('read all-owned environment', DENIED);
    const { unread } = await pass(controller());
    expect([...unread.keys()].toSorted()).toEqual(['eu|cluster||a', 'eu|environment||eu']);
    expect(new Set(unread.values())).toEqual(new Set([DENIED]));
  });
});

describe('an environment that is slow', () => {
  const PATIENT = { patienceMs: 25_000 };
  const hang = (takesMs: number): void => {
    accounts.get('us')!.answers.set('read all-owned cluster', { takesMs });
  };

  beforeEach(() => {
    push('us', 'b');
  });

  test('holds no other up, and is shown as not known where it never came to its end', async () => {
    hang(60_000);
    const result = await pass(controller(), PATIENT);
    expect(result.durationMs).toBe(25_000);
    expect(changes()).toEqual(['create cluster/a']);
    expect(told(result)).toEqual([
      'keep environment/eu',
      'keep cluster/a',
      'hold environment/us',
      'hold cluster/b',
    ]);
    expect([...result.unread.values()]).toMatchObject([
      {
        code: 'NotAnswering',
        retry: 'backoff',
        operation: undefined,
        message: 'AWS answers slowly in environment "us"; the controller still reads it',
      },
      { code: 'NotAnswering' },
    ]);
    expect(result.revisions).toEqual(
      new Map([
        ['eu', 'r2'],
        ['us', 'r2'],
      ]),
    );
  });

  test('is shown as it was last seen, and what comes of it counts in the pass in which it ends', async () => {
    const run = controller();
    await pass(run, PATIENT);
    push('us', 'b', 'c');
    hang(26_000);
    const overdue = await pass(run, PATIENT);
    expect(told(overdue)).toContain('keep cluster/b');
    expect(overdue).toMatchObject({ outcomes: [], lookAgainInMs: 5_000 });
    expect(overdue.revisions.get('us')).toBe('r2');
    const ended = await pass(run, PATIENT);
    expect(ended.outcomes).toMatchObject([{ type: 'create', id: { name: 'c' } }]);
    expect(ended.revisions.get('us')).toBe('r3');
  });

  test('tells no failure of what has not come to its end', async () => {
    accounts.get('us')!.answers.set('create cluster', DENIED);
    const run = controller();
    expect((await pass(run, PATIENT)).failures.size).toBe(1);
    hang(60_000);
    expect((await pass(run, PATIENT)).failures.size).toBe(0);
  });

  test('is not known at all once AWS is silent, whose operation is named', async () => {
    const run = controller();
    await pass(run, PATIENT);
    hang(60_000);
    silences.set('us', { operation: 'ecs:DescribeClusters', since: '2026-11-22T09:00:00Z' });
    const result = await pass(run, PATIENT);
    expect(told(result)).toContain('hold cluster/b');
    expect(result.unread.get('us|cluster||b')).toMatchObject({
      operation: 'ecs:DescribeClusters',
      message:
        'ecs:DescribeClusters has had no answer since 2026-11-22T09:00:00Z in environment "us"; check the network and the endpoint',
    });
  });

  test('that comes back is not shown as it was before it went', async () => {
    const run = controller();
    await pass(run, PATIENT);
    accounts.get('us')!.items.delete('us|cluster||b');
    git.delete('us');
    revision += 1;
    await pass(run, PATIENT);
    await pass(run, PATIENT);
    push('us', 'b');
    hang(60_000);
    expect(told(await pass(run, PATIENT))).toContain('hold cluster/b');
  });

  test('is waited for by who does not limit the wait', async () => {
    hang(60_000);
    expect(told(await pass(controller()))).toContain('keep cluster/b');
  });
});

describe('an environment that is declared no more', () => {
  test('shows what is left in it, held, until it is empty, and not itself', async () => {
    push('us', 'b');
    const run = controller();
    await pass(run);
    git.delete('us');
    revision += 1;
    const result = await pass(run);
    expect(told(result)).toEqual(['keep environment/eu', 'keep cluster/a', 'hold cluster/b']);
    expect(result.before.steps).toHaveLength(3);
    expect(result.plan.steps.at(-1)?.reason).toMatch(
      /^nothing is deleted: no manifest declares the environment "us"/,
    );
    expect(result.revisions.has('us')).toBe(false);
    accounts.get('us')!.items.delete('us|cluster||b');
    await pass(run);
    expect(told(await pass(run))).toEqual(['keep environment/eu', 'keep cluster/a']);
  });

  test('is forgotten at once where nothing in it is ours', async () => {
    const foreign = { ...observedResource(desiredResource({ environment: 'us' }), { owner: 'nobody' }) };
    accounts.get('us')!.items.set(resourceKey(foreign.id), foreign);
    push('us');
    const run = controller();
    await pass(run);
    git.delete('us');
    revision += 1;
    const before = accounts.get('us')!.asked.length;
    await pass(run);
    expect(accounts.get('us')!.asked).toHaveLength(before);
  });
});
