import type { ErrorObject } from 'ajv';
import type { Knowledge } from '../core/fields/table.ts';
import type { Path } from './position.ts';
import { MANIFEST_SCHEMAS } from './schema/index.ts';
import { closest, didYouMean } from './suggest.ts';

/** What the messages read of a schema. */
interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly description?: string;
  readonly errorMessage?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly knowledge?: Knowledge;
}

/** Keys that people bring along from elsewhere, and where this language stands on them. */
const KEY_HINTS: Readonly<Record<string, string>> = {
  retentionInDays: 'it belongs to the DaemonService: spec.logs.retentionInDays',
  logConfiguration: 'it belongs to a container; all of them log as spec.logs says',
  gpu: 'Fargate does not allow it; remove it',
};

const DAEMON_SERVICE = MANIFEST_SCHEMAS.DaemonService as SchemaNode;

/** What each object of a DaemonService knows of AWS's members, for keys that stand in the wrong one. */
const ANYWHERE = knowledgeWithin(DAEMON_SERVICE);

function knowledgeWithin(node: SchemaNode): readonly Knowledge[] {
  const below = [...Object.values(node.properties ?? {}), ...(node.items === undefined ? [] : [node.items])];
  return [...(node.knowledge === undefined ? [] : [node.knowledge]), ...below.flatMap(knowledgeWithin)];
}

/** Values that must never be shown: those of fields that say so, wherever an error is in them. */
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
export function schemaMessage(error: ErrorObject, path: Path, source: string | undefined): string {
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
      return unknownKey(additionalProperty, schema);
    }
    case 'type':
      return typeMessage(error.data, schema, path, source);
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
      return `${schema.errorMessage ?? `must be ${range(schema)}`}, not ${source ?? show(error.data, path)}`;
    case 'minItems':
      return `needs at least ${schema.minItems} ${schema.minItems === 1 ? 'item' : 'items'}`;
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

function unknownKey(key: string, { properties = {}, knowledge }: SchemaNode): string {
  const found = knowledge === undefined ? ANYWHERE : [knowledge, ...ANYWHERE];
  const notOffered = own(found, 'notOffered', key);
  if (notOffered !== undefined) {
    return `ECS has \`${key}\`; stationkeeper does not offer it yet: ${notOffered}`;
  }
  const hint = own(found, 'elsewhere', key) ?? (Object.hasOwn(KEY_HINTS, key) ? KEY_HINTS[key] : undefined);
  const help = hint ?? didYouMean(key, Object.keys(properties), 'valid keys here');
  return `unknown key ${JSON.stringify(key.slice(0, 128))}; ${help}`;
}

/** What the first that knows a member of AWS's says of it. */
function own(
  knowledge: readonly Knowledge[],
  part: 'elsewhere' | 'notOffered',
  key: string,
): string | undefined {
  return knowledge.find((one) => Object.hasOwn(one[part], key))?.[part][key];
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
};

function typeMessage(data: unknown, schema: SchemaNode, path: Path, source: string | undefined): string {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const wanted =
    schema.errorMessage ?? `must be ${types.map((type) => TYPE_NAMES[type] ?? type).join(' or ')}`;
  if (data === null && (source ?? '') === '') return `${wanted}, but is empty`;
  if (types.includes('string') && source !== undefined && !types.includes('integer')) {
    return isSensitive(path)
      ? `${wanted}; put the value in quotes`
      : `${wanted}; write "${source}" in quotes`;
  }
  if (typeof data !== 'string') return `${wanted}, not ${source ?? typeName(data)}`;
  if (types.includes('integer') && /^-?\d+$/.test(data)) return `${wanted}; write ${data} without quotes`;
  if (types.includes('boolean') && /^(true|false)$/.test(data))
    return `${wanted}; write ${data} without quotes`;
  if (types.includes('boolean') && /^(yes|no|on|off|y|n)$/i.test(data)) {
    return `${wanted}; ${data} is text in YAML 1.2: write ${/^(y|on)/i.test(data) ? 'true' : 'false'}`;
  }
  return `${wanted}, not text`;
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
  if (isSensitive(path)) return 'the value';
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

function range({ minimum, maximum }: SchemaNode): string {
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined || maximum === 2147483647
    ? `at least ${minimum}`
    : `from ${minimum} to ${maximum}`;
}
