import type { CallContext } from '../call.ts';
import { FETCHED, KEY_ACTIONS } from './fetched.ts';
import { HOSTED_ZONE_ROWS } from './hosted-zones.ts';
import { made, textOf } from './rows.ts';
import type { Row } from './rows.ts';
import type { IamRequest } from './statements.ts';
import { request, requestedTags, whereIn } from './where.ts';
import type { Input, Where } from './where.ts';

/** A call, as far as what IAM is asked about depends on it. */
export interface Called {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
}

/**
 * What AWS asks IAM about a call, all of which is to be allowed (Service Authorization Reference). Of a call that has no row here
 * that is one question, about its own action and nothing in particular.
 */
export function requestsOf(
  { service, operation, input }: Called,
  context: Pick<CallContext, 'account' | 'accountId' | 'region' | 'state'>,
): readonly IamRequest[] {
  const members = input as Input;
  const where = whereIn(context);
  const row = rowOf(service, operation);
  if (row !== undefined) return row(members, where);
  // Everybody may ask who they are.
  if (operation === 'GetCallerIdentity') return [];
  const action = `${service === 'tagging' ? 'tag' : service}:${operation}`;
  if (service === 'iam' && members['RoleName'] !== undefined) return [where.role(members)(action)];
  return [request(action, '*', { requested: requestedTags(members) })];
}

/** Whether it is known what a call is about. */
export function hasResource(service: string, operation: string): boolean {
  return rowOf(service, operation) !== undefined;
}

/** Actions that IAM is asked about for more than `*`. */
export function actionsWithResources(): readonly string[] {
  return [...Object.keys(ROWS), 'iam:PassRole', 'iam:GetRole', ...KEY_ACTIONS];
}

function rowOf(service: string, operation: string): Row | undefined {
  const name = `${service}:${operation}`;
  return Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
}

function madeInEcs(operation: string, resource: string, input: Input): readonly IamRequest[] {
  return made(`ecs:${operation}`, 'ecs:TagResource', resource, input, {
    tagging: { 'ecs:CreateAction': operation },
  });
}

function madeInCloudMap(operation: string, input: Input): readonly IamRequest[] {
  return made(`servicediscovery:${operation}`, 'servicediscovery:TagResource', '*', input);
}

/** Cloud Map makes the zone of a namespace as whoever asked it for the namespace. */
function zoneMade({ hostedZone }: Where): readonly IamRequest[] {
  return [
    request('route53:CreateHostedZone', '*'),
    request('route53:GetHostedZone', hostedZone),
    request('route53:ListHostedZonesByName', '*'),
  ];
}

const onZoneOf =
  (action: string): Row =>
  ({ Id }, where) => [
    where.cloudMap('namespace', Id)(action),
    request(
      'route53:ChangeResourceRecordSets',
      where.hostedZone,
      {},
      { 'route53:ChangeResourceRecordSetsRecordTypes': 'SOA' },
    ),
  ];

const onGroup =
  (action: string): Row =>
  ({ GroupId }, where) => [where.ec2(GroupId)(action)];

/** Rules that get tags are asked about too. */
const onGroupWithRules =
  (operation: string): Row =>
  (input, where) => [
    where.ec2(input['GroupId'])(`ec2:${operation}`),
    ...(requestedTags(input).size === 0
      ? []
      : made(`ec2:${operation}`, 'ec2:CreateTags', where.at('ec2', 'security-group-rule/*'), input, {
          tagging: { 'ec2:CreateAction': operation },
        })),
  ];

const onRole =
  (action: string): Row =>
  (input, where) => [where.role(input)(action)];

/** `given` is what the call names of IAM, under the condition key that a policy can ask for it by. */
const onRoleWith =
  (action: string, key: string, given: string): Row =>
  (input, where) => [where.role(input, new Map(), { [key]: textOf(input[given]) })(action)];

const onLogGroup =
  (action: string): Row =>
  ({ logGroupName }, where) => [where.logGroup(String(logGroupName)).streams(action)];

const onLogGroupArn =
  (action: string): Row =>
  (input, where) => {
    const name = String(input['resourceArn']).split(':log-group:')[1] ?? '';
    const { streams, itself } = where.logGroup(name, requestedTags(input));
    return [streams(action), itself(action)];
  };

