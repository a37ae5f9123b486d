import type { KindName } from '../../../controller/core/resource.ts';
import type { Places } from '../../../sandbox/places.ts';
import type { AccountState, RegionState } from '../../../sandbox/state.ts';
import { primaryOf } from '../../../sandbox/ecs/state.ts';
import type { ServiceRecord, TaskDefinitionRecord } from '../../../sandbox/ecs/state.ts';
import type { World } from '../world/world.ts';
import { accountPart, regionName } from './regions.ts';

/** Whom the controller under test acts as. */
export const OWNER = 'stationkeeper';
export const OWNER_TAG = 'stationkeeper:owner';

/** One resource as AWS has it at this moment: looked up in the sandbox's state, where no fault and no lag is in the way. */
export interface Live {
  /** Names it as `wantedOf` does: two are the same resource exactly when their keys are equal. */
  readonly key: string;
  readonly kind: KindName;
  /** As `regionName` has it. */
  readonly region: string;
  readonly name: string;
  /** An ARN or id that AWS made up; of a task definition its revision's. */
  readonly id: string;
  readonly arn: string;
  readonly tags: ReadonlyMap<string, string>;
  /** Everything that a controller could change, as text. */
  readonly fingerprint: () => string;
}

/** A service that is not being deleted, and what it cannot be without, by the ids of `Live`. */
export interface LiveService {
  readonly key: string;
  readonly uses: readonly string[];
}

export function liveKey(region: string, kind: KindName, scope: string, name: string): string {
  return kind === 'role'
    ? `${accountPart(region)}role ${name.toLowerCase()}`
    : `${region} ${kind} ${scope === '' ? '' : `${scope}/`}${name}`;
}

export interface Place {
  /** As `regionName` has it. */
  readonly region: string;
  readonly state: RegionState;
  readonly account: AccountState;
}

/** Those of all accounts. */
export function placesOf({ accounts, regions }: Places): readonly Place[] {
  return [...regions].flatMap(([key, state]) => {
    const [accountId = '', region = ''] = key.split('/');
    const account = accounts.get(accountId);
    return account === undefined ? [] : [{ region: regionName({ accountId, region }), state, account }];
  });
}

/** Everything in the world's accounts. */
interface Here {
  readonly version: number;
  readonly places: readonly Place[];
  readonly live: readonly Live[];
}

const readBefore = new WeakMap<World['sandbox'], Here>();

/** A number that is another once something may have changed: what is due has happened, as it would have for whoever calls. */
export function versionNow({ sandbox }: World): number {
  sandbox.world.settle();
  return sandbox.version();
}

/** The regions of the world's accounts. */
export function placesNow({ sandbox }: World): readonly Place[] {
  return placesOf(sandbox.places);
}

/** What there is by now. It is read anew where something may have changed. */
export function hereIn(world: World): Here {
  const { sandbox } = world;
  const version = versionNow(world);
  const before = readBefore.get(sandbox);
  if (before?.version === version) return before;
  const places = placesNow(world);
  const here = { version, places, live: liveIn(places) };
  readBefore.set(sandbox, here);
  return here;
}

/** Services that somebody has deleted and whose tasks are still ending: AWS shows them, and lets their tags change. */
export function drainingServicesIn(
  places: readonly Place[],
): readonly Pick<Live, 'kind' | 'name' | 'region' | 'tags'>[] {
  return places.flatMap(({ region, state }) =>
    [...state.ecs.clusters.values()]
      .flatMap(({ services }) => [...services.values()])
      .filter(({ status }) => status === 'DRAINING')
      .map(({ name, tags }) => ({ kind: 'service', name, region, tags })),
  );
}

/** All that there is, the roles of an account once. */
export function liveIn(places: readonly Place[]): readonly Live[] {
  const accounts = new Map(places.map((place) => [accountPart(place.region), place.account]));
  return [
    ...[...accounts].flatMap(([region, account]) => rolesIn(region, account)),
    ...places.flatMap(regionalIn),
  ];
}

function rolesIn(region: string, account: AccountState): readonly Live[] {
  return [...account.iam.roles.values()].map((role) => ({
    key: liveKey(region, 'role', '', role.roleName),
    kind: 'role',
    region,
    name: role.roleName,
    id: role.arn,
    arn: role.arn,
    tags: new Map([...role.tags.values()].map(({ key, value }) => [key, value])),
    fingerprint: () =>
      text([
        role.assumeRolePolicyDocument,
        [...role.inlinePolicies.entries()],
        [...role.attachedPolicies.values()].map(({ policyArn }) => policyArn),
        role.path,
        role.permissionsBoundary ?? '',
        [...role.tags.values()],
      ]),
  }));
}

