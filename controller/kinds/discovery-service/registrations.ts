import type { HealthStatus, HttpInstanceSummary } from '@aws-sdk/client-servicediscovery';
import { collect, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import type { Claim } from '../../core/ownership.ts';
import type { Registration } from '../../core/resource.ts';
import type { TakeTurns } from '../../core/turns.ts';
import { isMarked } from './marks.ts';

/** Whose instances to read. */
export interface Discoverable {
  /** The service's id. */
  readonly id: string;
  readonly name: string;
  /** What DiscoverInstances calls its namespace; undefined where that is not known, and a name may be another's. */
  readonly namespace: string | undefined;
  /** As ListServices counts them; undefined where it does not. */
  readonly instanceCount: number | undefined;
  /** The controller registers in it, by what is read: that is its control plane's truth, which lags behind nothing. */
  readonly isOurs?: boolean;
  /** Whether nothing is to be done about what is registered, as far as that is known. */
  readonly isAsWanted?: (registrations: readonly Registration[]) => boolean;
}

/** Tasks of the ECS service that registers in a discovery service. */
export interface TaskIds {
  /** `cluster/service`. */
  readonly service: string;
  /** Of those that are meant to run. */
  readonly live: ReadonlySet<string>;
  /** Of those among them that run. */
  readonly running: readonly string[];
}

/** Instances of ours whose task is no more, and tasks that are not registered. */
export function mismatch(
  registrations: readonly Registration[],
  { service, live, running }: TaskIds,
): { readonly stale: readonly string[]; readonly missing: readonly string[] } {
  const registered = new Set(registrations.map(({ id }) => id));
  return {
    stale: registrations.flatMap(({ id, registeredBy, ours }) =>
      ours === undefined && registeredBy === service && !live.has(id) ? [id] : [],
    ),
    missing: running.filter((id) => !registered.has(id)),
  };
}

/** A read of one service's instances: the latest, whatever pass it is of, or why there is none. */
type Reading =
  | { readonly type: 'read'; readonly registrations: readonly Registration[] }
  | { readonly type: 'failed'; readonly why: string };

interface Kept {
  readonly registrations: readonly Registration[];
  readonly instanceCount: number | undefined;
  readonly settled: boolean;
}

/** DiscoverInstances returns at most as many and has no pages. */
const MOST_INSTANCES = 1_000;
const READS_AT_ONCE = 10;
/** Of the services that have settled, the part that a pass reads again. */
const READ_AGAIN_SHARE = 0.03;

/**
 * Reads the instances of services, a call or two each, which would be most of a pass's cost. So what has settled (as
 * many instances as ListServices counts or, where it does not count, as the time before; all healthy, all tasks of the service) is read again only in
 * turn, a few in each pass; everything else is read in every pass, except what ListServices counts no instance in.
 */
export function createRegistrationReader(
  aws: Aws,
  claim: Claim,
  takeTurns: TakeTurns,
): (services: readonly Discoverable[]) => Promise<ReadonlyMap<string, Reading>> {
  const kept = new Map<string, Kept>();
  const turns = takeTurns('registrations', READ_AGAIN_SHARE);

  async function read(service: Discoverable): Promise<Reading> {
    try {
      const registrations = await discover(aws, claim, service);
      kept.set(service.id, keep(service, registrations, kept.get(service.id)));
      return { type: 'read', registrations };
    } catch (thrown) {
      kept.delete(service.id);
      return { type: 'failed', why: asStationkeeperError(thrown).message };
    }
  }

  return async (services) => {
    const filled = services.filter(({ instanceCount }) => instanceCount !== 0);
    const ids = new Set(filled.map(({ id }) => id));
    for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id);
    const settled = filled.filter((service) => isSettled(service, kept.get(service.id)));
    const again = turns(settled.map(({ id }) => id));
    const resting = new Set(settled.filter(({ id }) => !again.has(id)));
    const readings = new Map<string, Reading>(
      services.map(({ id }) => [id, { type: 'read', registrations: [] }]),
    );
    for (const { id } of resting) {
      readings.set(id, { type: 'read', registrations: kept.get(id)?.registrations ?? [] });
    }
    const due = filled.filter((service) => !resting.has(service));
    await mapConcurrently(READS_AT_ONCE, due, async (service) => {
      readings.set(service.id, await read(service));
    });
    return readings;
  };
}

