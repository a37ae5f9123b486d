import type { Desired, KindName, Observed } from '../../../controller/core/resource.ts';
import type { ClusterSpec } from '../../../controller/kinds/cluster/model.ts';
import type { DiscoveryServiceSpec } from '../../../controller/kinds/discovery-service/spec.ts';
import type { LogGroupSpec } from '../../../controller/kinds/log-group/model.ts';
import type { NamespaceSpec } from '../../../controller/kinds/namespace/model.ts';
import type { RepositorySpec } from '../../../controller/kinds/repository/spec.ts';
import type { RoleSpec } from '../../../controller/kinds/role/spec.ts';
import type { ScalableTargetSpec } from '../../../controller/kinds/scalable-target/spec.ts';
import type { SecurityGroupSpec } from '../../../controller/kinds/security-group/model.ts';
import type {
  SecurityGroupRuleSpec,
  SecurityGroupRuleState,
} from '../../../controller/kinds/security-group-rule/spec.ts';
import type { ServiceSpec } from '../../../controller/kinds/service/spec.ts';
import type { TaskDefinitionSpec } from '../../../controller/kinds/task-definition/spec.ts';
import { KIND_NAMES } from '../../../controller/kinds/facts.ts';
import { consumedStage, repositoryStage, scaledStage, shippedStage } from './stage.ts';
import type { KindStage } from './stage.ts';

/** What of the contract differs from kind to kind. */
export interface KindCase {
  readonly kind: KindName;
  /** Where it plays. */
  readonly stage: () => KindStage;
  /** Of the resource that stands for the kind. */
  readonly name: string;
  /** What a person would change in git, and the paths at which it shows. */
  readonly change: (desired: Desired) => Desired;
  readonly changes: readonly string[];
  /** What a person would change in AWS, and how it shows. */
  readonly meddle: (call: KindStage['call'], observed: Observed) => Promise<unknown>;
  readonly drift: { readonly path: string; readonly from: unknown; readonly to: unknown };
  /** Another way to write the same, as AWS understands it; absent where there is none, with the reason. */
  readonly rephrase: ((desired: Desired) => Desired) | string;
  /** A read without which nothing is known of the kind. */
  readonly read: string;
  /** AWS has many that are alike, and one that has changed is found by its tags alone. */
  readonly isKnownByTags?: true;
  /** Where the account shows objects of the kind. */
  readonly sort: string;
}

function withSpec<Spec>(change: (spec: Spec) => Spec): (desired: Desired) => Desired {
  return (desired) => ({ ...desired, spec: change(desired.spec as Spec) });
}

