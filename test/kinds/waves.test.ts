import { expect, test } from 'vitest';
import type { KindFacts } from '../../controller/core/facts.ts';
import { FACTS } from '../../controller/kinds/facts.ts';
import { wavesOf } from '../../controller/kinds/waves.ts';
import { factsOf } from '../support/plans/resources.ts';

const environment = factsOf('environment');

function kind(name: string, ...readAfter: readonly string[]): KindFacts {
  return { name, readAfter, calls: {} };
}

function names(waves: readonly (readonly KindFacts[])[]): readonly (readonly string[])[] {
  return waves.map((wave) => wave.map(({ name }) => name));
}

test('the environment is read alone, and the other kinds in as few waves as they need', () => {
  expect(names(wavesOf(FACTS))).toEqual([
    ['environment'],
    [
      'managed-policy',
      'target-group',
      'given-role',
      'given-security-group',
      'image',
      'secret',
      'parameter',
      'role',
      'log-group',
      'security-group',
      'namespace',
      'repository',
      'cluster',
      'service',
      'scalable-target',
    ],
    ['discovery-service', 'task-definition', 'security-group-rule'],
  ]);
});

test('a kind is read in the first wave after all that it is read after', () => {
  const waves = wavesOf([kind('c', 'b', 'a'), kind('b', 'a'), environment, kind('a'), kind('d')]);
  expect(names(waves)).toEqual([['environment'], ['a', 'd'], ['b'], ['c']]);
});

test.each([
  ['kinds are read after each other', [kind('a', 'b'), kind('b', 'a')]],
  ['one is read after a kind that there is not', [kind('a', 'clustr')]],
])('nothing starts where %s', (_what, kinds) => {
  expect(() => wavesOf([environment, ...kinds])).toThrow('nothing reads a');
});
