import { displayId } from '../../../controller/core/resource.ts';
import { callsTo } from '../world/account.ts';
import type { World } from '../world/world.ts';
import { hereIn } from '../simulation/live.ts';
import { BY_HAND } from './by-hand.ts';
import { CLOUD_MAP_AND_ECS_DRIFTS } from './cloud-map-ecs.ts';
import { IAM_LOGS_AND_EC2_DRIFTS } from './iam-logs-ec2.ts';
import { SCALING_DRIFTS } from './scaling.ts';
import type { Told } from './told.ts';

/** Somebody changes one thing by hand in a world that holds what `manifests/xray.yaml` or `SCALED` made, and what is to be told of it. */
export interface DriftRow extends Told {
  readonly meddle: (world: World) => Promise<unknown>;
}

/** By what somebody did. */
export const DRIFTS = rowsOf({ ...IAM_LOGS_AND_EC2_DRIFTS, ...CLOUD_MAP_AND_ECS_DRIFTS });
export const DRIFTS_OF_SCALED = rowsOf(SCALING_DRIFTS);

function rowsOf(
  told: Readonly<Partial<Record<keyof typeof BY_HAND, Told>>>,
): Readonly<Record<string, DriftRow>> {
  const rows = Object.entries(told) as (readonly [keyof typeof BY_HAND, Told])[];
  return Object.fromEntries(
    rows.map(([what, one]) => [
      what,
      { ...one, meddle: (world: World) => meddle(world, what, one.resource) },
    ]),
  );
}

async function meddle(world: World, what: keyof typeof BY_HAND, resource: string): Promise<unknown> {
  const { of, touch } = BY_HAND[what];
  const one = hereIn(world).live.find(
    ({ kind, name }) => kind === of && displayId({ environment: '', kind, name }) === resource,
  );
  if (one === undefined) throw new Error(`there is no ${resource} to meddle with`);
  return touch(callsTo(world.sandbox), one);
}
