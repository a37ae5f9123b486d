import type { CallContext } from '../../call.ts';
import type { World } from '../../world.ts';
import { ecsArn } from '../names.ts';
import type { Owner } from '../names.ts';
import type { DeploymentRecord, ServiceDeploymentRecord, ServiceRecord } from '../state.ts';

/** ECS keeps the deployments of ninety days (ECS Developer Guide, service deployments). */
const KEPT_MS = 90 * 24 * 3_600_000;
/** Of more than AWS lets a service have in so long, the newest are kept here. */
const MOST_REMEMBERED = 500;
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The deployment under way; undefined where all have ended. */
export function ongoing(service: ServiceRecord): ServiceDeploymentRecord | undefined {
  const last = service.history.at(-1);
  return last?.finishedAt === undefined && last?.stoppedAt === undefined ? last : undefined;
}

/** The deployments that ECS still tells of, oldest first. */
export function kept(world: World, service: ServiceRecord): readonly ServiceDeploymentRecord[] {
  const oldest = world.now() - KEPT_MS;
  return service.history.filter((entry) => entry === ongoing(service) || entry.createdAt.getTime() >= oldest);
}

/** A new PENDING entry; what was under way is over. */
export function recordDeployment(
  { world, alarms }: CallContext,
  service: ServiceRecord,
  target: DeploymentRecord,
  sources: readonly DeploymentRecord[],
): void {
  finish(world, service, 'STOPPED', 'Service deployment stopped because a newer service deployment started.');
  service.history.push({
    id: world.randomText(21, ID_ALPHABET),
    number: (service.history.at(-1)?.number ?? 0) + 1,
    sources,
    target,
    configuration: service.options.deploymentConfiguration,
    createdAt: world.date(),
    startedAt: undefined,
    finishedAt: undefined,
    stoppedAt: undefined,
    updatedAt: world.date(),
    status: 'PENDING',
    statusReason: undefined,
    broken: false,
    alarmsAtStart: alarms.among(service.options.deploymentConfiguration.alarms?.alarmNames ?? []),
    triggeredAlarms: [],
    bakesUntil: undefined,
    rollback: undefined,
  });
  if (service.history.length > MOST_REMEMBERED) service.history.shift();
}

/** The scheduler has taken it up. */
export function startOngoing(world: World, service: ServiceRecord): void {
  const entry = ongoing(service);
  if (entry === undefined || entry.startedAt !== undefined) return;
  entry.startedAt = world.date();
  entry.updatedAt = world.date();
  if (entry.status === 'PENDING') entry.status = 'IN_PROGRESS';
}

/** How long the deployment under way is still watched now that all of it runs, in milliseconds; a rollback is not. */
export function baking(world: World, service: ServiceRecord): number {
  const entry = ongoing(service);
  const minutes = entry?.configuration.bakeTimeInMinutes ?? 0;
  if (entry === undefined || minutes === 0 || entry.rollback !== undefined) return 0;
  if (entry.bakesUntil === undefined) {
    entry.bakesUntil = world.now() + minutes * 60_000;
    entry.updatedAt = world.date();
  }
  return entry.bakesUntil - world.now();
}

export function startRollback(
  world: World,
  service: ServiceRecord,
  to: DeploymentRecord,
  reason: string,
): void {
  const entry = ongoing(service);
  if (entry === undefined) return;
  entry.status = 'ROLLBACK_IN_PROGRESS';
  entry.statusReason = reason;
  entry.rollback = { to, reason, startedAt: world.date() };
  entry.updatedAt = world.date();
}

/** Ends what is under way, if anything is; STOPPED has its time in `stoppedAt`. */
export function finish(
  world: World,
  service: ServiceRecord,
  status: 'SUCCESSFUL' | 'STOPPED' | 'ROLLBACK_SUCCESSFUL' | 'ROLLBACK_FAILED',
  statusReason?: string,
): void {
  const entry = ongoing(service);
  if (entry === undefined) return;
  entry.status = status;
  if (statusReason !== undefined) entry.statusReason = statusReason;
  entry.updatedAt = world.date();
  entry.finishedAt = world.date();
  if (status === 'STOPPED') entry.stoppedAt = world.date();
}

export function serviceDeploymentArn(
  owner: Owner,
  service: ServiceRecord,
  { id }: ServiceDeploymentRecord,
): string {
  return ecsArn(owner, `service-deployment/${service.cluster.name}/${service.name}/${id}`);
}

/** A revision has the digits of its deployment. */
export function serviceRevisionArn(owner: Owner, service: ServiceRecord, { id }: DeploymentRecord): string {
  return ecsArn(
    owner,
    `service-revision/${service.cluster.name}/${service.name}/${id.slice(id.indexOf('/') + 1)}`,
  );
}
