import type { KindName } from '../../../controller/core/resource.ts';
import type { WorldCall } from '../world/world.ts';
import { isRead } from '../world/world.ts';
import { regionName } from './regions.ts';
import { liveKey } from './live.ts';
import type { Live } from './live.ts';

export type Tags = ReadonlyMap<string, string>;

/**
 * What a call is about to do, in the words of the invariants. `touched` are the resources as they are right before.
 * `part`: something of the resource that a deletion has to take away first (a policy, an instance).
 */
export type Mutation = {
  readonly name: string;
  /** As `regionName` has it. */
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
} & (
  | {
      readonly effect: 'create';
      readonly kind: KindName;
      readonly key: string;
      readonly tags: Tags;
      /** Others of the same key that there already are: what a creation must not be built upon. */
      readonly touched: readonly Live[];
    }
  | {
      readonly effect: 'change' | 'part' | 'delete';
      readonly touched: readonly Live[];
    }
  | { readonly effect: 'tag'; readonly tags: Tags; readonly touched: readonly Live[] }
  | { readonly effect: 'untag'; readonly keys: readonly string[]; readonly touched: readonly Live[] }
);

/** AWS makes these roles for itself, and they carry no tags of anybody. */
const OWNERLESS = new Set(['iam:CreateServiceLinkedRole']);

type Input = Readonly<Record<string, unknown>>;
type Find = (input: Input, live: readonly Live[], region: string) => readonly Live[];

const PARTS = new Set([
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy',
  'servicediscovery:DeregisterInstance',
  'servicediscovery:RegisterInstance',
  'servicediscovery:UpdateInstanceCustomHealthStatus',
]);

/** Which resources a call changes, by operation. */
const TARGETS: Readonly<Record<string, Find>> = {
  'ecs:UpdateCluster': cluster('cluster'),
  'ecs:PutClusterCapacityProviders': cluster('cluster'),
  'ecs:DeleteCluster': cluster('cluster'),
  'ecs:UpdateService': service,
  'ecs:DeleteService': service,
  'ecs:StopTask': (input, live, region) => cluster('cluster')(input, live, region),
  'ecs:DeregisterTaskDefinition': revision(({ taskDefinition }) => [taskDefinition]),
  'ecs:DeleteTaskDefinitions': revision(({ taskDefinitions }) => taskDefinitions as unknown[]),
  'ecs:TagResource': byArn('resourceArn'),
  'ecs:UntagResource': byArn('resourceArn'),
  'ec2:AuthorizeSecurityGroupIngress': byId('GroupId'),
  'ec2:AuthorizeSecurityGroupEgress': byId('GroupId'),
  'ec2:RevokeSecurityGroupIngress': byId('GroupId'),
  'ec2:RevokeSecurityGroupEgress': byId('GroupId'),
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress': byId('GroupId'),
  'ec2:UpdateSecurityGroupRuleDescriptionsEgress': byId('GroupId'),
  'ec2:DeleteSecurityGroup': byId('GroupId'),
  'ec2:CreateTags': (input, live) => live.filter(({ id }) => (input['Resources'] as string[]).includes(id)),
  'ec2:DeleteTags': (input, live) => live.filter(({ id }) => (input['Resources'] as string[]).includes(id)),
  'iam:UpdateAssumeRolePolicy': role,
  'iam:PutRolePolicy': role,
  'iam:DeleteRolePolicy': role,
  'iam:DetachRolePolicy': role,
  'iam:DeleteRole': role,
  'iam:TagRole': role,
  'iam:UntagRole': role,
  'logs:PutRetentionPolicy': logGroup,
  'logs:DeleteRetentionPolicy': logGroup,
  'logs:DeleteLogGroup': logGroup,
  'logs:TagResource': byArn('resourceArn'),
  'logs:UntagResource': byArn('resourceArn'),
  'servicediscovery:UpdatePrivateDnsNamespace': byId('Id'),
  'servicediscovery:DeleteNamespace': byId('Id'),
  'servicediscovery:UpdateService': byId('Id'),
  'servicediscovery:DeleteService': byId('Id'),
  'servicediscovery:DeregisterInstance': byId('ServiceId'),
  'servicediscovery:RegisterInstance': byId('ServiceId'),
  'servicediscovery:UpdateInstanceCustomHealthStatus': byId('ServiceId'),
  'servicediscovery:TagResource': byArn('ResourceARN'),
  'servicediscovery:UntagResource': byArn('ResourceARN'),
};

/** What a creation makes: its kind, and the scope and name of what it is called. */
const CREATIONS: Readonly<
  Record<string, readonly [KindName, (input: Input, live: readonly Live[]) => readonly [string, string]]>
