import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestJsonSchema } from '../../controller/manifest/schema/index.ts';
import type { Existing } from '../support/manifests/generated/existing.ts';
import { anyFleet, documentSchemas, isValid, lackingIn } from '../support/manifests/generated/fleet.ts';
import type { Fleet } from '../support/manifests/generated/fleet.ts';
import { hintsFor } from '../support/manifests/generated/hints.ts';
import { pathTo } from '../support/manifests/generated/json-schema.ts';
import type { JsonSchema } from '../support/manifests/generated/json-schema.ts';
import { NOT_SHOWN } from '../support/manifests/generated/not-shown.ts';
import { placesOf } from '../support/manifests/generated/places.ts';
import { worldBesideAnother } from '../support/manifests/generated/world.ts';

const SAMPLES = 1000;

describe('generated manifests', () => {
  let fleets: readonly Fleet[];
  let valid: readonly Fleet[];
  let existing: Existing;
  beforeAll(async () => {
    ({ existing } = await worldBesideAnother());
    fleets = fc.sample(anyFleet({ existing }), { numRuns: SAMPLES, seed: 1 });
    valid = fleets.filter(isValid);
  });

  it('are mostly valid', () => {
    expect(valid.length / fleets.length).toBeGreaterThan(0.9);
  });

  it('show, where they are valid, all of the schema: each property given and left out, each word, each type', () => {
    expect(lackingIn(valid.flat(), documentSchemas())).toEqual(Object.keys(NOT_SHOWN).toSorted());
  });

  it('are hinted at only in places that the schema has', () => {
    const places = new Set([...documentSchemas()].flatMap(([kind, schema]) => placesOf(schema, kind)));
    const hinted = Object.entries(hintsFor(existing)).flatMap(([path, { choices = [], always = [] }]) => [
      path,
      ...[...choices.flat(2), ...always].map((name) => pathTo.property(path, name)),
    ]);
    expect(hinted.filter((path) => !places.has(`${path} given`))).toEqual([]);
  });

  it('show a field that the schema gains, with no further line anywhere', () => {
    const field = '"novelty":{"type":"object","properties":{"word":{"enum":["one","other"]}}}';
    const text = JSON.stringify(manifestJsonSchema()).replace('"desiredCount":', `${field},"desiredCount":`);
    const schema = JSON.parse(text) as JsonSchema;
    const shown = fc.sample(anyFleet({ schema }), { numRuns: 50, seed: 1 }).flat();
    const schemas = documentSchemas(schema);
    const places = [...schemas].flatMap(([kind, one]) => placesOf(one, kind));
    expect(places.filter((place) => place.includes('novelty'))).toHaveLength(6);
    expect(lackingIn(shown, schemas).filter((place) => place.includes('novelty'))).toEqual([]);
  });
});
