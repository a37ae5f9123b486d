import type { KindFacts } from '../../core/facts.ts';

export const taskDefinitionFacts: KindFacts = {
  name: 'task-definition',
  readAfter: ['service'],
  isOwn: ({ id }, { family }) => id.name === family,
};
