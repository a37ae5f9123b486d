import type { ByOperation } from '../../aws/operations.ts';
import { roleArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { NameRules } from '../../core/name-rules.ts';
import type { Desired } from '../../core/resource.ts';
import { saidTag } from '../../core/said-fields.ts';
import { OPTIONAL_FIELDS } from './spec.ts';
import type { RoleSpec } from './spec.ts';

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

const policiesOf = ({ spec }: Desired): readonly string[] => (spec as RoleSpec).managedPolicyArns ?? [];
const boundariesOf = ({ spec }: Desired): readonly string[] =>
  [(spec as RoleSpec).permissionsBoundary ?? []].flat();

/** Whoever may attach any policy could give anything to anybody: those that manifests name, and no others. */
const ATTACHES = writes('iam:AttachRolePolicy', 'own', 'resource', {
  about: (desired) => policiesOf(desired).length > 0,
  oneOf: { key: 'iam:PolicyARN', of: policiesOf },
  sid: 'AttachPolicies',
});

/** What others attached goes too, so that these are any policies, of the roles whose manifests say which they have. */
const DETACHES = writes('iam:DetachRolePolicy', 'own', 'resource', {
  about: ({ spec }) => (spec as RoleSpec).managedPolicyArns !== undefined,
});

/** Of the roles whose manifests name a boundary, and to that boundary alone. */
function bounds(action: string) {
  return writes(action, 'own', 'resource', {
    about: (desired) => boundariesOf(desired).length > 0,
    oneOf: { key: 'iam:PermissionsBoundary', of: boundariesOf },
    sid: 'BoundRoles',
  });
}

export const roleFacts: KindFacts<RoleOutputs> = {
  name: 'role',
  naming: ROLE_NAMING,
  tagging: { ignoresCase: true },
  builtOn: [],
  paths: {
    trustPolicy: { anything: true },
    inlinePolicies: { anything: true },
    attachedPolicies: { anything: true },
    path: {},
    permissionsBoundary: {},
  },
  isGlobal: true,
  tags: ({ spec }) => saidTag(spec as RoleSpec, OPTIONAL_FIELDS),
  resourceType: {
    name: 'role',
    all: (place) => [roleArn(place, { name: '*' })],
    named: (place, { spec }) => [roleArn(place, spec as RoleSpec)],
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
      attachRolePolicy: calls(['create', 'update'], ATTACHES),
      detachRolePolicy: calls(['update', 'delete'], DETACHES),
      putRolePermissionsBoundary: calls(['update'], bounds('iam:PutRolePermissionsBoundary')),
      deleteRolePermissionsBoundary: calls(['update'], bounds('iam:DeleteRolePermissionsBoundary')),
      deleteRole: calls(['delete'], writes('iam:DeleteRole', 'own', 'resource')),
      tagRole: calls(TAGGED, writes('iam:TagRole', 'own', 'either')),
      untagRole: calls(['release'], writes('iam:UntagRole', 'own', 'resource')),
    },
  } satisfies ByOperation<Call>,
};
