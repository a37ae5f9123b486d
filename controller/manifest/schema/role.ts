import { Type } from 'typebox';
import type { Static } from 'typebox';
import { text } from '../../core/schema.ts';
import { ROLE_NAMING } from '../../kinds/role/facts.ts';
import { nameText, roleArn } from './text.ts';

export const IAM_ACTION = '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$';
/** `*`, or an ARN, of which IAM takes half too; a resource's own part may hold spaces. */
export const IAM_RESOURCE = '^(\\*|arn:[^\\r\\n]+)$';

const statement = Type.Object(
  {
    sid: Type.Optional(
      text('^[0-9A-Za-z]+$', 'must be letters and digits only', 'Identifies the statement in the policy.'),
    ),
    effect: Type.Optional(
      Type.Enum(['Allow', 'Deny'], { description: 'What the statement does. Default: Allow.' }),
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
      description: 'What the actions apply to.',
    }),
    conditions: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Record(
          Type.String(),
          Type.Union([Type.String(), Type.Boolean(), Type.Array(Type.String(), { minItems: 1 })], {
            errorMessage: 'must be text, true, false or a list of texts',
          }),
        ),
        { description: 'As IAM has them: operator, key, values.' },
      ),
    ),
  },
  { additionalProperties: false },
);
export type StatementManifest = Static<typeof statement>;

const roleFields = {
  name: Type.Optional(nameText(ROLE_NAMING, 'Name of the role in IAM, instead of the derived one.')),
  arn: Type.Optional(roleArn('An existing role: used, never changed.')),
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
};

/** A role that Stationkeeper makes (`name`, `statements`) or one that exists (`arn`). */
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
            'true: there is none, for tasks that pull public images, log with no driver that needs it, and have no secrets. Default: false.',
        }),
      ),
    },
    { additionalProperties: false, description },
  );
}
