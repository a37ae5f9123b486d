import { canonicalJson, isSameJson } from '../core/ownership.ts';
import { isAtOrBelow } from '../core/paths.ts';
import type { FieldChange } from '../core/resource.ts';
import { readsLikeSecret, SENSITIVE } from '../core/secrets.ts';

/**
 * All paths are field paths from the root of the resource with collection keys left out:
 * `containers[xray].environment[LOG_LEVEL]` is named by `containers.environment`.
 */
export interface CompareOptions {
  /** Where the compared objects stand in the resource: `deployment`, `containers[xray]`. */
  readonly at?: string;
  /** Fields, with everything below them, that AWS cannot change in place. */
  readonly replace?: readonly string[];
  /** Arrays whose order and repetitions mean nothing. */
  readonly sets?: readonly string[];
  /** Objects below the compared ones that are ours key by key, as `compareCollection` has them. */
  readonly collections?: readonly string[];
  /** Fields whose values, with everything below them, are never shown. */
  readonly hidden?: readonly string[];
  /** The compared objects are ours as a whole: a field that `wanted` does not name is wanted to be absent. */
  readonly whole?: boolean;
  /** Names whose values are never shown besides; default `readsLikeSecret`. */
  readonly sensitive?: (name: string) => boolean;
}

/** A collection: its entries by key. An entry that is `undefined` is no entry. */
export type Entries = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

/**
 * The fields of `wanted` in which `actual` differs. A field that `wanted` leaves undefined is not ours; one
 * that `actual` leaves undefined was not returned: neither is compared (laws 2 and 8). Plain objects are
 * compared field by field, arrays by value as one field.
 */
export function compareFields(wanted: object, actual: object, options: CompareOptions = {}): FieldChange[] {
  return fieldChanges(asRecord(wanted), asRecord(actual), startingAt(options), options);
}

/**
 * The entries in which an owned collection differs: a missing entry has `from: null`, one that is too many
 * `to: null`, both at `path[key]`; entries that are objects are compared field by field. A collection that is
 * undefined on either side is not compared.
 */
export function compareCollection(
  path: string,
  wanted: Entries | undefined,
  actual: Entries | undefined,
  options: Omit<CompareOptions, 'at'> = {},
): FieldChange[] {
  if (wanted === undefined || actual === undefined) return [];
  return entryChanges(wanted, actual, startingAt({ ...options, at: path }), options);
}

/** Whether something at this path, or below it, is among the changes. */
export function isChanged(changes: readonly FieldChange[], path: string): boolean {
  return changes.some((change) => isAtOrBelow(change.path, path));
}

/** A place in a resource: `path` as people read it, `rule` as rules name it. */
interface Place {
  readonly path: string;
  readonly rule: string;
  /** Whether what is there must not be shown, which is asked only of what differs. */
  readonly isHidden: () => boolean;
}

function startingAt(options: CompareOptions): Place {
  const path = options.at ?? '';
  return { path, rule: path.replaceAll(/\[[^\]]*\]/g, ''), isHidden: () => false };
}

function fieldChanges(
  wanted: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  parent: Place,
  options: CompareOptions,
): FieldChange[] {
  const unnamed = options.whole === true ? Object.keys(actual).filter((name) => !(name in wanted)) : [];
  return [...Object.keys(wanted), ...unnamed].flatMap((name) => {
    const to = name in wanted ? wanted[name] : null;
    const from = actual[name];
    // Most fields are as they shall be, of which nobody asks where they stand.
    if (to === undefined || from === undefined || to === from) return [];
    return valueChanges(to, from, fieldPlace(parent, name, options), options);
  });
}

function entryChanges(
  wanted: Entries,
  actual: Entries,
  parent: Place,
  options: CompareOptions,
): FieldChange[] {
  const to = present(wanted);
  const from = present(actual);
  const missingOrDifferent = [...to].flatMap(([key, value]) => {
    const there = from.get(key);
    if (value === there) return [];
    const place = entryPlace(parent, key, value, options);
    return there === undefined
      ? [change(place, null, value, options)]
      : valueChanges(value, there, place, options);
  });
  const tooMany = [...from]
    .filter(([key]) => !to.has(key))
    .map(([key, value]) => change(entryPlace(parent, key, value, options), value, null, options));
  return [...missingOrDifferent, ...tooMany];
}

function valueChanges(to: unknown, from: unknown, place: Place, options: CompareOptions): FieldChange[] {
  if (isPlainObject(to) && isPlainObject(from)) {
    return isCollection(place, options)
      ? entryChanges(to, from, place, options)
      : fieldChanges(to, from, place, options);
  }
  const asSet = options.sets?.includes(place.rule) ?? false;
  return sameValue(to, from, asSet) ? [] : [change(place, from, to, options)];
}

function sameValue(a: unknown, b: unknown, asSet: boolean): boolean {
  return asSet && Array.isArray(a) && Array.isArray(b)
    ? canonicalSet(a) === canonicalSet(b)
    : isSameJson(a, b);
}

function canonicalSet(items: readonly unknown[]): string {
  return canonicalJson([...new Set(items.map(canonicalJson))].toSorted());
}

function change(place: Place, from: unknown, to: unknown, options: CompareOptions): FieldChange {
  const replaced = options.replace?.some(
    (field) => place.rule === field || place.rule.startsWith(`${field}.`),
  );
  return {
    path: place.path,
    from: shown(from, place, options),
    to: shown(to, place, options),
    by: replaced === true ? 'replace' : 'update',
  };
}

/** The value with everything hidden that must not be shown; that there is nothing may always be shown. */
function shown(value: unknown, place: Place, options: CompareOptions): unknown {
  if (value === null || value === undefined) return null;
  if (place.isHidden()) return SENSITIVE;
  if (Array.isArray(value)) return value.map((item: unknown) => shown(item, place, options));
  if (!isPlainObject(value)) return value;
  const collection = isCollection(place, options);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => {
        const below = collection ? entryPlace(place, name, inner, options) : fieldPlace(place, name, options);
        return [name, shown(inner, below, options)];
      }),
  );
}

function fieldPlace(parent: Place, name: string, options: CompareOptions): Place {
  const join = (above: string): string => (above === '' ? name : `${above}.${name}`);
  const rule = join(parent.rule);
  return {
    path: join(parent.path),
    rule,
    isHidden: () =>
      parent.isHidden() || options.hidden?.includes(rule) === true || isSensitive(name, options),
  };
}

/** The key of an entry that is an object names a thing (a container), not a value: its fields decide. */
function entryPlace(parent: Place, key: string, value: unknown, options: CompareOptions): Place {
  return {
    path: `${parent.path}[${key}]`,
    rule: parent.rule,
    isHidden: () => parent.isHidden() || (!isPlainObject(value) && isSensitive(key, options)),
  };
}

function isCollection(place: Place, options: CompareOptions): boolean {
  return (options.collections?.includes(place.rule) ?? false) && !place.path.endsWith(']');
}

function isSensitive(name: string, options: CompareOptions): boolean {
  return (options.sensitive ?? readsLikeSecret)(name);
}

function present(entries: Entries): Map<string, unknown> {
  const all = entries instanceof Map ? entries.entries() : Object.entries(entries);
  return new Map([...all].filter(([, value]) => value !== undefined));
}

function asRecord(value: object): Readonly<Record<string, unknown>> {
  return value as Readonly<Record<string, unknown>>;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
