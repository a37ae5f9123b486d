import type { Judgement } from './judgement.ts';

/** Mutants that were drawn once and that no world noticed, one by one. */
export const JUDGEMENTS: readonly Judgement[] = [];
