import { callsTo } from '../world/account.ts';
import type { World } from '../world/world.ts';
import type { Chance } from './chance.ts';
import { hereIn, liveKey } from './live.ts';
import { whoseByChance } from './neighbours.ts';
import { whereIs } from './regions.ts';
import type { Strangers } from './strangers.ts';

/** Namespaces that strangers have in VPCs of their own, under names that are ours here. */
export interface Namesakes {
  /** Makes one, which AWS takes a minute for; tells which, undefined where there is nothing to be a namesake of, or AWS refuses. */
  make(chance: Chance): Promise<string | undefined>;
  /** Takes one away again. */
  remove(chance: Chance): Promise<string | undefined>;
}

export function createNamesakes(world: World, strangers: Strangers): Namesakes {
  const made = new Set<string>();

  return {
    async make(chance) {
      const { places, live } = hereIn(world);
      const ours = chance.any(live.filter(({ kind, id }) => kind === 'namespace' && !strangers.includes(id)));
      const vpcs = places.find(({ region }) => region === ours?.region)?.state.ec2.vpcs.values() ?? [];
      const theirs = [...vpcs].find(({ isDefault }) => !isDefault);
      if (ours === undefined || theirs === undefined) return undefined;
      const { name, region } = ours;
      const key = liveKey(region, 'namespace', theirs.vpcId, name);
      if (made.has(key)) return undefined;
      made.add(key);
      strangers.expect(key);
      const input = { Name: name, Vpc: theirs.vpcId, ...whoseByChance(chance) };
      await callsTo(world.sandbox, whereIs(region))('servicediscovery', 'CreatePrivateDnsNamespace', input);
      return key;
    },
    async remove(chance) {
      const one = chance.any(hereIn(world).live.filter(({ key }) => made.has(key)));
      if (one === undefined) return undefined;
      made.delete(one.key);
      strangers.forget(one);
      const call = callsTo(world.sandbox, whereIs(one.region));
      await call('servicediscovery', 'DeleteNamespace', { Id: one.id });
      return one.key;
    },
  };
}
