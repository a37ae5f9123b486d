import type {
  Cluster,
  ClusterSetting,
  Failure,
  PutClusterCapacityProvidersCommandInput,
  UpdateClusterCommandInput,
} from '@aws-sdk/client-ecs';
import { inBatchesOf } from '../../aws/collect.ts';
import { createLinkedRole } from '../../aws/linked-role.ts';
import { changeTags, fromTagList, toLowerTags } from '../../aws/tags.ts';
import { hasCode } from '../../core/errors.ts';
import { awsOf, knownStateOf } from '../../core/fields/table.ts';
import { HEALTHY } from '../../core/kind.ts';
import { ownerOf, ownership } from '../../core/ownership.ts';
import type { Health, Observed, Progress, ResourceId, Tags, UnseenResource } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver, ObserveRequest } from '../kind.ts';
import { clusterFacts } from './facts.ts';
import type { ClusterOutputs } from './facts.ts';
import { CLUSTER, CONFIGURED, PROVIDERS } from './fields.ts';
import { knownOf } from './model.ts';
import type { ClusterSpec, ClusterState, Content } from './model.ts';

/** DescribeClusters takes as many (reference: batches). */
const CLUSTERS_PER_CALL = 100;
const STILL_USED = [
  'ClusterContainsServicesException',
  'ClusterContainsTasksException',
  'ClusterContainsContainerInstancesException',
  'ClusterContainsCapacityProviderException',
  'UpdateInProgressException',
];
const STILL_USED_MS = 3_000;
const ROLE_PROPAGATION_MS = 3_000;
const LOOK_AGAIN_MS = 1_000;

