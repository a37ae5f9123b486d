import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../error.ts';
import { isServed } from '../operations.ts';
import { decodeSimple } from './query-input.ts';
import { missingMembers, missingMessage } from './required.ts';
import type { RestXmlService } from './services.ts';

/** What a request asks for: an operation, or its method and path where none that is served here has them. */
export interface RestTarget {
  readonly operation: string;
  /** What stands in the path where the operation's model has `{Id}`. */
  readonly labels: ReadonlyMap<string, string>;
}

export function operationAt(
  { name, schemas }: RestXmlService,
  { method, path }: { readonly method: string; readonly path: string },
): RestTarget {
  for (const schema of Object.values(schemas)) {
    if (!isOperation(schema) || !isServed(name, schema[2])) continue;
    const [verb, template] = boundTo(schema);
    const labels = verb === method ? labelsIn(template, path) : undefined;
    if (labels !== undefined) return { operation: schema[2], labels };
  }
  return { operation: `${method} ${path}`, labels: new Map() };
}

/** The typed input of a request without a body. Raises MalformedInput for wrong types, InvalidInput for missing members. */
export function readRestInput(
  operation: StaticOperationSchema,
  labels: RestTarget['labels'],
  parameters: URLSearchParams,
): object {
  const schema = NormalizedSchema.of(operation[4]);
  const input = Object.fromEntries(
    [...schema.structIterator()].flatMap(([name, member]) => {
      const { httpQuery } = member.getMergedTraits();
      const text = labels.get(name) ?? (typeof httpQuery === 'string' ? parameters.get(httpQuery) : null);
      return text === null ? [] : [[name, decodeSimple(member, text, { ec2: false, path: name })]];
    }),
  );
  const absent = missingMembers(operation[4], input);
  if (absent.length === 0) return input;
  throw new AwsError('InvalidInput', missingMessage(absent));
}

function isOperation(schema: unknown): schema is StaticOperationSchema {
  return Array.isArray(schema) && schema[0] === 9;
}

/** The method and the path of an operation, as its model binds it to HTTP. */
function boundTo(operation: StaticOperationSchema): readonly [string, string] {
  const traits: unknown = operation[3];
  const http: unknown =
    typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : undefined;
  return Array.isArray(http) ? [String(http[0]), String(http[1])] : ['', ''];
}

/** Undefined where the path is not one of the template. */
function labelsIn(template: string, path: string): RestTarget['labels'] | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  const labels = new Map<string, string>();
  if (wanted.length !== given.length) return undefined;
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    // As URLSearchParams decodes it, which refuses nothing.
    if (name !== undefined) labels.set(name, new URLSearchParams(`x=${given[index]}`).get('x') ?? '');
    else if (part !== given[index]) return undefined;
  }
  return labels;
}
