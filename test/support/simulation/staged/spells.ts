import { refusal } from '../../world/world.ts';
import type { World, WorldCall } from '../../world/world.ts';
import type { StagedPlace } from './git.ts';

/** Bad weather over a fleet, for some time. */
export interface Spell {
  /** Whether a call is refused by it. */
  readonly meet?: (call: WorldCall) => boolean;
  readonly end?: () => void;
}

/** A fault in one place makes what is there unread for so long: its failure is remembered for a while. */
const DARK_MS = 240_000;

export function createSpells({ clock, sandbox }: World) {
  /** By account, by AWS's clock. */
  const refusedAt = new Map<string, number>();
  let spells: readonly (Spell & { readonly until: number })[] = [];

  function lastIn({ account }: Pick<StagedPlace, 'account'>): number {
    return refusedAt.get(account) ?? Number.NEGATIVE_INFINITY;
  }

  function endThose(areOver: (spell: { readonly until: number }) => boolean): void {
    for (const { end } of spells.filter(areOver)) end?.();
    spells = spells.filter((spell) => !areOver(spell));
  }

  return {
    /** When a call in a place was refused last. */
    lastIn,
    /** Whether a pass that began then may not have read all of a place. */
    wasDark: (place: StagedPlace, passBeganAt: number): boolean => lastIn(place) > passBeganAt - DARK_MS,
    areAny: (): boolean => spells.length > 0,
    add(lastsMs: number, spell: Spell): void {
      spells = [...spells, { ...spell, until: clock.now() + lastsMs }];
    },
    /** Refuses a call, where the weather is so. */
    over(call: WorldCall): void {
      if (!spells.some(({ until, meet }) => clock.now() < until && meet?.(call) === true)) return;
      refusedAt.set(call.accountId, sandbox.world.now());
      throw refusal('AccessDeniedException', { status: 403 });
    },
    clearUp: (): void => endThose(({ until }) => until <= clock.now()),
    clear: (): void => endThose(() => true),
  };
}
