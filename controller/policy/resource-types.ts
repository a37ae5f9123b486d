import type { Desired } from '../core/resource.ts';
import type { RoleReference, TaskDefinitionSpec } from '../kinds/task-definition/spec.ts';

/** Where ARNs lie: what an Environment says, `*` for what it does not. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** The VPC's id. */
  readonly vpc: string;
}

/** A resource type of the Service Authorization Reference, as ARNs of one place. */
interface ResourceType {
  /** All there can be in the place. */
  readonly all: (place: Place) => readonly string[];
  /** What one desired resource names; left out where AWS makes up what its ARN is called by, and `all` stands for it. */
  readonly named?: (place: Place, desired: Desired) => readonly string[];
}

/**
 * ARN formats of AWS's Service Authorization Reference. A log group is named twice: CloudWatch Logs asks for its streams
 * (`…:log-stream:`) when the group is changed, and for the group itself when it is tagged.
 */
export const RESOURCE_TYPES = {
  cluster: {
    all: (place) => [regional(place, 'ecs', 'cluster/*')],
    named: (place, { id }) => [regional(place, 'ecs', `cluster/${id.name}`)],
  },
  service: {
    all: (place) => [regional(place, 'ecs', 'service/*')],
    named: (place, { id }) => [regional(place, 'ecs', `service/${id.scope ?? '*'}/${id.name}`)],
  },
  'task-definition': {
    all: (place) => [regional(place, 'ecs', 'task-definition/*')],
    named: (place, { id }) => [regional(place, 'ecs', `task-definition/${id.name}:*`)],
  },
  namespace: { all: (place) => [regional(place, 'servicediscovery', 'namespace/*')] },
  'discovery-service': { all: (place) => [regional(place, 'servicediscovery', 'service/*')] },
  'security-group': { all: (place) => [regional(place, 'ec2', 'security-group/*')] },
  vpc: { all: (place) => [regional(place, 'ec2', `vpc/${place.vpc}`)] },
  'log-group': {
    all: (place) => [regional(place, 'logs', 'log-group:*')],
    named: (place, { id }) => {
      const arn = regional(place, 'logs', `log-group:${id.name}`);
      return [arn, `${arn}:*`];
    },
  },
  role: {
    all: (place) => [roleArn(place, '*')],
    named: (place, { id }) => [roleArn(place, id.name)],
  },
  /** The roles that a task definition hands to its tasks: ours, and those that a manifest brings by ARN. */
  'passed-role': {
    all: (place) => [roleArn(place, '*')],
    named: (place, { spec }) => {
      const { executionRole, taskRole } = spec as TaskDefinitionSpec;
      return [executionRole, taskRole].flatMap((role) => (role === null ? [] : [passedArn(place, role)]));
    },
  },
  'linked-role': {
    all: (place) => [roleArn(place, 'aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS')],
  },
  'hosted-zone': { all: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`] },
} as const satisfies Readonly<Record<string, ResourceType>>;

export type ResourceTypeName = keyof typeof RESOURCE_TYPES;

/** How much of a resource type. */
export type Extent =
  /** What the desired name. */
  | 'named'
  /** All there can be of the type in the place. */
  | 'type'
  /** All that its service has in the place: an action says itself which types it is about. */
  | 'service'
  /** No matter what. */
  | 'any';

/** ARNs of a type; of all of it where nothing is desired by name. */
export function arnsOf(
  type: ResourceTypeName | '*',
  place: Place,
  extent: Extent,
  desired?: readonly Desired[],
): readonly string[] {
  if (type === '*' || extent === 'any') return ['*'];
  const { all, named }: ResourceType = RESOURCE_TYPES[type];
  switch (extent) {
    case 'named':
      return desired === undefined || named === undefined
        ? all(place)
        : desired.flatMap((one) => named(place, one));
    case 'type':
      return all(place);
    case 'service':
      return all(place).map(wholeService);
  }
}

/** IAM refuses an ARN of its own without a resource type (IAM: CreatePolicy, MalformedPolicyDocument). */
function wholeService(arn: string): string {
  const [prefix, partition, service, region, account] = arn.split(':');
  return service === 'iam' ? arn : `${prefix}:${partition}:${service}:${region}:${account}:*`;
}

function regional({ partition, region, account }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

function roleArn({ partition, account }: Place, name: string): string {
  return `arn:${partition}:iam::${account}:role/${name}`;
}

function passedArn(place: Place, role: RoleReference): string {
  return 'arn' in role ? role.arn : roleArn(place, role.role.name);
}
