import type { AwsService } from './operations.ts';

type Bucket = readonly [name: string, operations: RegExp];

/** Operations that take from one bucket together; any other has its own (Amazon ECS API Reference, request throttling; the services' quotas). */
const SHARED: Partial<Readonly<Record<AwsService, readonly Bucket[]>>> = {
  ecs: [
    ['cluster-modify', /^(Create|Delete|Update)Cluster$|^PutClusterCapacityProviders$/],
    ['cluster-read', /^(Describe|List)Clusters$/],
    ['task-definition-modify', /^(Register|Deregister)TaskDefinition$/],
    ['task-definition-read', /^DescribeTaskDefinition$|^ListTaskDefinition(s|Families)$/],
    ['tag-modify', /^(Tag|Untag)Resource$/],
    ['service-modify', /^(Create|Update|Delete)Service$/],
    ['service-read', /^(Describe|List)Services$/],
    ['service-deployment', /ServiceDeployments?$/],
    ['task-modify', /^(Run|Start|Stop)Task$|^ExecuteCommand$/],
    ['task-read', /^(Describe|List)Tasks$/],
    ['instance-read', /^(Describe|List)ContainerInstances$|^ListAttributes$/],
  ],
  servicediscovery: [
    ['namespace-create', /^Create\w+Namespace$/],
    ['instance-modify', /^(Register|Deregister)Instance$/],
  ],
  logs: [
    ['log-group-modify', /^(Create|Delete)LogGroup$/],
    ['retention', /^(Put|Delete)RetentionPolicy$/],
    ['tag-modify', /^(Tag|Untag)Resource$/],
  ],
  route53: [['all', /./]],
  sts: [['all', /./]],
};

/** Services of which an account has one, and one set of buckets, for all Regions. */
const GLOBAL: ReadonlySet<AwsService> = new Set(['iam', 'route53']);

/** The bucket that a call takes from: `ecs/service-read`, or `ec2/DescribeVpcs`. */
export function bucketOf(service: AwsService, operation: string): string {
  const [name] = SHARED[service]?.find(([, operations]) => operations.test(operation)) ?? [operation];
  return `${service}/${name}`;
}

export function isGlobal(service: AwsService): boolean {
  return GLOBAL.has(service);
}
