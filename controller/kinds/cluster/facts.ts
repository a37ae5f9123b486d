import type { KindFacts } from '../../core/facts.ts';

export const clusterFacts: KindFacts = {
  name: 'cluster',
  mainOf: 'Cluster',
  isOwn: ({ id }, { cluster }) => id.name === cluster,
};
