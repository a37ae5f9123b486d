import { mapValueOf, pathTo } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/** Everything that documents of a schema can show: each property given and, where it may be, left out; each word of an enumeration; each type of a union. */
export function placesOf(schema: JsonSchema, path: string): readonly string[] {
  const own = variantsOf(schema, path).map(({ place }) => place);
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const at = pathTo.property(path, name);
    return [given(at), ...(required.has(name) ? [] : [leftOut(at)]), ...placesOf(property, at)];
  });
  const value = mapValueOf(schema);
  const values =
    value === undefined ? [] : [given(pathTo.value(path)), ...placesOf(value, pathTo.value(path))];
  const { items, anyOf = [] } = schema;
  const inList = items === undefined ? [] : [given(pathTo.item(path)), ...placesOf(items, pathTo.item(path))];
  return [...own, ...properties, ...values, ...inList, ...anyOf.flatMap((branch) => placesOf(branch, path))];
}

/** The places of the schema that one document shows. */
export function placesIn(document: unknown, schema: JsonSchema, path: string): readonly string[] {
  const own = variantsOf(schema, path)
    .filter(({ isShownBy }) => isShownBy(document))
    .map(({ place }) => place);
  const branches = (schema.anyOf ?? []).flatMap((branch) => placesIn(document, branch, path));
  if (Array.isArray(document)) {
    const { items } = schema;
    if (items === undefined) return [...own, ...branches];
    const at = pathTo.item(path);
    return [...own, ...branches, ...document.flatMap((item) => [given(at), ...placesIn(item, items, at)])];
  }
  if (typeof document !== 'object' || document === null) return [...own, ...branches];
  const { properties = {} } = schema;
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(document));
  const named = Object.entries(properties).flatMap(([name, property]) => {
    const at = pathTo.property(path, name);
    return fields.has(name) ? [given(at), ...placesIn(fields.get(name), property, at)] : [leftOut(at)];
  });
  const value = mapValueOf(schema);
  const others = [...fields].flatMap(([name, inner]) => {
    if (value === undefined || Object.hasOwn(properties, name)) return [];
    const at = pathTo.value(path);
    return [given(at), ...placesIn(inner, value, at)];
  });
  return [...own, ...branches, ...named, ...others];
}

interface Variant {
  readonly place: string;
  readonly isShownBy: (value: unknown) => boolean;
}

/** What a value at one place may be, where it may be one of several things. */
function variantsOf({ enum: words = [], type, anyOf = [] }: JsonSchema, path: string): readonly Variant[] {
  const types = [type ?? [], anyOf.map((branch) => branch.type ?? [])].flat(2);
  return [
    ...words.map((word) => ({
      place: `${path} = ${JSON.stringify(word)}`,
      isShownBy: (value: unknown) => value === word,
    })),
    ...(types.length < 2 ? [] : types).map((one) => ({
      place: `${path} is of type ${one}`,
      isShownBy: (value: unknown) => typeName(value) === one,
    })),
  ];
}

function typeName(value: unknown): string {
  if (typeof value === 'number') return 'integer';
  return Array.isArray(value) ? 'array' : typeof value;
}

function given(path: string): string {
  return `${path} given`;
}

function leftOut(path: string): string {
  return `${path} left out`;
}
