/** What the manifest reference needs to know of a JSON Schema. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly description?: string;
  /** Completes "<value> …": `must be a VPC id`. */
  readonly errorMessage?: string;
  readonly knowledge?: { readonly notOffered: Readonly<Record<string, string>> };
}

/** A row of the reference. */
export interface Field {
  /** `healthCheck.command`, `portMappings[].containerPort`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  /** Empty where there is none. */
  readonly fallback: string;
  readonly meaning: string;
}

/** The fields of an object and all that is nested in them, depth first. Throws where a schema does not say what a field means. */
export function fieldsOf(node: SchemaNode, prefix = ''): readonly Field[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const said = withoutDefault(property.description ?? '');
    if (said.meaning === '') throw new Error(`the schema does not say what ${path} means`);
    const nested = nestedIn(property);
    return [
      {
        path,
        type: typeOf(property),
        required: node.required?.includes(name) === true,
        ...said,
      },
      ...(nested === undefined ? [] : fieldsOf(nested.node, `${path}${nested.list ? '[]' : ''}.`)),
    ];
  });
}

/** The object that a field holds, or a list of which it holds. */
export function nestedIn(
  node: SchemaNode,
): { readonly node: SchemaNode; readonly list: boolean } | undefined {
  if (node.properties !== undefined) return { node, list: false };
  return node.items?.properties === undefined ? undefined : { node: node.items, list: true };
}

/** Schemas say `Default: 30.` at the end of a description, or before a semicolon. */
function withoutDefault(description: string): Pick<Field, 'fallback' | 'meaning'> {
  const found = /\s*Default: (.*?)(\.?$|\.(?= [A-Z])|; )/.exec(description);
  if (found === null) return { fallback: '', meaning: description };
  const before = description.slice(0, found.index);
  const after = description.slice(found.index + found[0].length).trim();
  const sentences = [before, after.charAt(0).toUpperCase() + after.slice(1)];
  return { fallback: found[1] ?? '', meaning: sentences.filter((sentence) => sentence !== '').join(' ') };
}

const MANY = 12;

function typeOf(node: SchemaNode): string {
  if (node.errorMessage !== undefined)
    return node.errorMessage.replace(/^must be /, '').replace(/^must not/, 'not');
  if (node.enum !== undefined) return choice(node.enum);
  if (node.items !== undefined) return `list of ${itemsOf(node.items)}${count(node)}`;
  if (node.patternProperties !== undefined) return mapOf(Object.values(node.patternProperties)[0] ?? {});
  if (node.type === 'integer') return `integer${range(node)}`;
  if (node.type === 'boolean') return 'true or false';
  if (node.type !== 'string') return 'object';
  return node.maxLength === undefined ? 'text' : `text, at most ${node.maxLength} characters`;
}

function choice(values: readonly string[]): string {
  if (values.length > MANY) return `one of ${values.slice(0, 3).join(', ')}, … (${values.length} in all)`;
  const last = values.at(-1) ?? '';
  return values.length === 1 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}

function itemsOf(node: SchemaNode): string {
  if (node.properties !== undefined) return 'objects';
  return node.type === 'string' && node.errorMessage === undefined ? 'text' : `items, each ${typeOf(node)}`;
}

function mapOf(value: SchemaNode): string {
  if (value.errorMessage !== undefined) return `map of text to ${typeOf(value)}`;
  return value.type === 'string' ? 'map of text to text' : 'map of maps';
}

function count({ minItems, maxItems }: SchemaNode): string {
  if (minItems === undefined) return maxItems === undefined ? '' : `, at most ${maxItems}`;
  return maxItems === undefined ? `, at least ${minItems}` : `, ${minItems} to ${maxItems}`;
}

function range({ minimum, maximum }: SchemaNode): string {
  if (minimum === undefined) return '';
  return maximum === undefined ? `, ${minimum} or more` : `, ${minimum} to ${maximum}`;
}
