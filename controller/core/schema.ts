import { Type } from 'typebox';

/**
 * Shared pieces of schemas. `errorMessage` completes the sentence "<value> …" for people: editors show it, and
 * manifest/validate.ts builds our own errors from it.
 */

/** A string with a pattern, and what to say when it does not match. */
export function text(pattern: string, errorMessage: string, description: string, maxLength?: number) {
  return Type.String({ pattern, errorMessage, description, ...(maxLength !== undefined && { maxLength }) });
}

/** A string out of a list, as JSON Schema's `enum`. */
export function oneOf<const Value extends string>(values: readonly Value[], description?: string) {
  return Type.Unsafe<Value>({
    type: 'string',
    enum: values,
    ...(description === undefined ? {} : { description }),
  });
}
