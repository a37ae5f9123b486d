import * as fc from 'fast-check';

/** The keywords of JSON Schema in which a manifest is described. */
export interface JsonSchema {
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minProperties?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

type JsonType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
type JsonObject = Readonly<Record<string, unknown>>;

/** What a schema cannot say of one of its places. */
export interface Hint {
  /** Instead of what the schema says. */
  readonly value?: fc.Arbitrary<unknown>;
  /** The keys of a map. */
  readonly keys?: fc.Arbitrary<string>;
  /** Of each group of lists of properties one list is chosen, and the properties of the others are left out. */
  readonly choices?: readonly (readonly (readonly string[])[])[];
  /** Properties that are given wherever they are not left out by a choice. */
  readonly always?: readonly string[];
  /** Why the property is never given. */
  readonly leftOut?: string;
}

/** Hints by path, as `pathTo` writes it. */
export type Hints = Readonly<Record<string, Hint>>;

/** Paths are `DaemonService.spec.containers[].environment.*`: an item of a list, a value of a map. */
export const pathTo = {
  property: (path: string, name: string) => `${path}.${name}`,
  item: (path: string) => `${path}[]`,
  value: (path: string) => `${path}.*`,
};

/** Whatever a keyword that is not here means, what is generated would not obey it. */
const KEYWORDS = new Set(
  (
    'type const enum anyOf oneOf properties required patternProperties additionalProperties minProperties items ' +
    'minItems maxItems uniqueItems pattern minLength maxLength minimum exclusiveMinimum maximum title description $schema'
  ).split(' '),
);

/** What YAML, JSON or a shell has a meaning for, and what only looks like something else. */
const UNITS = Array.from('aB0 -.:#"\'{}[]|>!&*%=$\\/\n\tüß€😀');
const WORDS = [
  '',
  ' ',
  '0',
  '012',
  '1.10',
  'true',
  'no',
  '~',
  'null',
  'a b',
  'x=y',
  'line\nbreak\n',
  ' \n  \n',
];
const KEYS = ['A', 'LOG_LEVEL', 'API_TOKEN', 'Z_9', 'a.b/c', 'no', '0'];
/** How much longer than it has to be a list or a map gets. */
const MORE = 2;
const MOST_INTEGER = 2 ** 31 - 1;

const key = fc.oneof(fc.constantFrom(...KEYS), fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/));

/** Any value of a schema that hints do not rule out. `path` is the schema's own. */
export function valuesOf(schema: JsonSchema, hints: Hints, path: string): fc.Arbitrary<unknown> {
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword));
  if (unknown.length > 0) throw new Error(`no values are generated for ${unknown.join(', ')} of ${path}`);
  const { [path]: hint = {} } = hints;
  if (hint.value !== undefined) return hint.value;
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => valuesOf(branch, hints, path)));
  const types = [schema.type ?? []].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, hints, path)));
}

function ofType(type: JsonType, schema: JsonSchema, hints: Hints, path: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -MOST_INTEGER, max: schema.maximum ?? MOST_INTEGER });
    case 'string':
      return textsOf(schema);
    case 'array':
      return listsOf(schema, hints, path);
    case 'object':
      return objectsOf(schema, hints, path);
  }
}

function textsOf({ pattern, minLength = 0, maxLength = Infinity }: JsonSchema): fc.Arbitrary<string> {
  const texts =
    pattern === undefined
      ? fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: fc.constantFrom(...UNITS), maxLength: 12 }))
      : textsMatching(pattern);
  return texts.filter(({ length }) => length >= minLength && length <= maxLength);
}

/** fast-check does not look ahead: what a pattern forbids is filtered away. */
function textsMatching(pattern: string): fc.Arbitrary<string> {
  const whole = new RegExp(pattern);
  const withoutLookahead = new RegExp(pattern.replaceAll(/\(\?![^)]*\)/g, ''));
  return fc.stringMatching(withoutLookahead).filter((text) => whole.test(text));
}

function listsOf(schema: JsonSchema, hints: Hints, path: string): fc.Arbitrary<unknown> {
  const { items = {}, minItems = 0, maxItems = Infinity, uniqueItems = false } = schema;
  const item = valuesOf(items, hints, pathTo.item(path));
  // A list of words is long enough to show most of them.
  const more = Math.max(MORE, Math.ceil((items.enum?.length ?? 0) / 2));
  const lengths = { minLength: minItems, maxLength: Math.min(minItems + more, maxItems) };
  if (!uniqueItems) return fc.array(item, lengths);
  return fc.uniqueArray(item, { ...lengths, selector: (value) => JSON.stringify(value) });
}

function objectsOf(schema: JsonSchema, hints: Hints, path: string): fc.Arbitrary<unknown> {
  const { properties, minProperties = 0 } = schema;
  const fields = properties === undefined ? fc.constant({}) : recordsOf(schema, hints, path);
  const others = mapValueOf(schema);
  if (others === undefined) return fields;
  const entries = fc.dictionary(hints[path]?.keys ?? key, valuesOf(others, hints, pathTo.value(path)), {
    minKeys: minProperties,
    maxKeys: minProperties + MORE,
    noNullPrototype: true,
  });
  return fc.tuple(entries, fields).map(([more, named]) => ({ ...more, ...named }));
}

/** The schema of the values of a map; undefined where an object has no other properties than those that it names. */
export function mapValueOf({ patternProperties, additionalProperties }: JsonSchema): JsonSchema | undefined {
  const [ofPattern, ...more] = Object.values(patternProperties ?? {});
  if (more.length > 0) throw new Error('no maps are generated whose keys are of several patterns');
  return ofPattern ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

function recordsOf(schema: JsonSchema, hints: Hints, path: string): fc.Arbitrary<JsonObject> {
  const { [path]: { choices = [], always = [] } = {} } = hints;
  const given = new Set([...(schema.required ?? []), ...always]);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const at = pathTo.property(path, name);
    if (hints[at]?.leftOut !== undefined) return [];
    const values = valuesOf(property, hints, at);
    return [[name, given.has(name) ? values : fc.option(values, { nil: undefined, freq: 2 })] as const];
  });
  const chosen = fc.tuple(...choices.map((lists) => fc.nat({ max: lists.length - 1 })));
  return fc
    .tuple(chosen, fc.record(Object.fromEntries(fields)))
    .map(([indexes, record]) => withoutRivals(record, choices, indexes));
}

function withoutRivals(
  record: JsonObject,
  choices: NonNullable<Hint['choices']>,
  chosen: readonly number[],
): JsonObject {
  const rivals = new Set(
    choices.flatMap((lists, nth) => lists.filter((_, index) => index !== chosen[nth])).flat(),
  );
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => value !== undefined && !rivals.has(name)),
  );
}