function keep(
  { instanceCount }: Discoverable,
  registrations: readonly Registration[],
  before: Kept | undefined,
): Kept {
  const settled =
    registrations.length > 0 &&
    registrations.length === (instanceCount ?? before?.registrations.length) &&
    registrations.every(({ health }) => health === 'HEALTHY');
  return { registrations, instanceCount, settled };
}

function isSettled(
  { instanceCount, isAsWanted = () => true }: Discoverable,
  kept: Kept | undefined,
): boolean {
  if (kept?.settled !== true || kept.instanceCount !== instanceCount) return false;
  return isAsWanted(kept.registrations);
}

/** By names, which AWS answers with health; by the service's id, which nobody shares, where the names may mean something else. */
async function discover(
  aws: Aws,
  claim: Claim,
  { id, name, namespace, instanceCount = 0, isOurs = false }: Discoverable,
): Promise<readonly Registration[]> {
  if (isOurs) return withHealth(aws, id, await listRegistrations(aws, claim, id));
  if (namespace === undefined) return listRegistrations(aws, claim, id);
  try {
    const { Instances } = await aws.servicediscovery.discoverInstances({
      NamespaceName: namespace,
      ServiceName: name,
      HealthStatus: 'ALL',
      MaxResults: MOST_INSTANCES,
    });
    return (Instances ?? []).map((instance) => registrationOf(instance, claim));
  } catch (thrown) {
    if (!hasCode(thrown, 'NamespaceNotFound', 'ServiceNotFound')) throw thrown;
    // What was made a moment ago is not known to the data plane yet; that is no word about what ListServices counts.
    return instanceCount === 0 ? [] : listRegistrations(aws, claim, id);
  }
}

/** The health of a service's instances by the control plane. */
async function withHealth(
  aws: Aws,
  ServiceId: string,
  registrations: readonly Registration[],
): Promise<readonly Registration[]> {
  if (registrations.length === 0) return [];
  const statuses = await collect(async (NextToken) => {
    const page = await aws.servicediscovery.getInstancesHealthStatus({ ServiceId, NextToken });
    return { items: Object.entries<HealthStatus>(page.Status ?? {}), next: page.NextToken };
  });
  const health = new Map(statuses);
  return registrations.map((one) => ({ ...one, health: health.get(one.id) ?? one.health }));
}

/** What ECS says of itself on what it registers (reference: ECS and Cloud Map, attributes). */
function registrant(attributes: Readonly<Record<string, string>>): Pick<Registration, 'registeredBy'> {
  const { ECS_CLUSTER_NAME: cluster, ECS_SERVICE_NAME: service } = attributes;
  return cluster === undefined || service === undefined ? {} : { registeredBy: `${cluster}/${service}` };
}

/** All instances of a service by the control plane, which shows no health. */
export async function listRegistrations(
  aws: Aws,
  claim: Claim,
  ServiceId: string,
): Promise<readonly Registration[]> {
  const instances = await collect(async (NextToken) => {
    const page = await aws.servicediscovery.listInstances({ ServiceId, NextToken });
    return { items: page.Instances, next: page.NextToken };
  });
  return instances.map(({ Id, Attributes }) =>
    registrationOf({ InstanceId: Id, Attributes: { ...Attributes } }, claim),
  );
}

/** An instance as it is registered; `ours` where our mark is in its attributes. */
export function registrationOf(
  { InstanceId, HealthStatus, Attributes = {} }: HttpInstanceSummary,
  claim: Claim,
): Registration {
  const ipv4 = Attributes['AWS_INSTANCE_IPV4'];
  const ipv6 = Attributes['AWS_INSTANCE_IPV6'];
  const port = Number(Attributes['AWS_INSTANCE_PORT']);
  return {
    id: InstanceId ?? '',
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(Number.isInteger(port) ? { port } : {}),
    health: HealthStatus ?? 'UNKNOWN',
    ...registrant(Attributes),
    ...(isMarked(claim, Attributes) ? { ours: Attributes } : {}),
  };
}
