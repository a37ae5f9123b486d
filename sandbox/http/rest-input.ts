import { XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../error.ts';
import { isServed } from '../operations.ts';
import { readJsonBody } from './json.ts';
import { decodeSimple } from './query-input.ts';
import { missingMembers, missingMessage } from './required.ts';
import { httpBinding } from './services.ts';
import type { RestService } from './services.ts';

const ISO_8601 = 5;

/** What of a request the members of its input stand in. */
interface RestParts {
  readonly labels: RestTarget['labels'];
  readonly parameters: URLSearchParams;
  readonly body: Buffer;
}

/** What a request asks for: an operation, or its method and path where none that is served here has them. */
export interface RestTarget {
  readonly operation: string;
  /** What stands in the path where the operation's model has `{Id}`. */
  readonly labels: ReadonlyMap<string, string>;
}

export function operationAt(
  { name, schemas }: RestService,
  { method, path }: { readonly method: string; readonly path: string },
): RestTarget {
  for (const schema of Object.values(schemas)) {
    if (!isOperation(schema) || !isServed(name, schema[2])) continue;
    const { method: verb, path: template } = httpBinding(schema);
    const labels = verb === method ? labelsIn(template, path) : undefined;
    if (labels !== undefined) return { operation: schema[2], labels };
  }
  return { operation: `${method} ${path}`, labels: new Map() };
}

/**
 * The typed input of a request: of its path, its parameters and its body. Raises MalformedInput for wrong types and what is no XML,
 * SerializationException for those in JSON, and the service's own error for missing members.
 */
export function readRestInput(
  service: RestService,
  operation: StaticOperationSchema,
  { labels, parameters, body }: RestParts,
): object {
  const schema = NormalizedSchema.of(operation[4]);
  const named = Object.fromEntries(
    [...schema.structIterator()].flatMap(([name, member]) => {
      const { httpQuery } = member.getMergedTraits();
      const text = labels.get(name) ?? (typeof httpQuery === 'string' ? parameters.get(httpQuery) : null);
      return text === null ? [] : [[name, decodeSimple(member, text, { ec2: false, path: name })]];
    }),
  );
  const read = service.protocol === 'rest-json' ? readJsonBody : readXmlBody;
  const input = { ...read(schema, body), ...named };
  const absent = missingMembers(operation[4], input);
  if (absent.length === 0) return input;
  throw new AwsError(service.invalidInput, missingMessage(absent));
}

function readXmlBody(schema: NormalizedSchema, body: Buffer): object {
  if (body.length === 0) return {};
  const reader = new XmlShapeDeserializer({
    xmlNamespace: '',
    serviceNamespace: '',
    timestampFormat: { useTrait: true, default: ISO_8601 },
  });
  try {
    const read: unknown = reader.read(schema, body);
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    throw new AwsError('MalformedInput', 'The body of the request is not the XML that the operation takes.');
  }
}

function isOperation(schema: unknown): schema is StaticOperationSchema {
  return Array.isArray(schema) && schema[0] === 9;
}

/** Undefined where the path is not one of the template. */
function labelsIn(template: string, path: string): RestTarget['labels'] | undefined {
  const wanted = template.split('/');
  // Older clients end a path with a slash.
  const given = path.replace(/\/$/, '').split('/');
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
