import { callsTo } from '../world/account.ts';
import type { World } from '../world/world.ts';
import { hereIn } from '../simulation/live.ts';
import { BY_HAND } from './by-hand.ts';
import { CLOUD_MAP_AND_ECS_DRIFTS } from './cloud-map-ecs.ts';
import { IAM_LOGS_AND_EC2_DRIFTS } from './iam-logs-ec2.ts';
import type { Told } from './told.ts';

/** Somebody changes one thing by hand in a world that holds what `manifests/xray.yaml` made, and what is to be told of it. */
export interface DriftRow extends Told {
  readonly meddle: (world: World) => Promise<unknown>;
}

const TOLD = { ...IAM_LOGS_AND_EC2_DRIFTS, ...CLOUD_MAP_AND_ECS_DRIFTS };

/** By what somebody did. */
export const DRIFTS: Readonly<Record<string, DriftRow>> = Object.fromEntries(
  (Object.keys(BY_HAND) as (keyof typeof BY_HAND)[]).map((what) => {
    const told = TOLD[what];
    return [what, { ...told, meddle: (world: World) => meddle(world, what, told.resource) }];
  }),
);

async function meddle(world: World, what: keyof typeof BY_HAND, resource: string): Promise<unknown> {
  const { of, touch } = BY_HAND[what];
  const one = hereIn(world).live.find(({ kind, name }) => kind === of && `${kind}/${name}` === resource);
  if (one === undefined) throw new Error(`there is no ${resource} to meddle with`);
  return touch(callsTo(world.sandbox), one);
}
