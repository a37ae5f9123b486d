import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field, Table } from '../../controller/core/fields/field.ts';
import { canonicalJson } from '../../controller/core/ownership.ts';
import { DEPLOYMENT } from '../../controller/kinds/service/deployment-fields.ts';
import { SERVICE } from '../../controller/kinds/service/fields.ts';
import { CONTAINER } from '../../controller/kinds/task-definition/container-fields.ts';
import { RUNTIME_PLATFORM, TASK } from '../../controller/kinds/task-definition/fields.ts';
import { PRIVATE_KEYWORDS } from '../../controller/manifest/schema/index.ts';
import { hintsFor } from '../support/manifests/generated/hints.ts';
import { valuesOf } from '../support/manifests/generated/json-schema.ts';
import type { JsonSchema } from '../support/manifests/generated/json-schema.ts';

/** The tables, by where their fields stand in a manifest. */
const TABLES: Readonly<Record<string, Table>> = {
  'DaemonService.spec': { ...TASK, fields: { ...TASK.fields, ...SERVICE.fields } },
  'DaemonService.spec.runtimePlatform': RUNTIME_PLATFORM,
  'DaemonService.spec.deployment': DEPLOYMENT,
  'DaemonService.spec.containers[]': CONTAINER,
};

/** What people write besides something that says it already, and what ECS has from elsewhere. */
const SAY_NOTHING = new Set(['logConfiguration']);

const ROWS = Object.entries(TABLES).flatMap(([path, { fields }]) =>
  Object.entries(fields)
    .filter(([name, { presence }]) => presence !== 'unwritten' && !SAY_NOTHING.has(name))
    .map(([name, field]) => [`${path}.${name}`, field] as const),
);

function anyWritten(path: string, { schema }: Field): fc.Arbitrary<unknown> {
  const plain = JSON.stringify(schema, (key, value: unknown) =>
    PRIVATE_KEYWORDS.includes(key) ? undefined : value,
  );
  const written = JSON.parse(plain) as JsonSchema;
  // Of its words fleets may show some alone, for want of what the others need in AWS.
  return written.enum === undefined
    ? valuesOf(written, hintsFor(undefined), path)
    : fc.constantFrom(...written.enum);
}

/** What AWS is asked for. */
const asked = (field: Field, written: unknown): unknown => field.toAws(field.wanted(written));

/** Lists whose order means nothing are the same in any. */
function meaningOf({ compared }: Field, value: unknown): string {
  const anyOrder = compared === 'set' || compared === 'entries' || compared === 'structures';
  return canonicalJson(anyOrder && Array.isArray(value) ? value.map(canonicalJson).toSorted() : value);
}

/** AWS takes what is named twice once. */
function namesTwice(field: Field, aws: unknown): boolean {
  if (field.compared === 'members' && field.holds !== undefined && isRecord(aws)) {
    return Object.entries(field.holds.fields).some(([name, inner]) => namesTwice(inner, aws[name]));
  }
  const entries = ['entries', 'structures', 'set'].includes(field.compared);
  return (
    entries && Array.isArray(aws) && Object.keys(field.observed(aws) as object).length < new Set(aws).size
  );
}

/** The first value, with each of its parts in turn as the second has it: a difference in one part alone. */
function variantsOf(one: unknown, other: unknown): readonly unknown[] {
  if (Array.isArray(one) && Array.isArray(other)) {
    const [theirs] = other as readonly unknown[];
    if (theirs === undefined) return [];
    return one.flatMap((part: unknown, index) =>
      variantsOf(part, theirs).map((variant) => one.with(index, variant) as unknown),
    );
  }
  if (isRecord(one) && isRecord(other)) {
    return Object.keys(one).flatMap((key) =>
      key in other ? variantsOf(one[key], other[key]).map((variant) => ({ ...one, [key]: variant })) : [],
    );
  }
  return [other];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

describe.each(ROWS)('the field %s', (path, field) => {
  const written = anyWritten(path, field);

  test('reaches AWS, and is read from there', () => {
    // Of one word there is nothing else to say.
    if ('enum' in field.schema && (field.schema.enum as readonly string[]).length === 1) return;
    const unsaid = asked(field, undefined);
    const said = fc.sample(written, { numRuns: 50, seed: 1 }).map((value) => asked(field, value));
    expect(said.map(canonicalJson)).not.toEqual(said.map(() => canonicalJson(unsaid)));
    expect(said.map((aws) => canonicalJson(field.observed(aws)))).not.toEqual(
      said.map(() => canonicalJson(field.observed(unsaid))),
    );
  });

  test('is exported as what was asked for, or as nothing that means the same', () => {
    fc.assert(
      fc.property(written, (value) => {
        const aws = asked(field, value);
        const again = asked(field, field.written(aws));
        expect(field.observed(again)).toEqual(field.observed(aws));
      }),
    );
  });

  test('is compared by all that it says', () => {
    fc.assert(
      fc.property(written, written, (one, other) => {
        const a = asked(field, one);
        const others = [other, ...variantsOf(one, other)].map((value) => asked(field, value));
        fc.pre(!namesTwice(field, a));
        for (const b of others.filter((aws) => aws !== undefined && !namesTwice(field, aws))) {
          const differ = meaningOf(field, field.written(a)) !== meaningOf(field, field.written(b));
          const isSeen = canonicalJson(field.observed(a)) !== canonicalJson(field.observed(b));
          expect(isSeen || !differ).toBe(true);
        }
      }),
    );
  });
});
