import { expect, test } from 'vitest';
import { ENVIRONMENT_KIND } from '../../controller/core/reference.ts';
import { KINDS } from '../../controller/kinds/index.ts';
import { standsOnIn } from '../../controller/plan/order.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { MANIFESTS } from '../support/world/world.ts';

const models = new Map(KINDS.map(({ model }) => [model.facts.name, model]));
const standsOn = standsOnIn({ models });

test('a kind says that it stands on every kind that it needs, so that none of these goes before it', () => {
  const files = Object.entries(MANIFESTS).map(([file, text]) => ({ file, text }));
  const { desired: wanted } = expandManifests(parseManifests(files).manifests);
  const needs = wanted.flatMap((desired) =>
    models
      .get(desired.id.kind)!
      .needs(desired)
      .map(({ kind }) => [desired.id.kind, kind] as const),
  );
  const untold = needs.filter(([kind, need]) => need !== ENVIRONMENT_KIND && !standsOn(kind, need));
  expect(needs.length).toBeGreaterThan(10);
  expect(untold).toEqual([]);
});

test('what stands on something stands on what that stands on, and nothing on itself or on what comes later', () => {
  expect(standsOn('service', 'role')).toBe(true);
  expect(standsOn('security-group', 'role')).toBe(false);
  expect(standsOn('role', 'role')).toBe(false);
  expect(standsOn('role', 'service')).toBe(false);
});
