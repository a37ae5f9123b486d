const LONGEST_VALUE = 100;

/** A value on one line; a long one is cut, its length told. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}
