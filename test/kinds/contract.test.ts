import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FACTS, KIND_NAMES } from '../../controller/kinds/facts.ts';
import { KINDS } from '../../controller/kinds/index.ts';
import { KIND_CASES } from '../support/kinds/cases.ts';
import { testContract } from '../support/kinds/promises.ts';

describe('the registry', () => {
  test('has every kind that has a folder, and no other', () => {
    const folders = readdirSync(new URL('../../controller/kinds/', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(KINDS.map(({ model }) => model.facts.name).toSorted()).toEqual(folders.toSorted());
  });

  test('names the kinds in the order of creation', () => {
    expect(KINDS.map(({ model }) => model.facts.name)).toEqual(KIND_NAMES);
  });

  test('has the kinds that others are scoped to, made before them', () => {
    for (const { name, scope } of FACTS.filter((facts) => facts.scope !== undefined)) {
      expect(KIND_NAMES.slice(0, KIND_NAMES.indexOf(name))).toContain(scope);
    }
  });

  test('has every kind under contract but those that are looked up and never made or changed', () => {
    const lookedUp = [
      'environment',
      'managed-policy',
      'target-group',
      'given-role',
      'given-security-group',
      'image',
      'secret',
      'parameter',
    ];
    expect([...lookedUp, ...KIND_CASES.map(({ kind }) => kind)].toSorted()).toEqual(KIND_NAMES.toSorted());
  });
});

describe.each(KIND_CASES)('$kind', (example) => {
  testContract(example);
});
