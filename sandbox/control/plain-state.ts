import { HIDDEN, isHidden } from '../hidden.ts';
import { SortedMap } from '../sorted-map.ts';

/**
 * State as JSON: maps become objects, sets lists, dates ISO 8601. A record that another one only points to, or that is
 * shown already, is shown as its ARN, id or name. What is kept secret is not shown.
 */
export function plainState(state: object): unknown {
  return plain(state, { shown: new Set(), pointedTo: false });
}

interface Place {
  readonly shown: Set<object>;
  /** Reached through a property and not as an entry of a collection. */
  readonly pointedTo: boolean;
}

function plain(value: unknown, place: Place): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (isHidden(value)) return HIDDEN;
  const name = nameOf(value);
  if (name !== undefined && (place.pointedTo || place.shown.has(value))) return name;
  if (place.shown.has(value)) return undefined;
  place.shown.add(value);
  const entry = (item: unknown): unknown => plain(item, { ...place, pointedTo: false });
  if (Array.isArray(value) || value instanceof Set) return [...value].map(entry);
  if (value instanceof Map || value instanceof SortedMap) {
    return Object.fromEntries([...value.entries()].map(([key, item]) => [keyOf(key), entry(item)]));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plain(item, { ...place, pointedTo: true })]),
  );
}

function keyOf(key: unknown): string {
  return typeof key === 'object' && key !== null ? (nameOf(key) ?? '') : String(key);
}

/** What identifies a record, where it has something of the kind. */
function nameOf(value: object): string | undefined {
  const { arn, id } = value as { readonly arn?: unknown; readonly id?: unknown };
  return [arn, id].find((name) => typeof name === 'string');
}
