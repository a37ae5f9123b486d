import type { ErrorObject } from 'ajv';
import type { Knowledge } from '../core/fields/table.ts';
import { groupBy } from '../core/order.ts';
import { saysSecret } from '../core/secrets.ts';
import { DOCUMENT_KINDS } from './document-kinds.ts';
import type { DocumentKind } from './document-kinds.ts';
import type { Path } from './position.ts';
import { MANIFEST_SCHEMAS } from './schema/index.ts';
import { closest, didYouMean } from '../core/suggest.ts';

/** What the messages read of a schema. */
interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly description?: string;
  readonly errorMessage?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly knowledge?: Knowledge;
}

/** What is to be said of a key beyond the object that has it. */
const KEY_HINTS: Readonly<Record<string, string>> = {
  logConfiguration: 'write spec.containers[].logConfiguration, or spec.logs for all containers',
  gpu: 'Fargate does not allow it; remove it',
};

const DAEMON_SERVICE = schemaOf('DaemonService');
/** The objects that have a key, by kind and key. */
const PLACES: Readonly<Record<DocumentKind, ReadonlyMap<string, readonly KeyPlace[]>>> = {
  Environment: placesOf('Environment'),
  Cluster: placesOf('Cluster'),
  Namespace: placesOf('Namespace'),
  Repository: placesOf('Repository'),
  DaemonService: placesOf('DaemonService'),
  EnvironmentSet: placesOf('EnvironmentSet'),
  Rollout: placesOf('Rollout'),
};
/** Objects named in one message. */
const MAX_PLACES = 3;

function schemaOf(kind: DocumentKind): SchemaNode {
  return MANIFEST_SCHEMAS[kind] as SchemaNode;
}

interface KeyPlace {
  readonly key: string;
  /** `spec.containers[]`; empty for the document itself. */
  readonly object: string;
}

function placesOf(kind: DocumentKind): ReadonlyMap<string, readonly KeyPlace[]> {
  return groupBy(keysWithin(schemaOf(kind), ''), ({ key }) => key);
}

function keysWithin({ properties = {}, items, anyOf = [] }: SchemaNode, object: string): readonly KeyPlace[] {
  return [
    ...Object.entries(properties).flatMap(([key, node]) => [
      { key, object },
      ...keysWithin(node, object === '' ? key : `${object}.${key}`),
    ]),
    ...(items === undefined ? [] : keysWithin(items, `${object}[]`)),
    ...anyOf.flatMap((branch) => keysWithin(branch, object)),
  ];
}

/** What each object of a DaemonService knows of AWS's members, for keys that stand in the wrong one. */
const ANYWHERE = knowledgeWithin(DAEMON_SERVICE);

function knowledgeWithin(node: SchemaNode): readonly Knowledge[] {
  const below = [...Object.values(node.properties ?? {}), ...(node.items === undefined ? [] : [node.items])];
  return [...(node.knowledge === undefined ? [] : [node.knowledge]), ...below.flatMap(knowledgeWithin)];
}

/** Whether the value at a path must never be shown: a field at it, or above it, says so. */
function isSensitive(path: Path): boolean {
  let node: SchemaNode | undefined = DAEMON_SERVICE;
  for (const key of path) {
    if (node?.knowledge?.secrets.includes(String(key)) === true) return true;
    node = typeof key === 'number' ? node?.items : node?.properties?.[key];
  }
  return false;
}

/**
 * What is wrong, and what would be right, in words. `source` is what was written where YAML read it as a number,
 * a boolean or null.
 */
