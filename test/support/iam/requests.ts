import { fromTagList } from '../../../controller/aws/tags.ts';
import type { Live } from '../simulation/live.ts';
import type { WorldCall } from '../world/world.ts';
import { isRead } from '../world/world.ts';
import type { IamRequest } from './evaluate.ts';

/** A call, and all that there is in its account at that moment. */
export interface Asked {
  readonly call: WorldCall;
  readonly live: readonly Live[];
}

type Tags = Readonly<Record<string, string>>;
type Input = Readonly<Record<string, unknown>>;

/**
 * What AWS asks IAM about a call: written anew from the Service Authorization Reference, apart from the program's own table,
 * which is what is tested with it.
 */
export function requestsOf(asked: Asked): readonly IamRequest[] {
  const { call } = asked;
  const ask = MUTATIONS[call.name];
  if (ask !== undefined) return ask(call.input, place(asked));
  if (!isRead(call.name)) throw new Error(`nobody has said what ${call.name} asks IAM`);
  // Everybody may ask who they are.
  if (call.service === 'sts') return [];
  const service = call.service === 'tagging' ? 'tag' : call.service;
  return [request(`${service}:${call.operation}`, '*')];
}

function request(
  action: string,
  resource: string,
  {
    requested,
    present,
    ...keys
  }: { requested?: Tags; present?: Tags | undefined; [key: string]: unknown } = {},
): IamRequest {
  const tags = (name: string, all: Tags | undefined) =>
    Object.entries(all ?? {}).map(([key, value]) => [`aws:${name}/${key}`, [value]] as const);
  return {
    action,
    resource,
    context: {
      ...Object.fromEntries([...tags('RequestTag', requested), ...tags('ResourceTag', present)]),
      ...(keys as Readonly<Record<string, readonly string[]>>),
    },
  };
}

