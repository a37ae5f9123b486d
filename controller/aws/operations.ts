import type { Command } from '@smithy/types';
import type * as ecs from '@aws-sdk/client-ecs';
import type * as ecr from '@aws-sdk/client-ecr';
import type * as servicediscovery from '@aws-sdk/client-servicediscovery';
import type * as ec2 from '@aws-sdk/client-ec2';
import type * as iam from '@aws-sdk/client-iam';
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type * as route53 from '@aws-sdk/client-route-53';
import type * as sts from '@aws-sdk/client-sts';
import type * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import type * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling';
import type * as elasticloadbalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as secretsmanager from '@aws-sdk/client-secrets-manager';
import type * as ssm from '@aws-sdk/client-ssm';

/** The SDK's modules, by service. */
export interface Sdk {
  ecs: typeof ecs;
  ecr: typeof ecr;
  servicediscovery: typeof servicediscovery;
  ec2: typeof ec2;
  iam: typeof iam;
  logs: typeof logs;
  route53: typeof route53;
  sts: typeof sts;
  tagging: typeof tagging;
  'application-autoscaling': typeof applicationAutoScaling;
  elasticloadbalancing: typeof elasticloadbalancing;
  secretsmanager: typeof secretsmanager;
  ssm: typeof ssm;
}

export type AwsService = keyof Sdk;

/** `describeServices`, for what the SDK calls DescribeServicesCommand. */
type OperationOf<Module> = keyof Module extends infer Name
  ? Name extends `${infer Operation}Command`
    ? Uncapitalize<Operation>
    : never
  : never;

/**
 * Every AWS operation this program may call: the reviewable list. Drivers see it as the `Aws` type; a call
 * that is not here does not compile.
 */
export const OPERATIONS = {
  ecs: [
    'createCluster',
    'listClusters',
    'describeClusters',
    'updateCluster',
    'putClusterCapacityProviders',
    'deleteCluster',
    'registerTaskDefinition',
    'describeTaskDefinition',
    'listTaskDefinitions',
    'listTaskDefinitionFamilies',
    'deregisterTaskDefinition',
    'createService',
    'describeServices',
    'listServices',
    'listServiceDeployments',
    'describeServiceRevisions',
    'updateService',
    'deleteService',
    'listTasks',
    'describeTasks',
    'listContainerInstances',
    'describeContainerInstances',
    'tagResource',
    'untagResource',
  ],
  ecr: [
    'describeRepositories',
    'createRepository',
    'putImageTagMutability',
    'putImageScanningConfiguration',
    'getLifecyclePolicy',
    'putLifecyclePolicy',
    'deleteLifecyclePolicy',
    'getRepositoryPolicy',
    'setRepositoryPolicy',
    'deleteRepositoryPolicy',
    'listImages',
    'deleteRepository',
    'listTagsForResource',
    'tagResource',
    'untagResource',
    'batchGetImage',
    'describePullThroughCacheRules',
  ],
  servicediscovery: [
    'listNamespaces',
    'createPrivateDnsNamespace',
    'updatePrivateDnsNamespace',
    'createPublicDnsNamespace',
    'updatePublicDnsNamespace',
    'createHttpNamespace',
    'updateHttpNamespace',
    'deleteNamespace',
    'getOperation',
    'listServices',
    'createService',
    'updateService',
    'deleteService',
    'discoverInstances',
    'listInstances',
    'getInstancesHealthStatus',
    'registerInstance',
    'updateInstanceCustomHealthStatus',
    'deregisterInstance',
    'listTagsForResource',
    'tagResource',
    'untagResource',
  ],
  ec2: [
    'describeVpcs',
    'describeSubnets',
    'describeNetworkInterfaces',
    'describeInstances',
    'describeVpcPeeringConnections',
    'describeSecurityGroups',
    'describeSecurityGroupRules',
    'describeNetworkAcls',
    'describeRouteTables',
    'describeNatGateways',
    'describeVpcEndpoints',
    'describeVpcAttribute',
    'createSecurityGroup',
    'authorizeSecurityGroupIngress',
    'authorizeSecurityGroupEgress',
    'revokeSecurityGroupIngress',
    'revokeSecurityGroupEgress',
    'updateSecurityGroupRuleDescriptionsIngress',
    'updateSecurityGroupRuleDescriptionsEgress',
    'deleteSecurityGroup',
    'createTags',
    'deleteTags',
  ],
  iam: [
    'getAccountAuthorizationDetails',
    'listRoleTags',
    'createRole',
    'updateAssumeRolePolicy',
    'getPolicy',
    'getPolicyVersion',
    'putRolePolicy',
    'deleteRolePolicy',
    'attachRolePolicy',
    'detachRolePolicy',
    'putRolePermissionsBoundary',
    'deleteRolePermissionsBoundary',
    'deleteRole',
    'tagRole',
    'untagRole',
    'createServiceLinkedRole',
  ],
  logs: [
    'describeLogGroups',
    'filterLogEvents',
    'createLogGroup',
    'putRetentionPolicy',
    'deleteRetentionPolicy',
    'deleteLogGroup',
    'listTagsForResource',
    'tagResource',
    'untagResource',
  ],
  route53: ['getHostedZone', 'listHostedZonesByName', 'listResourceRecordSets'],
  sts: ['getCallerIdentity'],
  tagging: ['getResources'],
  'application-autoscaling': [
    'registerScalableTarget',
    'describeScalableTargets',
    'deregisterScalableTarget',
    'putScalingPolicy',
    'describeScalingPolicies',
    'deleteScalingPolicy',
    'listTagsForResource',
    'tagResource',
    'untagResource',
  ],
  elasticloadbalancing: ['describeTargetGroups'],
  secretsmanager: ['describeSecret'],
  ssm: ['describeParameters'],
} as const satisfies { readonly [Service in AwsService]: readonly OperationOf<Sdk[Service]>[] };

type Listed<Service extends AwsService> = (typeof OPERATIONS)[Service][number];

/** Something for each operation that it names. */
export type ByOperation<Value> = {
  readonly [Service in AwsService]?: { readonly [Operation in Listed<Service>]?: Value };
};

type Call<C> = C extends new (
  ...input: never[]
) => Command<infer _ClientInput, infer Input, infer _ClientOutput, infer Output, infer _Config>
  ? (input: Input) => Promise<Output>
  : never;

/** The narrowed AWS that drivers see: `aws.ecs.describeServices({…})`. */
export type Aws = {
  readonly [Service in AwsService]: {
    readonly [Operation in Listed<Service>]: Call<
      Sdk[Service][`${Capitalize<Operation>}Command` & keyof Sdk[Service]]
    >;
  };
};
