import { randomUUID } from 'node:crypto';
import type { StaticOperationSchema } from '@smithy/types';
import { ConnectionLost } from '../control/connection-lost.ts';
import { AwsError } from '../error.ts';
import type { Sandbox, SandboxRequest } from '../sandbox.ts';
import { accountIdOfAccessKey } from '../sts/access-keys.ts';
import {
  JSON_CONTENT_TYPE,
  readJsonInput,
  REST_JSON_CONTENT_TYPE,
  writeJsonError,
  writeJsonOutput,
} from './json.ts';
import { readQueryInput } from './query-input.ts';
import { restAnswerOf, writeQueryError, writeQueryOutput, writeRestXmlOutput } from './query-output.ts';
import { operationAt, readRestInput } from './rest-input.ts';
import type { RestTarget } from './rest-input.ts';
import {
  jsonServiceOf,
  operationSchema,
  queryServiceOf,
  readsXml,
  requireVersion,
  restServiceOf,
} from './services.ts';
import type { JsonService, QueryService, RestJsonService, RestService, RestXmlService } from './services.ts';

/** What of a request carries meaning in AWS's protocols. */
export interface AwsHttpRequest {
  /** Method and path mean something where a protocol has no other name for its operations. */
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Form parameters of a query request may stand in the URL instead of the body. */
  readonly search: string;
  readonly body: Buffer;
}

export interface AwsHttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is called, and the protocol in which the caller wants its answer. */
type Target =
  | { readonly protocol: 'json'; readonly service: JsonService; readonly operation: string }
  | {
      readonly protocol: 'query';
      readonly service: QueryService;
      readonly operation: string;
      readonly parameters: URLSearchParams;
    }
  | RestTargetOf<RestXmlService>
  | RestTargetOf<RestJsonService>;

interface RestTargetOf<Service extends RestService> extends RestTarget {
  readonly protocol: Service['protocol'];
  readonly service: Service;
  readonly parameters: URLSearchParams;
}

const CONTENT_TYPES: Readonly<Record<Target['protocol'], string>> = {
  json: JSON_CONTENT_TYPE,
  'rest-json': REST_JSON_CONTENT_TYPE,
  query: 'text/xml;charset=UTF-8',
  'rest-xml': 'text/xml;charset=UTF-8',
};

interface Caller {
  readonly region: string;
  readonly accessKeyId: string | undefined;
  /** The service that the request was signed for. */
  readonly scope: string | undefined;
}

const PLAIN = { status: 200, headers: {} };

const UNSIGNED: Caller = { region: 'us-east-1', accessKeyId: undefined, scope: undefined };

/** Whether this is a call to AWS at all, in one of the protocols that are spoken here. */
export function isAwsRequest(request: AwsHttpRequest): boolean {
  return (
    header(request, 'x-amz-target') !== undefined ||
    header(request, 'authorization')?.startsWith('AWS4-') === true ||
    isForm(request) ||
    new URLSearchParams(request.search).has('Action')
  );
}

/**
 * Performs one AWS call; never rejects: every failure is an answer in the shape of the caller's protocol. Undefined
 * where the connection is to be lost instead. `gone`: the client has left.
 */
export async function answer(
  sandbox: Pick<Sandbox, 'call'>,
  request: AwsHttpRequest,
  gone: AbortSignal,
): Promise<AwsHttpAnswer | undefined> {
  const requestId = randomUUID();
  const caller = callerOf(request);
  const target = targetOf(request, caller);
  try {
    const schema = schemaOf(target);
    const input = inputOf(target, schema, request.body);
    const output = await sandbox.call(callOf(target, input, caller), { signal: gone });
    const { status, headers } = isRest(target) ? restAnswerOf(schema, output) : PLAIN;
    const answered = answerOf(target, status, requestId, bodyOf(target, schema, output, requestId));
    return { ...answered, headers: { ...answered.headers, ...headers } };
  } catch (error) {
    return error instanceof ConnectionLost ? undefined : refusalOf(target, error, requestId);
  }
}

function bodyOf(target: Target, schema: StaticOperationSchema, output: object, requestId: string): string {
  switch (target.protocol) {
    case 'json':
    case 'rest-json':
      return writeJsonOutput(schema, output);
    case 'query':
      return writeQueryOutput(target.service, schema, output, requestId);
    case 'rest-xml':
      return writeRestXmlOutput(target.service, schema, output);
  }
}

