import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';
import type { AwsError } from '../error.ts';
import { httpBinding } from './services.ts';
import type { QueryService, RestXmlService } from './services.ts';

const ISO_8601 = 5;
const STRING = 0;
const BOOLEAN = 2;

/** Characters that no XML 1.0 document can hold, not even as references (https://www.w3.org/TR/xml/#charsets). */
const NOT_XML = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/gu;

/** `<XxxResponse>` around the output, in the shape of the service's protocol. */
export function writeQueryOutput(
  service: QueryService,
  operation: StaticOperationSchema,
  output: object,
  requestId: string,
): string {
  const name = `${operation[2]}Response`;
  const schema = NormalizedSchema.of(operation[5]);
  if (service.protocol === 'ec2') {
    const [members, refs, value] = schema.isUnitSchema()
      ? [['return'], [BOOLEAN], { return: true }]
      : [...structMembers(schema), output];
    const envelope = struct(name, ['requestId', ...members], [STRING, ...refs]);
    return write(service.xmlNamespace, envelope, { ...value, requestId });
  }
  const metadata = { ResponseMetadata: { RequestId: requestId } };
  if (schema.isUnitSchema())
    return write(service.xmlNamespace, struct(name, ['ResponseMetadata'], [METADATA]), metadata);
  const result = `${operation[2]}Result`;
  const envelope = struct(name, [result, 'ResponseMetadata'], [operation[5], METADATA]);
  return write(service.xmlNamespace, envelope, { [result]: output, ...metadata });
}

/** The output as it is, under its own name, without what stands in headers. */
export function writeRestXmlOutput(
  { xmlNamespace }: RestXmlService,
  operation: StaticOperationSchema,
  output: object,
): string {
  const schema = NormalizedSchema.of(operation[5]);
  if (schema.isUnitSchema()) return '';
  const [names, refs] = structMembers(schema);
  const headers = headersOf(schema);
  const inBody = names.flatMap((name, index) => (headers.has(name) ? [] : [[name, refs[index]!] as const]));
  const body = struct(
    schema.getName() ?? '',
    inBody.map(([name]) => name),
    inBody.map(([, ref]) => ref),
  );
  return write(xmlNamespace, body, output);
}

/** The status and the headers that an operation's model gives its answer. */
export function restAnswerOf(
  operation: StaticOperationSchema,
  output: object,
): { readonly status: number; readonly headers: Readonly<Record<string, string>> } {
  const { status } = httpBinding(operation);
  const values = output as Readonly<Record<string, unknown>>;
  const headers = [...headersOf(NormalizedSchema.of(operation[5]))].flatMap(([name, header]) =>
    typeof values[name] === 'string' ? [[header, values[name]] as const] : [],
  );
  return { status, headers: Object.fromEntries(headers) };
}

/** The headers of an output's members, by the members' names. */
function headersOf(schema: NormalizedSchema): ReadonlyMap<string, string> {
  if (schema.isUnitSchema()) return new Map();
  return new Map(
    [...schema.structIterator()].flatMap(([name, member]) => {
      const { httpHeader } = member.getMergedTraits();
      return typeof httpHeader === 'string' ? [[name, httpHeader.toLowerCase()] as const] : [];
    }),
  );
}

export function writeQueryError(
  service: QueryService | RestXmlService,
  error: AwsError,
  requestId: string,
): string {
  const { name: Code, message: Message } = error;
  if (service.protocol === 'ec2') {
    return write('', EC2_ERROR, { Errors: [{ Code, Message }], RequestID: requestId });
  }
  const Type = error.statusCode < 500 ? 'Sender' : 'Receiver';
  return write(service.xmlNamespace, QUERY_ERROR, { Error: { Type, Code, Message }, RequestId: requestId });
}

/** The serializer writes no more than schemas, so the envelopes are schemas too. */
function struct(
  name: string,
  members: readonly string[],
  refs: readonly $SchemaRef[],
): StaticStructureSchema {
  return [3, 'stationkeeper.sandbox', name, 0, [...members], [...refs]];
}

const METADATA = struct('ResponseMetadata', ['RequestId'], [STRING]);
const QUERY_ERROR = struct(
  'ErrorResponse',
  ['Error', 'RequestId'],
  [struct('Error', ['Type', 'Code', 'Message'], [STRING, STRING, STRING]), STRING],
);
const EC2_ERROR = struct(
  'Response',
  ['Errors', 'RequestID'],
  [
    [
      1,
      'stationkeeper.sandbox',
      'Errors',
      0,
      [struct('Error', ['Code', 'Message'], [STRING, STRING]), { xmlName: 'Error' }],
    ],
    STRING,
  ],
);

function structMembers(schema: NormalizedSchema): readonly [readonly string[], readonly $SchemaRef[]] {
  const [, , , , members, refs] = schema.getSchema() as StaticStructureSchema;
  return [members, refs];
}

function write(xmlNamespace: string, schema: StaticStructureSchema, value: object): string {
  const serializer = new XmlShapeSerializer({
    xmlNamespace,
    serviceNamespace: '',
    timestampFormat: { useTrait: true, default: ISO_8601 },
  });
  serializer.write(schema, value);
  const text = String(serializer.flush()).replace(NOT_XML, '\ufffd');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
}
