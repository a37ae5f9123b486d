import type { CallContext } from '../call.ts';
import { awsKeyArn } from '../ecr/keys.ts';
import { linkedRoleName } from '../iam/service-linked-roles.ts';
import { partitionOf } from '../partition.ts';
import { findSecret } from '../secretsmanager/find.ts';
import type { TagMap } from '../tagging/state.ts';
import type { IamRequest } from './statements.ts';

export type Input = Readonly<Record<string, unknown>>;

export type Keys = Readonly<Record<string, string | readonly string[] | undefined>>;

interface Tags {
  /** What the request gives. */
  readonly requested?: TagMap;
  /** What the resource has. */
  readonly present?: TagMap | undefined;
}

/** A question about a resource, with the condition keys that have a value. */
export function request(
  action: string,
  resource: string,
  { requested = new Map(), present = new Map() }: Tags = {},
  others: Keys = {},
): IamRequest {
  const tags = (name: string, all: TagMap) =>
    [...all].map(([key, value]) => [`aws:${name}/${key}`, [value]] as const);
  const keys = [
    ...tags('RequestTag', requested),
    ...tags('ResourceTag', present),
    ...(requested.size === 0 ? [] : [['aws:TagKeys', [...requested.keys()]] as const]),
    ...Object.entries(others).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === 'string' ? [value] : value] as const],
    ),
  ];
  return { action, resource, keys: new Map(keys.map(([key, values]) => [key.toLowerCase(), values])) };
}

