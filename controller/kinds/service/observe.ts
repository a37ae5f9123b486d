import type { Service, ServiceRevision } from '@aws-sdk/client-ecs';
import { createdAt } from '../../core/created-at.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import { ownerOf, ownership } from '../../core/ownership.ts';
import { manifestKey, resourceKey } from '../../core/resource.ts';
import type {
  Coverage,
  Desired,
  Health,
  ManifestRef,
  Observation,
  Observed,
  Stops,
  Task,
  UnseenResource,
} from '../../core/resource.ts';
import type { DriverContext, ObserveRequest } from '../kind.ts';
import { healthWith } from './coverage.ts';
import type { Coverages } from './coverages.ts';
import type { Explanations } from './explanations.ts';
import type { RunningHost, ServiceFindings, ServiceOutputs } from './facts.ts';
import type { Deployments } from './deployments.ts';
import type { FailedDeployments } from './failed-deployments.ts';
import { healthOf } from './health.ts';
import type { LatelySeen } from './lately.ts';
import type { ServiceSpec } from './spec.ts';
import { runningHosts } from './running-hosts.ts';
import type { ServiceState } from './state.ts';
import { fromRevision, fromService, rolloutOf } from './observed.ts';
import type { RolloutHistory } from './observed.ts';
import { describeServices, ownedServices } from './reads.ts';
import type { Found } from './reads.ts';
import type { Revisions } from './revisions.ts';
import { familyOf, tasksInCluster } from './tasks.ts';
import type { ClusterTasks } from './tasks.ts';
import { unlistedServices } from './unlisted.ts';
import { workloadOf } from './workload.ts';
import type { DeploymentsSince } from './workload.ts';

const CONCURRENT_READS = 5;

export interface Described extends Found {
  /** What git says; undefined where no manifest names it. */
  readonly scaledBy: ServiceSpec['scaledBy'];
  readonly history: RolloutHistory;
  /** What it is to run; undefined where its manifest says nothing that only this tells, or it is not known. */
  readonly revision?: ServiceRevision | undefined;
}

/** The tasks of a service and the revisions of a family that its cluster's tasks run from, or why they could not be read. */
export type TasksSeen =
  | ({ readonly tasks: readonly Task[] } & Pick<ClusterTasks, 'revisions' | 'tasksOn'>)
  | { readonly unreadable: string };

export const NO_TASKS: TasksSeen = { tasks: [], revisions: () => [], tasksOn: () => [] };

/** What was found out of a service beside what describes it. */
export interface FoundOut {
  readonly stops?: Stops | undefined;
  readonly coverage?: Coverage | undefined;
  /** Of one whose hosts the controller registers. */
  readonly hosts?: readonly RunningHost[] | undefined;
  /** Of one that goes through a Rollout. */
  readonly since?: DeploymentsSince | undefined;
}

/** Puts together what is known of one service. Not knowing its tasks is no reason to hold what it needs mending by. */
export function toObserved(
  context: DriverContext,
  { id, service, tags, history, scaledBy, revision }: Described,
  seen: TasksSeen,
  { stops, coverage, hosts, since }: FoundOut = {},
): Observed<ServiceState> {
  const owned = ownership(context.claim, tags);
  const arn = service.serviceArn ?? '';
  const tasks = listOf(seen);
  const rollout = {
    ...rolloutOf(service, history),
    ...(coverage === undefined || 'unknown' in coverage ? {} : { eligibleHosts: coverage.eligible }),
  };
  const ownHealth = scaledHealth(healthOf(rollout, tasks, stops, awsTime(context)), scaledBy);
  const health = healthWith(ownHealth, coverage);
  const isUnsure = 'unreadable' in seen && health.status === 'Healthy';
  return {
    id,
    ...owned,
    arn,
    ...createdAt(service.createdAt),
    state: { ...fromService(service, history), ...fromRevision(revision) },
    outputs: { arn, name: id.name, taskDefinition: service.taskDefinition ?? '' } satisfies ServiceOutputs,
    ...(owned.owner === 'us' && findingsOf(service, seen, hosts)),
    health: isUnsure
      ? { status: 'Degraded', message: `${health.message}, but its tasks cannot be read: ${seen.unreadable}` }
      : health,
    workload: workloadOf(rollout, { stops, coverage, since }),
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
  hosts: ServiceFindings['hosts'],
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
      ...(hosts === undefined ? {} : { hosts }),
    },
  };
}

/** What is remembered of services between passes. */
export interface ServiceMemory {
  readonly failures: Pick<FailedDeployments, 'learn'>;
  readonly historyOf: (service: Service) => RolloutHistory;
  readonly explanations: Explanations;
  readonly coverages: Coverages;
  readonly deployments: Deployments;
  readonly lately: LatelySeen;
  readonly revisions: Revisions;
}

