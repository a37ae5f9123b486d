import type { KindFacts } from '../../core/facts.ts';

export const roleFacts: KindFacts = {
  name: 'role',
  isGlobal: true,
};
