import { beforeEach, describe, expect, test } from 'vitest';
import { loopHealth } from '../../controller/core/loop-health.ts';
import type { LoopBeat } from '../../controller/core/loop-health.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Step } from '../../controller/plan/step.ts';
import { createLoop } from '../../controller/reconcile/loop.ts';
import type { Loop, LoopOptions } from '../../controller/reconcile/loop.ts';
import type { PassRequest } from '../../controller/reconcile/pass-context.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { createWantedReader, manifestsReader } from '../../controller/reconcile/wanted.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { deleteStep, holdStep, keepStep, planOf, updateStep } from '../support/plans/steps.ts';

const INTERVAL_MS = 60_000;
const SILENT_LOG = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

let clock: VirtualClock;
let stop: AbortController;
/** When each pass began, in seconds since the start. */
let begun: number[];
/** What was asked of each pass. */
let requests: PassRequest[];

const CLUSTER = {
  file: 'cluster.yaml',
  text: 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: daemons }\nspec: {}\n',
};

/** A pass that found everything as wanted. */
const IDLE: PassResult = {
  wanted: createWantedReader(manifestsReader())({
    type: 'fresh',
    snapshot: { revision: 'one', files: [CLUSTER], named: [], errors: [], ignored: [] },
  }),
  revisions: new Map(),
  before: planOf([]),
  plan: planOf([]),
  self: undefined,
  outcomes: [],
  unread: new Map(),
  failures: new Map(),
  reach: new Map(),
  courses: [],
  startedAt: '2026-11-22T09:00:00.000Z',
  finishedAt: '2026-11-22T09:00:01.000Z',
  finishedAtMonotonic: 0,
  durationMs: 1_000,
  awsRequests: 9,
  changes: 0,
  lookAgainInMs: undefined,
  isUnderWay: false,
  leastPauseMs: 0,
};

beforeEach(() => {
  clock = new VirtualClock();
  stop = new AbortController();
  begun = [];
  requests = [];
});

/** A loop whose n-th pass, counted from 1, ends as `pass` says. */
function loopOf(
  pass: (number: number) => Partial<PassResult> | Promise<Partial<PassResult>>,
  options: Partial<LoopOptions> = {},
): Loop {
  return createLoop({
    runPass: async (request) => {
      requests.push(request);
      begun.push(clock.monotonic() / 1000);
      const said = await pass(begun.length);
      return { ...IDLE, finishedAtMonotonic: clock.monotonic(), ...said };
    },
    clock,
    log: SILENT_LOG,
    intervalMs: INTERVAL_MS,
    onPass: () => undefined,
    onFailedPass: () => undefined,
    ...options,
  });
}

/** Lets the loop run for so long, and ends it. */
async function runFor(loop: Loop, ms: number): Promise<void> {
  const ended = loop.run(stop.signal);
  await clock.advance(ms);
  stop.abort();
  await ended;
}