const SHIPPED_CASES: readonly Omit<KindCase, 'stage'>[] = [
  {
    kind: 'role',
    name: 'xray-task',
    change: withSpec<RoleSpec>((spec) => ({
      ...spec,
      statements: spec.statements.map((each) => ({
        ...each,
        actions: [...each.actions, 'xray:GetSamplingRules'],
      })),
    })),
    changes: ['inlinePolicies[stationkeeper].Statement[0].Action'],
    meddle: (call) =>
      call('iam', 'PutRolePolicy', {
        RoleName: 'xray-task',
        PolicyName: 'stationkeeper',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: ['*'] }],
        }),
      }),
    drift: {
      path: 'inlinePolicies[stationkeeper].Statement[0].Action',
      from: ['s3:*'],
      to: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    },
    rephrase: withSpec<RoleSpec>((spec) => ({
      ...spec,
      statements: spec.statements.map((each) => ({ ...each, actions: each.actions.toReversed() })),
    })),
    read: 'iam:GetAccountAuthorizationDetails',
    sort: 'roles',
  },
  {
    kind: 'log-group',
    name: '/stationkeeper/xray',
    change: withSpec<LogGroupSpec>((spec) => ({ ...spec, retentionInDays: 30 })),
    changes: ['retentionInDays'],
    meddle: (call) => call('logs', 'DeleteRetentionPolicy', { logGroupName: '/stationkeeper/xray' }),
    drift: { path: 'retentionInDays', from: null, to: 7 },
    rephrase: 'a retention can be written in one way only',
    read: 'logs:DescribeLogGroups',
    sort: 'logGroups',
  },
  {
    kind: 'security-group',
    name: 'xray',
    change: withSpec<SecurityGroupSpec>((spec) => ({
      ...spec,
      ingress: spec.ingress.map((rule) => ({ ...rule, peer: '10.0.0.0/8' })),
    })),
    changes: [
      'ingress[udp 2000 10.0.0.0/8]',
      'ingress[tcp 2000 10.0.0.0/8]',
      'ingress[udp 2000 172.31.0.0/16]',
      'ingress[tcp 2000 172.31.0.0/16]',
    ],
    meddle: (call, { outputs }) =>
      call('ec2', 'AuthorizeSecurityGroupIngress', {
        GroupId: outputs['id'],
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      }),
    drift: { path: 'ingress[tcp 22 0.0.0.0/0]', from: 'allowed', to: null },
    rephrase: withSpec<SecurityGroupSpec>((spec) => ({
      ...spec,
      ingress: spec.ingress
        .toReversed()
        .map((rule) => ({ ...rule, protocol: rule.protocol === 'udp' ? '17' : 'TCP' })),
    })),
    read: 'ec2:DescribeSecurityGroups',
    sort: 'securityGroups',
  },
  {
    kind: 'namespace',
    name: 'services.dockerinaws.org',
    change: withSpec<NamespaceSpec>((spec) => ({ ...spec, description: 'daemons of all teams', soaTtl: 30 })),
    changes: ['description', 'soaTtl'],
    meddle: (call, { outputs }) =>
      call('servicediscovery', 'UpdatePrivateDnsNamespace', {
        Id: outputs['id'],
        Namespace: { Description: 'changed by hand' },
      }),
    drift: { path: 'description', from: 'changed by hand', to: 'shared daemons' },
    rephrase: withSpec<NamespaceSpec>(({ name, environment }) => ({ name, environment })),
    read: 'servicediscovery:ListNamespaces',
    sort: 'namespaces',
  },
  {
    kind: 'discovery-service',
    name: 'xray',
    change: withSpec<DiscoveryServiceSpec>((spec) => ({ ...spec, dnsRecords: [{ type: 'A', ttl: 10 }] })),
    changes: ['dnsRecords[A].ttl'],
    meddle: (call, { outputs }) =>
      call('servicediscovery', 'UpdateService', {
        Id: outputs['id'],
        Service: { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 300 }] } },
      }),
    drift: { path: 'dnsRecords[A].ttl', from: 300, to: 60 },
    rephrase: 'one record can be written in one way only',
    read: 'servicediscovery:ListServices',
    sort: 'discoveryServices',
  },
  {
    kind: 'cluster',
    name: 'xray-daemon-cluster',
    change: withSpec<ClusterSpec>((spec) => ({ ...spec, containerInsights: 'enhanced' })),
    changes: ['containerInsights'],
    meddle: (call, { id }) =>
      call('ecs', 'UpdateClusterSettings', {
        cluster: id.name,
        settings: [{ name: 'containerInsights', value: 'enabled' }],
      }),
    drift: { path: 'containerInsights', from: 'enabled', to: 'disabled' },
    rephrase: withSpec<ClusterSpec>(({ name }) => ({ name })),
    read: 'ecs:DescribeClusters',
    sort: 'clusters',
  },
  {
    kind: 'task-definition',
    name: 'otel-collector',
    change: withSpec<TaskDefinitionSpec>((spec) => ({
      ...spec,
      containers: spec.containers.map((each) => ({ ...each, image: 'example.org/otel:1' })),
    })),
    changes: ['containers[collector].image'],
    // A new revision made in the console starts as a copy of the last one, tags included.
    meddle: async (call, { arn }) => {
      const { taskDefinition, tags } = await call('ecs', 'DescribeTaskDefinition', {
        taskDefinition: arn,
        include: ['TAGS'],
      });
      const definition = taskDefinition as { containerDefinitions: object[] };
      const containerDefinitions = definition.containerDefinitions.map((each) => ({
        ...each,
        image: 'by/hand:1',
      }));
      return call('ecs', 'RegisterTaskDefinition', { ...definition, containerDefinitions, tags });
    },
    drift: {
      path: 'containers[collector].image',
      from: 'by/hand:1',
      to: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0',
    },
    rephrase: withSpec<TaskDefinitionSpec>((spec) => ({
      ...spec,
      cpuArchitecture: 'X86_64',
      containers: spec.containers.map((each) => ({
        ...each,
        cpu: 0,
        command: [],
        readonlyRootFilesystem: false,
        portMappings: each.portMappings.toReversed(),
        environment: Object.fromEntries(Object.entries(each.environment).toReversed()),
      })),
    })),
    read: 'ecs:DescribeTaskDefinition',
    sort: 'taskDefinitions',
  },
  {
    kind: 'service',
    name: 'xray',
    change: withSpec<ServiceSpec>((spec) => ({ ...spec, desiredCount: 3 })),
    changes: ['desiredCount'],
    meddle: (call, { id }) =>
      call('ecs', 'UpdateService', { cluster: id.scope, service: id.name, desiredCount: 1 }),
    drift: { path: 'desiredCount', from: 1, to: 2 },
    rephrase:
      "its fields are the manifest's own; that ECS orders subnets as it likes is stated in service-model",
    read: 'ecs:DescribeServices',
    sort: 'services',
  },
];

