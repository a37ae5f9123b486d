import { Type } from 'typebox';

/** A string out of a list, as JSON Schema's `enum`. */
export function oneOf<const Value extends string>(values: readonly Value[], description?: string) {
  return Type.Unsafe<Value>({
    type: 'string',
    enum: values,
    ...(description === undefined ? {} : { description }),
  });
}
