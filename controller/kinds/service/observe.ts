import type { Service } from '@aws-sdk/client-ecs';
import { createdAt } from '../../core/created-at.ts';
import { inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { fromTagList } from '../../aws/tags.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { ownerOf, ownership } from '../../core/ownership.ts';
import { resourceKey } from '../../core/resource.ts';
import type {
  Health,
  Observation,
  Observed,
  ResourceId,
  Stops,
  Tags,
  Task,
  UnseenResource,
} from '../../core/resource.ts';
import type { DriverContext, ObserveRequest } from '../kind.ts';
import type { Explanations } from './explanations.ts';
import { serviceFacts } from './facts.ts';
import type { ServiceFindings, ServiceOutputs } from './facts.ts';
import type { FailedDeployments } from './failed-deployments.ts';
import { healthOf, workloadOf } from './health.ts';
import type { LatelySeen } from './lately.ts';
import type { ServiceSpec } from './spec.ts';
import type { ServiceState } from './state.ts';
import { fromService, rolloutOf } from './observed.ts';
import type { RolloutHistory } from './observed.ts';
import { familyOf, tasksInCluster } from './tasks.ts';
import { unlistedServices } from './unlisted.ts';

/** Most services that one DescribeServices takes (reference: batches). */
const SERVICES_AT_ONCE = 10;
const CONCURRENT_READS = 5;

export interface Described {
  readonly id: ResourceId;
  /** What git says; undefined where no manifest names it. */
  readonly scaledBy: ServiceSpec['scaledBy'];
  readonly service: Service;
  readonly tags: Tags;
  readonly history: RolloutHistory;
}

/** The tasks of a service and the revisions of a family that its cluster's tasks run from, or why they could not be read. */
export type TasksSeen =
  | { readonly tasks: readonly Task[]; readonly revisions: (family: string) => readonly string[] }
  | { readonly unreadable: string };

export const NO_TASKS: TasksSeen = { tasks: [], revisions: () => [] };

/** Puts together what is known of one service. Not knowing its tasks is no reason to hold what it needs mending by. */
export function toObserved(
  context: DriverContext,
  { id, service, tags, history, scaledBy }: Described,
  seen: TasksSeen,
  stops?: Stops,
): Observed<ServiceState> {
  const owned = ownership(context.claim, tags);
  const arn = service.serviceArn ?? '';
  const tasks = listOf(seen);
  const rollout = rolloutOf(service, history);
  const health = scaledHealth(healthOf(rollout, tasks, stops, awsTime(context)), scaledBy);
  const isUnsure = 'unreadable' in seen && health.status === 'Healthy';
  return {
    id,
    ...owned,
    arn,
    ...createdAt(service.createdAt),
    state: fromService(service, history),
    outputs: { arn, name: id.name, taskDefinition: service.taskDefinition ?? '' } satisfies ServiceOutputs,
    ...(owned.owner === 'us' && findingsOf(service, seen)),
    health: isUnsure
      ? { status: 'Degraded', message: `${health.message}, but its tasks cannot be read: ${seen.unreadable}` }
      : health,
    workload: workloadOf(rollout, stops),
    ...('unreadable' in seen ? {} : { tasks }),
  };
}

/** Whoever reads how many tasks run is told why that is another number than the manifest's. */
function scaledHealth(health: Health, scaledBy: ServiceSpec['scaledBy']): Health {
  if (scaledBy === undefined || health.status !== 'Healthy') return health;
  const whose = scaledBy === 'others' ? 'others scale it' : 'Application Auto Scaling scales it';
  return { ...health, message: `${health.message}; ${whose}` };
}

/** As near as it is known: this host's clock stands in for AWS's as long as AWS has told no time. */
function awsTime({ awsClock, clock }: DriverContext): number {
  return awsClock.now() ?? clock.now();
}

function listOf(seen: TasksSeen): readonly Task[] {
  return 'unreadable' in seen ? [] : seen.tasks;
}

function findingsOf(
  { taskDefinition, deployments = [] }: Service,
  seen: TasksSeen,
): { readonly findings?: ServiceFindings } {
  if ('unreadable' in seen) return {};
  const { tasks, revisions } = seen;
  const running = tasks.filter(
    ({ lastStatus, healthStatus }) => lastStatus === 'RUNNING' && healthStatus !== 'UNHEALTHY',
  );
  const own = [taskDefinition, ...deployments.map((deployment) => deployment.taskDefinition)].filter(
    (arn) => arn !== undefined,
  );
  const families = new Set(own.map(familyOf));
  return {
    findings: {
      tasks: tasks.map(({ id }) => id),
      running: running.map(({ id }) => id),
      revisions: [...new Set([...own, ...[...families].flatMap(revisions)])],
    },
  };
}

/** What is remembered of services between passes. */
export interface ServiceMemory {
  readonly failures: Pick<FailedDeployments, 'learn'>;
  readonly historyOf: (service: Service) => RolloutHistory;
  readonly explanations: Explanations;
  readonly lately: LatelySeen;
}

/**
 * Reads services ten at a time, and the tasks of their clusters as a whole. A batch that cannot be read leaves
 * its services unseen; where none can be read, it throws.
 */
export async function observeServices(
  context: DriverContext,
  { failures, historyOf, explanations, lately }: ServiceMemory,
  { desired, scope }: ObserveRequest<ServiceSpec>,
): Promise<Observation<ServiceState>> {
  const { ecs } = context.aws;
  const wanted = desired.map(({ id, spec }) => ({ ...id, scope: spec.cluster.name, name: spec.name }));
  const keys = new Set(wanted.map(resourceKey));
  const scaled = new Map(
    desired.map(({ spec: { scaledBy } }, index) => [resourceKey(wanted[index]!), scaledBy]),
  );
  const owned = scope === 'all-owned' ? await ownedServices(context) : [];
  const others =
    scope === 'all-owned' ? [...owned.map(({ id }) => id), ...(await unlistedServices(context))] : [];
  const leftovers = new Map(others.map((id) => [resourceKey(id), id]));
  const listed = [...wanted, ...[...leftovers].filter(([key]) => !keys.has(key)).map(([, id]) => id)];
  const ids = scope === 'all-owned' ? [...listed, ...lately.besides(listed)] : listed;

  const reads = await mapConcurrently(CONCURRENT_READS, batches(ids), (batch) => describe(context, batch));
  const errors = reads.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (errors.length > 0 && errors.length === reads.length) throw errors[0];

  const answered = reads.flatMap((read) => read.found);
  const unread = reads.flatMap((read) => read.unseen);
  for (const { id, tags } of answered) {
    if (ownerOf(context.claim, tags) === 'us') lately.saw(id);
    else lately.ended(id);
  }
  for (const id of reads.flatMap((read) => read.ended)) lately.ended(id);
  const missing =
    scope === 'all-owned' ? lately.besides([...wanted, ...[...answered, ...unread].map(({ id }) => id)]) : [];
  const found = answered.filter(
    ({ id, tags }) => keys.has(resourceKey(id)) || ownerOf(context.claim, tags) === 'us',
  );
  const unlearned = await learn(failures, found);
  const described = found
    .filter(({ id }) => !unlearned.some((one) => one.id === id))
    .map((one) => ({
      ...one,
      history: historyOf(one.service),
      scaledBy: scaled.get(resourceKey(one.id)),
    }));
  const clusters = [...new Set(described.flatMap(({ id }) => id.scope ?? []))];
  const tasks = new Map(
    await mapConcurrently(
      CONCURRENT_READS,
      clusters,
      async (cluster) => [cluster, await tasksIn(ecs, cluster)] as const,
    ),
  );
  const tasksOf = ({ id }: Described) => tasks.get(id.scope ?? '')?.(id.name) ?? NO_TASKS;
  const cases = described.map((one) => ({
    id: one.id,
    rollout: rolloutOf(one.service, one.history),
    tasks: listOf(tasksOf(one)),
  }));
  const stops = await explanations.look(cases, awsTime(context));
  const items = described.map((one) =>
    toObserved(context, one, tasksOf(one), stops.get(resourceKey(one.id))),
  );
  const ended = new Set(reads.flatMap((read) => read.ended).map(resourceKey));
  const gone = owned.flatMap(({ id, tags }) =>
    ended.has(resourceKey(id)) ? (ownership(context.claim, tags).manifest ?? []) : [],
  );
  return { items, unseen: [...unread, ...unlearned, ...missing.map((id) => ({ id, why: WAS_THERE }))], gone };
}

const WAS_THERE = 'it was there some seconds ago, and AWS shows it no more without saying that it ended';

/** What failed of a service must be known before it is rolled out again: where that cannot be looked up, the service was not seen. */
async function learn(
  failures: ServiceMemory['failures'],
  found: Read['found'],
): Promise<readonly UnseenResource[]> {
  const looks = await mapConcurrently(CONCURRENT_READS, found, async ({ id, service }) => {
    try {
      await failures.learn(service);
      return [];
    } catch (error) {
      return [{ id, why: asStationkeeperError(error).message }];
    }
  });
  return looks.flat();
}

/** Looks up a service's tasks in what could be read of its cluster. */
async function tasksIn(ecs: Aws['ecs'], cluster: string): Promise<(service: string) => TasksSeen> {
  try {
    const { byService, revisions } = await tasksInCluster(ecs, cluster);
    return (service) => ({ tasks: byService.get(service) ?? [], revisions });
  } catch (error) {
    const unreadable = asStationkeeperError(error).message;
    return () => ({ unreadable });
  }
}

/** What a driver's `tagsNow` answers for a service. */
export async function tagsNow(ecs: Aws['ecs'], { scope, name }: ResourceId): Promise<Tags | undefined> {
  try {
    const { services = [] } = await ecs.describeServices({
      cluster: scope,
      services: [name],
      include: ['TAGS'],
    });
    const [service] = services.filter(({ status }) => status !== 'INACTIVE');
    return service && fromTagList(service.tags);
  } catch (error) {
    if (!hasCode(error, 'ClusterNotFoundException')) throw error;
    return undefined;
  }
}

/** Services with our tag, as the inventory lists them; gone ones are among them for a while. */
async function ownedServices({
  claim,
  inventory,
}: DriverContext): Promise<readonly { readonly id: ResourceId; readonly tags: Tags }[]> {
  return [...(await inventory.owned('ecs'))].flatMap(([arn, tags]) => {
    const [, cluster, name] = /:service\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
    return cluster === undefined || name === undefined || ownerOf(claim, tags) !== 'us'
      ? []
      : [{ id: { environment: claim.environment, kind: serviceFacts.name, name, scope: cluster }, tags }];
  });
}

interface Batch {
  readonly cluster: string;
  readonly ids: readonly ResourceId[];
}

function batches(ids: readonly ResourceId[]): readonly Batch[] {
  const byCluster = new Map<string, ResourceId[]>();
  for (const id of ids) {
    const cluster = id.scope ?? '';
    const ofCluster = byCluster.get(cluster);
    if (ofCluster === undefined) byCluster.set(cluster, [id]);
    else ofCluster.push(id);
  }
  return [...byCluster].flatMap(([cluster, ofCluster]) =>
    inBatchesOf(SERVICES_AT_ONCE, ofCluster).map((batch) => ({ cluster, ids: batch })),
  );
}

interface Read {
  readonly found: readonly Omit<Described, 'history' | 'scaledBy'>[];
  /** Of which AWS says that they are no more. */
  readonly ended: readonly ResourceId[];
  readonly unseen: readonly UnseenResource[];
  readonly error?: unknown;
}

/** Absent is what AWS calls missing or inactive; what it says nothing about is unseen (law 2). */
async function describe({ aws }: DriverContext, { cluster, ids }: Batch): Promise<Read> {
  try {
    const { services = [], failures = [] } = await aws.ecs.describeServices({
      cluster,
      services: ids.map(({ name }) => name),
      include: ['TAGS'],
    });
    const byName = new Map(services.map((service) => [service.serviceName, service]));
    const whyByName = new Map(failures.map(({ arn, reason }) => [arn?.split('/').at(-1), reason ?? '']));
    const found = ids.flatMap((id) => {
      const service = byName.get(id.name);
      return service === undefined || service.status === 'INACTIVE'
        ? []
        : [{ id, service, tags: fromTagList(service.tags) }];
    });
    const unseen = ids.flatMap((id) => {
      const why = byName.has(id.name) ? 'MISSING' : (whyByName.get(id.name) ?? 'AWS said nothing about it');
      return why === 'MISSING' ? [] : [{ id, why: `ecs:DescribeServices: ${why}` }];
    });
    const ended = ids.filter(({ name }) => byName.get(name)?.status === 'INACTIVE');
    return { found, ended, unseen };
  } catch (error) {
    // There are no services in a cluster that does not exist.
    if (hasCode(error, 'ClusterNotFoundException')) return { found: [], ended: [], unseen: [] };
    const why = asStationkeeperError(error).message;
    return { found: [], ended: [], unseen: ids.map((id) => ({ id, why })), error };
  }
}