/** A refusal that happens before the call is even read, such as that of a body too large. */
export function refuse(request: AwsHttpRequest, error: AwsError): AwsHttpAnswer {
  return refusalOf(targetOf(request, callerOf(request)), error, randomUUID());
}

function refusalOf(target: Target, thrown: unknown, requestId: string): AwsHttpAnswer {
  const error = awsErrorOf(target, thrown);
  const { statusCode } = error;
  if (target.protocol === 'query' || target.protocol === 'rest-xml') {
    return answerOf(target, statusCode, requestId, writeQueryError(target.service, error, requestId));
  }
  const refusal = answerOf(target, statusCode, requestId, writeJsonError(target.service, error));
  return { ...refusal, headers: { ...refusal.headers, 'x-amzn-errortype': error.name } };
}

function awsErrorOf({ protocol, service, operation }: Target, thrown: unknown): AwsError {
  if (!(thrown instanceof AwsError)) {
    const what = thrown instanceof Error ? thrown.message : String(thrown);
    return new AwsError(
      'InternalFailure',
      `The sandbox failed in ${service.name}:${operation}: ${what}`,
      500,
    );
  }
  if (thrown.name !== 'UnknownOperationException' || protocol === 'json' || protocol === 'rest-json') {
    return thrown;
  }
  return new AwsError(operation === '' ? 'MissingAction' : 'InvalidAction', thrown.message);
}

function answerOf(target: Target, status: number, requestId: string, body: string): AwsHttpAnswer {
  const contentType = CONTENT_TYPES[target.protocol];
  return { status, body, headers: { 'content-type': contentType, 'x-amzn-requestid': requestId } };
}

function targetOf(request: AwsHttpRequest, caller: Caller): Target {
  const target = header(request, 'x-amz-target');
  const parameters = new URLSearchParams(request.search);
  if (isForm(request)) {
    for (const [key, value] of new URLSearchParams(request.body.toString('utf8'))) {
      parameters.append(key, value);
    }
  }
  if (target === undefined && (isForm(request) || parameters.has('Action') || readsXml(caller.scope))) {
    const service = queryServiceOf(caller.scope, parameters.get('Version'));
    return { protocol: 'query', service, operation: parameters.get('Action') ?? '', parameters };
  }
  const rest = target === undefined ? restServiceOf(caller.scope) : undefined;
  if (rest !== undefined) {
    const asked = { ...operationAt(rest, request), parameters };
    return rest.protocol === 'rest-xml'
      ? { protocol: rest.protocol, service: rest, ...asked }
      : { protocol: rest.protocol, service: rest, ...asked };
  }
  const [prefix, ...names] = target?.split('.') ?? [];
  const operation = names.join('.');
  return { protocol: 'json', service: jsonServiceOf(prefix, caller.scope), operation };
}

/** Signatures are not verified; the credential scope tells who calls, where. */
function callerOf(request: AwsHttpRequest): Caller {
  const scope = /Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
    header(request, 'authorization') ?? '',
  );
  return scope === null ? UNSIGNED : { accessKeyId: scope[1], region: scope[2]!, scope: scope[3] };
}

function schemaOf(target: Target): StaticOperationSchema {
  const { protocol, service, operation } = target;
  if (protocol === 'query') requireVersion(service, operation, target.parameters.get('Version'));
  return operationSchema(service, operation);
}

function inputOf(target: Target, schema: StaticOperationSchema, body: Buffer): object {
  switch (target.protocol) {
    case 'json':
      return readJsonInput(target.service, schema, body);
    case 'query':
      return readQueryInput(target.service, schema, target.parameters);
    case 'rest-xml':
    case 'rest-json':
      return readRestInput(target.service, schema, { ...target, body });
  }
}

function callOf({ service, operation }: Target, input: object, caller: Caller): SandboxRequest {
  const { accessKeyId, region } = caller;
  const accountId = accessKeyId === undefined ? undefined : accountIdOfAccessKey(accessKeyId);
  return {
    service: service.name,
    operation,
    input,
    region,
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(accountId === undefined ? {} : { accountId }),
  };
}

function isRest(target: Target): target is RestTargetOf<RestXmlService> | RestTargetOf<RestJsonService> {
  return target.protocol === 'rest-xml' || target.protocol === 'rest-json';
}

function isForm(request: AwsHttpRequest): boolean {
  const type = header(request, 'content-type')?.toLowerCase();
  return type?.startsWith('application/x-www-form-urlencoded') === true;
}

function header(request: AwsHttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