describe('the pause', () => {
  test('is the interval while there is nothing to watch', async () => {
    await runFor(
      loopOf(() => ({})),
      190_000,
    );
    expect(begun).toEqual([0, 60, 120, 180]);
  });

  test('is short while something is under way, grows, and is never longer than the interval', async () => {
    await runFor(
      loopOf(() => ({ lookAgainInMs: 1_000 })),
      600_000,
    );
    const pauses = begun.slice(1).map((at, index) => at - begun[index]!);
    expect(pauses[0]).toBe(1);
    expect(pauses.every((pause, index) => index === 0 || pause >= pauses[index - 1]!)).toBe(true);
    expect(Math.max(...pauses)).toBe(60);
    expect(begun.filter((at) => at < 10).length).toBeGreaterThan(4);
  });

  test('is short again for what begins after a rest', async () => {
    await runFor(
      loopOf((number) => (number === 30 ? {} : { lookAgainInMs: 1_000 })),
      1_000_000,
    );
    expect(begun[30]! - begun[29]!).toBe(60);
    expect(begun[31]! - begun[30]!).toBe(1);
  });

  test('stays a pause however long something has been under way, and however soon to look again', async () => {
    await runFor(
      loopOf((number) => ({ lookAgainInMs: number < 4_000 ? 1_000 : 0 })),
      4_000 * INTERVAL_MS,
    );
    const last = begun.slice(-50);
    expect(begun.length).toBeGreaterThan(4_000);
    expect(last.slice(1).every((at, index) => at - last[index]! > 0.19)).toBe(true);
  });

  test('ends when the next attempt of something failed is due, however long nothing has moved', async () => {
    const failure = (number: number): Partial<PassResult> => {
      const nextAttemptAt = clock.monotonic() + (number > 20 ? 5_000 : 600_000);
      const failures = new Map([['default|role||xray', { nextAttemptAt }]]);
      return {
        lookAgainInMs: 1_000,
        failures: failures as unknown as PassResult['failures'],
      };
    };
    await runFor(loopOf(failure), 1_000_000);
    expect(begun[19]! - begun[18]!).toBeGreaterThan(10);
    expect(begun[22]! - begun[21]!).toBe(5);
  });

  test('is cut by a request; one that comes during a pass asks for another right after it', async () => {
    const loop = loopOf(async (number) => {
      if (number === 2) await clock.sleep(5_000);
      return {};
    });
    const ended = loop.run(stop.signal);
    await clock.advance(10_000);
    loop.requestPass('webhook');
    await clock.advance(2_000);
    loop.requestPass('webhook');
    loop.requestPass('webhook');
    await clock.advance(10_000);
    expect(begun).toEqual([0, 10, 15]);
    stop.abort();
    await ended;
  });

  test('is cut by the end', async () => {
    const loop = loopOf(() => ({}));
    const ended = loop.run(stop.signal);
    await clock.advance(1_000);
    stop.abort();
    await ended;
    expect(clock.monotonic()).toBe(1_000);
    expect(begun).toEqual([0]);
  });
});

describe('a pass', () => {
  test('is a real one that may be cut, and waits for no environment for long', async () => {
    await runFor(
      loopOf(() => ({})),
      1_000,
    );
    expect(requests).toEqual([
      { dryRun: false, confirmed: new Set(), signal: stop.signal, patienceMs: 25_000 },
    ]);
  });

  test('tells who watches', async () => {
    const listener = { began: () => undefined, ended: () => undefined };
    await runFor(
      loopOf(() => ({}), { listener }),
      1_000,
    );
    expect(requests[0]?.listener).toBe(listener);
  });

  test('is told with its number and the pause after it', async () => {
    const told: object[] = [];
    const onPass: LoopOptions['onPass'] = ({ awsRequests }, pass) => told.push({ awsRequests, ...pass });
    await runFor(
      loopOf((number) => (number === 1 ? { lookAgainInMs: 1_000, awsRequests: 7 } : {}), { onPass }),
      2_000,
    );
    expect(told).toEqual([
      { awsRequests: 7, number: 1, pauseMs: 1_000 },
      { awsRequests: 9, number: 2, pauseMs: INTERVAL_MS },
    ]);
  });

  test('is the last one where the end comes while it runs', async () => {
    const loop = loopOf(async () => {
      await clock.sleep(5_000);
      return {};
    });
    const ended = loop.run(stop.signal);
    await clock.advance(1_000);
    loop.requestPass('webhook');
    stop.abort();
    await clock.run(ended);
    expect(begun).toEqual([0]);
  });

  test('does not begin where the end has come before', async () => {
    stop.abort();
    await loopOf(() => ({})).run(stop.signal);
    expect(begun).toEqual([]);
  });
});

