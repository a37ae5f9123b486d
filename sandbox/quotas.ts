import { AwsError } from './error.ts';

/** A token bucket: `burst` calls at once, refilled at `perSecond` a simulated second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket that one or several operations of an account share in a region. */
export interface Quota extends Rate {
  /** `ecs/task-definition-modify`. */
  readonly bucket: string;
}

type Operations = readonly string[] | RegExp;
type Row = readonly [name: string, rate: Rate, operations: Operations];

/**
 * The published token buckets (Amazon ECS API Reference, request throttling). All actions of a row share one bucket.
 */
const ECS: readonly Row[] = [
  ['cluster-modify', rate(20, 1), /^(Create|Delete|Update)Cluster(Settings)?$|^PutClusterCapacityProviders$/],
  ['cluster-read', rate(50, 20), /^(Describe|List)Clusters$/],
  ['task-definition-modify', rate(20, 1), ['RegisterTaskDefinition', 'DeregisterTaskDefinition']],
  ['task-definition-delete', rate(5, 1), ['DeleteTaskDefinitions']],
  ['task-definition-read', rate(50, 20), /^(DescribeTaskDefinition|ListTaskDefinition(s|Families))$/],
  ['capacity-provider-modify', rate(10, 1), /^(Create|Update|Delete)CapacityProvider$/],
  ['capacity-provider-read', rate(50, 20), ['DescribeCapacityProviders']],
  ['tag-modify', rate(20, 10), ['TagResource', 'UntagResource']],
  ['tag-read', rate(50, 20), ['ListTagsForResource']],
  ['setting-modify', rate(10, 1), /^(Put|Delete)AccountSetting(Default)?$/],
  ['setting-read', rate(50, 20), ['ListAccountSettings']],
  ['service-list-by-namespace', rate(10, 1), ['ListServicesByNamespace']],
  ['service-modify', rate(50, 5), ['CreateService', 'UpdateService', 'DeleteService']],
  ['service-read', rate(100, 20), ['DescribeServices', 'ListServices']],
  ['service-deployment', rate(50, 20), /ServiceDeployments?$/],
  ['service-revision', rate(50, 20), ['DescribeServiceRevisions']],
  ['task-modify', rate(100, 40), ['RunTask', 'StartTask', 'StopTask', 'ExecuteCommand']],
  ['task-read', rate(100, 20), ['DescribeTasks', 'ListTasks']],
  ['instance-modify', rate(100, 40), /ContainerInstance$|^UpdateContainer|^(Put|Delete)Attributes$/],
  ['instance-read', rate(100, 20), /^(Describe|List)ContainerInstances$|^ListAttributes$/],
  ['agent', rate(200, 120), /^DiscoverPollEndpoint$|^Submit/],
  ['task-protection', rate(200, 80), ['GetTaskProtection', 'UpdateTaskProtection']],
];

/** Each EC2 action has a bucket of its own (Amazon EC2 Developer Guide, request throttling). */
const EC2: readonly Row[] = [
  ['resource-intensive', rate(50, 5), /^(Authorize|Revoke)SecurityGroupIngress$/],
  ['tag-modify', rate(100, 10), /^(Create|Delete)Tags$/],
  ['read', rate(100, 20), /^(Describe|Get)/],
  ['modify', rate(50, 5), /./],
];
/** DescribeSecurityGroups that asks for everything at once. */
const EC2_UNPAGED_GROUPS = rate(50, 10);

/**
 * Only the data plane's are published (AWS Cloud Map quotas). The control plane's are what AWS's own controller for Cloud Map
 * limits itself to, and what people measured (reference: quotas).
 */
const CLOUD_MAP: readonly Row[] = [
  ['DiscoverInstances', rate(2000, 1000), ['DiscoverInstances']],
  ['DiscoverInstancesRevision', rate(3000, 3000), ['DiscoverInstancesRevision']],
  ['ListNamespaces', rate(5, 0.5), ['ListNamespaces']],
  ['ListServices', rate(10, 2), ['ListServices']],
  ['CreateNamespace', rate(5, 0.5), /^Create\w+Namespace$/],
  ['CreateService', rate(50, 5), ['CreateService']],
  ['GetOperation', rate(200, 100), ['GetOperation']],
  ['RegisterInstance', rate(100, 50), ['RegisterInstance', 'DeregisterInstance']],
  ['ListInstances', rate(50, 50), ['ListInstances']],
];