/** ARNs of one account and region, and the tags of what is there. */
function place({ call: { region, accountId }, live }: Asked) {
  const at = (service: string, rest: string): string => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const present = (isIt: (one: Live) => boolean): Tags | undefined => {
    const tags = live.find((one) => isIt(one) && (one.region === region || one.kind === 'role'))?.tags;
    return tags && Object.fromEntries(tags);
  };
  const change =
    (resource: string, tags: Tags | undefined, requested: Tags = {}) =>
    (action: string): IamRequest =>
      request(action, resource, { present: tags, requested });
  return {
    at,
    byArn: (arn: string, requested?: Tags) =>
      change(
        arn,
        present((one) => one.arn === arn),
        requested,
      ),
    cluster: (name: string) =>
      change(
        at('ecs', `cluster/${name}`),
        present((one) => one.kind === 'cluster' && one.name === name),
      ),
    service: ({ cluster, service }: Input) =>
      change(
        at('ecs', `service/${String(cluster)}/${String(service)}`),
        present((one) => one.arn.endsWith(`:service/${String(cluster)}/${String(service)}`)),
      ),
    cloudMap: (type: 'namespace' | 'service', id: unknown) =>
      change(
        at('servicediscovery', `${type}/${String(id)}`),
        present((one) => one.id === id),
      ),
    group: (id: unknown, requested?: Tags) =>
      change(
        at('ec2', `security-group/${String(id)}`),
        present((one) => one.id === id),
        requested,
      ),
    role: ({ RoleName, Path = '/' }: Input, requested?: Tags) => {
      const isIt = ({ kind, name }: Live): boolean => kind === 'role' && name === RoleName;
      const there = live.find(isIt);
      const path = `${String(Path)}${String(RoleName)}`;
      return change(there?.arn ?? `arn:aws:iam::${accountId}:role${path}`, present(isIt), requested);
    },
    boundaryOf: ({ RoleName }: Input) =>
      live.find(({ kind, name }) => kind === 'role' && name === RoleName)?.boundary,
    logGroup: (name: string, requested?: Tags) => {
      const tags = present((one) => one.kind === 'log-group' && one.name === name);
      return {
        streams: change(at('logs', `log-group:${name}:log-stream:`), tags, requested),
        itself: change(at('logs', `log-group:${name}`), tags, requested),
      };
    },
    hostedZone: 'arn:aws:route53:::hostedzone/Z0123456789',
    linkedRole: `arn:aws:iam::${accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
  };
}

type At = ReturnType<typeof place>;

function lower({ tags }: Input): Tags {
  return fromTagList(tags as { key: string; value: string }[]);
}

function upper({ Tags: tags }: Input): Tags {
  return fromTagList(tags as { Key: string; Value: string }[]);
}

const onGroup =
  (action: string) =>
  ({ GroupId }: Input, at: At): readonly IamRequest[] => [at.group(GroupId)(action)];

const onRole =
  (action: string) =>
  (input: Input, at: At): readonly IamRequest[] => [at.role(input)(action)];

/** `given` is what the call names of IAM, under the condition key that a policy can ask for it by. */
const onRoleWith =
  (action: string, key: string, given: string) =>
  (input: Input, at: At): readonly IamRequest[] => {
    const asked = at.role(input)(action);
    return [{ ...asked, context: { ...asked.context, [key]: [String(input[given])] } }];
  };

const onLogGroup =
  (action: string) =>
  ({ logGroupName }: Input, at: At): readonly IamRequest[] => [
    at.logGroup(String(logGroupName)).streams(action),
  ];

const onLogGroupArn =
  (action: string) =>
  ({ resourceArn, tags }: Input, at: At): readonly IamRequest[] => {
    const name = String(resourceArn).split(':log-group:')[1] ?? '';
    const { streams, itself } = at.logGroup(name, (tags ?? {}) as Tags);
    return [streams(action), itself(action)];
  };

function made(
  action: string,
  tagging: string,
  resource: string,
  requested: Tags,
  keys: object,
): readonly IamRequest[] {
  return [request(action, resource, { requested }), request(tagging, resource, { requested, ...keys })];
}

const MUTATIONS: Readonly<Record<string, (input: Input, at: At) => readonly IamRequest[]>> = {
  'ecs:CreateCluster': (input, { at }) =>
    made(
      'ecs:CreateCluster',
      'ecs:TagResource',
      at('ecs', `cluster/${String(input['clusterName'])}`),
      lower(input),
      {
        'ecs:CreateAction': ['CreateCluster'],
      },
    ),
  'ecs:UpdateCluster': ({ cluster }, at) => [at.cluster(String(cluster))('ecs:UpdateCluster')],
  'ecs:PutClusterCapacityProviders': ({ cluster }, at) => [
    at.cluster(String(cluster))('ecs:PutClusterCapacityProviders'),
  ],
  'ecs:DeleteCluster': ({ cluster }, at) => [at.cluster(String(cluster))('ecs:DeleteCluster')],
  'ecs:RegisterTaskDefinition': (input, { at }) => [
    ...made(
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      at('ecs', `task-definition/${String(input['family'])}:*`),
      lower(input),
      { 'ecs:CreateAction': ['RegisterTaskDefinition'] },
    ),
    ...[input['executionRoleArn'], input['taskRoleArn']]
      .filter((arn) => typeof arn === 'string')
      .map((arn) => request('iam:PassRole', arn, { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] })),
  ],
  'ecs:DeregisterTaskDefinition': () => [request('ecs:DeregisterTaskDefinition', '*')],
  'ecs:CreateService': (input, { at }) =>
    made(
      'ecs:CreateService',
      'ecs:TagResource',
      at('ecs', `service/${String(input['cluster'])}/${String(input['serviceName'])}`),
      lower(input),
      { 'ecs:CreateAction': ['CreateService'] },
    ),
  'ecs:UpdateService': (input, at) => [at.service(input)('ecs:UpdateService')],
  'ecs:DeleteService': (input, at) => [at.service(input)('ecs:DeleteService')],
  'ecs:TagResource': (input, at) => [at.byArn(String(input['resourceArn']), lower(input))('ecs:TagResource')],
  'ecs:UntagResource': ({ resourceArn }, at) => [at.byArn(String(resourceArn))('ecs:UntagResource')],

  'servicediscovery:CreatePrivateDnsNamespace': (input, { hostedZone }) => [
    request('servicediscovery:CreatePrivateDnsNamespace', '*', { requested: upper(input) }),
    request('servicediscovery:TagResource', '*', { requested: upper(input) }),
    request('route53:CreateHostedZone', '*'),
    request('route53:GetHostedZone', hostedZone),
    request('route53:ListHostedZonesByName', '*'),
    request('ec2:DescribeVpcs', '*'),
    request('ec2:DescribeRegions', '*'),
  ],
  'servicediscovery:UpdatePrivateDnsNamespace': ({ Id }, at) => [
    at.cloudMap('namespace', Id)('servicediscovery:UpdatePrivateDnsNamespace'),
    request('route53:ChangeResourceRecordSets', at.hostedZone, {
      'route53:ChangeResourceRecordSetsRecordTypes': ['SOA'],
    }),
  ],
  'servicediscovery:DeleteNamespace': ({ Id }, at) => [
    at.cloudMap('namespace', Id)('servicediscovery:DeleteNamespace'),
  ],
  'servicediscovery:CreateService': (input, { at }) => [
    ...['namespace/*', 'service/srv-new'].map((resource) =>
      request('servicediscovery:CreateService', at('servicediscovery', resource), {
        requested: upper(input),
      }),
    ),
    request('servicediscovery:TagResource', '*', { requested: upper(input) }),
  ],
  'servicediscovery:UpdateService': ({ Id }, at) => [
    at.cloudMap('service', Id)('servicediscovery:UpdateService'),
  ],
  'servicediscovery:DeleteService': ({ Id }, at) => [
    at.cloudMap('service', Id)('servicediscovery:DeleteService'),
  ],
  'servicediscovery:DeregisterInstance': ({ ServiceId }, at) => [
    at.cloudMap('service', ServiceId)('servicediscovery:DeregisterInstance'),
  ],
  'servicediscovery:TagResource': (input) => [
    request('servicediscovery:TagResource', '*', { requested: upper(input) }),
  ],
  'servicediscovery:UntagResource': () => [request('servicediscovery:UntagResource', '*')],

  'ec2:CreateSecurityGroup': (input, { at }) => {
    const [specification] = input['TagSpecifications'] as readonly Input[];
    return [
      ...made(
        'ec2:CreateSecurityGroup',
        'ec2:CreateTags',
        at('ec2', 'security-group/*'),
        upper(specification ?? {}),
        {
          'ec2:CreateAction': ['CreateSecurityGroup'],
        },
      ),
      request('ec2:CreateSecurityGroup', at('ec2', `vpc/${String(input['VpcId'])}`)),
    ];
  },
  'ec2:AuthorizeSecurityGroupIngress': onGroup('ec2:AuthorizeSecurityGroupIngress'),
  'ec2:AuthorizeSecurityGroupEgress': onGroup('ec2:AuthorizeSecurityGroupEgress'),
  'ec2:RevokeSecurityGroupIngress': onGroup('ec2:RevokeSecurityGroupIngress'),
  'ec2:RevokeSecurityGroupEgress': onGroup('ec2:RevokeSecurityGroupEgress'),
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress': onGroup('ec2:UpdateSecurityGroupRuleDescriptionsIngress'),
  'ec2:UpdateSecurityGroupRuleDescriptionsEgress': onGroup('ec2:UpdateSecurityGroupRuleDescriptionsEgress'),
  'ec2:DeleteSecurityGroup': onGroup('ec2:DeleteSecurityGroup'),
  'ec2:CreateTags': (input, at) =>
    (input['Resources'] as readonly string[]).map((id) => at.group(id, upper(input))('ec2:CreateTags')),
  'ec2:DeleteTags': ({ Resources }, at) =>
    (Resources as readonly string[]).map((id) => at.group(id)('ec2:DeleteTags')),

  'iam:CreateRole': (input, at) => {
    const { resource } = at.role(input)('iam:CreateRole');
    return made('iam:CreateRole', 'iam:TagRole', resource, upper(input), {});
  },
  'iam:UpdateAssumeRolePolicy': onRole('iam:UpdateAssumeRolePolicy'),
  'iam:PutRolePolicy': onRole('iam:PutRolePolicy'),
  'iam:DeleteRolePolicy': onRole('iam:DeleteRolePolicy'),
  'iam:AttachRolePolicy': onRoleWith('iam:AttachRolePolicy', 'iam:PolicyARN', 'PolicyArn'),
  'iam:DetachRolePolicy': onRoleWith('iam:DetachRolePolicy', 'iam:PolicyARN', 'PolicyArn'),
  'iam:PutRolePermissionsBoundary': onRoleWith(
    'iam:PutRolePermissionsBoundary',
    'iam:PermissionsBoundary',
    'PermissionsBoundary',
  ),
  // IAM compares the boundary that the role has.
  'iam:DeleteRolePermissionsBoundary': (input, at) =>
    onRoleWith(
      'iam:DeleteRolePermissionsBoundary',
      'iam:PermissionsBoundary',
      'boundary',
    )({ ...input, boundary: at.boundaryOf(input) }, at),
  'iam:DeleteRole': onRole('iam:DeleteRole'),
  'iam:TagRole': (input, at) => [at.role(input, upper(input))('iam:TagRole')],
  'iam:UntagRole': onRole('iam:UntagRole'),
  'iam:CreateServiceLinkedRole': ({ AWSServiceName }, { linkedRole }) => [
    request('iam:CreateServiceLinkedRole', linkedRole, { 'iam:AWSServiceName': [String(AWSServiceName)] }),
  ],

  'logs:CreateLogGroup': ({ logGroupName, tags }, { at }) => {
    const resource = at('logs', `log-group:${String(logGroupName)}:log-stream:`);
    return made('logs:CreateLogGroup', 'logs:TagResource', resource, (tags ?? {}) as Tags, {});
  },
  'logs:PutRetentionPolicy': onLogGroup('logs:PutRetentionPolicy'),
  'logs:DeleteRetentionPolicy': onLogGroup('logs:DeleteRetentionPolicy'),
  'logs:DeleteLogGroup': onLogGroup('logs:DeleteLogGroup'),
  'logs:TagResource': onLogGroupArn('logs:TagResource'),
  'logs:UntagResource': onLogGroupArn('logs:UntagResource'),
};
