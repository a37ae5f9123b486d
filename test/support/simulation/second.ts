import type { Chance } from './chance.ts';
import { SILENT_LOG, SOURCE_ID, createWorld, isRead } from '../world/world.ts';
import type { World, WorldOptions } from '../world/world.ts';
import { createChronicle } from './chronicle.ts';
import { commitOfOthers } from './commit.ts';
import type { Sky } from './faults.ts';
import { createJudge } from './judge.ts';
import type { Judge, JudgeOptions, Violation } from './judge.ts';
import { OWNER } from './live.ts';
import { applyOnce } from './one-shot.ts';
import type { Beside } from './happening.ts';
import { createUnderWay } from './under-way.ts';
import type { UnderWay } from './under-way.ts';

/** Another controller in the same AWS and time. */
export interface Second {
  violation(): Violation | undefined;
  /** Whether a step of its is at work on `kind/name`. */
  isAtWorkOn(name: string): boolean;
  isAlive(): boolean;
  /** It is no controller, but an apply. */
  readonly isApply: boolean;
  /** It dies for good. */
  end(): void;
}

/** What it shares with the first, and who hears of it. */
export interface SecondOptions {
  readonly sky: Sky;
  readonly chance: Chance;
  readonly judged: Pick<
    JudgeOptions,
    'chronicle' | 'people' | 'strangers' | 'environments' | 'lookFor' | 'budget'
  >;
  /** It changes something, by a call of this name. */
  readonly onWrite: (name: string) => void;
  /** An apply dies, or comes to its end. */
  readonly onEnd: (how: 'dies' | 'ends') => void;
  readonly tell: (what: string) => void;
}

/** Nobody's of the world's strangers. */
const ANOTHER_OWNER = 'second-team';
const ANOTHER_SOURCE = 'git.example.org/others';

/** Who it is, as its world and its judge know it. */
interface Who {
  readonly owner: string;
  readonly source: string | undefined;
  readonly scope: NonNullable<WorldOptions['scope']>;
}

function whoIs(what: Beside, chance: Chance): Who {
  const ours: Who = { owner: OWNER, source: SOURCE_ID, scope: 'all-owned' };
  switch (what) {
    case 'a slow controller starts beside it':
      return ours;
    case "another owner's controller starts":
      return { ...ours, owner: ANOTHER_OWNER };
    case "another source's controller starts":
      return { ...ours, source: ANOTHER_SOURCE };
    case 'apply is run beside it':
      // Of a single file, which speaks for no source, or of the folder.
      return chance.happens(0.4) ? { ...ours, source: undefined, scope: 'these' } : ours;
  }
}

export function startSecond(first: World, what: Beside, options: SecondOptions): Second {
  const { sky, chance, judged, tell } = options;
  const { owner, source, scope } = whoIs(what, chance);
  const world = createWorld({
    beside: first,
    files: {},
    owner,
    sourceId: source ?? null,
    scope,
    pruneBudget: { count: judged.budget, percent: 10 },
  });
  const chronicle =
    source === ANOTHER_SOURCE
      ? createChronicle(world, commitOfOthers(judged.chronicle.lastWhole(), chance), (where) =>
          tell(`the other source's ${where}`),
        )
      : judged.chronicle;
  if (chronicle === judged.chronicle) chronicle.isReadBy(world);
  const underWay = createUnderWay(world);
  const judge = createJudge({
    ...judged,
    chronicle,
    underWay,
    world,
    owner,
    source,
    confirmed: () => new Set(),
    runsAs: undefined,
  });
  const isSlow = what === 'a slow controller starts beside it';
  const isApply = what === 'apply is run beside it';
  const lastCall = isApply && chance.happens(0.6) ? chance.whole(1, 80) : Number.POSITIVE_INFINITY;
  let calls = 0;
  let isAlive = true;

  function end(): void {
    isAlive = false;
    underWay.clear();
    world.restart();
  }

  async function applyToItsEnd(): Promise<void> {
    await applyOnce(world, { judge, underWay });
    if (!isAlive) return;
    end();
    options.onEnd('ends');
  }

  world.intercept(async (call, perform) => {
    if (isSlow) await first.clock.sleep(chance.whole(100, 6_000));
    if (!isAlive) return new Promise(() => undefined);
    calls += 1;
    if (!isRead(call.name)) options.onWrite(call.name);
    const answer = judge.overCall(call, () => sky.over(call.name, () => perform(call.input)));
    if (calls < lastCall) return answer;
    // It is killed with the call on its way.
    answer.catch(() => undefined);
    end();
    options.onEnd('dies');
    return new Promise(() => undefined);
  });
  if (isApply) {
    void applyToItsEnd();
  } else startLoop(world, judge, underWay);
  return {
    violation: () => judge.violation(),
    isAtWorkOn: (name) => underWay.has(name),
    isAlive: () => isAlive,
    isApply,
    end,
  };
}

function startLoop(world: World, judge: Judge, { listener }: UnderWay): void {
  world.startLoop({
    log: {
      ...SILENT_LOG,
      error(fields, message) {
        if (message === 'failed') judge.broken('everyPassEnds', JSON.stringify(fields));
      },
    },
    listener,
    onPass: () => undefined,
  });
}