describe('the end of a pass', () => {
  test.each([
    ['ends', () => ({})],
    [
      'throws',
      () => {
        throw new Error('a defect');
      },
    ],
  ] as const)('is told once it %s, after all else', async (_what, pass) => {
    const told: (string | LoopBeat)[] = [];
    const loop = loopOf(pass, {
      onPass: () => told.push('pass'),
      onFailedPass: () => told.push('failed pass'),
      onEnd: (beat) => {
        told.push(beat);
        return Promise.resolve();
      },
    });
    await runFor(loop, 1_000);
    const passed = _what === 'ends';
    expect(told).toEqual([
      passed ? 'pass' : 'failed pass',
      { passes: 1, silenceMs: 0, allowedMs: 180_000, hasEnded: true, hasRead: passed },
    ]);
  });

  test('is waited for to be told', async () => {
    await runFor(
      loopOf(() => ({}), { onEnd: () => clock.sleep(5_000) }),
      72_000,
    );
    expect(begun).toEqual([0, 65]);
  });

  test('does not end the loop where it cannot be told, which is logged', async () => {
    const errors: object[] = [];
    const log = {
      ...SILENT_LOG,
      error: (fields: object, verb: string) => errors.push({ ...fields, verb }),
    };
    const err = new Error('a defect of the listener');
    await runFor(
      loopOf(() => ({}), { log, onEnd: () => Promise.reject(err) }),
      70_000,
    );
    expect(begun).toEqual([0, 60]);
    expect(errors).toEqual(
      [1, 2].map((pass) => ({ pass, err, message: 'cannot publish the report of a pass', verb: 'failed' })),
    );
  });
});

describe('a confirmation', () => {
  const GOING = holdStep({ why: 'budget', intent: 'delete', name: 'going', exists: true });
  const HELD = holdStep({ why: 'budget', intent: 'delete', name: 'held', exists: true });
  const KEYS = new Set([GOING, HELD].map(({ id }) => resourceKey(id)));

  function planned(...steps: readonly Step[]): Partial<PassResult> {
    return { plan: { ...planOf(steps), hash: 'a1b2c3' } };
  }

  /** What was confirmed of each pass. */
  function confirmed(): readonly (readonly string[])[] {
    return requests.map((request) => [...request.confirmed]);
  }

  /** A loop whose n-th pass ends with the n-th plan, or the last. The first is confirmed. */
  async function confirming(plans: readonly Partial<PassResult>[]): Promise<void> {
    const loop = loopOf((number) => plans[number - 1] ?? plans.at(-1)!);
    const ended = loop.run(stop.signal);
    await clock.advance(1_000);
    expect(loop.confirm('a1b2c3')).toBe('confirmed');
    await clock.advance(2 * INTERVAL_MS);
    stop.abort();
    await ended;
  }

  test('is unknown before there is a plan, and where it names another', async () => {
    const loop = loopOf(() => planned(GOING, HELD));
    expect(loop.confirm('a1b2c3')).toBe('unknown');
    const ended = loop.run(stop.signal);
    await clock.advance(1_000);
    expect(loop.confirm('another')).toBe('unknown');
    await clock.advance(1_000);
    expect(begun).toEqual([0]);
    stop.abort();
    await ended;
  });

  test('asks for a pass at once, and holds for what the plan named', async () => {
    await confirming([planned(GOING, HELD)]);
    expect(begun).toEqual([0, 1, 61, 121]);
    expect(confirmed()).toEqual([[], [...KEYS], [...KEYS], [...KEYS]]);
  });

  test('holds no longer once that is gone, or wanted again', async () => {
    const others = [
      holdStep({ why: 'failed', intent: 'update', name: 'held', exists: true }),
      updateStep({ name: 'another' }),
      keepStep({ name: 'kept' }),
    ];
    await confirming([
      planned(GOING, HELD),
      planned(deleteStep({ name: 'going' }), ...others),
      planned(GOING, HELD),
    ]);
    const [going] = [...KEYS];
    expect(confirmed()).toEqual([[], [...KEYS], [going], [going]]);
  });

  test('does not hold for what a later plan names besides', async () => {
    await confirming([planned(HELD), planned(GOING, HELD)]);
    const [, held] = [...KEYS];
    expect(confirmed()).toEqual([[], [held], [held], [held]]);
  });
});