const CPU = 'ECSServiceAverageCPUUtilization';

const SCALED_CASE: KindCase = {
  kind: 'scalable-target',
  stage: scaledStage,
  name: 'xray',
  change: withSpec<ScalableTargetSpec>((spec) => ({
    ...spec,
    max: 8,
    targetTracking: spec.targetTracking.map((policy) => ({ ...policy, targetValue: 62.5 })),
  })),
  changes: ['max', `targetTracking[${CPU}].targetValue`],
  meddle: (call, { id }) =>
    call('application-autoscaling', 'RegisterScalableTarget', {
      ServiceNamespace: 'ecs',
      ResourceId: `service/${id.scope}/${id.name}`,
      ScalableDimension: 'ecs:service:DesiredCount',
      MaxCapacity: 20,
    }),
  drift: { path: 'max', from: 20, to: 6 },
  rephrase: withSpec<ScalableTargetSpec>((spec) => ({
    ...spec,
    targetTracking: spec.targetTracking.map((policy) => ({
      ...policy,
      scaleInCooldown: 300,
      scaleOutCooldown: 300,
      disableScaleIn: false,
    })),
  })),
  read: 'application-autoscaling:DescribeScalableTargets',
  sort: 'scalableTargets',
};

const REPOSITORY_CASE: KindCase = {
  kind: 'repository',
  stage: repositoryStage,
  name: 'platform/xray',
  change: withSpec<RepositorySpec>((spec) => ({
    ...spec,
    repositoryPolicy: { Version: '2012-10-17', Statement: [] },
    imageTagMutability: 'IMMUTABLE',
    imageTagMutabilityExclusionFilters: [],
    lifecyclePolicy: { rules: spec.lifecyclePolicy?.rules.slice(1) ?? [] },
  })),
  changes: [
    'imageTagMutability',
    'imageTagMutabilityExclusionFilters',
    'lifecyclePolicy.rules[1]',
    'repositoryPolicy.Statement[0]',
  ],
  meddle: (call, { id }) =>
    call('ecr', 'PutImageScanningConfiguration', {
      repositoryName: id.name,
      imageScanningConfiguration: { scanOnPush: false },
    }),
  drift: { path: 'imageScanningConfiguration.scanOnPush', from: false, to: true },
  rephrase: withSpec<RepositorySpec>((spec) => ({
    ...spec,
    imageTagMutabilityExclusionFilters: spec.imageTagMutabilityExclusionFilters?.toReversed() ?? [],
    lifecyclePolicy: { rules: spec.lifecyclePolicy?.rules.toReversed() ?? [] },
    repositoryPolicy: {
      Version: '2012-10-17',
      Statement:
        spec.repositoryPolicy?.Statement.map((each) => ({
          ...each,
          Principal: { AWS: ['arn:aws:iam::111122223333:root'] },
          Action: [each.Action ?? []].flat().toReversed(),
        })) ?? [],
    },
  })),
  read: 'ecr:DescribeRepositories',
  sort: 'repositories',
};

const RULE_CASE: KindCase = {
  kind: 'security-group-rule',
  stage: consumedStage,
  name: 'xray/apps/egress/udp-2000',
  change: withSpec<SecurityGroupRuleSpec>((spec) => ({ ...spec, toPort: 2010 })),
  changes: ['toPort'],
  meddle: (call, { state }) => {
    const { id, group, peer } = state as SecurityGroupRuleState;
    const rule = { IpProtocol: 'udp', FromPort: 2000, ToPort: 2001, ReferencedGroupId: peer };
    return call('ec2', 'ModifySecurityGroupRules', {
      GroupId: group,
      SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule: rule }],
    });
  },
  drift: { path: 'toPort', from: 2001, to: 2000 },
  rephrase: 'a port mapping and a group can be written in one way only',
  read: 'ec2:DescribeSecurityGroupRules',
  isKnownByTags: true,
  sort: 'securityGroupRules',
};

/** The program's own kinds, in the order of creation. */
export const KIND_CASES: readonly KindCase[] = [
  ...SHIPPED_CASES.map((one) => ({ ...one, stage: shippedStage })),
  SCALED_CASE,
  REPOSITORY_CASE,
  RULE_CASE,
].toSorted((a, b) => KIND_NAMES.indexOf(a.kind) - KIND_NAMES.indexOf(b.kind));
