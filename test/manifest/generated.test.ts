import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyFleet, documentSchemas, isValid, lackingIn } from '../support/generated/fleet.ts';
import type { Fleet } from '../support/generated/fleet.ts';
import { NOT_SHOWN } from '../support/generated/not-shown.ts';
import { worldBesideAnother } from '../support/generated/world.ts';

const SAMPLES = 500;

describe('generated manifests', () => {
  let fleets: readonly Fleet[];
  let valid: readonly Fleet[];
  beforeAll(async () => {
    const { existing } = await worldBesideAnother();
    fleets = fc.sample(anyFleet({ existing }), { numRuns: SAMPLES, seed: 1 });
    valid = fleets.filter(isValid);
  });

  it('are mostly valid', () => {
    expect(valid.length / fleets.length).toBeGreaterThan(0.9);
  });

  it('show, where they are valid, all of the schema: each property given and left out, each word, each type', () => {
    expect(lackingIn(valid.flat(), documentSchemas())).toEqual(Object.keys(NOT_SHOWN).toSorted());
  });
});
