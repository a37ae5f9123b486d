import { NormalizedSchema } from '@smithy/core/schema';
import { fromBase64 } from '@smithy/core/serde';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../error.ts';
import { isInt32 } from './numbers.ts';
import { missingMembers, missingMessage } from './required.ts';
import type { QueryService } from './services.ts';

/** `Filter.1.Value.2=x` as a tree: one node per part of the key. */
interface Node {
  text: string | undefined;
  readonly children: Map<string, Node>;
}

/** Parameters of the protocols themselves, which no operation's schema names. */
const PROTOCOL_PARAMETERS = new Set(['Action', 'Version']);

/**
 * The typed input of a form-encoded request
 * (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, …/aws-ec2-query-protocol.html).
 * Raises MalformedInput or EC2's InvalidParameterValue for wrong types, ValidationError or MissingParameter for missing
 * members, EC2's UnknownParameter for what the operation does not take.
 */
export function readQueryInput(
  service: QueryService,
  operation: StaticOperationSchema,
  parameters: URLSearchParams,
): object {
  const schema = NormalizedSchema.of(operation[4]);
  if (schema.isUnitSchema()) return {};
  const ec2 = service.protocol === 'ec2';
  const tree = treeOf(parameters);
  if (ec2) refuseUnknown(schema, tree);
  const input = decode(schema, tree, { ec2, path: '' }) as object;
  const [absent, ...others] = missingMembers(operation[4], input);
  if (absent === undefined) return input;
  throw ec2
    ? new AwsError('MissingParameter', `The request must contain the parameter ${absent}`)
    : new AwsError('ValidationError', missingMessage([absent, ...others]));
}

function treeOf(parameters: URLSearchParams): Node {
  const root: Node = { text: undefined, children: new Map() };
  for (const [key, text] of parameters) {
    let node = root;
    for (const part of key.split('.')) {
      const child = node.children.get(part) ?? { text: undefined, children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.text = text;
  }
  return root;
}

function refuseUnknown(schema: NormalizedSchema, tree: Node): void {
  const known = new Set([...schema.structIterator()].map(([name, member]) => keyOf(name, member, true)));
  for (const key of tree.children.keys()) {
    if (!known.has(key) && !PROTOCOL_PARAMETERS.has(key)) {
      throw new AwsError('UnknownParameter', `The parameter ${key} is not recognized`);
    }
  }
}

interface Place {
  readonly ec2: boolean;
  readonly path: string;
}

function decode(schema: NormalizedSchema, node: Node, place: Place): unknown {
  const { ec2, path } = place;
  if (schema.isStructSchema()) {
    return Object.fromEntries(
      [...schema.structIterator()].flatMap(([name, member]) => {
        const key = keyOf(name, member, ec2);
        const child = node.children.get(key);
        return child === undefined
          ? []
          : [[name, decode(member, child, { ec2, path: path === '' ? key : `${path}.${key}` })]];
      }),
    );
  }
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    const flat = ec2 || schema.getMergedTraits().xmlFlattened !== undefined;
    return numbered(flat ? node : node.children.get(element.getMergedTraits().xmlName ?? 'member')).map(
      ([number, item]) => decode(element, item, { ec2, path: `${path}.${number}` }),
    );
  }
  if (schema.isMapSchema()) return decodeMap(schema, node, place);
  if (node.text === undefined) throw wrongType('a structure', 'a single value', place);
  return decodeSimple(schema, node.text, place);
}

function decodeMap(schema: NormalizedSchema, node: Node, { ec2, path }: Place): object {
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const element = schema.getValueSchema();
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  return Object.fromEntries(
    numbered(flat ? node : node.children.get('entry')).map(([number, entry]) => {
      const name = entry.children.get(key)?.text;
      const value = entry.children.get(element.getMergedTraits().xmlName ?? 'value');
      const place = { ec2, path: `${path}.${number}` };
      if (name === undefined || value === undefined) throw wrongType('an entry', 'a key and a value', place);
      return [name, decode(element, value, place)];
    }),
  );
}

/** One value as text. Raises MalformedInput, or EC2's InvalidParameterValue, for a wrong type. */
export function decodeSimple(schema: NormalizedSchema, text: string, place: Place): unknown {
  if (schema.isBooleanSchema()) {
    if (text !== 'true' && text !== 'false') throw wrongType(text, 'true or false', place);
    return text === 'true';
  }
  if (schema.isNumericSchema()) {
    if (!/^[+-]?\d+$/.test(text) || !isInt32(Number(text))) throw wrongType(text, 'a 32-bit integer', place);
    return Number(text);
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) throw wrongType(text, 'an ISO 8601 time', place);
    return date;
  }
  return schema.isBlobSchema() ? fromBase64(text) : text;
}

/** The name of a member on the wire; EC2 capitalises what its model gives no name of its own. */
function keyOf(name: string, member: NormalizedSchema, ec2: boolean): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits();
  if (!ec2) return xmlName ?? name;
  if (typeof ec2QueryName === 'string') return ec2QueryName;
  const key = xmlName ?? name;
  return key.charAt(0).toUpperCase() + key.slice(1);
}

/** `1`, `2`, … in their order; gaps are allowed, as AWS allows them. */
function numbered(node: Node | undefined): readonly (readonly [number, Node])[] {
  return [...(node?.children ?? [])]
    .filter(([key]) => /^\d+$/.test(key))
    .map(([key, child]) => [Number(key), child] as const)
    .toSorted(([a], [b]) => a - b);
}

function wrongType(found: string, expected: string, { ec2, path }: Place): AwsError {
  return ec2
    ? new AwsError(
        'InvalidParameterValue',
        `Value (${found}) for parameter ${path} is invalid. Expected ${expected}.`,
      )
    : new AwsError('MalformedInput', `Value (${found}) at ${path} is invalid: expected ${expected}.`);
}