export function schemaMessage(
  kind: DocumentKind | undefined,
  error: ErrorObject,
  path: Path,
  source: string | undefined,
): string {
  const schema = (error.parentSchema ?? {}) as SchemaNode;
  switch (error.keyword) {
    case 'required': {
      const { missingProperty } = error.params as { missingProperty: string };
      const { description: meaning, const: only } = schema.properties?.[missingProperty] ?? {};
      if (only !== undefined) return `${missingProperty} is missing; write ${missingProperty}: ${only}`;
      return `${missingProperty} is missing${meaning === undefined ? '' : ` (${meaning})`}`;
    }
    case 'additionalProperties': {
      const { additionalProperty } = error.params as { additionalProperty: string };
      return unknownKey(kind, additionalProperty, schema);
    }
    case 'type':
      return typeMessage(error.data, schema, path, source) + rangeHint(kind, error.data, path);
    case 'anyOf': {
      const type = (schema.anyOf ?? []).flatMap((branch) => branch.type ?? []);
      return typeMessage(error.data, { ...schema, type }, path, source);
    }
    case 'enum':
    case 'const': {
      const valid = schema.enum ?? [schema.const ?? ''];
      if (typeof error.data !== 'string') return `must be ${oneOf(valid)}${quoteHint(valid, source)}`;
      const near = closest(error.data, valid);
      return `${show(error.data, path)} must be ${oneOf(valid)}${near === undefined || valid.length === 1 ? '' : `; did you mean "${near}"?`}`;
    }
    case 'pattern':
      return patternMessage(error.data, schema, path);
    case 'minimum':
    case 'maximum':
      return `${schema.errorMessage ?? `must be ${range(schema, error.keyword === 'maximum')}`}, not ${source ?? show(error.data, path)}`;
    case 'exclusiveMinimum':
      return `must be more than ${schema.exclusiveMinimum}, not ${source ?? show(error.data, path)}`;
    case 'minItems':
      return (
        schema.errorMessage ?? `needs at least ${schema.minItems} ${schema.minItems === 1 ? 'item' : 'items'}`
      );
    case 'maxItems':
      return `may have at most ${schema.maxItems} ${schema.maxItems === 1 ? 'item' : 'items'}, not ${(error.data as unknown[]).length}`;
    case 'uniqueItems': {
      const { i, j } = error.params as { i: number; j: number };
      return `repeats item ${Math.min(i, j) + 1} of the list; remove one`;
    }
    case 'maxLength':
      return `may have at most ${schema.maxLength} characters, not ${(error.data as string).length}`;
    default:
      return (
        schema.errorMessage ??
        (error.keyword === 'minProperties' || error.keyword === 'minLength'
          ? 'must not be empty'
          : 'is not valid')
      );
  }
}

function unknownKey(
  kind: DocumentKind | undefined,
  key: string,
  { properties = {}, knowledge }: SchemaNode,
): string {
  const valid = Object.keys(properties);
  if (kind === undefined) {
    return `unknown key ${JSON.stringify(key.slice(0, 128))}; ${didYouMean(key, valid, 'valid keys here')}`;
  }
  const here = knowledge === undefined ? [] : [knowledge];
  const place = own(here, 'elsewhere', key) ?? hintOn(key) ?? placeOfKey(kind, key, valid);
  const knowing = knowerOf(place === undefined ? [...here, ...ANYWHERE] : here, 'notOffered', key);
  if (knowing !== undefined) {
    const { service = 'ECS', notOffered } = knowing;
    return `${service} has \`${key}\`; stationkeeper does not offer it yet: ${notOffered[key]}`;
  }
  const help =
    place ??
    own(ANYWHERE, 'elsewhere', key) ??
    (closest(key, valid) === undefined ? placeInOtherKind(kind, key) : undefined) ??
    didYouMean(key, valid, 'valid keys here');
  return `unknown key ${JSON.stringify(key.slice(0, 128))}; ${help}`;
}

function hintOn(key: string): string | undefined {
  return Object.hasOwn(KEY_HINTS, key) ? KEY_HINTS[key] : undefined;
}

/** Which other objects of the same manifest have the key. Where several have it, it may be one of this object's that was meant. */
function placeOfKey(kind: DocumentKind, key: string, valid: readonly string[]): string | undefined {
  const places = (PLACES[kind].get(key) ?? []).map(({ object }) => object || 'the top of the document');
  if (places.length === 0) return undefined;
  if (places.length === 1) return `it belongs to ${places[0]}`;
  const more = places.length - MAX_PLACES;
  const shown = [...places.slice(0, MAX_PLACES), ...(more > 0 ? [`${more} more`] : [])];
  return `it belongs to ${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}; valid keys here: ${valid.join(', ')}`;
}

/** The object of another kind that has the key, where it is but one. */
function placeInOtherKind(kind: DocumentKind, key: string): string | undefined {
  const places = DOCUMENT_KINDS.filter((other) => other !== kind).flatMap((other) =>
    (PLACES[other].get(key) ?? []).map(({ object }) => `it belongs to the ${other}: ${object}.${key}`),
  );
  return places.length === 1 ? places[0] : undefined;
}

/** The first object that knows a member of AWS's. */
function knowerOf(
  knowledge: readonly Knowledge[],
  part: 'elsewhere' | 'notOffered',
  key: string,
): Knowledge | undefined {
  return knowledge.find((one) => Object.hasOwn(one[part], key));
}

