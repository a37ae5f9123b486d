import { setOwn } from '../plain-copy.ts';
import { SortedMap } from '../sorted-map.ts';

/**
 * A copy that shares nothing with the state; references within the state, also circular ones, stay what they are.
 * (structuredClone does not know SortedMap.)
 */
export function copyState<T>(state: T): T {
  const copies = new Map<object, object>();
  return copyOf(state, copies);
}

function copyOf<T>(value: T, copies: Map<object, object>): T {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known as T;
  return copyObject(value, copies) as T;
}

function copyObject(value: object, copies: Map<object, object>): object {
  if (value instanceof Date) return new Date(value);
  const copy = emptyLike(value);
  copies.set(value, copy);
  if (copy instanceof Set) {
    for (const item of value as Set<unknown>) copy.add(copyOf(item, copies));
  } else if (copy instanceof Map || copy instanceof SortedMap) {
    for (const [key, item] of (value as typeof copy).entries()) {
      copy.set(copyOf(key, copies) as string, copyOf(item, copies));
    }
  } else {
    for (const [key, item] of Object.entries(value)) {
      setOwn(copy as Record<string, unknown>, key, copyOf<unknown>(item, copies));
    }
  }
  return copy;
}

function emptyLike(value: object): object {
  if (Array.isArray(value)) return [];
  if (value instanceof Set) return new Set();
  if (value instanceof Map) return new Map();
  return value instanceof SortedMap ? new SortedMap() : {};
}
