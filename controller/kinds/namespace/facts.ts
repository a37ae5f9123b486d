import type { KindFacts } from '../../core/facts.ts';

export const namespaceFacts: KindFacts = {
  name: 'namespace',
  mainOf: 'Namespace',
};