function regionalIn({ region, state }: Place): readonly Live[] {
  const { applicationAutoScaling: scaling, ecs, ec2, logs, servicediscovery: cloudMap } = state;
  const live: Live[] = [];
  const add = (kind: KindName, scope: string, one: Omit<Live, 'key' | 'kind' | 'region'>): void => {
    live.push({ ...one, kind, region, key: liveKey(region, kind, scope, one.name) });
  };
  for (const cluster of ecs.clusters.values()) {
    if (cluster.status !== 'ACTIVE') continue;
    const { arn, name, tags } = cluster;
    add('cluster', '', { name, id: arn, arn, tags, fingerprint: () => text([cluster.settings, [...tags]]) });
    for (const service of cluster.services.values()) {
      if (service.status !== 'ACTIVE') continue;
      const { rollout, options } = service;
      add('service', name, {
        name: service.name,
        id: service.arn,
        arn: service.arn,
        tags: service.tags,
        fingerprint: () =>
          text([rollout.taskDefinition.arn, rollout.network, rollout.registries, options, [...service.tags]]),
      });
    }
  }
  for (const family of ecs.families.values()) {
    for (const { arn, definition, tags } of family.revisions.values()) {
      if (definition.status !== 'ACTIVE') continue;
      const fingerprint = () => text([definition.status, [...tags]]);
      add('task-definition', '', { name: family.name, id: arn, arn, tags, fingerprint });
    }
  }
  for (const group of ec2.groups.values()) {
    const tags = ec2.tags.get(group.groupId) ?? new Map<string, string>();
    add('security-group', group.vpcId, {
      name: group.groupName,
      id: group.groupId,
      arn: group.groupId,
      tags,
      fingerprint: () =>
        text([[...group.rules].map(([key, { description }]) => [key, description]), [...tags]]),
    });
  }
  for (const group of logs.groups.values()) {
    const { name, arn, tags } = group;
    add('log-group', '', {
      name,
      id: arn,
      arn,
      tags,
      fingerprint: () => text([group.retentionInDays, [...tags]]),
    });
  }
  for (const { arn, resourceId, tags, ...target } of scaling.targets.values()) {
    const [, cluster = '', name = ''] = resourceId.split('/');
    add('scalable-target', cluster, {
      name,
      id: arn,
      arn,
      tags,
      fingerprint: () =>
        text([
          target.minCapacity,
          target.maxCapacity,
          [...target.policies.values()].map((policy) => [policy.name, policy.targetTracking]),
          [...tags],
        ]),
    });
  }
  for (const namespace of cloudMap.namespaces.values()) {
    const { id, arn, name, tags, type, zone } = namespace;
    const fingerprint = () => text([zone?.soaTtl, namespace.description, [...tags]]);
    add('namespace', zone?.vpcId ?? type, { name, id, arn, tags, fingerprint });
  }
  for (const service of cloudMap.services.values()) {
    const { id, arn, name, tags, namespaceId } = service;
    const namespace = cloudMap.namespaces.get(namespaceId);
    add('discovery-service', `${namespace?.zone?.vpcId ?? ''}/${namespace?.name ?? ''}`, {
      name,
      id,
      arn,
      tags,
      fingerprint: () => text([service.dnsRecords, service.description, [...tags]]),
    });
  }
  return live;
}

/** Services that run or are to run, with what they use. */
export function liveServicesIn(places: readonly Place[]): readonly LiveService[] {
  return places.flatMap(({ region, state }) =>
    [...state.ecs.clusters.values()].flatMap((cluster) =>
      [...cluster.services.values()]
        .filter(({ status }) => status === 'ACTIVE')
        .map((service) => ({
          key: liveKey(region, 'service', cluster.name, service.name),
          uses: [cluster.arn, ...usedBy(service)],
        })),
    ),
  );
}

/** What the primary deployment is made of: what older ones were made of is on its way out. */
function usedBy(service: ServiceRecord): readonly string[] {
  const rollout = primaryOf(service)?.rollout ?? service.rollout;
  return [
    rollout.taskDefinition.arn,
    ...rolesOf(rollout.taskDefinition),
    ...rollout.network.securityGroups,
    ...rollout.registries.map(({ registryArn = '' }) => registryArn.split('/').at(-1) ?? ''),
  ];
}

function rolesOf({ definition }: TaskDefinitionRecord): readonly string[] {
  return [definition.executionRoleArn, definition.taskRoleArn].filter((arn) => arn !== undefined);
}

/** Tasks of a service that run and are to go on running. */
export function runningTasks({ tasks }: ServiceRecord): number {
  return [...tasks].filter(
    ({ lastStatus, desiredStatus }) => lastStatus === 'RUNNING' && desiredStatus === 'RUNNING',
  ).length;
}

export function findLiveService(
  places: readonly Place[],
  region: string,
  cluster: string,
  name: string,
): ServiceRecord | undefined {
  const found = places
    .find((place) => place.region === region)
    ?.state.ecs.clusters.get(cluster)
    ?.services.get(name);
  return found?.status === 'ACTIVE' ? found : undefined;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
