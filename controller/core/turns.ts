/** Chooses, look by look, which of the things that are known well enough are looked at again. */
export type Turns = (keys: readonly string[]) => ReadonlySet<string>;

/** Makes an Environment's turns for one sort of things; `share` is the least part of all of them that one pass looks at. */
export type TakeTurns = (what: string, share: number) => Turns;

/** So many of a sort are looked at in each pass, of all Environments together: of few things each. */
const LEAST = 20;
/** Spreads what begins at the same time evenly, however many there are. */
const GOLDEN_RATIO = 0.618_033_988_75;

/**
 * What all Environments take turns in: 720 things in 120 Environments cost as many reads as 720 in one, and each of them is looked at
 * as often.
 */
export function createTurns(): {
  /** @param member tells Environments apart */
  in(member: string): TakeTurns;
  /** Others do not count any more. */
  keepOnly(members: ReadonlySet<string>): void;
} {
  /** How many things there are, by sort and Environment. */
  const counts = new Map<string, Map<string, number>>();
  let members = 0;

  function totalOf(what: string, member: string, count: number): number {
    const ofSort = counts.get(what) ?? new Map<string, number>();
    counts.set(what, ofSort.set(member, count));
    return [...ofSort.values()].reduce((sum, one) => sum + one, 0);
  }

  return {
    in(member) {
      const start = (members * GOLDEN_RATIO) % 1;
      members += 1;
      return (what, share) => {
        /** Looks that this Environment's things have coming, which may be less than one in a pass. */
        let due = start;
        let upTo = '';
        return (keys) => {
          const total = totalOf(what, member, keys.length);
          const most = Math.max(LEAST, Math.ceil(total * share));
          if (total <= most) return new Set(keys);
          due += (keys.length * most) / total;
          const size = Math.min(keys.length, Math.floor(due));
          due -= Math.floor(due);
          if (size === 0) return new Set();
          const sorted = keys.toSorted();
          const next = sorted.findIndex((key) => key > upTo);
          const turn = [...sorted.slice(Math.max(0, next)), ...sorted].slice(0, size);
          upTo = turn.at(-1) ?? '';
          return new Set(turn);
        };
      };
    },
    keepOnly(kept) {
      for (const ofSort of counts.values()) {
        for (const member of ofSort.keys()) if (!kept.has(member)) ofSort.delete(member);
      }
    },
  };
}
