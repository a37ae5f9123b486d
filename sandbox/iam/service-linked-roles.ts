import type {
  CreateServiceLinkedRoleCommandInput,
  CreateServiceLinkedRoleCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import { AwsError } from '../error.ts';
import type { CallContext } from '../sandbox.ts';
import { SortedMap } from '../sorted-map.ts';
import { addRole, wholeRole } from './role-store.ts';

/** Service → the role that it gets, and the policy attached to it. */
const SERVICE_LINKED_ROLES: Readonly<Record<string, { readonly roleName: string; readonly policy: string }>> =
  {
    'ecs.amazonaws.com': { roleName: 'AWSServiceRoleForECS', policy: 'AmazonECSServiceRolePolicy' },
    'ecs.application-autoscaling.amazonaws.com': {
      roleName: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
      policy: 'AWSApplicationAutoscalingECSServicePolicy',
    },
  };

/** Throws InvalidInput where the account has it already. */
export function createServiceLinkedRole(
  input: CreateServiceLinkedRoleCommandInput,
  context: CallContext,
): Answer<CreateServiceLinkedRoleCommandOutput> {
  const service = input.AWSServiceName ?? '';
  const known = Object.hasOwn(SERVICE_LINKED_ROLES, service) ? SERVICE_LINKED_ROLES[service] : undefined;
  if (known === undefined) {
    throw new AwsError('InvalidInput', `Service ${service} has no service-linked role in the sandbox.`);
  }
  if (input.CustomSuffix !== undefined) {
    throw new AwsError('InvalidInput', `Custom suffix is not allowed for ${service}`);
  }
  if (context.account.iam.roles.has(known.roleName.toLowerCase())) {
    throw new AwsError(
      'InvalidInput',
      `Service role name ${known.roleName} has been taken in this account, please try a different suffix.`,
    );
  }
  const role = addRole(context, {
    roleName: known.roleName,
    path: `/aws-service-role/${service}/`,
    assumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
    }),
    description: input.Description,
    maxSessionDuration: 3600,
    permissionsBoundary: undefined,
    tags: new SortedMap(),
  });
  const policyArn = `arn:aws:iam::aws:policy/aws-service-role/${known.policy}`;
  role.attachedPolicies.set(policyArn, { policyName: known.policy, policyArn });
  return { Role: wholeRole(role) };
}
