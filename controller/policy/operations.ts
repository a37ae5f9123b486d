import type { Aws, AwsService } from '../aws/operations.ts';
import { calls, reads, tagsNew, writes } from './authorization.ts';
import type { Authorized, Uses } from './authorization.ts';

/** Of most kinds what is there is read, and what of ours is left. */
const SEEN = ['observe', 'leftovers'] as const;
const TAGGED = ['update', 'adopt'] as const;
/** Cloud Map's changes go on after the call, and their end is asked for. */
const WORKING = ['create', 'update', 'delete'] as const;
const IN_CLOUD_MAP = { namespace: SEEN, 'discovery-service': SEEN } as const;

const SET_RULES: Uses = { 'security-group': ['create', 'update'] };

/**
 * Every operation of `aws/operations.ts`, and the IAM actions that AWS asks for when it is called: the reviewable list of
 * what this program may do. Sources: AWS's Service Authorization Reference (actions, resource types, condition keys; the
 * tests compare this table with it), and for Route 53 the Cloud Map API permissions reference. What the latter
 * asks for health checks of Route 53 is left out: a private namespace cannot have any (Cloud Map API reference, HealthCheckConfig).
 */
export const AUTHORIZED = {
  ecs: {
    createCluster: calls(
      { cluster: ['create'] },
      writes('ecs:CreateCluster', 'cluster', 'request'),
      tagsNew('ecs:TagResource', 'cluster', 'ecs:CreateAction', 'CreateCluster'),
    ),
    listClusters: calls(
      { cluster: ['leftovers'], service: ['leftovers'], 'task-definition': ['tidy', 'delete'] },
      reads('ecs:ListClusters'),
    ),
    describeClusters: calls({ cluster: SEEN }, reads('ecs:DescribeClusters')),
    updateCluster: calls({ cluster: ['update'] }, writes('ecs:UpdateCluster', 'cluster', 'resource')),
    deleteCluster: calls({ cluster: ['delete'] }, writes('ecs:DeleteCluster', 'cluster', 'resource')),
    registerTaskDefinition: calls(
      { 'task-definition': ['create', 'update'] },
      writes('ecs:RegisterTaskDefinition', 'task-definition', 'request'),
      tagsNew('ecs:TagResource', 'task-definition', 'ecs:CreateAction', 'RegisterTaskDefinition'),
      // The tags of a role that is passed are not reliable in a condition (IAM: Granting a user permissions to pass a role).
      writes('iam:PassRole', 'passed-role', 'none', {
        condition: { StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] } },
        sid: 'PassRoles',
      }),
    ),
    describeTaskDefinition: calls({ 'task-definition': SEEN }, reads('ecs:DescribeTaskDefinition')),
    listTaskDefinitions: calls({ 'task-definition': SEEN }, reads('ecs:ListTaskDefinitions')),
    listTaskDefinitionFamilies: calls(
      { 'task-definition': ['observe-many'] },
      reads('ecs:ListTaskDefinitionFamilies'),
    ),
    deregisterTaskDefinition: calls(
      { 'task-definition': ['tidy', 'delete'] },
      writes('ecs:DeregisterTaskDefinition', '*', 'none'),
    ),
    createService: calls(
      { service: ['create'] },
      writes('ecs:CreateService', 'service', 'request'),
      tagsNew('ecs:TagResource', 'service', 'ecs:CreateAction', 'CreateService'),
    ),
    describeServices: calls({ service: SEEN }, reads('ecs:DescribeServices')),
    listServiceDeployments: calls({ service: SEEN }, reads('ecs:ListServiceDeployments')),
    describeServiceRevisions: calls({ service: SEEN }, reads('ecs:DescribeServiceRevisions')),
    listServices: calls({ service: ['leftovers'] }, reads('ecs:ListServices')),
    updateService: calls({ service: ['update'] }, writes('ecs:UpdateService', 'service', 'resource')),
    deleteService: calls({ service: ['delete'] }, writes('ecs:DeleteService', 'service', 'resource')),
    listTasks: calls({ service: SEEN, 'task-definition': ['tidy', 'delete'] }, reads('ecs:ListTasks')),
    describeTasks: calls(
      { service: SEEN, 'task-definition': ['tidy', 'delete'], 'discovery-service': ['update', 'delete'] },
      reads('ecs:DescribeTasks'),
    ),
    tagResource: calls(
      { cluster: TAGGED, 'task-definition': TAGGED, service: TAGGED },
      writes('ecs:TagResource', 'own', 'either'),
    ),
    untagResource: calls(
      { cluster: ['release'], 'task-definition': ['release'], service: ['release'] },
      writes('ecs:UntagResource', 'own', 'resource'),
    ),
  },
  servicediscovery: {
    listNamespaces: calls(IN_CLOUD_MAP, reads('servicediscovery:ListNamespaces')),
    createPrivateDnsNamespace: calls(
      { namespace: ['create'] },
      writes('servicediscovery:CreatePrivateDnsNamespace', '*', 'request'),
      writes('servicediscovery:TagResource', '*', 'none'),
      writes('route53:CreateHostedZone', '*', 'none'),
      reads('route53:GetHostedZone'),
      reads('route53:ListHostedZonesByName'),
      reads('ec2:DescribeVpcs'),
      reads('ec2:DescribeRegions'),
    ),
    updatePrivateDnsNamespace: calls(
      { namespace: ['update'] },
      writes('servicediscovery:UpdatePrivateDnsNamespace', 'namespace', 'resource'),
      // All that can be updated of a zone is the TTL in its SOA record.
      writes('route53:ChangeResourceRecordSets', 'hosted-zone', 'none', {
        condition: {
          'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['SOA'] },
        },
        sid: 'ChangeSoaRecord',
      }),
    ),
    deleteNamespace: calls(
      { namespace: ['delete'] },
      writes('servicediscovery:DeleteNamespace', 'namespace', 'resource'),
    ),
    getOperation: calls(
      { namespace: WORKING, 'discovery-service': ['update', 'delete'] },
      reads('servicediscovery:GetOperation'),
    ),
    listServices: calls(
      { 'discovery-service': SEEN, namespace: ['leftovers'] },
      reads('servicediscovery:ListServices'),
    ),
    createService: calls(
      { 'discovery-service': ['create'] },
      writes('servicediscovery:CreateService', 'discovery-service', 'request'),
      writes('servicediscovery:CreateService', 'namespace', 'request'),
      writes('servicediscovery:TagResource', '*', 'none'),
    ),
    updateService: calls(
      { 'discovery-service': ['update'] },
      writes('servicediscovery:UpdateService', 'discovery-service', 'resource'),
    ),
    deleteService: calls(
      { 'discovery-service': ['delete'] },
      writes('servicediscovery:DeleteService', 'discovery-service', 'resource'),
    ),
    discoverInstances: calls(
      { 'discovery-service': ['observe'] },
      reads('servicediscovery:DiscoverInstances'),
    ),
    listInstances: calls(
      { 'discovery-service': ['leftovers', 'delete'] },
      reads('servicediscovery:ListInstances'),
    ),
    deregisterInstance: calls(
      { 'discovery-service': ['update', 'delete'] },
      writes('servicediscovery:DeregisterInstance', 'discovery-service', 'resource'),
    ),
    listTagsForResource: calls(IN_CLOUD_MAP, reads('servicediscovery:ListTagsForResource')),
    tagResource: calls(
      { namespace: TAGGED, 'discovery-service': TAGGED },
      writes('servicediscovery:TagResource', '*', 'none'),
    ),
    untagResource: calls(
      { namespace: ['release'], 'discovery-service': ['release'] },
      writes('servicediscovery:UntagResource', '*', 'none'),
    ),
  },
  ec2: {
    describeVpcs: calls({ environment: ['observe'] }, reads('ec2:DescribeVpcs')),
    describeSubnets: calls({ environment: ['observe'] }, reads('ec2:DescribeSubnets')),
    describeNetworkInterfaces: calls(
      { 'security-group': ['delete'] },
      reads('ec2:DescribeNetworkInterfaces'),
    ),
    describeSecurityGroups: calls({ 'security-group': SEEN }, reads('ec2:DescribeSecurityGroups')),
    describeSecurityGroupRules: calls({ 'security-group': SEEN }, reads('ec2:DescribeSecurityGroupRules')),
    createSecurityGroup: calls(
      { 'security-group': ['create'] },
      writes('ec2:CreateSecurityGroup', 'security-group', 'request'),
      writes('ec2:CreateSecurityGroup', 'vpc', 'none'),
      tagsNew('ec2:CreateTags', 'security-group', 'ec2:CreateAction', 'CreateSecurityGroup'),
    ),
    authorizeSecurityGroupIngress: calls(
      SET_RULES,
      writes('ec2:AuthorizeSecurityGroupIngress', 'security-group', 'resource'),
    ),
    authorizeSecurityGroupEgress: calls(
      SET_RULES,
      writes('ec2:AuthorizeSecurityGroupEgress', 'security-group', 'resource'),
    ),
    revokeSecurityGroupIngress: calls(
      { 'security-group': ['update'] },
      writes('ec2:RevokeSecurityGroupIngress', 'security-group', 'resource'),
    ),
    revokeSecurityGroupEgress: calls(
      SET_RULES,
      writes('ec2:RevokeSecurityGroupEgress', 'security-group', 'resource'),
    ),
    updateSecurityGroupRuleDescriptionsIngress: calls(
      { 'security-group': ['update'] },
      writes('ec2:UpdateSecurityGroupRuleDescriptionsIngress', 'security-group', 'resource'),
    ),
    updateSecurityGroupRuleDescriptionsEgress: calls(
      { 'security-group': ['update'] },
      writes('ec2:UpdateSecurityGroupRuleDescriptionsEgress', 'security-group', 'resource'),
    ),
    deleteSecurityGroup: calls(
      { 'security-group': ['delete'] },
      writes('ec2:DeleteSecurityGroup', 'security-group', 'resource'),
    ),
    createTags: calls({ 'security-group': TAGGED }, writes('ec2:CreateTags', 'own', 'either')),
    deleteTags: calls({ 'security-group': ['release'] }, writes('ec2:DeleteTags', 'own', 'resource')),
  },
  iam: {
    getAccountAuthorizationDetails: calls({ role: SEEN }, reads('iam:GetAccountAuthorizationDetails')),
    listRoleTags: calls({ role: SEEN }, reads('iam:ListRoleTags')),
    createRole: calls(
      { role: ['create'] },
      writes('iam:CreateRole', 'role', 'request'),
      writes('iam:TagRole', 'role', 'request'),
    ),
    updateAssumeRolePolicy: calls(
      { role: ['update'] },
      writes('iam:UpdateAssumeRolePolicy', 'role', 'resource'),
    ),
    putRolePolicy: calls({ role: ['create', 'update'] }, writes('iam:PutRolePolicy', 'role', 'resource')),
    deleteRolePolicy: calls(
      { role: ['update', 'delete'] },
      writes('iam:DeleteRolePolicy', 'role', 'resource'),
    ),
    detachRolePolicy: calls({ role: ['delete'] }, writes('iam:DetachRolePolicy', 'role', 'resource')),
    deleteRole: calls({ role: ['delete'] }, writes('iam:DeleteRole', 'role', 'resource')),
    tagRole: calls({ role: TAGGED }, writes('iam:TagRole', 'own', 'either')),
    untagRole: calls({ role: ['release'] }, writes('iam:UntagRole', 'own', 'resource')),
    createServiceLinkedRole: calls(
      { cluster: ['create'], service: ['create'] },
      writes('iam:CreateServiceLinkedRole', 'linked-role', 'none', {
        condition: { StringEquals: { 'iam:AWSServiceName': ['ecs.amazonaws.com'] } },
        sid: 'CreateLinkedRole',
      }),
    ),
  },
  logs: {
    describeLogGroups: calls({ 'log-group': SEEN }, reads('logs:DescribeLogGroups')),
    createLogGroup: calls(
      { 'log-group': ['create'] },
      writes('logs:CreateLogGroup', 'log-group', 'request'),
      writes('logs:TagResource', 'log-group', 'request'),
    ),
    putRetentionPolicy: calls(
      { 'log-group': ['create', 'update'] },
      writes('logs:PutRetentionPolicy', 'log-group', 'resource'),
    ),
    deleteRetentionPolicy: calls(
      { 'log-group': ['update'] },
      writes('logs:DeleteRetentionPolicy', 'log-group', 'resource'),
    ),
    deleteLogGroup: calls(
      { 'log-group': ['delete'] },
      writes('logs:DeleteLogGroup', 'log-group', 'resource'),
    ),
    listTagsForResource: calls({ 'log-group': SEEN }, reads('logs:ListTagsForResource')),
    tagResource: calls({ 'log-group': TAGGED }, writes('logs:TagResource', 'own', 'either')),
    untagResource: calls({ 'log-group': ['release'] }, writes('logs:UntagResource', 'own', 'resource')),
  },
  sts: {
    // AWS lets everybody ask who they are.
    getCallerIdentity: calls({ environment: ['observe'] }),
  },
  tagging: {
    getResources: calls(
      {
        cluster: ['leftovers'],
        'log-group': SEEN,
        namespace: SEEN,
        'discovery-service': SEEN,
        'task-definition': ['leftovers'],
        service: ['leftovers'],
      },
      reads('tag:GetResources'),
    ),
  },
} as const satisfies {
  readonly [Service in AwsService]: { readonly [Operation in keyof Aws[Service]]: Authorized };
};
