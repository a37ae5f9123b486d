import { Type } from 'typebox';
import type { Static } from 'typebox';
import { text } from '../../core/schema.ts';
import { ROLE_NAMING } from '../../kinds/role/facts.ts';
import { nameText, policyArn, roleArn, rolePath } from './text.ts';

export const IAM_ACTION = '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$';
/** `*`, or an ARN, of which IAM takes half too; a resource's own part may hold spaces. */
export const IAM_RESOURCE = '^(\\*|arn:[^\\r\\n]+)$';

const conditions = Type.Record(
  Type.String(),
  Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Boolean(), Type.Array(Type.String(), { minItems: 1 })], {
      errorMessage: 'must be text, true, false or a list of texts',
    }),
  ),
  { description: "In IAM's form: operator, key, values." },
);
export type ConditionsManifest = Static<typeof conditions>;

const statement = Type.Object(
  {
    sid: Type.Optional(
      text('^[0-9A-Za-z]+$', 'must be letters and digits only', 'Identifies the statement in the policy.'),
    ),
    effect: Type.Optional(
      Type.Enum(['Allow', 'Deny'], { description: 'The effect of the statement. Default: Allow.' }),
    ),
    actions: Type.Array(
      text(
        IAM_ACTION,
        'must be an IAM action such as xray:PutTraceSegments',
        'service:Action, with * and ? as wildcards.',
      ),
      { minItems: 1, description: 'IAM actions.' },
    ),
    resources: Type.Array(text(IAM_RESOURCE, 'must be an ARN or "*"', 'ARNs, with * and ? as wildcards.'), {
      minItems: 1,
      description: 'The resources of the actions.',
    }),
    conditions: Type.Optional(conditions),
  },
  { additionalProperties: false },
);
export type StatementManifest = Static<typeof statement>;

/** What IAM raises the quota to (IAM and AWS STS quotas). */
const MOST_MANAGED_POLICIES = 20;

const roleFields = {
  name: Type.Optional(nameText(ROLE_NAMING, 'Name of the role in IAM, instead of the derived one.')),
  arn: Type.Optional(roleArn('An existing role, which the controller never changes.')),
  policyName: Type.Optional(
    text(
      '^[A-Za-z0-9+=,.@_-]{1,128}$',
      'must be the name of an IAM policy: at most 128 letters, digits and + = , . @ _ -',
      "Name of the role's inline policy. Default: stationkeeper.",
    ),
  ),
  statements: Type.Optional(
    Type.Array(statement, { description: "Statements of the role's inline policy." }),
  ),
  managedPolicyArns: Type.Optional(
    Type.Array(policyArn("A managed policy of AWS's or of the account's own."), {
      maxItems: MOST_MANAGED_POLICIES,
      uniqueItems: true,
      description:
        'The managed policies of the role; any other is drift, and the controller detaches it. At most 10, unless IAM has raised the quota of the account (20 at most). Not written: the controller reports the policies that others attach, and leaves them.',
    }),
  ),
  path: Type.Optional(
    rolePath(
      "The role's path in IAM, such as /teams/platform/. AWS cannot change it in place. Default: that of the Environment, otherwise /.",
    ),
  ),
  permissionsBoundary: Type.Optional(
    policyArn(
      'The permissions boundary of the role, a managed policy; none: it has none. Default: that of the Environment.',
      { orNone: true },
    ),
  ),
  trust: Type.Optional(
    Type.Object(
      { conditions: Type.Optional(conditions) },
      {
        additionalProperties: false,
        description:
          'Conditions for ECS to assume the role: { conditions: { ArnLike: { "aws:SourceArn": "arn:aws:ecs:us-east-1:123456789012:*" } } }.',
      },
    ),
  ),
};

/** What a manifest can say of a role that is made for it. */
export const MADE_ROLE_FIELDS = [
  'name',
  'policyName',
  'statements',
  'managedPolicyArns',
  'path',
  'permissionsBoundary',
  'trust',
] as const satisfies readonly Exclude<keyof typeof roleFields, 'arn'>[];

/** A role that Stationkeeper makes (`name`, `statements` …) or one that exists (`arn`). */
export function role(description: string) {
  return Type.Object(roleFields, { additionalProperties: false, description });
}
export type RoleManifest = Static<ReturnType<typeof role>>;

/** A role, or none at all. */
export function executionRole(description: string) {
  return Type.Object(
    {
      ...roleFields,
      omit: Type.Optional(
        Type.Boolean({
          description:
            'true: no execution role, for tasks that pull public images, use no log driver that needs it, and have no secrets. Default: false.',
        }),
      ),
    },
    { additionalProperties: false, description },
  );
}
