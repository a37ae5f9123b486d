import type { ByOperation } from '../../aws/operations.ts';
import { roleArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';

export interface RoleOutputs {
  readonly arn: string;
  readonly name: string;
}

export const roleFacts: KindFacts<RoleOutputs> = {
  name: 'role',
  builtOn: [],
  paths: { trustPolicy: { anything: true }, inlinePolicies: { anything: true } },
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