/** The tags that a request gives, however its service spells them. */
export function requestedTags(input: Input): TagMap {
  const [specification] = listOf(input['TagSpecifications']);
  const given = input['tags'] ?? input['Tags'] ?? (specification as Input | undefined)?.['Tags'];
  if (!Array.isArray(given)) return new Map(Object.entries((given ?? {}) as Record<string, string>));
  return new Map(
    (given as readonly Input[]).map(({ key, value, Key = key, Value = value }) => [
      String(Key),
      typeof Value === 'string' ? Value : '',
    ]),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What EC2's ids begin with, where that is not the name of the type itself. */
const EC2_TYPES: Readonly<Record<string, string>> = {
  acl: 'network-acl',
  dopt: 'dhcp-options',
  eigw: 'egress-only-internet-gateway',
  eipalloc: 'elastic-ip',
  eni: 'network-interface',
  igw: 'internet-gateway',
  nat: 'natgateway',
  pl: 'prefix-list',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
};

export type Where = ReturnType<typeof whereIn>;

/** The ARNs of an account and Region, each with the tags of what is there, for the action that somebody asks about. */
export function whereIn({
  account: { iam },
  accountId,
  region,
  state,
}: Pick<CallContext, 'account' | 'accountId' | 'region' | 'state'>) {
  const { ec2, ecr, ecs, logs, servicediscovery: cloudMap, ssm } = state;
  const partition = partitionOf(region);
  const at = (service: string, rest: string): string =>
    `arn:${partition}:${service}:${region}:${accountId}:${rest}`;
  const about =
    (resource: string, tags: Tags, others?: Keys) =>
    (action: string): IamRequest =>
      request(action, resource, tags, others);
  const cluster = (name: unknown) => {
    const found = lastPart(name ?? 'default');
    return { name: found, record: ecs.clusters.get(found) };
  };
  return {
    partition,
    at,
    cluster(named: unknown) {
      const { name, record } = cluster(named);
      return about(at('ecs', `cluster/${name}`), { present: record?.tags });
    },
    service(input: Input) {
      const { name, record } = cluster(input['cluster']);
      const service = lastPart(input['service'] ?? input['serviceName']);
      const present = record?.services.get(service)?.tags;
      return about(at('ecs', `service/${name}/${service}`), { present });
    },
    ecsArn(arn: string, requested?: TagMap) {
      return about(arn, { present: ecsTags(ecs, arn), ...(requested === undefined ? {} : { requested }) });
    },
    cloudMap(type: 'namespace' | 'service', id: unknown) {
      const all = type === 'namespace' ? cloudMap.namespaces : cloudMap.services;
      return about(at('servicediscovery', `${type}/${String(id)}`), { present: all.get(String(id))?.tags });
    },
    ec2(id: unknown, requested: TagMap = new Map()) {
      const [prefix = ''] = String(id).split('-');
      const type = EC2_TYPES[prefix] ?? prefix;
      return about(at('ec2', `${type}/${String(id)}`), { present: ec2.tags.get(String(id)), requested });
    },
    newRole: ({ Path = '/', RoleName }: Input) =>
      `arn:${partition}:iam::${accountId}:role${String(Path)}${String(RoleName)}`,
    role(input: Input, requested: TagMap = new Map(), others: Keys = {}) {
      const { RoleName = '' } = input;
      const there = iam.roles.get(String(RoleName).toLowerCase());
      const present = new Map(
        [...(there?.tags.values() ?? [])].map(({ key, value }) => [key, value] as const),
      );
      return about(
        there?.arn ?? `arn:${partition}:iam::${accountId}:role/${String(RoleName)}`,
        { present, requested },
        // IAM compares the boundary that the role has, unless the request gives one.
        { 'iam:PermissionsBoundary': there?.permissionsBoundary, ...others },
      );
    },
    /** In the account's own registry, or in that of another account. */
    repository(name: unknown, registryId: unknown, requested: TagMap = new Map()) {
      const owner = typeof registryId === 'string' ? registryId : accountId;
      const present = owner === accountId ? ecr.repositories.get(String(name))?.tags : undefined;
      return about(`arn:${partition}:ecr:${region}:${owner}:repository/${String(name)}`, {
        present,
        requested,
      });
    },
    /** What a repository that is there is encrypted with, where that is a key of somebody's own. */
    ownKeyOf(name: unknown): string | undefined {
      const key = ecr.repositories.get(String(name))?.encryption.kmsKey;
      return key === awsKeyArn({ accountId, region }) ? undefined : key;
    },
    /** ARN of a key, by that, its id or its alias. */
    key: (named: string) =>
      named.startsWith('arn:') ? named : at('kms', named.startsWith('alias/') ? named : `key/${named}`),
    parameter(named: unknown, requested: TagMap = new Map()) {
      const path = String(named).replace(/^arn:.*:parameter(?=\/)/, '');
      const [name = ''] = path.split(':');
      const present = (ssm.parameters.get(name) ?? ssm.parameters.get(name.slice(1)))?.tags;
      return about(at('ssm', `parameter/${name.replace(/^\//, '')}`), { present, requested });
    },
    /** A secret that is made has six characters more in its ARN, which nobody knows yet. */
    secret(named: unknown, requested: TagMap = new Map()) {
      const found = findSecret(state, String(named));
      const arn = String(named).startsWith('arn:')
        ? String(named)
        : at('secretsmanager', `secret:${String(named)}`);
      return about(found?.arn ?? arn, { present: found?.tags, requested });
    },
    logGroup(name: string, requested: TagMap = new Map()) {
      const tags = { present: logs.groups.get(name)?.tags, requested };
      return {
        streams: about(at('logs', `log-group:${name}:log-stream:`), tags),
        itself: about(at('logs', `log-group:${name}`), tags),
      };
    },
    hostedZone: `arn:${partition}:route53:::hostedzone/Z0123456789`,
    linkedRole(service: string) {
      return `arn:${partition}:iam::${accountId}:role/aws-service-role/${service}/${linkedRoleName(service) ?? '*'}`;
    },
  };
}

/** Of a cluster, a service or a revision of a task definition. */
function ecsTags(ecs: CallContext['state']['ecs'], arn: string): TagMap | undefined {
  const [type, first = '', second = ''] = (arn.split(':')[5] ?? '').split('/');
  if (type === 'task-definition') {
    const revisions = ecs.families.get(first)?.revisions.values() ?? [];
    return [...revisions].find((revision) => revision.arn === arn)?.tags;
  }
  const cluster = ecs.clusters.get(first);
  return type === 'service' ? cluster?.services.get(second)?.tags : cluster?.tags;
}

/** The name in an ARN, or the name itself. */
function lastPart(value: unknown): string {
  return String(value).split('/').at(-1) ?? '';
}
