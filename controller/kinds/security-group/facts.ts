import type { KindFacts } from '../../core/facts.ts';

export const securityGroupFacts: KindFacts = {
  name: 'security-group',
};
