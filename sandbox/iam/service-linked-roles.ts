import type {
  CreateServiceLinkedRoleCommandInput,
  CreateServiceLinkedRoleCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { seededRandom } from '../seeded-random.ts';
import { SortedMap } from '../sorted-map.ts';
import type { World } from '../world.ts';
import { checkText } from './checks.ts';
import { addRole, roleIdFrom, wholeRole, wholeSecond } from './role-store.ts';
import type { NewRole } from './role-store.ts';
import type { IamState, Role } from './state.ts';

const ECS = 'ecs.amazonaws.com';
const YEAR_MS = 365 * 24 * 3_600_000;

interface ServiceLinkedRole {
  readonly roleName: string;
  readonly policy: string;
  /** Where its service makes it. */
  readonly description?: string;
}

/** Service → the role that it gets, and the policy attached to it. */
const SERVICE_LINKED_ROLES = {
  [ECS]: {
    roleName: 'AWSServiceRoleForECS',
    policy: 'AmazonECSServiceRolePolicy',
    description: 'Role to enable Amazon ECS to manage your cluster.',
  },
  'ecs.application-autoscaling.amazonaws.com': {
    roleName: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
    policy: 'AWSApplicationAutoscalingECSServicePolicy',
  },
} as const satisfies Readonly<Record<string, ServiceLinkedRole>>;

type LinkedService = keyof typeof SERVICE_LINKED_ROLES;

/** The name that a service's role gets; undefined where the service is not known here. */
export function linkedRoleName(service: string): string | undefined {
  return isKnown(service) ? SERVICE_LINKED_ROLES[service].roleName : undefined;
}

/** Throws InvalidInput where the account has the role already. */
export function createServiceLinkedRole(
  input: CreateServiceLinkedRoleCommandInput,
  context: CallContext,
): Answer<CreateServiceLinkedRoleCommandOutput> {
  const service = checkText(input.AWSServiceName, 'aWSServiceName', { max: 128, pattern: '[\\w+=,.@-]+' });
  if (!isKnown(service)) {
    throw new AwsError('InvalidInput', `Service ${service} has no service-linked role in the sandbox.`);
  }
  if (input.CustomSuffix !== undefined) {
    throw new AwsError('InvalidInput', `Custom suffix is not allowed for ${service}`);
  }
  const { roleName } = SERVICE_LINKED_ROLES[service];
  if (context.account.iam.roles.has(roleName.toLowerCase())) {
    throw new AwsError(
      'InvalidInput',
      `Service role name ${roleName} has been taken in this account, please try a different suffix.`,
    );
  }
  return { Role: wholeRole(addServiceLinkedRole(context, service, input.Description)) };
}

/**
 * What a service does at its first use in an account: makes its service-linked role where there is none. `propagating`
 * until the role can be assumed (reference: hazards, first ECS use).
 */
export function ensureServiceLinkedRole(
  context: CallContext,
  service: LinkedService,
): 'ready' | 'propagating' {
  const { roleName, description }: ServiceLinkedRole = SERVICE_LINKED_ROLES[service];
  const role =
    context.account.iam.roles.get(roleName.toLowerCase()) ??
    addServiceLinkedRole(context, service, description);
  return context.world.now() < role.assumableFrom ? 'propagating' : 'ready';
}

/** Gives an account the role that ECS made there a year ago; takes nothing from the world's random. */
export function addFormerServiceLinkedRole(iam: IamState, world: World, accountId: string): void {
  const made = world.now() - YEAR_MS;
  const role: Role = {
    ...newServiceLinkedRole(ECS, SERVICE_LINKED_ROLES[ECS].description),
    roleId: roleIdFrom(seededRandom(Number(accountId))),
    arn: `arn:aws:iam::${accountId}:role/aws-service-role/${ECS}/${SERVICE_LINKED_ROLES[ECS].roleName}`,
    createDate: wholeSecond(made),
    passableFrom: made,
    assumableFrom: made,
  };
  iam.roles.set(role.roleName.toLowerCase(), role);
}

function addServiceLinkedRole(
  context: CallContext,
  service: LinkedService,
  description: string | undefined,
): Role {
  return addRole(context, newServiceLinkedRole(service, description));
}

function newServiceLinkedRole(service: LinkedService, description: string | undefined): NewRole {
  const { roleName, policy: policyName } = SERVICE_LINKED_ROLES[service];
  const policyArn = `arn:aws:iam::aws:policy/aws-service-role/${policyName}`;
  const attachedPolicies: Role['attachedPolicies'] = new SortedMap();
  attachedPolicies.set(policyArn, { policyName, policyArn });
  return {
    roleName,
    path: `/aws-service-role/${service}/`,
    assumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
    }),
    description,
    maxSessionDuration: 3600,
    permissionsBoundary: undefined,
    inlinePolicies: new SortedMap(),
    attachedPolicies,
    tags: new SortedMap(),
  };
}

function isKnown(service: string): service is LinkedService {
  return Object.hasOwn(SERVICE_LINKED_ROLES, service);
}
