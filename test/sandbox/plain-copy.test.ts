import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyState } from '../../sandbox/control/copy-state.ts';
import { plainCopy } from '../../sandbox/plain-copy.ts';

const VALUES = fc.object({
  maxDepth: 3,
  withDate: true,
  withTypedArray: false,
  withNullPrototype: false,
  values: [fc.string(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined), fc.uint8Array()],
});

test('a copy says the same as what it was made of, and as structuredClone says it', () => {
  fc.assert(
    fc.property(VALUES, (value) => {
      expect(plainCopy(value)).toStrictEqual(value);
      expect(plainCopy(value)).toStrictEqual(structuredClone(value));
    }),
  );
});

test('a copy shares nothing: what becomes of it changes nothing of the other', () => {
  const made = new Date(0);
  const value = { a: { b: [{ c: 1 }] }, made, bytes: new Uint8Array([1]) };
  const copy = plainCopy(value);
  copy.a.b[0]!.c = 2;
  copy.made.setTime(1);
  copy.bytes[0] = 2;
  expect(value).toEqual({ a: { b: [{ c: 1 }] }, made: new Date(0), bytes: new Uint8Array([1]) });
});

test.each([
  ['an input or output', plainCopy],
  ['the state', copyState],
] as const)(
  'a key that stands for the prototype of objects is a key like others in a copy of %s',
  (_what, copy) => {
    const labels = JSON.parse('{ "__proto__": { "a": "b" } }') as object;
    expect(JSON.stringify(copy(labels))).toBe('{"__proto__":{"a":"b"}}');
    expect(copy(labels)).not.toHaveProperty('a');
  },
);
