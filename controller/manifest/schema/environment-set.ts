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
        'Labels of the Environments in this account, and what ${account.labels.KEY} stands for in the template. One of the same key in the template is what accounts without it have.',
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
        'What each is called: a text with ${account.id}, ${account.name}, ${account.labels.KEY} and ${region}, which gives every pair another name.',
    }),
    labels: Type.Optional(
      stringMap('Labels of each. Where its account has a label of the same key, that one counts.'),
    ),
    annotations: Type.Optional(stringMap('Annotations of each, as of an Environment.')),
    spec: Type.Optional(
      Type.Unsafe<Readonly<Record<string, unknown>>>({
        type: 'object',
        description:
          'The spec of each, as of an Environment; region and account are those of the pair. Its texts may name ${environment.name}, ${environment.partition} and ${environment.labels.KEY} besides.',
      }),
    ),
  },
  { additionalProperties: false, description: 'The Environment that each pair of account and Region is.' },
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
      'Environments by the dozen: one for each account in each Region. It is no object itself; each Environment is as if it were written.',
  },
);
