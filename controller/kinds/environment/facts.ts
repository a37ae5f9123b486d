import type { KindFacts } from '../../core/facts.ts';
import { ENVIRONMENT_KIND } from '../../core/resource.ts';

export const environmentFacts: KindFacts = {
  name: ENVIRONMENT_KIND,
  mainOf: 'Environment',
};
