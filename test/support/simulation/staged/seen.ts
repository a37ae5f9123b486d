import { heldBy } from '../../../../controller/core/rollout/held.ts';
import { RECORD_TAG, isUntouched } from '../../../../controller/core/rollout/record.ts';
import type { Held } from '../../../../controller/core/rollout/facts.ts';
import type { ServiceDeploymentRecord, ServiceRecord } from '../../../../sandbox/ecs/state.ts';
import type { World } from '../../world/world.ts';
import { OWNER, OWNER_TAG, hereIn } from '../live.ts';
import { regionName } from '../regions.ts';
import type { Running, StagedPlace } from './git.ts';

/** What AWS has of the daemon in one place, read from the sandbox's state: no fault and no lag is in the way, and no controller tells it. */
export interface Seen {
  /** Anything of the daemon is there. */
  readonly isThere: boolean;
  readonly service: ServiceRecord | undefined;
  /** What the service, or before it is there what was made for it, says to have begun. */
  readonly held: Held | undefined;
  readonly isUntouched: boolean;
  readonly running: Running | undefined;
  readonly lastDeployment: ServiceDeploymentRecord | undefined;
  /** Counts what is there, so that what changes shows. */
  readonly resources: number;
}

const MANIFEST = 'DaemonService/xray';

export function seenIn(world: World, place: StagedPlace): Seen {
  const { live, places } = hereIn(world);
  const region = regionName({ accountId: place.account, region: place.region });
  const own = live.filter(
    (one) =>
      (one.region === region || one.region === `${place.account}/`) &&
      one.tags.get(OWNER_TAG) === OWNER &&
      one.tags.get('stationkeeper:manifest') === MANIFEST,
  );
  const service = places
    .find((each) => each.region === region)
    ?.state.ecs.clusters.get('main')
    ?.services.get('xray');
  const active = service?.status === 'ACTIVE' ? service : undefined;
  const tags = active === undefined ? {} : Object.fromEntries(active.tags);
  const ofResources = own
    .flatMap((one) => heldBy(Object.fromEntries(one.tags)) ?? [])
    .toSorted((a, b) => a.since - b.since);
  return {
    isThere: own.length > 0,
    service: active,
    held: active === undefined ? ofResources.at(-1) : heldBy(tags),
    isUntouched: isUntouched(tags[RECORD_TAG]),
    running: active && runningOf(active),
    lastDeployment: active?.history.at(-1),
    resources: own.length,
  };
}

function runningOf({ rollout, options }: ServiceRecord): Running {
  const image = rollout.taskDefinition.definition.containerDefinitions?.[0]?.image ?? '';
  return { version: image.split(':').at(-1) ?? '', desiredCount: options.desiredCount };
}

const GIVEN_UP: readonly string[] = [
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

/** ECS has given up the last deployment of its service. */
export function hasFailed({ lastDeployment }: Seen): boolean {
  return lastDeployment !== undefined && GIVEN_UP.includes(lastDeployment.status);
}

function isRunning({ status }: ServiceDeploymentRecord): boolean {
  return status === 'PENDING' || status === 'IN_PROGRESS';
}

/** Since when the last deployment that ECS gave up has been; undefined where it has not. */
export function failedSince(seen: Seen): number | undefined {
  return hasFailed(seen) ? seen.lastDeployment!.updatedAt.getTime() : undefined;
}

/** Whether it holds a definition that it certainly is not done with, and certainly has not failed with. */
export function isUnderWay(seen: Seen, definition: string, wanted: Running, now: number, deadlineMs: number) {
  const { held, service, running, lastDeployment } = seen;
  if (held?.definition !== definition || now >= held.since + deadlineMs || hasFailed(seen)) return false;
  if (service === undefined || running === undefined) return true;
  const hasTrouble = service.deployments.some(({ failedTasks, stalled }) => failedTasks > 0 || stalled);
  if (hasTrouble) return false;
  if (running.version !== wanted.version) return true;
  const since = held.since;
  const caused = service.history.filter(({ createdAt }) => createdAt.getTime() >= since);
  return (
    lastDeployment !== undefined &&
    isRunning(lastDeployment) &&
    lastDeployment.createdAt.getTime() >= since &&
    !caused.some(({ status }) => status === 'SUCCESSFUL')
  );
}

/** Whether it certainly has not been done with a definition for so long that it has soaked. */
export function isSoaking({ held, service }: Seen, definition: string, soakMs: number, now: number): boolean {
  if (held?.definition !== definition || service === undefined) return false;
  const [only, ...more] = service.history.filter(({ createdAt }) => createdAt.getTime() >= held.since);
  const from = Math.max(held.since, only?.finishedAt?.getTime() ?? 0);
  return more.length === 0 && now < from + soakMs;
}
