import type { Chance } from './chance.ts';
import { SILENT_LOG, createWorld, isRead } from '../world/world.ts';
import type { World } from '../world/world.ts';
import type { Sky } from './faults.ts';
import { createJudge } from './judge.ts';
import type { JudgeOptions, Violation } from './judge.ts';
import { OWNER } from './live.ts';

/** How another controller differs from the first. */
export type Beside = 'a slow controller starts beside it' | "another owner's controller starts";

/** Another controller in the same AWS, time and git. */
export interface Second {
  violation(): Violation | undefined;
  /** Whether a step of its is at work on `kind/name`. */
  isAtWorkOn(name: string): boolean;
  /** It dies for good. */
  end(): void;
}

/** Nobody's of the world's strangers. */
const ANOTHER_OWNER = 'second-team';

/** `onWrite`: it changes something. */
export function startSecond(
  first: World,
  what: Beside,
  sky: Sky,
  chance: Chance,
  options: Pick<JudgeOptions, 'chronicle' | 'people' | 'strangers' | 'environments' | 'lookFor'>,
  onWrite: (name: string) => void,
): Second {
  const isSlow = what === 'a slow controller starts beside it';
  const owner = isSlow ? OWNER : ANOTHER_OWNER;
  const world = createWorld({ beside: first, files: {}, owner });
  options.chronicle.isReadBy(world);
  const judge = createJudge({
    ...options,
    world,
    owner,
    confirmed: () => new Set(),
    runsAs: undefined,
  });
  const underWay = new Set<string>();
  let isAlive = true;
  world.intercept(async (call, perform) => {
    if (isSlow) await first.clock.sleep(chance.whole(100, 6_000));
    if (!isAlive) return new Promise(() => undefined);
    if (!isRead(call.name)) onWrite(call.name);
    return judge.overCall(call, () => sky.over(call.name, () => perform(call.input)));
  });
  world.startLoop({
    log: {
      ...SILENT_LOG,
      error(fields, message) {
        if (message === 'pass failed') judge.broken('everyPassEnds', JSON.stringify(fields));
      },
    },
    listener: {
      began: ({ id }) => underWay.add(`${id.kind}/${id.name}`),
      ended: ({ id }) => underWay.delete(`${id.kind}/${id.name}`),
    },
    onPass: () => undefined,
  });
  return {
    violation: () => judge.violation(),
    isAtWorkOn: (name) => underWay.has(name),
    end() {
      isAlive = false;
      underWay.clear();
      world.restart();
    },
  };
}
