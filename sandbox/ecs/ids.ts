import type { World } from '../world.ts';

export function uuid(world: World): string {
  return uuidOf(world.randomText(30));
}

/** A UUID out of at least 30 hexadecimal digits. */
export function uuidOf(digits: string): string {
  const part = (start: number, end: number) => digits.slice(start, end);
  return `${part(0, 8)}-${part(8, 12)}-4${part(12, 15)}-a${part(15, 18)}-${part(18, 30)}`;
}