/** What it says of that. */
function own(knowledge: readonly Knowledge[], part: 'elsewhere', key: string): string | undefined {
  return knowerOf(knowledge, part, key)?.[part][key];
}

const MOST_SHOWN = 64;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
};

function typeMessage(data: unknown, schema: SchemaNode, path: Path, source: string | undefined): string {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const wanted =
    schema.errorMessage ?? `must be ${types.map((type) => TYPE_NAMES[type] ?? type).join(' or ')}`;
  if (data === null && (source ?? '') === '') return `${wanted}, but is empty`;
  if (types.includes('string') && source !== undefined && !types.some(isNumeric)) {
    return isSensitive(path)
      ? `${wanted}; put the value in quotes`
      : `${wanted}; write "${source}" in quotes`;
  }
  if (typeof data !== 'string') return `${wanted}, not ${source ?? typeName(data)}`;
  if (types.some(isNumeric) && /^-?\d+$/.test(data)) return `${wanted}; write ${data} without quotes`;
  if (types.includes('boolean') && /^(true|false)$/.test(data))
    return `${wanted}; write ${data} without quotes`;
  if (types.includes('boolean') && /^(yes|no|on|off|y|n)$/i.test(data)) {
    return `${wanted}; ${data} is text in YAML 1.2: write ${/^(y|on)/i.test(data) ? 'true' : 'false'}`;
  }
  const withUnit = /^(\d+) ?(?:s|secs?|seconds?|d|days?|%)$/i.exec(data);
  if (types.some(isNumeric) && !types.includes('string') && withUnit !== null)
    return `${wanted}; write ${withUnit[1]} without its unit`;
  if (types.includes('object') && /^[\w-]+:\S/.test(data)) {
    return `${wanted}, not text; a space is missing behind the colon`;
  }
  // A text may stand there, and this one may not.
  if (types.includes('string') && !isSensitive(path))
    return `${wanted}, not ${JSON.stringify(data.slice(0, MOST_SHOWN))}`;
  return `${wanted}, not text`;
}

function isNumeric(type: string): boolean {
  return type === 'integer' || type === 'number';
}

/** How several ports are written where a rule has a port, and a range beside it. */
function rangeHint(kind: DocumentKind | undefined, data: unknown, path: Path): string {
  if (kind === undefined) return '';
  const around = nodeAt(schemaOf(kind), path.slice(0, -1))?.properties;
  if (path.at(-1) !== 'port' || around?.['fromPort'] === undefined || typeof data !== 'string') return '';
  const [, first, last] = /^(\d+) ?(?:-|–|:|\.\.) ?(\d+)$/.exec(data) ?? [];
  if (first !== undefined) return `; a range is written fromPort: ${first} and toPort: ${last}`;
  return /^\d+(?:[, ]+\d+)+$/.test(data) ? '; write a rule for each port' : '';
}

function nodeAt(node: SchemaNode | undefined, path: Path): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>(
    (at, key) => (typeof key === 'number' ? at?.items : at?.properties?.[key]),
    node,
  );
}

function typeName(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  return typeof data === 'object' ? 'a mapping' : JSON.stringify(data);
}

function patternMessage(data: unknown, schema: SchemaNode, path: Path): string {
  const message = `${show(data, path)} ${schema.errorMessage ?? 'is not valid'}`;
  if (typeof data !== 'string' || schema.pattern === undefined || isSensitive(path)) return message;
  const lower = data.toLowerCase();
  return lower !== data && new RegExp(schema.pattern, 'u').test(lower)
    ? `${message}; did you mean "${lower}"?`
    : message;
}

function show(data: unknown, path: Path): string {
  if (isSensitive(path) || (typeof data === 'string' && saysSecret(data))) return 'the value';
  const text = JSON.stringify(data) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? values[0]! : `one of ${values.join(', ')}`;
}

function quoteHint(valid: readonly string[], source: string | undefined): string {
  if (source === undefined) return '';
  return valid.includes(source)
    ? `; write "${source}" in quotes`
    : `, not ${source === '' ? 'empty' : source}`;
}

/** What no count reaches; only who writes more is told of it. */
const LARGEST_INTEGER = 2_147_483_647;

function range({ minimum, maximum }: SchemaNode, isExceeded: boolean): string {
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined || (maximum === LARGEST_INTEGER && !isExceeded)
    ? `at least ${minimum}`
    : `from ${minimum} to ${maximum}`;
}
