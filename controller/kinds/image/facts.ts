import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { calls, looksUp, reads } from '../../core/authorization.ts';
import type { Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { LookedUpSpec } from '../../core/looked-up.ts';
import { locatedImage } from './spec.ts';

/** The repositories that images are in, of whichever account and Region. */
const REPOSITORY: ResourceType = {
  name: 'repository',
  all: (place) => [regionalArn(place, 'ecr', 'repository/*')],
  named(place, { spec }) {
    const { reference } = spec as LookedUpSpec;
    const { region, registryId: accountId, repository } = locatedImage(reference, place);
    return [regionalArn({ ...place, region, accountId }, 'ecr', `repository/${repository}`)];
  },
};

export const imageFacts: KindFacts<object> = {
  name: 'image',
  neededToStart: true,
  calls: {
    ecr: {
      batchGetImage: calls(['observe'], looksUp('ecr:BatchGetImage', REPOSITORY)),
      listImages: calls(['observe'], reads('ecr:ListImages')),
      describePullThroughCacheRules: calls(['observe'], reads('ecr:DescribePullThroughCacheRules')),
    },
  } satisfies ByOperation<Call>,
};
