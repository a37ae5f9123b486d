import { expect, test } from 'vitest';
import { standsOnIn } from '../../controller/plan/order.ts';
import { factsOf, modelsWith } from '../support/plans/resources.ts';

/** A kind whose facts do not say what it is built on. */
const { builtOn: _unsaid, ...facts } = factsOf('task-definition');
const standsOn = standsOnIn({ models: modelsWith('task-definition', { facts }) });

test.each([
  ['service', 'cluster', true],
  ['service', 'namespace', true],
  ['service', 'role', true],
  ['discovery-service', 'namespace', true],
  ['discovery-service', 'cluster', false],
  ['role', 'service', false],
  ['role', 'role', false],
  // Where nobody says, it may stand on all that is made before it, and on nothing that is made with it or later.
  ['task-definition', 'cluster', true],
  ['task-definition', 'task-definition', false],
  ['task-definition', 'service', false],
])('a %s stands on a %s, directly or by what it stands on: %s', (kind, other, expected) => {
  expect(standsOn(kind, other)).toBe(expected);
});
