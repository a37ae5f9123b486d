import type { KindFacts } from '../../core/facts.ts';
import type { Tags } from '../../core/resource.ts';

/** Which ECS service registers in it, `cluster/service`, so that its instances are told from others'. */
const REGISTRANT_TAG = 'stationkeeper:registrant';

export const discoveryServiceFacts: KindFacts = {
  name: 'discovery-service',
  scope: 'namespace',
  readAfter: ['namespace', 'service'],
  tags: ({ usedBy }) =>
    usedBy === undefined ? {} : { [REGISTRANT_TAG]: `${usedBy.scope ?? ''}/${usedBy.name}` },
};

/** The ECS service that registers in a discovery service with these tags, `cluster/service`; undefined where they do not say. */
export function registrantOf(tags: Tags): string | undefined {
  return tags[REGISTRANT_TAG];
}
