import { Type } from 'typebox';
import type { Static } from 'typebox';
import { knowledgeOf, schemasOf } from '../../core/fields/table.ts';
import { REPOSITORY_NAMING } from '../../kinds/repository/facts.ts';
import { POLICIES, REPOSITORY } from '../../kinds/repository/fields.ts';
import { fleetMembers } from './fleet.ts';
import { environmentName, nameText } from './text.ts';

export const repositorySpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    ...fleetMembers,
    repositoryName: Type.Optional(
      nameText(
        REPOSITORY_NAMING,
        'Name of the repository in ECR, such as platform/xray, instead of metadata.name.',
      ),
    ),
    ...schemasOf(REPOSITORY.fields),
    ...schemasOf(POLICIES.fields),
    forceDelete: Type.Optional(
      Type.Boolean({
        description:
          'Whether the controller deletes the repository together with its images, when its manifest is removed or it is replaced. Without it the controller keeps a repository that has images. Default: false.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'An ECR repository.',
    knowledge: knowledgeOf(REPOSITORY, POLICIES),
  },
);
export type RepositoryManifestSpec = Static<typeof repositorySpec>;
