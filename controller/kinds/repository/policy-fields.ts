import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Field } from '../../core/fields/field.ts';
import { canonicalPolicy } from '../../core/policy-document.ts';
import type { PolicyDocument } from '../../core/policy-document.ts';

const oneOrMore = (description: string) =>
  Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
    description,
    errorMessage: 'must be text, or a list of texts',
  });

const principal = (description: string) =>
  Type.Union([Type.Literal('*'), Type.Record(Type.String(), oneOrMore('Accounts, ARNs or services.'))], {
    description,
    errorMessage: 'must be "*", or { AWS: [<account or ARN>] } or { Service: [<name>] }',
  });

const statement = Type.Object(
  {
    Sid: Type.Optional(Type.String({ description: 'The id of the statement.' })),
    Effect: Type.Enum(['Allow', 'Deny'], { description: 'Allow or Deny.' }),
    Principal: Type.Optional(principal('The principals of the statement.')),
    NotPrincipal: Type.Optional(principal('The principals that the statement leaves out, of all.')),
    Action: Type.Optional(oneOrMore('Actions of ECR, such as ecr:BatchGetImage.')),
    NotAction: Type.Optional(oneOrMore('The actions that the statement leaves out, of all.')),
    Condition: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Record(
          Type.String(),
          Type.Union([Type.String(), Type.Boolean(), Type.Array(Type.String(), { minItems: 1 })], {
            errorMessage: 'must be text, true, false, or a list of texts',
          }),
        ),
        { description: 'Operator, condition key and values, as IAM writes them.' },
      ),
    ),
  },
  {
    additionalProperties: false,
    knowledge: {
      elsewhere: {},
      notOffered: { Resource: 'the policy is about this repository alone; remove it' },
      secrets: [],
    },
  },
);

const documentOf = (description: string) =>
  Type.Object(
    {
      Version: Type.Optional(
        Type.Enum(['2012-10-17', '2008-10-17'], {
          description: "Version of IAM's policy language. Default: 2008-10-17, as of IAM.",
        }),
      ),
      Statement: Type.Array(statement, { description: 'The statements.' }),
    },
    { additionalProperties: false, description },
  );

type Schema = ReturnType<typeof documentOf>;
type Written = Static<Schema>;

/** A policy document of a resource, which equals another where that means the same. */
export function policyDocument(
  description: string,
): Field<Schema, Written | undefined, Written, PolicyDocument | null> {
  return {
    schema: documentOf(description),
    compared: 'value',
    wanted: (written) => written,
    toAws: (spec) => spec,
    observed: (aws) => (aws === undefined || aws.Statement.length === 0 ? null : canonicalPolicy(aws)),
    written: (aws) => aws,
  };
}
