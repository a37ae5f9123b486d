import { openDoor } from '../../../../controller/aws/door.ts';
import type { Aws } from '../../../../controller/aws/operations.ts';
import type { PassResult } from '../../../../controller/reconcile/pass-result.ts';
import { balancingIn, fetchedIn } from '../../world/other-tools.ts';
import { createWorld } from '../../world/world.ts';
import type { World } from '../../world/world.ts';
import { makeExisting } from './existing.ts';
import type { Existing } from './existing.ts';
import { textOf } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { pushImages } from './image.ts';

/** A time after which all of AWS knows a new resource, and load balancers are there. */
const KNOWN_AFTER_MS = 150_000;

/** A world with what another tool has made: the same, with the same ids, in every one. */
export async function worldBesideAnother(
  fleet: Fleet = [],
): Promise<{ readonly world: World; readonly existing: Existing }> {
  const world = createWorld({ files: { 'fleet.yaml': textOf(fleet) } });
  const existing = await world.clock.run(makeExisting(doorTo(world), balancingIn(world), fetchedIn(world)));
  await world.clock.advance(KNOWN_AFTER_MS);
  return { world, existing };
}

/** Brings a world to rest, with the images of its repositories pushed once these are there: the passes until then. */
export async function settleWithImages(world: World): Promise<readonly PassResult[]> {
  const before = await world.settle();
  await pushImages(fetchedIn(world));
  return [...before, ...(await world.settle())];
}

/** The AWS of a world, without the controller. */
export function doorTo({ sandbox, clock }: World): Aws {
  return openDoor({
    transport: ({ service, operation, input }) =>
      sandbox.call({ service, operation, input, region: 'us-east-1' }),
    clock,
    random: () => 0.5,
  });
}