> = {
  'ecs:CreateCluster': ['cluster', ({ clusterName }) => ['', text(clusterName)]],
  'ecs:CreateService': ['service', ({ cluster, serviceName }) => [lastPart(cluster), text(serviceName)]],
  'ecs:RegisterTaskDefinition': ['task-definition', ({ family }) => ['', text(family)]],
  'ec2:CreateSecurityGroup': ['security-group', ({ VpcId, GroupName }) => [text(VpcId), text(GroupName)]],
  'iam:CreateRole': ['role', ({ RoleName }) => ['', text(RoleName)]],
  'logs:CreateLogGroup': ['log-group', ({ logGroupName }) => ['', text(logGroupName)]],
  'servicediscovery:CreatePrivateDnsNamespace': ['namespace', ({ Vpc, Name }) => [text(Vpc), text(Name)]],
  'servicediscovery:CreateService': [
    'discovery-service',
    ({ NamespaceId, Name }, live) => {
      const namespace = live.find(({ id }) => id === NamespaceId);
      return [namespace?.key.split(' namespace ')[1] ?? '', text(Name)];
    },
  ],
};

/** What a call changes; undefined for a read. Throws for a mutation that the invariants do not know. */
export function mutationOf(call: WorldCall, live: readonly Live[]): Mutation | undefined {
  const { name, input } = call;
  if (isRead(name) || OWNERLESS.has(name)) return undefined;
  const region = regionName(call);
  const common = { name, region, input };
  const creation = CREATIONS[name];
  if (creation !== undefined) {
    const [kind, nameOf] = creation;
    const key = liveKey(region, kind, ...nameOf(input, live));
    return {
      ...common,
      effect: 'create',
      kind,
      key,
      tags: tagsIn(input),
      touched: live.filter((one) => one.key === key),
    };
  }
  const find = TARGETS[name];
  if (find === undefined) throw new Error(`the invariants do not know what ${name} changes`);
  const touched = find(input, live, region);
  const operation = name.split(':')[1] ?? '';
  if (/^(Tag|CreateTags)/.test(operation)) return { ...common, effect: 'tag', tags: tagsIn(input), touched };
  if (/^(Untag|DeleteTags)/.test(operation))
    return { ...common, effect: 'untag', keys: keysIn(input), touched };
  if (PARTS.has(name)) return { ...common, effect: 'part', touched };
  return { ...common, effect: isDeletion(operation) ? 'delete' : 'change', touched };
}

function isDeletion(operation: string): boolean {
  return operation !== 'DeleteRetentionPolicy' && /^(Delete|Deregister)/.test(operation);
}

function tagsIn(input: Input): Tags {
  const specification = (input['TagSpecifications'] as { readonly Tags?: unknown }[] | undefined)?.[0]?.Tags;
  const given = input['tags'] ?? input['Tags'] ?? specification ?? [];
  if (!Array.isArray(given)) return new Map(Object.entries(given as Record<string, string>));
  return new Map(
    (given as Record<string, string>[]).map((tag) => [
      tag['key'] ?? tag['Key'] ?? '',
      tag['value'] ?? tag['Value'] ?? '',
    ]),
  );
}

function keysIn(input: Input): readonly string[] {
  const given = input['tagKeys'] ?? input['TagKeys'] ?? input['Tags'] ?? [];
  return (given as (string | { readonly Key: string })[]).map((tag) =>
    typeof tag === 'string' ? tag : tag.Key,
  );
}

function cluster(member: string): Find {
  return (input, live, region) =>
    live.filter((one) => one.key === liveKey(region, 'cluster', '', lastPart(input[member])));
}

function service(
  { cluster: name, service: called }: Input,
  live: readonly Live[],
  region: string,
): readonly Live[] {
  const key = liveKey(region, 'service', lastPart(name), lastPart(called));
  return live.filter((one) => one.key === key);
}

function role({ RoleName }: Input, live: readonly Live[], region: string): readonly Live[] {
  const key = liveKey(region, 'role', '', text(RoleName));
  return live.filter((one) => one.key === key);
}

function logGroup({ logGroupName }: Input, live: readonly Live[], region: string): readonly Live[] {
  const key = liveKey(region, 'log-group', '', text(logGroupName));
  return live.filter((one) => one.key === key);
}

function revision(given: (input: Input) => readonly unknown[]): Find {
  return (input, live, region) => {
    const named = given(input).map((each) => lastPart(each));
    return live.filter(
      (one) => one.kind === 'task-definition' && one.region === region && named.includes(lastPart(one.arn)),
    );
  };
}

function byArn(member: string): Find {
  return (input, live) => live.filter(({ arn }) => arn === text(input[member]).replace(/:\*$/, ''));
}

function byId(member: string): Find {
  return (input, live) => live.filter(({ id }) => id === input[member]);
}

function lastPart(reference: unknown): string {
  return text(reference).split('/').at(-1) ?? '';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
