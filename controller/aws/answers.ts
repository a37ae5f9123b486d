import { StationkeeperError } from '../core/errors.ts';
import type { AwsService, OPERATIONS } from './operations.ts';

/** What an answer of one operation holds whenever AWS gives it. */
export interface Answer {
  /**
   * Paths of members: `clusters[].clusterArn` is one of every cluster, and `a|b` is any of several. A list is named where AWS returns it
   * even when it is empty: without it, nothing tells an answer from half of one.
   */
  readonly holds: readonly string[];
  /** Of what is asked for by name, the answer says something each: that it is there, or why it is not. */
  readonly accountsFor?: {
    /** The list in the input. */
    readonly asked: string;
    /** Where the answer names each, by the whole ARN or by the last part of it. */
    readonly by: readonly string[];
  };
  /** While this is true there is more, and the answer holds the token for it. */
  readonly more?: { readonly flag: string; readonly token: string };
}

/** Nothing is taken from it but that the call was done. */
const DONE: Answer = { holds: [] };

function holding(...holds: readonly string[]): Answer {
  return { holds };
}

function under(at: string, members: readonly string[]): readonly string[] {
  return members.map((member) => `${at}${member}`);
}

const CLUSTER = ['clusterArn', 'clusterName', 'status'];
const SERVICE = ['serviceArn', 'serviceName', 'status', 'deployments', 'events'];
const REVISION = [
  'taskDefinitionArn',
  'family',
  'revision',
  'status',
  'containerDefinitions[].name',
  'containerDefinitions[].image',
];
const REPOSITORY = ['repositoryName', 'repositoryArn', 'repositoryUri'];
const IAM_PAGE = { flag: 'IsTruncated', token: 'Marker' };

/**
 * What the answer of every operation holds, and the drivers rely on. One that lacks any of it is a failed call, however well its status:
 * of what an empty answer does not say, nothing may be made, deleted, or called gone. A member stands here where AWS never leaves it
 * out (AWS's API references, and examples of their empty answers); JSON services return empty lists, and the query services an empty
 * element, which the SDK reads as an empty list. What else AWS may leave out, such as the tags of what has none, is nobody's promise.
 */