/** An INACTIVE cluster is still described for a while, and is gone all the same. */
export function clusterDriver(context: DriverContext): KindDriver<ClusterSpec, ClusterState> {
  const { aws, claim, inventory } = context;
  const linkedRole = createLinkedRole(aws, context.clock);

  function idOf(name: string): ResourceId {
    return { environment: claim.environment, kind: clusterFacts.name, name };
  }

  function observed(
    name: string,
    arn: string,
    tags: Tags,
    state: ClusterState,
    health: Health,
  ): Observed<ClusterState> {
    return {
      id: idOf(name),
      ...ownership(claim, tags),
      arn,
      state,
      outputs: { arn, name } satisfies ClusterOutputs,
      health,
    };
  }

  function seen(cluster: Cluster): Observed<ClusterState> {
    const { clusterName = '', clusterArn = '', tags } = cluster;
    const state = { ...stateOf(cluster), containerInsights: containerInsightsOf(cluster) };
    return observed(clusterName, clusterArn, fromTagList(tags), state, healthOf(cluster));
  }

  async function wantedNames({ desired, scope }: ObserveRequest<ClusterSpec>): Promise<readonly string[]> {
    const names = desired.map(({ spec }) => spec.name);
    if (scope === 'these') return names;
    const owned = [...(await inventory.owned('ecs'))].filter(([, tags]) => ownerOf(claim, tags) === 'us');
    const others = [...owned.map(([arn]) => arn), ...(await inventory.unlistedClusters())];
    return [...new Set([...names, ...others.flatMap((arn) => nameInArn(arn) ?? [])])];
  }

  return {
    async observe(request) {
      const items: Observed<ClusterState>[] = [];
      const unseen: UnseenResource[] = [];
      const desired = new Set(request.desired.map(({ spec }) => spec.name));
      for (const names of inBatchesOf(CLUSTERS_PER_CALL, await wantedNames(request))) {
        const { clusters = [], failures = [] } = await aws.ecs.describeClusters({
          clusters: names,
          include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS'],
        });
        for (const cluster of clusters.filter(({ status }) => status !== 'INACTIVE')) {
          const item = seen(cluster);
          if (desired.has(item.id.name)) items.push(item);
          else if (item.owner === 'us')
            items.push({ ...item, state: { ...item.state, contents: contentsOf(cluster) } });
        }
        const described = new Set(clusters.map((cluster) => cluster.clusterName));
        for (const name of names.filter((each) => !described.has(each))) {
          const why = whyNotDescribed(name, failures);
          if (why !== undefined) unseen.push({ id: idOf(name), why });
        }
      }
      return { items, unseen };
    },

    async create(desired, tags, needs) {
      const spec = knownOf(desired.spec, needs);
      try {
        const { cluster } = await aws.ecs.createCluster({
          clusterName: spec.name,
          settings: settingsOf(spec),
          // An empty namespace takes one away.
          ...awsOf(CLUSTER.fields, spec, (field) => field !== 'serviceConnectDefaults' || hasNamespace(spec)),
          tags: toLowerTags(tags),
        });
        linkedRole.works();
        // CreateCluster answers an existing cluster of that name as if it had made it.
        const created = cluster === undefined ? undefined : seen(cluster);
        if (created?.owner !== 'us' || created.arn === undefined) {
          return started(
            LOOK_AGAIN_MS,
            `cluster ${spec.name} is not visible yet; the controller looks again`,
          );
        }
        inventory.wrote(created.arn, created.tags);
        return { type: 'done', observed: created };
      } catch (thrown) {
        const lack = await linkedRole.lackedBy(thrown);
        if (lack === undefined) throw thrown;
        return started(ROLE_PROPAGATION_MS, lack);
      }
    },

    async update(desired, before, { changes }, _tags, needs) {
      const spec = knownOf(desired.spec, needs);
      const isMeant = (field: string): boolean => isChanged(changes, field);
      const answers: Cluster[] = [];
      const settings = updateOf(spec, before.state, isMeant);
      if (settings !== undefined) {
        const { cluster } = await aws.ecs.updateCluster(settings);
        answers.push(...(cluster === undefined ? [] : [cluster]));
      }
      if (Object.keys(PROVIDERS).some(isMeant)) {
        const providers = providersOf(spec, before.state);
        const { cluster } = await aws.ecs.putClusterCapacityProviders(providers);
        answers.push(...(cluster === undefined ? [] : [cluster]));
      }
      if (answers.length === 0) return { type: 'done', observed: before };
      return { type: 'done', observed: updated(spec, before, answers) };
    },

    async delete({ id, arn = '' }) {
      try {
        await aws.ecs.deleteCluster({ cluster: id.name });
      } catch (thrown) {
        if (hasCode(thrown, ...STILL_USED)) {
          return started(STILL_USED_MS, `waits until it is empty (${thrown.code})`);
        }
        if (!hasCode(thrown, 'ClusterNotFoundException')) throw thrown;
      }
      inventory.wrote(arn, {});
      return { type: 'gone' };
    },

    async tagsNow({ id }) {
      const { clusters = [] } = await aws.ecs.describeClusters({ clusters: [id.name], include: ['TAGS'] });
      const [cluster] = clusters.filter(({ status }) => status !== 'INACTIVE');
      return cluster && fromTagList(cluster.tags);
    },

    async tag(before, set, remove) {
      const resourceArn = before.arn ?? '';
      const tags = await changeTags(before.tags, set, remove, {
        set: (changed) => aws.ecs.tagResource({ resourceArn, tags: toLowerTags(changed) }),
        remove: (tagKeys) => aws.ecs.untagResource({ resourceArn, tagKeys }),
      });
      inventory.wrote(resourceArn, tags);
      return observed(before.id.name, resourceArn, tags, before.state, before.health);
    },
  };
}

/** The name in a cluster's ARN; undefined for the ARN of anything else in ECS. */
function nameInArn(arn: string): string | undefined {
  const resource = arn.split(':').slice(5).join(':');
  return resource.startsWith('cluster/') ? resource.slice('cluster/'.length) : undefined;
}

function containerInsightsOf({ settings }: Cluster): string | undefined {
  return settings?.find((setting) => setting.name === 'containerInsights')?.value;
}

/** AWS deletes no cluster that has any of these. */
function contentsOf(cluster: Cluster): readonly Content[] {
  const { activeServicesCount = 0, runningTasksCount = 0, pendingTasksCount = 0 } = cluster;
  const contents = [
    { what: 'service', count: activeServicesCount },
    { what: 'task', count: runningTasksCount + pendingTasksCount },
    { what: 'container instance', count: cluster.registeredContainerInstancesCount ?? 0 },
  ] as const;
  return contents.filter(({ count }) => count > 0);
}

function hasNamespace({ serviceConnectDefaults }: ClusterSpec): boolean {
  return serviceConnectDefaults !== undefined && serviceConnectDefaults.namespace !== '';
}

