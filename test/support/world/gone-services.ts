import type { World } from './world.ts';

interface Tagged {
  readonly ResourceARN: string;
}

/** From now on AWS lists the tags of a service for a while after it has gone, as it does: the controller's calls go through this. */
export function listGoneServices(world: World): void {
  const listed = new Map<string, Tagged>();
  world.intercept(async ({ name, accountId, region }, perform) => {
    const answer = await perform();
    if (name !== 'tagging:GetResources') return answer;
    const { ResourceTagMappingList: found = [], ...rest } = answer as {
      readonly ResourceTagMappingList?: readonly Tagged[];
    };
    const here = `:ecs:${region}:${accountId}:service/`;
    const known = new Set(found.map(({ ResourceARN }) => ResourceARN));
    const before = [...listed.values()].filter(
      ({ ResourceARN }) => ResourceARN.includes(here) && !known.has(ResourceARN),
    );
    for (const one of found) if (one.ResourceARN.includes(here)) listed.set(one.ResourceARN, one);
    return { ...rest, ResourceTagMappingList: [...found, ...before] };
  });
}