/** Requests a second, without a burst of their own (Amazon CloudWatch Logs quotas). */
const LOGS: readonly Row[] = [
  ['log-group-modify', rate(10, 10), ['CreateLogGroup', 'DeleteLogGroup']],
  ['DescribeLogGroups', rate(10, 10), ['DescribeLogGroups']],
  ['retention', rate(5, 5), ['PutRetentionPolicy', 'DeleteRetentionPolicy']],
  ['TagResource', rate(5, 5), ['TagResource', 'UntagResource', 'TagLogGroup', 'UntagLogGroup']],
  ['ListTagsForResource', rate(30, 30), ['ListTagsForResource', 'ListTagsLogGroup']],
  ['CreateLogStream', rate(50, 50), ['CreateLogStream']],
  // API reference, DescribeLogStreams; AWS's knowledge centre, throttling in CloudWatch Logs.
  ['DescribeLogStreams', rate(5, 5), ['DescribeLogStreams']],
  ['FilterLogEvents', rate(5, 5), ['FilterLogEvents']],
];

/** Requests a second, of those that Amazon ECR publishes (Amazon ECR service quotas). */
const ECR: readonly Row[] = [
  ['BatchGetImage', rate(2000, 2000), ['BatchGetImage']],
  ['GetAuthorizationToken', rate(500, 500), ['GetAuthorizationToken']],
  ['PutImage', rate(10, 10), ['PutImage']],
];

/** Transactions a second at the default throughput (AWS Systems Manager endpoints and quotas). */
const SSM: readonly Row[] = [
  ['read', rate(40, 40), ['GetParameter', 'GetParameters', 'GetParametersByPath']],
  ['PutParameter', rate(3, 3), ['PutParameter']],
];

/** Requests a second (AWS Secrets Manager quotas). */
const SECRETS_MANAGER: readonly Row[] = [
  ['GetSecretValue', rate(10_000, 10_000), ['GetSecretValue']],
  ['DescribeSecret', rate(40_000, 40_000), ['DescribeSecret']],
  ['ListSecrets', rate(100, 100), ['ListSecrets']],
  ['policy', rate(50, 50), /ResourcePolicy$/],
  ['value', rate(50, 50), ['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage']],
  ['tag', rate(50, 50), ['TagResource', 'UntagResource']],
  ['CreateSecret', rate(50, 50), ['CreateSecret']],
  ['DeleteSecret', rate(50, 50), ['DeleteSecret']],
  ['RestoreSecret', rate(50, 50), ['RestoreSecret']],
  ['ListSecretVersionIds', rate(50, 50), ['ListSecretVersionIds']],
];

/** Requests a second, shared by all actions (IAM and AWS STS quotas). */
const STS: readonly Row[] = [['all', rate(600, 600), /./]];

/** Requests a second, shared by all actions (Amazon Route 53 quotas). */
const ROUTE_53: readonly Row[] = [['all', rate(5, 5), /./]];

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  ecr: ECR,
  ecs: ECS,
  ec2: EC2,
  servicediscovery: CLOUD_MAP,
  logs: LOGS,
  route53: ROUTE_53,
  secretsmanager: SECRETS_MANAGER,
  ssm: SSM,
  sts: STS,
};

/** The bucket that a call takes a token from; undefined where AWS publishes no rate: IAM, tagging, X-Ray, the rest of Cloud Map and ECR. */
export function quotaOf(service: string, operation: string, input: object): Quota | undefined {
  const row = ROWS[service]?.find(([, , operations]) =>
    operations instanceof RegExp ? operations.test(operation) : operations.includes(operation),
  );
  if (row === undefined) return undefined;
  const [name, published] = row;
  if (service !== 'ec2') return { bucket: `${service}/${name}`, ...published };
  const unpaged = operation === 'DescribeSecurityGroups' && asksForEverything(input);
  return {
    bucket: `ec2/${operation}${unpaged ? ' unpaged' : ''}`,
    ...(unpaged ? EC2_UNPAGED_GROUPS : published),
  };
}

function asksForEverything(input: object): boolean {
  return !['Filters', 'GroupIds', 'GroupNames', 'MaxResults', 'NextToken'].some(
    (member) => (input as Readonly<Record<string, unknown>>)[member] !== undefined,
  );
}

/** The throttling error as each service says it (reference: quotas, batches, retries). */
export function throttled(service: string, operation: string): AwsError {
  if (service === 'ec2') return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
  if (service === 'servicediscovery' && operation.startsWith('Discover')) {
    return new AwsError('RequestLimitExceeded', 'The quota for the number of requests is reached.', 400);
  }
  if (['iam', 'route53', 'sts'].includes(service)) return new AwsError('Throttling', 'Rate exceeded', 400);
  return new AwsError('ThrottlingException', 'Rate exceeded', 400);
}

function rate(burst: number, perSecond: number): Rate {
  return { burst, perSecond };
}
