import type { CallUnderWay } from '../../../controller/aws/door.ts';
import { StationkeeperError } from '../../../controller/core/errors.ts';
import type { Chance } from '../simulation/chance.ts';
import type { ModelClock } from './clock.ts';

/** What the weather can do to calls. */
export const SKIES = [
  'throttled',
  'denied',
  'answers lost',
  'half done',
  'unclear',
  'hanging',
  'lagging',
  'listed in part',
  'tags not listed',
  'empty answers',
  'expired',
  'slow',
] as const;
export type Sky = (typeof SKIES)[number];

/** Whether AWS refuses what it is asked. */
export function isRefusal(sky: Sky): boolean {
  return sky === 'denied' || sky === 'throttled' || sky === 'expired';
}

/** A spell of weather. */
export interface Spell {
  readonly sky: Sky;
  /** On the clock's monotonic scale. */
  readonly until: number;
  /** The kind whose calls it is about; undefined: all. */
  readonly kind: string | undefined;
  readonly probability: number;
  /** The controller that alone meets it; undefined: all do. */
  readonly caller: string | undefined;
  /** Reads pass: what is seen can yet not be changed. */
  readonly writesOnly: boolean;
}

export interface Call {
  readonly operation: string;
  readonly kind: string;
  readonly access: 'read' | 'write';
}

/** How a call is made: what of it is done, how old is what it reads. */
export interface Circumstances {
  readonly agoMs: number;
  readonly isPartial: boolean;
  /** Only the first part of what was asked is done before the call fails. */
  readonly isHalved: boolean;
}

export interface Weather {
  begin(spell: Spell): void;
  clear(): void;
  /** The one call that has hung of late, and still does, where it reads a kind and nothing else was slow; undefined otherwise. */
  loneHang(): string | undefined;
  /** What a call comes to: `work` is what it does or reads, at the moment at which that happens. */
  through<Answer>(
    call: Call,
    caller: string,
    underWay: Set<CallUnderWay>,
    work: (how: Circumstances) => Answer,
  ): Promise<Answer>;
}

/** Longer than a call hangs. */
const OF_LATE_MS = 90_000;
const CLEAR: Circumstances = { agoMs: 0, isPartial: false, isHalved: false };

export function createWeather(clock: ModelClock, chance: Chance, met: (sky: Sky) => void): Weather {
  let spells: readonly Spell[] = [];
  /** What kept somebody waiting of late. */
  let delays: readonly { readonly at: number; readonly call: Call; isOver: boolean }[] = [];

  async function delayed(call: Call, ms: number): Promise<void> {
    const at = clock.monotonic();
    const delay = { at, call, isOver: false };
    delays = [...delays.filter((one) => one.at > at - OF_LATE_MS), delay];
    await clock.sleep(ms);
    delay.isOver = true;
  }

  function skyOver({ kind, access, operation }: Call, caller: string): Sky | undefined {
    if (spells.length === 0) return undefined;
    const now = clock.monotonic();
    const spell = spells.find(
      (one) =>
        one.until > now &&
        (one.kind === undefined || one.kind === kind) &&
        (one.caller === undefined || one.caller === caller) &&
        (!one.writesOnly || access === 'write') &&
        matters(one.sky, access, operation) &&
        chance.happens(one.probability),
    );
    if (spell !== undefined) met(spell.sky);
    return spell?.sky;
  }

  return {
    begin(spell) {
      spells = [...spells, spell];
    },
    clear() {
      spells = [];
    },
    loneHang() {
      const since = clock.monotonic() - OF_LATE_MS;
      const [delay, ...others] = delays.filter(({ at }) => at > since);
      if (delay === undefined || delay.isOver || others.length > 0) return undefined;
      const { access, kind, operation } = delay.call;
      return access === 'read' && operation === `toys:Read${kind}` ? operation : undefined;
    },
    async through(call, caller, underWay, work) {
      const sky = skyOver(call, caller);
      switch (sky) {
        case undefined:
          return work(CLEAR);
        case 'throttled':
          throw failure('ThrottlingException', call);
        case 'denied':
          throw failure('AccessDeniedException', call);
        case 'expired':
          throw failure('ExpiredTokenException', call);
        case 'empty answers':
          throw failure('IncompleteAnswer', call);
        case 'answers lost':
          work(CLEAR);
          throw failure('ConnectionLost', call);
        case 'half done':
          work({ ...CLEAR, isHalved: true });
          throw failure('InternalFailure', call);
        case 'unclear':
          if (chance.happens(0.5)) work(CLEAR);
          throw failure('InternalFailure', call);
        case 'hanging': {
          const now = clock.monotonic();
          const waiting: CallUnderWay = { operation: call.operation, since: now, unansweredSince: now };
          underWay.add(waiting);
          if (chance.happens(0.5)) work(CLEAR);
          await delayed(call, chance.whole(5_000, 60_000));
          underWay.delete(waiting);
          throw failure('RequestTimeout', call);
        }
        case 'lagging':
          return work({ ...CLEAR, agoMs: chance.whole(500, 4_000) });
        case 'tags not listed':
          return work({ ...CLEAR, agoMs: chance.whole(1_000, 60_000) });
        case 'listed in part':
          return work({ ...CLEAR, isPartial: true });
        case 'slow': {
          const isWrite = call.access === 'write';
          const early = isWrite ? work(CLEAR) : undefined;
          await delayed(call, chance.whole(500, chance.one([6_000, 6_000, 14_000])));
          return isWrite ? early! : work(CLEAR);
        }
      }
    },
  };
}

const TAGS_READ = 'tagging:GetResources';

function matters(sky: Sky, access: Call['access'], operation: string): boolean {
  const isBatch = operation === TAGS_READ;
  switch (sky) {
    case 'answers lost':
    case 'half done':
    case 'unclear':
      return access === 'write';
    case 'listed in part':
    case 'tags not listed':
      return isBatch;
    case 'lagging':
      return access === 'read' && !isBatch && !operation.endsWith('Tags');
    case 'empty answers':
      return access === 'read';
    case 'throttled':
    case 'denied':
    case 'hanging':
    case 'expired':
    case 'slow':
      return true;
  }
}

function failure(code: string, { operation }: Call): StationkeeperError {
  return new StationkeeperError({ code, retry: 'backoff', operation, message: `${operation}: ${code}` });
}
