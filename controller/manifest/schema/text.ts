import { Type } from 'typebox';
import { POLICY_ARN, REGION_NAME, ROLE_ARN, ROLE_PATH } from '../../core/arn.ts';
import type { NameRules } from '../../core/name-rules.ts';
import { text } from '../../core/schema.ts';

/** A DNS label: RFC 1123, lower case. */
export const DNS_LABEL = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';

/** A name in AWS, by the rule of its service. */
export function nameText({ pattern, says, most }: NameRules, description: string) {
  return text(pattern, says, description, most);
}

export function environmentName() {
  return text(
    DNS_LABEL,
    'must be the name of an Environment: lower-case letters, digits and hyphens',
    'The Environment this belongs to. Needed only where several Environments are declared.',
  );
}

export function accountId(description: string) {
  return text('^[0-9]{12}$', 'must be an AWS account id: 12 digits, in quotes', description);
}

export function regionName(description: string) {
  return text(REGION_NAME, 'must be an AWS region such as us-east-1', description);
}

export function roleArn(description: string) {
  return text(
    ROLE_ARN,
    'must be the ARN of an IAM role, such as arn:aws:iam::123456789012:role/name',
    description,
  );
}

/** A managed policy by its ARN, or, where that says something, that there is none. */
export function policyArn(description: string, { orNone = false } = {}) {
  const example = 'the ARN of a managed policy, such as arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
  return text(
    orNone ? `^(none|${POLICY_ARN})$` : `^${POLICY_ARN}$`,
    orNone ? `must be none, or ${example}` : `must be ${example}`,
    description,
  );
}

export function rolePath(description: string) {
  return text(
    ROLE_PATH,
    'must be a path of IAM, which begins and ends with / and has no wildcards, such as /teams/platform/',
    description,
    512,
  );
}

/** A map of strings to strings, such as labels. */
export function stringMap(description: string) {
  return Type.Record(Type.String(), Type.String(), { description });
}

/** Tags that select existing resources; at least one. */
export function tagSelector(description: string) {
  return Type.Object(
    {
      tags: Type.Record(Type.String(), Type.String(), {
        minProperties: 1,
        description: 'Tag keys and the values they must have.',
      }),
    },
    { additionalProperties: false, description },
  );
}
