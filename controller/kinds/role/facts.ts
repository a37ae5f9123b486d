import type { ByOperation } from '../../aws/operations.ts';
import { roleArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { NameRules } from '../../core/name-rules.ts';

export interface RoleOutputs {
  readonly arn: string;
  readonly name: string;
}

export const ROLE_NAMING: NameRules = {
  service: 'IAM',
  pattern: '^[A-Za-z0-9+=,.@_-]+$',
  most: 64,
  says: 'must be an IAM role name: at most 64 letters, digits and + = , . @ _ -',
};

export const roleFacts: KindFacts<RoleOutputs> = {
  name: 'role',
  naming: ROLE_NAMING,
  tagging: { ignoresCase: true },
  builtOn: [],
  paths: {
    trustPolicy: { anything: true },
    inlinePolicies: { anything: true },
    attachedPolicies: { anything: true },
  },
  isGlobal: true,
  resourceType: {
    name: 'role',
    all: (place) => [roleArn(place, '*')],
    named: (place, { id }) => [roleArn(place, id.name)],
  },
  waitCodes: ['DeleteConflict', 'NoSuchEntity'],
  calls: {
    iam: {
      getAccountAuthorizationDetails: calls(SEEN, reads('iam:GetAccountAuthorizationDetails')),
      listRoleTags: calls(SEEN, reads('iam:ListRoleTags')),
      createRole: calls(
        ['create'],
        writes('iam:CreateRole', 'own', 'request'),
        writes('iam:TagRole', 'own', 'request'),
      ),
      updateAssumeRolePolicy: calls(['update'], writes('iam:UpdateAssumeRolePolicy', 'own', 'resource')),
      putRolePolicy: calls(['create', 'update'], writes('iam:PutRolePolicy', 'own', 'resource')),
      deleteRolePolicy: calls(['update', 'delete'], writes('iam:DeleteRolePolicy', 'own', 'resource')),
      detachRolePolicy: calls(['delete'], writes('iam:DetachRolePolicy', 'own', 'resource')),
      deleteRole: calls(['delete'], writes('iam:DeleteRole', 'own', 'resource')),
      tagRole: calls(TAGGED, writes('iam:TagRole', 'own', 'either')),
      untagRole: calls(['release'], writes('iam:UntagRole', 'own', 'resource')),
    },
  } satisfies ByOperation<Call>,
};
