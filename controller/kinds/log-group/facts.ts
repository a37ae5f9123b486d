import type { KindFacts } from '../../core/facts.ts';

export const logGroupFacts: KindFacts = {
  name: 'log-group',
  retainedByDefault: true,
};
