import type { Command } from '@smithy/types';
import * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elasticloadbalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as servicediscovery from '@aws-sdk/client-servicediscovery';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as route53 from '@aws-sdk/client-route-53';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';

/**
 * Every AWS operation this program may call: the reviewable list. Drivers see it as the `Aws` type; a call
 * that is not here does not compile.
 */
export const OPERATIONS = {
  ecs: {
    createCluster: ecs.CreateClusterCommand,
    listClusters: ecs.ListClustersCommand,
    describeClusters: ecs.DescribeClustersCommand,
    updateCluster: ecs.UpdateClusterCommand,
    putClusterCapacityProviders: ecs.PutClusterCapacityProvidersCommand,
    deleteCluster: ecs.DeleteClusterCommand,
    registerTaskDefinition: ecs.RegisterTaskDefinitionCommand,
    describeTaskDefinition: ecs.DescribeTaskDefinitionCommand,
    listTaskDefinitions: ecs.ListTaskDefinitionsCommand,
    listTaskDefinitionFamilies: ecs.ListTaskDefinitionFamiliesCommand,
    deregisterTaskDefinition: ecs.DeregisterTaskDefinitionCommand,
    createService: ecs.CreateServiceCommand,
    describeServices: ecs.DescribeServicesCommand,
    listServices: ecs.ListServicesCommand,
    listServiceDeployments: ecs.ListServiceDeploymentsCommand,
    describeServiceRevisions: ecs.DescribeServiceRevisionsCommand,
    updateService: ecs.UpdateServiceCommand,
    deleteService: ecs.DeleteServiceCommand,
    listTasks: ecs.ListTasksCommand,
    describeTasks: ecs.DescribeTasksCommand,
    listContainerInstances: ecs.ListContainerInstancesCommand,
    describeContainerInstances: ecs.DescribeContainerInstancesCommand,
    tagResource: ecs.TagResourceCommand,
    untagResource: ecs.UntagResourceCommand,
  },
  ecr: {
    describeRepositories: ecr.DescribeRepositoriesCommand,
    createRepository: ecr.CreateRepositoryCommand,
    putImageTagMutability: ecr.PutImageTagMutabilityCommand,
    putImageScanningConfiguration: ecr.PutImageScanningConfigurationCommand,
    getLifecyclePolicy: ecr.GetLifecyclePolicyCommand,
    putLifecyclePolicy: ecr.PutLifecyclePolicyCommand,
    deleteLifecyclePolicy: ecr.DeleteLifecyclePolicyCommand,
    getRepositoryPolicy: ecr.GetRepositoryPolicyCommand,
    setRepositoryPolicy: ecr.SetRepositoryPolicyCommand,
    deleteRepositoryPolicy: ecr.DeleteRepositoryPolicyCommand,
    listImages: ecr.ListImagesCommand,
    deleteRepository: ecr.DeleteRepositoryCommand,
    listTagsForResource: ecr.ListTagsForResourceCommand,
    tagResource: ecr.TagResourceCommand,
    untagResource: ecr.UntagResourceCommand,
    batchGetImage: ecr.BatchGetImageCommand,
    describePullThroughCacheRules: ecr.DescribePullThroughCacheRulesCommand,
  },
  servicediscovery: {
    listNamespaces: servicediscovery.ListNamespacesCommand,
    createPrivateDnsNamespace: servicediscovery.CreatePrivateDnsNamespaceCommand,
    updatePrivateDnsNamespace: servicediscovery.UpdatePrivateDnsNamespaceCommand,
    createPublicDnsNamespace: servicediscovery.CreatePublicDnsNamespaceCommand,
    updatePublicDnsNamespace: servicediscovery.UpdatePublicDnsNamespaceCommand,
    createHttpNamespace: servicediscovery.CreateHttpNamespaceCommand,
    updateHttpNamespace: servicediscovery.UpdateHttpNamespaceCommand,
    deleteNamespace: servicediscovery.DeleteNamespaceCommand,
    getOperation: servicediscovery.GetOperationCommand,
    listServices: servicediscovery.ListServicesCommand,
    createService: servicediscovery.CreateServiceCommand,
    updateService: servicediscovery.UpdateServiceCommand,
    deleteService: servicediscovery.DeleteServiceCommand,
    discoverInstances: servicediscovery.DiscoverInstancesCommand,
    listInstances: servicediscovery.ListInstancesCommand,
    getInstancesHealthStatus: servicediscovery.GetInstancesHealthStatusCommand,
    registerInstance: servicediscovery.RegisterInstanceCommand,
    updateInstanceCustomHealthStatus: servicediscovery.UpdateInstanceCustomHealthStatusCommand,
    deregisterInstance: servicediscovery.DeregisterInstanceCommand,
    listTagsForResource: servicediscovery.ListTagsForResourceCommand,
    tagResource: servicediscovery.TagResourceCommand,
    untagResource: servicediscovery.UntagResourceCommand,
  },
  ec2: {
    describeVpcs: ec2.DescribeVpcsCommand,
    describeSubnets: ec2.DescribeSubnetsCommand,
    describeNetworkInterfaces: ec2.DescribeNetworkInterfacesCommand,
    describeInstances: ec2.DescribeInstancesCommand,
    describeVpcPeeringConnections: ec2.DescribeVpcPeeringConnectionsCommand,
    describeSecurityGroups: ec2.DescribeSecurityGroupsCommand,
    describeSecurityGroupRules: ec2.DescribeSecurityGroupRulesCommand,
    describeNetworkAcls: ec2.DescribeNetworkAclsCommand,
    describeRouteTables: ec2.DescribeRouteTablesCommand,
    describeNatGateways: ec2.DescribeNatGatewaysCommand,
    describeVpcEndpoints: ec2.DescribeVpcEndpointsCommand,
    describeVpcAttribute: ec2.DescribeVpcAttributeCommand,
    createSecurityGroup: ec2.CreateSecurityGroupCommand,
    authorizeSecurityGroupIngress: ec2.AuthorizeSecurityGroupIngressCommand,
    authorizeSecurityGroupEgress: ec2.AuthorizeSecurityGroupEgressCommand,
    revokeSecurityGroupIngress: ec2.RevokeSecurityGroupIngressCommand,
    revokeSecurityGroupEgress: ec2.RevokeSecurityGroupEgressCommand,
    updateSecurityGroupRuleDescriptionsIngress: ec2.UpdateSecurityGroupRuleDescriptionsIngressCommand,
    updateSecurityGroupRuleDescriptionsEgress: ec2.UpdateSecurityGroupRuleDescriptionsEgressCommand,
    deleteSecurityGroup: ec2.DeleteSecurityGroupCommand,
    createTags: ec2.CreateTagsCommand,
    deleteTags: ec2.DeleteTagsCommand,
  },
  iam: {
    getAccountAuthorizationDetails: iam.GetAccountAuthorizationDetailsCommand,
    listRoleTags: iam.ListRoleTagsCommand,
    createRole: iam.CreateRoleCommand,
    updateAssumeRolePolicy: iam.UpdateAssumeRolePolicyCommand,
    getPolicy: iam.GetPolicyCommand,
    getPolicyVersion: iam.GetPolicyVersionCommand,
    putRolePolicy: iam.PutRolePolicyCommand,
    deleteRolePolicy: iam.DeleteRolePolicyCommand,
    attachRolePolicy: iam.AttachRolePolicyCommand,
    detachRolePolicy: iam.DetachRolePolicyCommand,
    putRolePermissionsBoundary: iam.PutRolePermissionsBoundaryCommand,
    deleteRolePermissionsBoundary: iam.DeleteRolePermissionsBoundaryCommand,
    deleteRole: iam.DeleteRoleCommand,
    tagRole: iam.TagRoleCommand,
    untagRole: iam.UntagRoleCommand,
    createServiceLinkedRole: iam.CreateServiceLinkedRoleCommand,
  },
  logs: {
    describeLogGroups: logs.DescribeLogGroupsCommand,
    createLogGroup: logs.CreateLogGroupCommand,
    putRetentionPolicy: logs.PutRetentionPolicyCommand,
    deleteRetentionPolicy: logs.DeleteRetentionPolicyCommand,
    deleteLogGroup: logs.DeleteLogGroupCommand,
    listTagsForResource: logs.ListTagsForResourceCommand,
    tagResource: logs.TagResourceCommand,
    untagResource: logs.UntagResourceCommand,
  },
  route53: {
    getHostedZone: route53.GetHostedZoneCommand,
    listHostedZonesByName: route53.ListHostedZonesByNameCommand,
    listResourceRecordSets: route53.ListResourceRecordSetsCommand,
  },
  sts: {
    getCallerIdentity: sts.GetCallerIdentityCommand,
  },
  tagging: {
    getResources: tagging.GetResourcesCommand,
  },
  'application-autoscaling': {
    registerScalableTarget: applicationAutoScaling.RegisterScalableTargetCommand,
    describeScalableTargets: applicationAutoScaling.DescribeScalableTargetsCommand,
    deregisterScalableTarget: applicationAutoScaling.DeregisterScalableTargetCommand,
    putScalingPolicy: applicationAutoScaling.PutScalingPolicyCommand,
    describeScalingPolicies: applicationAutoScaling.DescribeScalingPoliciesCommand,
    deleteScalingPolicy: applicationAutoScaling.DeleteScalingPolicyCommand,
    listTagsForResource: applicationAutoScaling.ListTagsForResourceCommand,
    tagResource: applicationAutoScaling.TagResourceCommand,
    untagResource: applicationAutoScaling.UntagResourceCommand,
  },
  elasticloadbalancing: {
    describeTargetGroups: elasticloadbalancing.DescribeTargetGroupsCommand,
  },
  secretsmanager: {
    describeSecret: secretsmanager.DescribeSecretCommand,
  },
  ssm: {
    describeParameters: ssm.DescribeParametersCommand,
  },
} as const;