/** What is not in an answer was not asked for. */
function stateOf(cluster: Cluster): Omit<ClusterState, 'containerInsights'> {
  const { configuration, capacityProviders, defaultCapacityProviderStrategy } = cluster;
  const asItIs = { configuration, capacityProviders, defaultCapacityProviderStrategy };
  return { ...knownStateOf(CLUSTER.fields, cluster), asItIs };
}

/** UpdateCluster's input for what is meant; undefined where it would change nothing. What is left out stays. */
function updateOf(
  spec: ClusterSpec,
  { asItIs = {} }: ClusterState,
  isMeant: (field: string) => boolean,
): UpdateClusterCommandInput | undefined {
  const { configuration, ...rest } = awsOf(CONFIGURED, spec, isMeant);
  const input = {
    ...rest,
    ...(configuration === undefined ? {} : { configuration: { ...asItIs.configuration, ...configuration } }),
    ...(isMeant('containerInsights') ? { settings: settingsOf(spec) } : {}),
  };
  return Object.keys(input).length === 0 ? undefined : { cluster: spec.name, ...input };
}

/** Both are replaced: what no manifest says is sent as it is, without providers that the cluster is to lose. */
function providersOf(
  spec: ClusterSpec,
  { asItIs = {} }: ClusterState,
): PutClusterCapacityProvidersCommandInput {
  const { capacityProviders = asItIs.capacityProviders ?? [], defaultCapacityProviderStrategy } = awsOf(
    PROVIDERS,
    spec,
  );
  const kept = (asItIs.defaultCapacityProviderStrategy ?? []).filter(({ capacityProvider = '' }) =>
    capacityProviders.includes(capacityProvider),
  );
  return {
    cluster: spec.name,
    capacityProviders,
    defaultCapacityProviderStrategy: defaultCapacityProviderStrategy ?? kept,
  };
}

/** As it is known after an update: the next look tells what else became of it. */
function updated(
  spec: ClusterSpec,
  before: Observed<ClusterState>,
  answers: readonly Cluster[],
): Observed<ClusterState> {
  const { state } = before;
  const containerInsights = spec.containerInsights ?? state.containerInsights;
  const [last] = answers.slice(-1);
  return {
    ...before,
    state: { ...state, ...(last === undefined ? {} : stateOf(last)), containerInsights },
    health: last === undefined ? before.health : healthOf(last),
  };
}

function settingsOf({ containerInsights }: ClusterSpec): ClusterSetting[] | undefined {
  return containerInsights === undefined
    ? undefined
    : [{ name: 'containerInsights', value: containerInsights }];
}

function healthOf({ status, clusterName, attachmentsStatus }: Cluster): Health {
  if (attachmentsStatus === 'UPDATE_IN_PROGRESS') {
    return { status: 'Progressing', message: `cluster ${clusterName} is changing its capacity providers` };
  }
  if (attachmentsStatus === 'UPDATE_FAILED') {
    const message = `the capacity providers of cluster ${clusterName} could not be changed; see why in the ECS console`;
    return { status: 'Degraded', message };
  }
  if (status === 'PROVISIONING' || status === 'DEPROVISIONING') {
    return { status: 'Progressing', message: `cluster ${clusterName} is ${status}` };
  }
  if (status === 'FAILED') {
    const message = `cluster ${clusterName} is FAILED: its capacity providers could not be set up; see it in the ECS console`;
    return { status: 'Degraded', message };
  }
  return HEALTHY;
}

/** Why nothing is known of a cluster that was asked for; undefined where ECS says that there is none. */
function whyNotDescribed(name: string, failures: readonly Failure[]): string | undefined {
  const failure = failures.find(({ arn }) => arn === name || (arn !== undefined && nameInArn(arn) === name));
  if (failure?.reason === 'MISSING') return undefined;
  const reason = failure === undefined ? 'did not answer for it' : `answered ${failure.reason}`;
  const detail = failure?.detail === undefined ? '' : `: ${failure.detail}`;
  return `ecs:DescribeClusters ${reason}${detail}`;
}

function started(checkAgainInMs: number, message: string): Extract<Progress<never>, { type: 'started' }> {
  return { type: 'started', checkAgainInMs, message };
}
