import { Type } from 'typebox';
import { oneOf } from '../../core/schema.ts';
import { stringMap } from './text.ts';

/** What a spec says of many Environments: `environments` in the place of `environment`, and what differs from one to the other. */

const requirement = Type.Object(
  {
    key: Type.String({ minLength: 1, description: 'A label.' }),
    operator: oneOf(
      ['In', 'NotIn', 'Exists', 'DoesNotExist'],
      'In: it has one of the values. NotIn: it has none of them, or no such label. Exists, DoesNotExist: it has the label, or not.',
    ),
    values: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'The values, for In and NotIn.' }),
    ),
  },
  { additionalProperties: false },
);

export function labelSelector(description: string) {
  return Type.Object(
    {
      matchLabels: Type.Optional(stringMap('Labels with the values that they must have.')),
      matchExpressions: Type.Optional(
        Type.Array(requirement, { description: 'Further requirements, all of which must hold.' }),
      ),
    },
    { additionalProperties: false, description },
  );
}

/** Members of a spec. */
export const fleetMembers = {
  environments: Type.Optional(
    labelSelector(
      'Instead of environment: each Environment whose labels match has the object. {} is all of them.',
    ),
  ),
  overrides: Type.Optional(
    Type.Array(
      Type.Object(
        {
          environments: labelSelector('The Environments of the override.'),
          spec: Type.Unsafe<Readonly<Record<string, unknown>>>({
            type: 'object',
            description:
              'The differences there, as a JSON merge patch: null removes, containers merge by name, other lists are replaced.',
          }),
        },
        { additionalProperties: false },
      ),
      { description: 'Differences in some Environments: every entry that matches, in order.' },
    ),
  ),
} as const;