export type AwsService = keyof typeof OPERATIONS;

/** The SDK's client of each service that operations are called of. */
export const CLIENTS = {
  ecs: ecs.ECSClient,
  ecr: ecr.ECRClient,
  servicediscovery: servicediscovery.ServiceDiscoveryClient,
  ec2: ec2.EC2Client,
  iam: iam.IAMClient,
  logs: logs.CloudWatchLogsClient,
  route53: route53.Route53Client,
  sts: sts.STSClient,
  tagging: tagging.ResourceGroupsTaggingAPIClient,
  'application-autoscaling': applicationAutoScaling.ApplicationAutoScalingClient,
  elasticloadbalancing: elasticloadbalancing.ElasticLoadBalancingV2Client,
  secretsmanager: secretsmanager.SecretsManagerClient,
  ssm: ssm.SSMClient,
} as const satisfies Readonly<Record<AwsService, unknown>>;

/** Something for each operation that it names. */
export type ByOperation<Value> = {
  readonly [Service in AwsService]?: {
    readonly [Operation in keyof (typeof OPERATIONS)[Service]]?: Value;
  };
};

type Constructor = new (...input: never[]) => unknown;

type Call<C extends Constructor> =
  InstanceType<C> extends Command<
    infer _ClientInput,
    infer Input,
    infer _ClientOutput,
    infer Output,
    infer _Config
  >
    ? (input: Input) => Promise<Output>
    : never;

/** The narrowed AWS that drivers see: `aws.ecs.describeServices({…})`. */
export type Aws = {
  readonly [Service in AwsService]: {
    readonly [Operation in keyof (typeof OPERATIONS)[Service]]: Call<
      Extract<(typeof OPERATIONS)[Service][Operation], Constructor>
    >;
  };
};
