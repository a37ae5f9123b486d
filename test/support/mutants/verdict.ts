import type { Judgement } from './judgement.ts';
import type { Mutant } from './mutant.ts';

export type Tier = 'model' | 'real';

/** What became of a mutant in the worlds in which its code runs. */
export type Fate =
  | { readonly type: 'caught'; readonly by: string; readonly tier: Tier; readonly seed: number }
  | { readonly type: 'survived'; readonly worlds: Readonly<Record<Tier, number>> }
  | { readonly type: 'not reached' };

export interface Tried {
  readonly mutant: Mutant;
  readonly fate: Fate;
  readonly judgement: Judgement | undefined;
}

export interface Verdict {
  readonly caught: number;
  /** No world noticed them, and as far as anybody knows they change behaviour. */
  readonly survived: number;
  /** No world noticed them, and they are judged to change no behaviour. */
  readonly unchanged: number;
  readonly notReached: number;
  /** Caught, of those reached that change behaviour. */
  readonly share: number;
  /** They are judged to change no behaviour, and a world noticed them. */
  readonly misjudged: readonly Mutant[];
  readonly holds: boolean;
}

/** So many of those that change behaviour have to be caught. */
export const ENOUGH = 0.95;

export function verdictOf(tried: readonly Tried[]): Verdict {
  const count = (type: Fate['type'], changes: boolean): number =>
    tried.filter(({ fate, judgement }) => fate.type === type && changesBehaviour(judgement) === changes)
      .length;
  const misjudged = tried
    .filter(({ fate, judgement }) => fate.type === 'caught' && !changesBehaviour(judgement))
    .map(({ mutant }) => mutant);
  const caught = count('caught', true) + misjudged.length;
  const survived = count('survived', true);
  const share = caught + survived === 0 ? 1 : caught / (caught + survived);
  return {
    caught,
    survived,
    unchanged: count('survived', false),
    notReached: tried.filter(({ fate }) => fate.type === 'not reached').length,
    share,
    misjudged,
    holds: share >= ENOUGH && misjudged.length === 0,
  };
}

function changesBehaviour(judgement: Judgement | undefined): boolean {
  return judgement === undefined || judgement.changes === 'behaviour';
}
