import { JsonShapeSerializer } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { fromBase64 } from '@smithy/core/serde';
import type { StaticOperationSchema, StaticSchema } from '@smithy/types';
import { AwsError } from '../error.ts';
import { isInt32 } from './numbers.ts';
import { missingMembers, missingMessage } from './required.ts';
import { errorSchema } from './services.ts';
import type { JsonService, Service } from './services.ts';

/** AWS JSON 1.1 (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), the server's side of it. */
export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1';

/** Of AWS restJson1, whose bodies are the same JSON. */
export const REST_JSON_CONTENT_TYPE = 'application/json';

const EPOCH_SECONDS = 7;

/** The numbers that may be fractions (API references of ECS, Application Auto Scaling and X-Ray): the SDK's schemas know one type of number only. */
const FRACTIONS =
  /(^|\.)(canaryPercent|stepPercent|scale\.value|TargetValue|MetricInterval(Lower|Upper)Bound|SamplingStrategy\.Value)$/;

/** Times in milliseconds, the numbers that are longer than 32 bits (CloudWatch Logs API reference, Timestamp). */
const LONGS = /(^|\.)(startTime|endTime|timestamp)$/;

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Raises SerializationException for malformed JSON or UTF-8 and wrong types, the service's own error for missing members. */
export function readJsonInput(service: JsonService, operation: StaticOperationSchema, body: Buffer): object {
  const schema = NormalizedSchema.of(operation[4]);
  const input = schema.isUnitSchema() ? {} : readJsonBody(schema, body);
  const absent = schema.isUnitSchema() ? [] : missingMembers(operation[4], input);
  if (absent.length > 0) {
    // ECS checks task definitions apart from everything else (reference: Fargate validity).
    const code = operation[2] === 'RegisterTaskDefinition' ? 'ClientException' : service.invalidInput;
    throw new AwsError(code, missingMessage(absent));
  }
  return input;
}

/** A body as what it is to be. Raises SerializationException. */
export function readJsonBody(schema: NormalizedSchema, body: Buffer): object {
  return decode(schema, parse(body), '') as object;
}

/** An operation without an output answers with an empty body, as AWS does. */
export function writeJsonOutput(operation: StaticOperationSchema, output: object): string {
  const schema = NormalizedSchema.of(operation[5]);
  return schema.isUnitSchema() ? '' : write(operation[5] as StaticSchema, output);
}

/** The modelled members of the exception, its message under the name that the model gives it. */
export function writeJsonError(service: Service, error: AwsError): string {
  const schema = errorSchema(service, error.name);
  const messageName = schema?.[4].find((name) => name.toLowerCase() === 'message') ?? 'message';
  const modelled = schema === undefined ? {} : (JSON.parse(write(schema, error.members)) as object);
  return JSON.stringify({ __type: error.name, [messageName]: error.message, ...modelled });
}

function write(schema: StaticSchema, value: object): string {
  const serializer = new JsonShapeSerializer({
    jsonName: false,
    timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
  });
  serializer.write(schema, value);
  return serializer.flush();
}

function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(UTF_8.decode(body));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

/** Unknown members are dropped and null is absence, as AWS has it. */
function decode(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isStructSchema()) {
    const members = expectObject(value, 'structure', path);
    return Object.fromEntries(
      [...schema.structIterator()]
        .filter(([name]) => Object.hasOwn(members, name) && members[name] !== null)
        .map(([name, member]) => [
          name,
          decode(member, members[name], path === '' ? name : `${path}.${name}`),
        ]),
    );
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(value, 'list', path);
    const element = schema.getValueSchema();
    return value
      .filter((item: unknown) => item !== null)
      .map((item: unknown, index) => decode(element, item, `${path}[${index}]`));
  }
  if (schema.isMapSchema()) {
    const element = schema.getValueSchema();
    return Object.fromEntries(
      Object.entries(expectObject(value, 'map', path))
        .filter(([, item]) => item !== null)
        .map(([key, item]) => [key, decode(element, item, `${path}.${key}`)]),
    );
  }
  return decodeSimple(schema, value, path);
}

function decodeSimple(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isStringSchema()) {
    if (typeof value !== 'string') throw wrongType(value, 'string', path);
    return value;
  }
  if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw wrongType(value, 'boolean', path);
    return value;
  }
  if (schema.isNumericSchema()) {
    if (typeof value !== 'number') throw wrongType(value, 'number', path);
    if (LONGS.test(path)) {
      if (!Number.isSafeInteger(value)) throw wrongType(value, '64-bit integer', path);
      return value;
    }
    if (!FRACTIONS.test(path) && !isInt32(value)) throw wrongType(value, '32-bit integer', path);
    return value;
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(typeof value === 'number' ? value * 1000 : Number.NaN);
    if (Number.isNaN(date.getTime())) throw wrongType(value, 'timestamp', path);
    return date;
  }
  if (schema.isBlobSchema()) {
    if (typeof value !== 'string' || !isBase64(value)) throw wrongType(value, 'blob', path);
    return fromBase64(value);
  }
  return value;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function expectObject(value: unknown, expected: string, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(value, expected, path);
  }
  return value as Readonly<Record<string, unknown>>;
}

function wrongType(value: unknown, expected: string, path: string): AwsError {
  const where = path === '' ? 'the request body' : path;
  return new AwsError(
    'SerializationException',
    `${tokenOf(value)} cannot be converted to a ${expected} (at ${where})`,
  );
}

/** What AWS's own deserializer calls a value in this message. */
function tokenOf(value: unknown): string {
  if (value === null) return 'NULL_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value === 'number') return 'NUMBER_VALUE';
  if (typeof value === 'string') return 'STRING_VALUE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}
