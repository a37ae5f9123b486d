import type { World } from '../world.ts';

export function uuid(world: World): string {
  const part = (length: number) => world.randomText(length);
  return `${part(8)}-${part(4)}-4${part(3)}-a${part(3)}-${part(12)}`;
}