export const ANSWERS: {
  readonly [Service in AwsService]: {
    readonly [Operation in (typeof OPERATIONS)[Service][number]]: Answer;
  };
} = {
  ecs: {
    createCluster: holding(...under('cluster.', CLUSTER)),
    listClusters: holding('clusterArns'),
    describeClusters: {
      holds: ['failures', ...under('clusters[].', CLUSTER)],
      accountsFor: {
        asked: 'clusters',
        by: ['clusters[].clusterArn', 'clusters[].clusterName', 'failures[].arn'],
      },
    },
    updateCluster: DONE,
    putClusterCapacityProviders: DONE,
    deleteCluster: DONE,
    registerTaskDefinition: holding(...under('taskDefinition.', REVISION)),
    describeTaskDefinition: holding(...under('taskDefinition.', REVISION)),
    listTaskDefinitions: holding('taskDefinitionArns'),
    listTaskDefinitionFamilies: holding('families'),
    deregisterTaskDefinition: DONE,
    createService: holding(...under('service.', SERVICE)),
    describeServices: {
      holds: ['failures', ...under('services[].', SERVICE)],
      accountsFor: {
        asked: 'services',
        by: ['services[].serviceArn', 'services[].serviceName', 'failures[].arn'],
      },
    },
    listServices: holding('serviceArns'),
    listServiceDeployments: holding(
      'serviceDeployments[].createdAt',
      'serviceDeployments[].status',
      'serviceDeployments[].targetServiceRevisionArn',
    ),
    describeServiceRevisions: {
      holds: under('serviceRevisions[].', ['serviceRevisionArn', 'taskDefinition']),
      accountsFor: {
        asked: 'serviceRevisionArns',
        by: ['serviceRevisions[].serviceRevisionArn', 'failures[].arn'],
      },
    },
    updateService: holding(...under('service.', SERVICE)),
    deleteService: DONE,
    listTasks: holding('taskArns'),
    describeTasks: {
      holds: ['failures', ...under('tasks[].', ['taskArn', 'taskDefinitionArn', 'lastStatus'])],
      accountsFor: { asked: 'tasks', by: ['tasks[].taskArn', 'failures[].arn'] },
    },
    listContainerInstances: holding('containerInstanceArns'),
    describeContainerInstances: {
      holds: [
        'failures',
        ...under('containerInstances[].', [
          'containerInstanceArn',
          'status',
          'agentConnected',
          'remainingResources',
          'attributes',
        ]),
      ],
      accountsFor: {
        asked: 'containerInstances',
        by: ['containerInstances[].containerInstanceArn', 'failures[].arn'],
      },
    },
    tagResource: DONE,
    untagResource: DONE,
  },
  ecr: {
    describeRepositories: {
      holds: under('repositories[].', REPOSITORY),
      accountsFor: { asked: 'repositoryNames', by: ['repositories[].repositoryName'] },
    },
    createRepository: holding(...under('repository.', REPOSITORY)),
    putImageTagMutability: DONE,
    putImageScanningConfiguration: DONE,
    getLifecyclePolicy: holding('lifecyclePolicyText'),
    putLifecyclePolicy: DONE,
    deleteLifecyclePolicy: DONE,
    getRepositoryPolicy: holding('policyText'),
    setRepositoryPolicy: DONE,
    deleteRepositoryPolicy: DONE,
    listImages: holding('imageIds'),
    deleteRepository: DONE,
    listTagsForResource: holding('tags'),
    tagResource: DONE,
    untagResource: DONE,
    batchGetImage: holding('images', 'failures'),
    describePullThroughCacheRules: holding('pullThroughCacheRules[].ecrRepositoryPrefix'),
  },
  servicediscovery: {
    listNamespaces: holding(...under('Namespaces[].', ['Id', 'Arn', 'Name', 'Type'])),
    createPrivateDnsNamespace: holding('OperationId'),
    updatePrivateDnsNamespace: holding('OperationId'),
    createPublicDnsNamespace: holding('OperationId'),
    updatePublicDnsNamespace: holding('OperationId'),
    createHttpNamespace: holding('OperationId'),
    updateHttpNamespace: holding('OperationId'),
    deleteNamespace: holding('OperationId'),
    getOperation: holding('Operation.Type', 'Operation.Status'),
    listServices: holding(...under('Services[].', ['Id', 'Arn', 'Name'])),
    createService: holding('Service.Id'),
    updateService: holding('OperationId'),
    deleteService: DONE,
    discoverInstances: holding('Instances[].InstanceId'),
    listInstances: holding('Instances[].Id'),
    getInstancesHealthStatus: holding('Status'),
    registerInstance: holding('OperationId'),
    updateInstanceCustomHealthStatus: DONE,
    deregisterInstance: holding('OperationId'),
    listTagsForResource: holding('Tags'),
    tagResource: DONE,
    untagResource: DONE,
  },
  ec2: {
    describeVpcs: holding('Vpcs[].VpcId'),
    describeSubnets: holding('Subnets[].SubnetId', 'Subnets[].VpcId'),
    describeNetworkInterfaces: holding('NetworkInterfaces[].NetworkInterfaceId'),
    describeInstances: holding('Reservations[].Instances[].InstanceId'),
    describeVpcPeeringConnections: holding(
      'VpcPeeringConnections[].VpcPeeringConnectionId',
      'VpcPeeringConnections[].RequesterVpcInfo.VpcId',
      'VpcPeeringConnections[].AccepterVpcInfo.VpcId',
    ),
    describeSecurityGroups: holding(
      ...under('SecurityGroups[].', [
        'GroupId',
        'GroupName',
        'VpcId',
        'Description',
        'IpPermissions',
        'IpPermissionsEgress',
      ]),
    ),
    describeSecurityGroupRules: holding(
      ...under('SecurityGroupRules[].', [
        'SecurityGroupRuleId',
        'GroupId',
        'IsEgress',
        'IpProtocol',
        'CidrIpv4|CidrIpv6|PrefixListId|ReferencedGroupInfo',
      ]),
    ),
    describeNetworkAcls: holding('NetworkAcls[].NetworkAclId', 'NetworkAcls[].Entries'),
    describeRouteTables: holding(...under('RouteTables[].', ['RouteTableId', 'VpcId', 'Routes'])),
    describeNatGateways: holding(...under('NatGateways[].', ['NatGatewayId', 'State'])),
    describeVpcEndpoints: holding(...under('VpcEndpoints[].', ['VpcEndpointId', 'ServiceName'])),
    describeVpcAttribute: holding('EnableDnsSupport|EnableDnsHostnames'),
    createSecurityGroup: holding('GroupId'),
    authorizeSecurityGroupIngress: DONE,
    authorizeSecurityGroupEgress: DONE,
    revokeSecurityGroupIngress: DONE,
    revokeSecurityGroupEgress: DONE,
    updateSecurityGroupRuleDescriptionsIngress: DONE,
    updateSecurityGroupRuleDescriptionsEgress: DONE,
    deleteSecurityGroup: DONE,
    createTags: DONE,
    deleteTags: DONE,
  },
  iam: {
    getAccountAuthorizationDetails: {
      holds: under('RoleDetailList[].', [
        'RoleName',
        'Arn',
        'AssumeRolePolicyDocument',
        'RolePolicyList[].PolicyName',
        'RolePolicyList[].PolicyDocument',
        'AttachedManagedPolicies[].PolicyArn',
      ]),
      more: IAM_PAGE,
    },
    listRoleTags: { holds: ['Tags'], more: IAM_PAGE },
    getPolicy: holding('Policy.Arn'),
    getPolicyVersion: holding('PolicyVersion.Document'),
    createRole: DONE,
    updateAssumeRolePolicy: DONE,
    putRolePolicy: DONE,
    deleteRolePolicy: DONE,
    attachRolePolicy: DONE,
    detachRolePolicy: DONE,
    putRolePermissionsBoundary: DONE,
    deleteRolePermissionsBoundary: DONE,
    deleteRole: DONE,
    tagRole: DONE,
    untagRole: DONE,
    createServiceLinkedRole: DONE,
  },
  logs: {
    describeLogGroups: holding('logGroups[].logGroupName', 'logGroups[].logGroupArn|arn'),
    filterLogEvents: holding('events'),
    createLogGroup: DONE,
    putRetentionPolicy: DONE,
    deleteRetentionPolicy: DONE,
    deleteLogGroup: DONE,
    listTagsForResource: holding('tags'),
    tagResource: DONE,
    untagResource: DONE,
  },
  sts: {
    getCallerIdentity: holding('Account', 'Arn'),
  },
  route53: {
    getHostedZone: holding('HostedZone.Id'),
    listHostedZonesByName: holding('HostedZones[].Id', 'HostedZones[].Name'),
    listResourceRecordSets: {
      holds: under('ResourceRecordSets[].', ['Name', 'Type']),
      more: { flag: 'IsTruncated', token: 'NextRecordName' },
    },
  },
  'application-autoscaling': {
    registerScalableTarget: holding('ScalableTargetARN'),
    describeScalableTargets: holding(
      ...under('ScalableTargets[].', ['ResourceId', 'MinCapacity', 'MaxCapacity', 'ScalableTargetARN']),
    ),
    deregisterScalableTarget: DONE,
    putScalingPolicy: DONE,
    describeScalingPolicies: holding(
      ...under('ScalingPolicies[].', ['PolicyName', 'ResourceId', 'PolicyType']),
    ),
    deleteScalingPolicy: DONE,
    listTagsForResource: holding('Tags'),
    tagResource: DONE,
    untagResource: DONE,
  },
  elasticloadbalancing: {
    describeTargetGroups: {
      holds: under('TargetGroups[].', ['TargetGroupArn', 'TargetType']),
      accountsFor: { asked: 'TargetGroupArns', by: ['TargetGroups[].TargetGroupArn'] },
    },
  },
  secretsmanager: { describeSecret: holding('ARN', 'Name') },
  ssm: { describeParameters: holding('Parameters[].Name') },
  tagging: {
    getResources: holding('ResourceTagMappingList[].ResourceARN', 'ResourceTagMappingList[].Tags'),
  },
};