describe('a pass that throws', () => {
  test('is told, does not end the loop, and the next one comes after the interval', async () => {
    const told: string[] = [];
    const logged: object[] = [];
    const loop = loopOf(
      (number) => {
        if (number === 2) throw new Error('a defect');
        return {};
      },
      {
        onFailedPass: (error) => told.push(error.message),
        log: { ...SILENT_LOG, error: (fields, verb) => logged.push({ ...fields, verb }) },
      },
    );
    await runFor(loop, 130_000);
    expect(begun).toEqual([0, 60, 120]);
    expect(told).toEqual(['a defect']);
    expect(logged).toMatchObject([{ pass: 2, err: { message: 'a defect' }, verb: 'failed' }]);
  });

  test.each(['onPass', 'onFailedPass'] as const)(
    'does not end the loop even where %s throws too',
    async (listener) => {
      const failing = (): never => {
        throw new Error('a defect of the listener');
      };
      const loop = loopOf(
        () => {
          if (listener === 'onFailedPass') throw new Error('a defect');
          return {};
        },
        { [listener]: failing },
      );
      await runFor(loop, 130_000);
      expect(begun).toEqual([0, 60, 120]);
    },
  );
});

describe('health', () => {
  test('is alive and not ready before the first pass has ended, then ready', async () => {
    const loop = loopOf(async () => {
      await clock.sleep(3_000);
      return {};
    });
    const ended = loop.run(stop.signal);
    await clock.advance(1_000);
    expect(loopHealth(loop.beat())).toMatchObject({ alive: true, ready: false });
    await clock.advance(3_000);
    expect(loopHealth(loop.beat())).toMatchObject({ alive: true, ready: true });
    stop.abort();
    await clock.run(ended);
  });

  test('stays alive by passes that fail, and is not ready before the source has been read', async () => {
    const loop = loopOf(() => {
      throw new Error('a defect');
    });
    const ended = loop.run(stop.signal);
    await clock.advance(600_000);
    expect(loopHealth(loop.beat())).toMatchObject({ alive: true, ready: false });
    stop.abort();
    await ended;
  });

  test('is not ready while the source was never read, says so, and is once it was', async () => {
    const unread = createWantedReader(manifestsReader())({
      type: 'stale',
      snapshot: undefined,
      code: 'SourceUnreachable',
      message: 'the token is refused',
    });
    const loop = loopOf((number) => (number < 3 ? { wanted: unread } : {}));
    const ended = loop.run(stop.signal);
    await clock.advance(61_000);
    expect(loopHealth(loop.beat())).toMatchObject({
      alive: true,
      ready: false,
      detail: expect.stringContaining('the source has never been read'),
    });
    await clock.advance(60_000);
    expect(loopHealth(loop.beat())).toMatchObject({ alive: true, ready: true });
    stop.abort();
    await ended;
  });

  test.each([
    [60_000, 180],
    [1_000, 30],
  ])(
    'is no longer alive once a pass has not ended for three intervals (%i ms), or 30 s',
    async (intervalMs, seconds) => {
      const loop = loopOf(
        async (number) => {
          if (number === 2) await clock.sleep(10_000_000, stop.signal);
          return {};
        },
        { intervalMs },
      );
      const ended = loop.run(stop.signal);
      await clock.advance(seconds * 1000 - 500);
      expect(loopHealth(loop.beat()).alive).toBe(true);
      await clock.advance(1_000);
      expect(loopHealth(loop.beat())).toMatchObject({ alive: false, ready: true });
      stop.abort();
      await ended;
    },
  );
});
