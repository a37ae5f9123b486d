import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef } from '@smithy/types';
import * as fc from 'fast-check';

const MAX_DEPTH = 4;

/** Whatever a form, JSON or XML has to escape. */
const CHARACTERS = [
  'a',
  'Z',
  '0',
  '-',
  '.',
  ':',
  '/',
  '*',
  '&',
  '<',
  '>',
  '"',
  "'",
  '%',
  '+',
  '=',
  ';',
  '#',
  ' ',
  '{',
  ']',
  '\\',
  'ä',
  '€',
  '😀',
];

/** Any value of an SDK schema: what a client may send or a service may answer. */
export function valueOf(ref: SchemaRef): fc.Arbitrary<object> {
  const schema = NormalizedSchema.of(ref);
  return schema.isUnitSchema() ? fc.constant({}) : (ofSchema(schema, 0) as fc.Arbitrary<object>);
}

function ofSchema(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> {
  if (schema.isStructSchema()) return ofStruct(schema, depth);
  if (schema.isListSchema()) {
    return fc.array(ofSchema(schema.getValueSchema(), depth + 1), { minLength: 1, maxLength: 3 });
  }
  if (schema.isMapSchema()) {
    return fc.dictionary(text(), ofSchema(schema.getValueSchema(), depth + 1), {
      noNullPrototype: true,
      minKeys: 1,
      maxKeys: 3,
    });
  }
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema()) return fc.integer();
  if (schema.isTimestampSchema())
    return fc.integer({ min: 0, max: 4e9 }).map((seconds) => new Date(seconds * 1000));
  if (schema.isBlobSchema()) return fc.uint8Array({ minLength: 1, maxLength: 8 });
  return text();
}

/** Members that are structures stop below MAX_DEPTH, unless the structure requires them. */
function ofStruct(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> {
  const struct: unknown = schema.getSchema();
  const required = Array.isArray(struct) && typeof struct[6] === 'number' ? struct[6] : 0;
  const members = [...schema.structIterator()]
    .filter(([, member], index) => index < required || depth < MAX_DEPTH || isSimple(member))
    .map(([name, member]) => [name, ofSchema(member, depth + 1)] as const);
  if (schema.isUnionSchema())
    return fc.oneof(...members.map(([name, member]) => fc.record({ [name]: member })));
  const filledIn = [...schema.structIterator()].filter(([, member]) => member.isIdempotencyToken());
  const always = [
    ...members.slice(0, Math.max(required, 1)).map(([name]) => name),
    ...filledIn.map(([name]) => name),
  ];
  return fc.record(Object.fromEntries(members), { requiredKeys: [...new Set(always)] as never[] });
}

function isSimple(schema: NormalizedSchema): boolean {
  return !schema.isStructSchema() && !schema.isListSchema() && !schema.isMapSchema();
}

/** XML parsers trim white space at the ends, and control characters have no place in XML 1.0. */
function text(): fc.Arbitrary<string> {
  return fc
    .string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 8 })
    .map((inner) => `x${inner}x`);
}