/** The first thing that an answer lacks, for people; undefined where it is whole. Pure. */
export function lackOf(
  { holds, accountsFor, more }: Answer,
  input: object,
  output: object,
): string | undefined {
  for (const path of holds) {
    const missing = missingAt(output, stepsOf(path));
    if (missing !== undefined) return missing;
  }
  if (more !== undefined && valuesAt(output, [more.flag]).includes(true)) {
    if (missingAt(output, stepsOf(more.token)) !== undefined) return `${more.token}, although there is more`;
  }
  if (accountsFor === undefined) return undefined;
  const told = new Set(accountsFor.by.flatMap((path) => valuesAt(output, path.split('.'))).flatMap(namesOf));
  const untold = valuesAt(input, [`${accountsFor.asked}[]`]).filter(
    (asked) => !namesOf(asked).some((name) => told.has(name)),
  );
  return untold.length === 0 ? undefined : `a word on ${untold.map(String).join(', ')}`;
}

/** An answer that lacks what AWS always returns: it says nothing, and is asked for again. */
export function incompleteAnswer(name: string, lack: string): StationkeeperError {
  return new StationkeeperError({
    code: 'IncompleteAnswer',
    retry: 'backoff',
    operation: name,
    message: `the answer to ${name} lacks ${lack}, which AWS always returns; the controller ignores that answer and asks again: check for a proxy or another endpoint in place of AWS`,
  });
}

