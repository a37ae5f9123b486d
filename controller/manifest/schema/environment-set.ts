import { Type } from 'typebox';
import { accountId, regionName, stringMap } from './text.ts';

const account = Type.Object(
  {
    id: accountId('AWS account. Write it in quotes.'),
    name: Type.Optional(
      Type.String({ minLength: 1, description: 'The value of ${account.name} in the template.' }),
    ),
    labels: Type.Optional(
      stringMap(
        "Labels of the Environments in this account, and the values of ${account.labels.KEY} in the template. Accounts without a key have the template's label of that key.",
      ),
    ),
  },
  { additionalProperties: false },
);

const template = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      description:
        'The name of each: a text with ${account.id}, ${account.name}, ${account.labels.KEY} and ${region} that gives every pair another name.',
    }),
    labels: Type.Optional(
      stringMap('Labels of each. A label of its account with the same key takes precedence.'),
    ),
    annotations: Type.Optional(stringMap('Annotations of each, as of an Environment.')),
    spec: Type.Optional(
      Type.Unsafe<Readonly<Record<string, unknown>>>({
        type: 'object',
        description:
          'The spec of each, as of an Environment; region and account are those of the pair. Its texts may also name ${environment.name}, ${environment.partition} and ${environment.labels.KEY}.',
      }),
    ),
  },
  { additionalProperties: false, description: 'The Environment of each pair of account and Region.' },
);

export const environmentSetSpec = Type.Object(
  {
    accounts: Type.Array(account, { minItems: 1, description: 'The accounts, each once.' }),
    regions: Type.Array(regionName('AWS Region.'), {
      minItems: 1,
      uniqueItems: true,
      description: 'The Regions, in each of which every account has an Environment.',
    }),
    template,
  },
  {
    additionalProperties: false,
    description:
      'Environments by the dozen: one for each account in each Region, as if each were written. The set is no object itself.',
  },
);
