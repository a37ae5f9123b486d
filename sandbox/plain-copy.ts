/**
 * A copy of an operation's input or output, which shares nothing with it: plain objects, arrays, dates and bytes. (structuredClone
 * knows more, and serializes for it, which every call would pay twice.)
 */
export function plainCopy<T>(value: T): T {
  return copyOf(value) as T;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  const copy: Record<string, unknown> = {};
  // Not Object.entries, which would make a pair of each: answers have a million members.
  const from = value as Record<string, unknown>;
  for (const key of Object.keys(from)) setOwn(copy, key, copyOf(from[key]));
  return copy;
}

/** Sets a key that people choose, a label's say, which may be the one that stands for an object's prototype. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
