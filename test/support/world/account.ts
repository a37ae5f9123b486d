import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

/** Everything of one account and region that a controller can make, without what AWS makes up: ids, times, tasks. */
export interface Account {
  readonly roles: readonly object[];
  readonly logGroups: readonly object[];
  readonly securityGroups: readonly object[];
  /** With tags, of any group. */
  readonly securityGroupRules: readonly object[];
  readonly namespaces: readonly object[];
  readonly discoveryServices: readonly object[];
  readonly repositories: readonly object[];
  readonly clusters: readonly object[];
  /** The newest active revision of each family. */
  readonly taskDefinitions: readonly object[];
  readonly services: readonly object[];
  readonly scalableTargets: readonly object[];
}

interface Place {
  readonly region?: string;
  readonly accountId?: string;
}

type Answer = Readonly<Record<string, unknown>>;

/** Somebody's own calls, straight to the sandbox: no controller sees or counts them. */
export function callsTo(
  sandbox: Sandbox,
  { region = 'us-east-1', accountId = DEFAULT_ACCOUNT_ID }: Place = {},
) {
  return async (service: string, operation: string, input: object = {}): Promise<Answer> =>
    (await sandbox.call({ service, operation, input, region, accountId })) as Answer;
}

/** The account as its own Describe calls show it; equal for accounts that differ only in what AWS makes up. */
export async function describeAccount(sandbox: Sandbox, place: Place = {}): Promise<Account> {
  const call = callsTo(sandbox, place);
  const list = async (service: string, operation: string, member: string, input: object = {}) =>
    ((await call(service, operation, input))[member] ?? []) as Answer[];

  // AWS makes service-linked roles by itself, and they stay.
  const roles = (
    await list('iam', 'GetAccountAuthorizationDetails', 'RoleDetailList', { Filter: ['Role'] })
  ).filter(({ Path }) => !String(Path).startsWith('/aws-service-role/'));
  const logGroups = await Promise.all(
    (await list('logs', 'DescribeLogGroups', 'logGroups')).map(
      async ({ logGroupName, logGroupArn, retentionInDays }) => ({
        logGroupName,
        retentionInDays,
        tags: (await call('logs', 'ListTagsForResource', { resourceArn: logGroupArn }))['tags'],
      }),
    ),
  );
  const groups = (await list('ec2', 'DescribeSecurityGroups', 'SecurityGroups')).filter(
    ({ GroupName }) => GroupName !== 'default',
  );
  const rules = await list('ec2', 'DescribeSecurityGroupRules', 'SecurityGroupRules');
  const cloudMapTags = async ({ Arn }: Answer) =>
    (await call('servicediscovery', 'ListTagsForResource', { ResourceARN: Arn }))['Tags'];
  const namespaces = await list('servicediscovery', 'ListNamespaces', 'Namespaces');
  const discoveryServices = await list('servicediscovery', 'ListServices', 'Services');
  const clusterArns = (await call('ecs', 'ListClusters'))['clusterArns'];
  const clusters = await list('ecs', 'DescribeClusters', 'clusters', {
    clusters: clusterArns,
    include: ['TAGS', 'SETTINGS'],
  });
  const repositories = await Promise.all(
    (await list('ecr', 'DescribeRepositories', 'repositories')).map(async (repository) => ({
      ...without(repository, ['createdAt']),
      tags: (await call('ecr', 'ListTagsForResource', { resourceArn: repository['repositoryArn'] }))['tags'],
    })),
  );
  const families = (await call('ecs', 'ListTaskDefinitionFamilies', { status: 'ACTIVE' }))[
    'families'
  ] as string[];
  const services = await Promise.all(
    clusters.map(async ({ clusterArn: cluster }) => {
      const { serviceArns } = await call('ecs', 'ListServices', { cluster, maxResults: 100 });
      if ((serviceArns as string[]).length === 0) return [];
      return list('ecs', 'DescribeServices', 'services', {
        cluster,
        services: serviceArns,
        include: ['TAGS'],
      });
    }),
  );

  const ecs = { ServiceNamespace: 'ecs' };
  const scalableTargets = await list(
    'application-autoscaling',
    'DescribeScalableTargets',
    'ScalableTargets',
    ecs,
  );
  const policies = await list('application-autoscaling', 'DescribeScalingPolicies', 'ScalingPolicies', ecs);

  const names = new Map<string, string>([
    ...groups.map(({ GroupId, GroupName }) => [String(GroupId), `group ${String(GroupName)}`] as const),
    ...namespaces.map(({ Id, Name }) => [String(Id), `namespace ${String(Name)}`] as const),
    ...discoveryServices.map(({ Id, Name }) => [String(Id), `discovery ${String(Name)}`] as const),
  ]);
  const told = (objects: readonly object[]): readonly object[] =>
    objects
      .map((object) => named(object, names))
      .toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  return {
    roles: told(roles.map((role) => without(role, ['RoleId', 'CreateDate', 'RoleLastUsed']))),
    logGroups: told(logGroups),
    securityGroups: told(
      groups.map(({ GroupId, GroupName, Description, VpcId, Tags }) => ({
        GroupName,
        Description,
        VpcId,
        Tags,
        rules: rules
          .filter((rule) => rule['GroupId'] === GroupId)
          .map((rule) => without(rule, ['SecurityGroupRuleId', 'SecurityGroupRuleArn']))
          .map((rule) => JSON.stringify(rule))
          .toSorted(compare),
      })),
    ),
    securityGroupRules: told(
      rules
        .filter(({ Tags }) => (Tags as readonly object[]).length > 0)
        .map((rule) => without(rule, ['SecurityGroupRuleId', 'SecurityGroupRuleArn'])),
    ),
    namespaces: told(
      await Promise.all(
        namespaces.map(async (namespace) => {
          const { Name, Type, Description, Properties } = namespace;
          const { SOA } =
            (Properties as { DnsProperties?: { SOA?: object } } | undefined)?.DnsProperties ?? {};
          return { Name, Type, Description, SOA, Tags: await cloudMapTags(namespace) };
        }),
      ),
    ),
    discoveryServices: told(
      await Promise.all(
        discoveryServices.map(async (service) => ({
          ...without(service, ['CreateDate', 'Arn', 'Id']),
          Tags: await cloudMapTags(service),
        })),
      ),
    ),
    repositories: told(repositories),
    clusters: told(clusters.filter(({ status }) => status === 'ACTIVE')),
    taskDefinitions: told(
      await Promise.all(
        families.map(async (taskDefinition) => {
          const answer = await call('ecs', 'DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] });
          const definition = answer['taskDefinition'] as Answer;
          return {
            ...without(definition, ['taskDefinitionArn', 'revision', 'registeredAt', 'registeredBy']),
            tags: answer['tags'],
          };
        }),
      ),
    ),
    services: told(
      services.flat().map((service) => ({
        ...without(service, [
          'createdAt',
          'createdBy',
          'currentServiceRevisions',
          'deployments',
          'events',
          'taskSets',
          'taskDefinition',
        ]),
        family: String(service['taskDefinition']).replace(/:\d+$/, ''),
      })),
    ),
    scalableTargets: told(
      await Promise.all(
        scalableTargets.map(async (target) => {
          const ResourceARN = target['ScalableTargetARN'];
          const tags = await call('application-autoscaling', 'ListTagsForResource', { ResourceARN });
          return {
            ...without(target, ['CreationTime', 'ScalableTargetARN']),
            tags: tags['Tags'],
            policies: policies
              .filter(({ ResourceId }) => ResourceId === target['ResourceId'])
              .map((policy) => without(policy, ['Alarms', 'CreationTime', 'PolicyARN'])),
          };
        }),
      ),
    ),
  };
}

/** How many active revisions each family has. */
export async function revisionCounts(
  sandbox: Sandbox,
  place: Place = {},
): Promise<Readonly<Record<string, number>>> {
  const { taskDefinitionArns } = await callsTo(sandbox, place)('ecs', 'ListTaskDefinitions', {
    status: 'ACTIVE',
  });
  const counts: Record<string, number> = {};
  for (const arn of taskDefinitionArns as string[]) {
    const family = /task-definition\/(.*):\d+$/.exec(arn)?.[1] ?? arn;
    counts[family] = (counts[family] ?? 0) + 1;
  }
  return counts;
}

/**
 * The account but for what only says what was applied: a digest that was not written before a failure stays the former, as
 * it tells who made a difference, and so does a revision; neither is ever a reason to write (core/ownership).
 */
export function withoutDigests(account: Account): Account {
  const text = JSON.stringify(account)
    .replaceAll(/(stationkeeper:spec\W+(?:value\W+)?)[0-9a-f]{16}/gi, '$1')
    .replaceAll(/(stationkeeper:revision\W+(?:value\W+)?)\w+/gi, '$1');
  return JSON.parse(text) as Account;
}

/** How many objects there are of each sort. */
export function countsOf(account: Account): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(account).map(([sort, objects]) => [sort, (objects as object[]).length]),
  );
}

function without(object: Answer, members: readonly string[]): Answer {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !members.includes(name)));
}

/** Ids read as names, and lists of tags in one order. */
/** Behind the digest of a spec: what something was made of is ids, too. */
const DIGEST_OF_PARTS = /(stationkeeper:spec\W+(?:value\W+)?[0-9a-f]{16})\/[0-9a-f]{16}/gi;

function named(object: object, names: ReadonlyMap<string, string>): object {
  let text = JSON.stringify(object, (key, value: unknown) =>
    key.toLowerCase() === 'tags' && Array.isArray(value)
      ? value.map((tag) => JSON.stringify(tag)).toSorted(compare)
      : value,
  );
  for (const [id, name] of names) text = text.replaceAll(id, name);
  text = text.replaceAll(DIGEST_OF_PARTS, '$1');
  return JSON.parse(text) as object;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