const onEc2Resources =
  (action: string): Row =>
  ({ Resources, Tags: tags }, where) =>
    (Array.isArray(Resources) ? Resources : []).map((id) =>
      where.ec2(id, requestedTags({ Tags: tags }))(action),
    );

const ROWS: Readonly<Record<string, Row>> = {
  ...HOSTED_ZONE_ROWS,

  'ecs:CreateCluster': (input, { at }) =>
    madeInEcs('CreateCluster', at('ecs', `cluster/${textOf(input['clusterName']) ?? 'default'}`), input),
  'ecs:UpdateCluster': ({ cluster }, where) => [where.cluster(cluster)('ecs:UpdateCluster')],
  'ecs:PutClusterCapacityProviders': ({ cluster }, where) => [
    where.cluster(cluster)('ecs:PutClusterCapacityProviders'),
  ],
  'ecs:DeleteCluster': ({ cluster }, where) => [where.cluster(cluster)('ecs:DeleteCluster')],
  'ecs:RegisterTaskDefinition': (input, { at }) => [
    ...madeInEcs('RegisterTaskDefinition', at('ecs', `task-definition/${String(input['family'])}:*`), input),
    ...[input['executionRoleArn'], input['taskRoleArn']]
      .filter((arn) => typeof arn === 'string')
      .map((arn) => request('iam:PassRole', arn, {}, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' })),
  ],
  'ecs:DeregisterTaskDefinition': () => [request('ecs:DeregisterTaskDefinition', '*')],
  'ecs:CreateService': (input, where) =>
    madeInEcs('CreateService', where.service(input)('ecs:CreateService').resource, input),
  'ecs:UpdateService': (input, where) => [where.service(input)('ecs:UpdateService')],
  'ecs:DeleteService': (input, where) => [where.service(input)('ecs:DeleteService')],
  'ecs:TagResource': (input, where) => [
    where.ecsArn(String(input['resourceArn']), requestedTags(input))('ecs:TagResource'),
  ],
  'ecs:UntagResource': ({ resourceArn }, where) => [where.ecsArn(String(resourceArn))('ecs:UntagResource')],

  ...FETCHED,

  'servicediscovery:CreateHttpNamespace': (input) => madeInCloudMap('CreateHttpNamespace', input),
  'servicediscovery:CreatePrivateDnsNamespace': (input, where) => [
    ...madeInCloudMap('CreatePrivateDnsNamespace', input),
    ...zoneMade(where),
    request('ec2:DescribeVpcs', '*'),
    request('ec2:DescribeRegions', '*'),
  ],
  'servicediscovery:CreatePublicDnsNamespace': (input, where) => [
    ...madeInCloudMap('CreatePublicDnsNamespace', input),
    ...zoneMade(where),
  ],
  'servicediscovery:UpdateHttpNamespace': ({ Id }, where) => [
    where.cloudMap('namespace', Id)('servicediscovery:UpdateHttpNamespace'),
  ],
  'servicediscovery:UpdatePrivateDnsNamespace': onZoneOf('servicediscovery:UpdatePrivateDnsNamespace'),
  'servicediscovery:UpdatePublicDnsNamespace': onZoneOf('servicediscovery:UpdatePublicDnsNamespace'),
  'servicediscovery:DeleteNamespace': ({ Id }, where) => [
    where.cloudMap('namespace', Id)('servicediscovery:DeleteNamespace'),
  ],
  'servicediscovery:CreateService': (input, { at }) => [
    ...['namespace/*', 'service/srv-new'].map((resource) =>
      request('servicediscovery:CreateService', at('servicediscovery', resource), {
        requested: requestedTags(input),
      }),
    ),
    ...made('servicediscovery:CreateService', 'servicediscovery:TagResource', '*', input).slice(1),
  ],
  'servicediscovery:UpdateService': ({ Id }, where) => [
    where.cloudMap('service', Id)('servicediscovery:UpdateService'),
  ],
  'servicediscovery:DeleteService': ({ Id }, where) => [
    where.cloudMap('service', Id)('servicediscovery:DeleteService'),
  ],
  // Cloud Map API permissions reference.
  'servicediscovery:RegisterInstance': ({ ServiceId, Attributes }, where) => {
    const { AWS_INSTANCE_IPV4: ipv4 } = (Attributes ?? {}) as Readonly<Record<string, string>>;
    return [
      where.cloudMap('service', ServiceId)('servicediscovery:RegisterInstance'),
      request(
        'route53:ChangeResourceRecordSets',
        where.hostedZone,
        {},
        { 'route53:ChangeResourceRecordSetsRecordTypes': ipv4 === undefined ? 'AAAA' : 'A' },
      ),
      request('ec2:DescribeInstances', '*'),
    ];
  },
  'servicediscovery:UpdateInstanceCustomHealthStatus': ({ ServiceId }, where) => [
    where.cloudMap('service', ServiceId)('servicediscovery:UpdateInstanceCustomHealthStatus'),
  ],
  'servicediscovery:DeregisterInstance': ({ ServiceId }, where) => [
    where.cloudMap('service', ServiceId)('servicediscovery:DeregisterInstance'),
  ],
  'servicediscovery:TagResource': (input) => [
    request('servicediscovery:TagResource', '*', { requested: requestedTags(input) }),
  ],
  'servicediscovery:UntagResource': () => [request('servicediscovery:UntagResource', '*')],

  'ec2:CreateSecurityGroup': (input, { at }) => [
    ...made('ec2:CreateSecurityGroup', 'ec2:CreateTags', at('ec2', 'security-group/*'), input, {
      tagging: { 'ec2:CreateAction': 'CreateSecurityGroup' },
    }),
    request('ec2:CreateSecurityGroup', at('ec2', `vpc/${String(input['VpcId'])}`)),
  ],
  'ec2:AuthorizeSecurityGroupIngress': onGroupWithRules('AuthorizeSecurityGroupIngress'),
  'ec2:AuthorizeSecurityGroupEgress': onGroupWithRules('AuthorizeSecurityGroupEgress'),
  'ec2:RevokeSecurityGroupIngress': onGroup('ec2:RevokeSecurityGroupIngress'),
  'ec2:RevokeSecurityGroupEgress': onGroup('ec2:RevokeSecurityGroupEgress'),
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress': onGroup('ec2:UpdateSecurityGroupRuleDescriptionsIngress'),
  'ec2:UpdateSecurityGroupRuleDescriptionsEgress': onGroup('ec2:UpdateSecurityGroupRuleDescriptionsEgress'),
  'ec2:DeleteSecurityGroup': onGroup('ec2:DeleteSecurityGroup'),
  'ec2:CreateTags': onEc2Resources('ec2:CreateTags'),
  'ec2:DeleteTags': onEc2Resources('ec2:DeleteTags'),

  'iam:CreateRole': (input, where) => {
    const making = { 'iam:PermissionsBoundary': textOf(input['PermissionsBoundary']) };
    return made('iam:CreateRole', 'iam:TagRole', where.newRole(input), input, { making });
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
  'iam:DeleteRolePermissionsBoundary': onRole('iam:DeleteRolePermissionsBoundary'),
  'iam:DeleteRole': onRole('iam:DeleteRole'),
  'iam:TagRole': (input, where) => [where.role(input, requestedTags(input))('iam:TagRole')],
  'iam:UntagRole': onRole('iam:UntagRole'),
  'iam:CreateServiceLinkedRole': ({ AWSServiceName }, where) => [
    request(
      'iam:CreateServiceLinkedRole',
      where.linkedRole(String(AWSServiceName)),
      {},
      { 'iam:AWSServiceName': textOf(AWSServiceName) },
    ),
  ],

  'logs:CreateLogGroup': (input, { at }) => {
    const resource = at('logs', `log-group:${String(input['logGroupName'])}:log-stream:`);
    return made('logs:CreateLogGroup', 'logs:TagResource', resource, input);
  },
  'logs:PutRetentionPolicy': onLogGroup('logs:PutRetentionPolicy'),
  'logs:DeleteRetentionPolicy': onLogGroup('logs:DeleteRetentionPolicy'),
  'logs:DeleteLogGroup': onLogGroup('logs:DeleteLogGroup'),
  'logs:TagResource': onLogGroupArn('logs:TagResource'),
  'logs:UntagResource': onLogGroupArn('logs:UntagResource'),
};
