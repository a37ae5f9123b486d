import type { Random } from './ports.ts';

/** How pauses between attempts grow. Milliseconds. */
export interface Growth {
  readonly baseMs: number;
  readonly ceilingMs: number;
}

/** The pause after so many attempts, from 1: twice as long each time, up to the ceiling. */
export function growingMs(attempts: number, { baseMs, ceilingMs }: Growth): number {
  return Math.min(ceilingMs, baseMs * 2 ** (attempts - 1));
}

/** The growing pause, shortened by chance to between half of it and all of it: who tries seldom keeps some distance all the same. */
export function backoffMs(attempts: number, growth: Growth, random: Random): number {
  return growingMs(attempts, growth) * (0.5 + random() / 2);
}

/** A pause by chance between nothing and the growing one (full jitter), which spreads many callers best. */
export function fullJitterMs(attempts: number, growth: Growth, random: Random): number {
  return growingMs(attempts, growth) * random();
}
