import { Type } from 'typebox';
import type { Table } from '../../core/fields/field.ts';
import { object, omissible, required, set, structuresByKey, value } from '../../core/fields/shapes.ts';

/** What a lifecycle policy has (ECR user guide, lifecycle policy properties): the JSON that ECR keeps, by its own names. */

const tags = (description: string) => {
  const tag = Type.String({ minLength: 1, maxLength: 128 });
  return { ...set(tag, { description }), schema: Type.Array(tag, { minItems: 1, description }) };
};

const SELECTION = {
  fields: {
    tagStatus: required(
      value(
        Type.Enum(['tagged', 'untagged', 'any'], {
          description: 'Which images: with a tag, without one, or both.',
        }),
      ),
    ),
    tagPatternList: tags('With tagged: the tags, with * for any text. An image has to match all of them.'),
    tagPrefixList: tags('With tagged: how the tags begin. An image has to match all of them.'),
    storageClass: omissible(
      Type.Enum(['standard', 'archive'], { description: 'Where the images are kept. Default: standard.' }),
      'standard',
    ),
    countType: required(
      value(
        Type.Enum(['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'], {
          description: 'What countNumber counts: images, or days since something happened to an image.',
        }),
      ),
    ),
    countUnit: value(Type.Enum(['days'], { description: 'days, with a countType of since….' })),
    countNumber: required(value(Type.Integer({ minimum: 1, description: 'How many.' }))),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const ACTION = {
  fields: {
    type: required(
      value(
        Type.Enum(['expire', 'transition'], {
          description:
            'expire: ECR deletes the images. transition: it moves them into another storage class.',
        }),
      ),
    ),
    targetStorageClass: value(
      Type.Enum(['archive'], { description: 'Where transition moves the images: archive.' }),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const RULE = {
  fields: {
    rulePriority: required(
      value(
        Type.Integer({
          minimum: 1,
          description: 'Unique; the lowest is applied first, and a rule for any comes last.',
        }),
      ),
    ),
    description: value(Type.String({ description: 'For people.' })),
    selection: required(object(SELECTION, 'The images that the rule is about.')),
    action: required(object(ACTION, 'The action on these images.')),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const LIFECYCLE_POLICY = {
  fields: {
    rules: required(
      structuresByKey(RULE, 'The rules, each with a priority of its own.', ({ rulePriority }) =>
        String(rulePriority),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