/** One step of a path of `Answer`: any of some members, or the items of one. */
interface PathStep {
  readonly names: readonly string[];
  readonly isList: boolean;
  /** The path as far as this step. */
  readonly path: string;
}

const PARSED = new Map<string, readonly PathStep[]>();

/** The few paths that there are, each taken apart once: every answer is held to them. */
function stepsOf(path: string): readonly PathStep[] {
  const known = PARSED.get(path);
  if (known !== undefined) return known;
  const parts = path.split('.');
  const steps = parts.map((part, nth): PathStep => {
    const isList = part.endsWith('[]');
    const names = (isList ? part.slice(0, -2) : part).split('|');
    return { names, isList, path: parts.slice(0, nth + 1).join('.') };
  });
  PARSED.set(path, steps);
  return steps;
}

/** The path to what is not there, as far as it leads; undefined where everything is. */
function missingAt(value: unknown, steps: readonly PathStep[], nth = 0): string | undefined {
  const step = steps[nth];
  if (step === undefined) return undefined;
  const { names, isList, path } = step;
  let found: unknown;
  for (const name of names) found ??= memberOf(value, name);
  if (!isList) return found === undefined ? path : missingAt(found, steps, nth + 1);
  if (!Array.isArray(found)) return path.slice(0, -2);
  for (const item of found) {
    const missing = missingAt(item, steps, nth + 1);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (!step.endsWith('[]')) {
    const found = memberOf(value, step);
    return found === undefined ? [] : valuesAt(found, rest);
  }
  const list = memberOf(value, step.slice(0, -2));
  return Array.isArray(list) ? list.flatMap((item) => valuesAt(item, rest)) : [];
}

function memberOf(value: unknown, name: string): unknown {
  return (Object(value) as Readonly<Record<string, unknown>>)[name] ?? undefined;
}

/** What is asked for by name may be answered by ARN, and the other way round. */
function namesOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value.slice(value.lastIndexOf('/') + 1)] : [];
}