/** Reads services, with the tasks of their clusters as a whole. Throws where none can be read. */
export async function observeServices(
  context: DriverContext,
  { failures, historyOf, explanations, coverages, deployments, lately, revisions }: ServiceMemory,
  { desired, scope }: ObserveRequest<ServiceSpec>,
): Promise<Observation<ServiceState>> {
  const { ecs } = context.aws;
  const wanted = desired.map(({ id, spec }) => ({ ...id, scope: spec.cluster.name, name: spec.name }));
  const keys = new Set(wanted.map(resourceKey));
  const scaled = new Map(
    desired.map(({ spec: { scaledBy } }, index) => [resourceKey(wanted[index]!), scaledBy]),
  );
  const keysWhere = (isSo: (one: Desired<ServiceSpec>) => boolean): ReadonlySet<string> =>
    new Set(desired.flatMap((one, index) => (isSo(one) ? resourceKey(wanted[index]!) : [])));
  const monitored = keysWhere(({ spec }) => spec.monitoring !== undefined);
  const registering = keysWhere(({ spec }) => spec.registersHosts === true);
  const staged = keysWhere(({ target }) => target !== undefined);
  const owned = scope === 'all-owned' ? await ownedServices(context) : [];
  const others =
    scope === 'all-owned' ? [...owned.map(({ id }) => id), ...(await unlistedServices(context))] : [];
  const leftovers = new Map(others.map((id) => [resourceKey(id), id]));
  const listed = [...wanted, ...[...leftovers].filter(([key]) => !keys.has(key)).map(([, id]) => id)];
  const ids = scope === 'all-owned' ? [...listed, ...lately.besides(listed)] : listed;

  const { found: answered, ended, unseen: unread } = await describeServices(context, ids);
  for (const { id, tags } of answered) {
    if (ownerOf(context.claim, tags) === 'us') lately.saw(id);
    else lately.ended(id);
  }
  for (const id of ended) lately.ended(id);
  const missing =
    scope === 'all-owned' ? lately.besides([...wanted, ...[...answered, ...unread].map(({ id }) => id)]) : [];
  const found = answered.filter(
    ({ id, tags }) => keys.has(resourceKey(id)) || ownerOf(context.claim, tags) === 'us',
  );
  const unlearned = [
    ...(await learn(failures, found)),
    ...(await learnRevisions(
      revisions,
      found.filter(({ id }) => monitored.has(resourceKey(id))),
    )),
  ];
  const described = found
    .filter(({ id }) => !unlearned.some((one) => one.id === id))
    .map((one) => ({
      ...one,
      history: historyOf(one.service),
      scaledBy: scaled.get(resourceKey(one.id)),
      ...(monitored.has(resourceKey(one.id)) && { revision: revisions.of(one.service) }),
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
  const candidates = described.map((one) => ({
    ...one,
    seen: tasksOf(one),
    registersHosts: registering.has(resourceKey(one.id)),
    stops: stops.get(resourceKey(one.id)),
  }));
  const covered = await coverages.look(
    candidates.filter(({ id }) => keys.has(resourceKey(id))),
    awsTime(context),
  );
  const since = await deployments.look(
    described.filter(({ id, tags }) => staged.has(resourceKey(id)) && ownerOf(context.claim, tags) === 'us'),
    awsTime(context),
  );
  const items = candidates.map(({ seen, stops, registersHosts, ...one }) =>
    toObserved(context, one, seen, {
      stops,
      coverage: covered.get(resourceKey(one.id)),
      since: since.get(one.service.serviceArn ?? ''),
      hosts: registersHosts
        ? runningHosts(listOf(seen), one.service.runningCount ?? 0, {
            ec2InstanceOf: (arn) => coverages.ec2InstanceOf(arn),
            tasksOn: 'tasksOn' in seen ? seen.tasksOn : () => [],
          })
        : undefined,
    }),
  );
  const over = new Set(ended.map(resourceKey));
  const manifestsOf = (all: readonly Pick<Found, 'tags'>[]): readonly ManifestRef[] =>
    all.flatMap(({ tags }) => ownership(context.claim, tags).manifest ?? []);
  // Where another service of a manifest stands, one was replaced and the manifest has not gone.
  const standing = manifestsOf([...found, ...owned.filter(({ id }) => !over.has(resourceKey(id)))]);
  const stands = new Set(standing.map(manifestKey));
  const gone = manifestsOf(owned.filter(({ id }) => over.has(resourceKey(id)))).filter(
    (manifest) => !stands.has(manifestKey(manifest)),
  );
  return { items, unseen: [...unread, ...unlearned, ...missing.map((id) => ({ id, why: WAS_THERE }))], gone };
}

const WAS_THERE = 'it was there some seconds ago, and AWS shows it no more without saying that it ended';

/** What failed of a service must be known before it is rolled out again: where that cannot be looked up, the service was not seen. */
async function learn(
  failures: ServiceMemory['failures'],
  found: readonly Found[],
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

/** What its manifest says and only its revision tells has to be known too: all of them are read together. */
async function learnRevisions(
  revisions: Revisions,
  found: readonly Found[],
): Promise<readonly UnseenResource[]> {
  try {
    await revisions.learn(found.map(({ service }) => service));
    return [];
  } catch (error) {
    const why = asStationkeeperError(error).message;
    return found.map(({ id }) => ({ id, why }));
  }
}

/** Looks up a service's tasks in what could be read of its cluster. */
async function tasksIn(ecs: Aws['ecs'], cluster: string): Promise<(service: string) => TasksSeen> {
  try {
    const { byService, revisions, tasksOn } = await tasksInCluster(ecs, cluster);
    return (service) => ({ tasks: byService.get(service) ?? [], revisions, tasksOn });
  } catch (error) {
    const unreadable = asStationkeeperError(error).message;
    return () => ({ unreadable });
  }
}
