import * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as servicediscovery from '@aws-sdk/client-servicediscovery';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elasticloadbalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as route53 from '@aws-sdk/client-route-53';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as xray from '@aws-sdk/client-xray';
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../error.ts';
import { isServed } from '../operations.ts';

/** How one AWS service is spoken to. Sources: the service's API reference and its Smithy model. */
export type Service = JsonService | QueryService | RestService;

interface Common {
  /** As in the credential scope of a signature, and as the sandbox's operation tables name it. */
  readonly name: string;
  /** The SDK package: its `…$` exports are the operations' and errors' schemas. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

export interface JsonService extends Common {
  readonly protocol: 'json';
  /** What stands before the operation in `X-Amz-Target`. */
  readonly target: string;
  /** The error for a request that lacks a required member. */
  readonly invalidInput: string;
}

export interface QueryService extends Common {
  readonly protocol: 'query' | 'ec2';
  readonly version: string;
  readonly xmlNamespace: string;
}

/**
 * Method and path tell which operation is called (https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html,
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html).
 */
export type RestService = RestXmlService | RestJsonService;

export interface RestXmlService extends RestCommon {
  readonly protocol: 'rest-xml';
  readonly xmlNamespace: string;
}

export interface RestJsonService extends RestCommon {
  readonly protocol: 'rest-json';
}

interface RestCommon extends Common {
  /** The error for a request that lacks a required member. */
  readonly invalidInput: string;
}

const JSON_SERVICES: readonly JsonService[] = [
  {
    name: 'ecs',
    protocol: 'json',
    target: 'AmazonEC2ContainerServiceV20141113',
    schemas: ecs,
    invalidInput: 'InvalidParameterException',
  },
  {
    name: 'ecr',
    protocol: 'json',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    schemas: ecr,
    invalidInput: 'InvalidParameterException',
  },
  {
    name: 'servicediscovery',
    protocol: 'json',
    target: 'Route53AutoNaming_v20170314',
    schemas: servicediscovery,
    invalidInput: 'InvalidInput',
  },
  {
    name: 'logs',
    protocol: 'json',
    target: 'Logs_20140328',
    schemas: logs,
    invalidInput: 'InvalidParameterException',
  },
  {
    name: 'secretsmanager',
    protocol: 'json',
    target: 'secretsmanager',
    schemas: secretsManager,
    invalidInput: 'ValidationException',
  },
  {
    name: 'ssm',
    protocol: 'json',
    target: 'AmazonSSM',
    schemas: ssm,
    invalidInput: 'ValidationException',
  },
  {
    name: 'tagging',
    protocol: 'json',
    target: 'ResourceGroupsTaggingAPI_20170126',
    schemas: tagging,
    invalidInput: 'InvalidParameterException',
  },
  {
    name: 'application-autoscaling',
    protocol: 'json',
    target: 'AnyScaleFrontendService',
    schemas: applicationAutoScaling,
    invalidInput: 'ValidationException',
  },
];

const QUERY_SERVICES: readonly QueryService[] = [
  {
    name: 'ec2',
    protocol: 'ec2',
    version: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    schemas: ec2,
  },
  {
    name: 'elasticloadbalancing',
    protocol: 'query',
    version: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    schemas: elasticloadbalancing,
  },
  {
    name: 'iam',
    protocol: 'query',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    schemas: iam,
  },
  {
    name: 'sts',
    protocol: 'query',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    schemas: sts,
  },
];

const REST_SERVICES: readonly RestService[] = [
  {
    name: 'route53',
    protocol: 'rest-xml',
    xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
    schemas: route53,
    invalidInput: 'InvalidInput',
  },
  {
    name: 'xray',
    protocol: 'rest-json',
    schemas: xray,
    invalidInput: 'InvalidRequestException',
  },
];

const SERVICES: readonly Service[] = [...JSON_SERVICES, ...QUERY_SERVICES, ...REST_SERVICES];
const SERVED: readonly string[] = SERVICES.map(({ name }) => name);

const UNKNOWN = 'an unknown service';

/** The service of an `X-Amz-Target`; one without operations where nobody here knows it. */
export function jsonServiceOf(target: string | undefined, scope: string | undefined): JsonService {
  return (
    JSON_SERVICES.find((service) => service.target === target) ?? {
      name: target ?? scope ?? UNKNOWN,
      protocol: 'json',
      target: '',
      schemas: {},
      invalidInput: 'ValidationException',
    }
  );
}

/** `scope` is the signature's service; an unsigned request is told by its API version. */
export function queryServiceOf(scope: string | undefined, version: string | null): QueryService {
  const found = QUERY_SERVICES.find((service) =>
    scope === undefined ? service.version === version : service.name === scope,
  );
  return found ?? { name: scope ?? UNKNOWN, protocol: 'query', version: '', xmlNamespace: '', schemas: {} };
}

/** How a service of the sandbox's tables is spoken to. Throws UnknownOperationException where it is not spoken to at all. */
export function servedOverHttp(name: string): Service {
  const found = SERVICES.find((service) => service.name === name);
  if (found !== undefined) return found;
  throw new AwsError('UnknownOperationException', `The sandbox does not speak ${name} over HTTP.`);
}

/** Services of AWS that speak XML and are not served: their clients read errors in it only, near enough to those of the query protocol. */
const OTHER_XML_SERVICES: readonly string[] = ['s3', 's3-outposts', 'cloudfront'];

/** Whether a caller of this service wants XML where nothing else in its request tells. */
export function readsXml(scope: string | undefined): boolean {
  return scope !== undefined && OTHER_XML_SERVICES.includes(scope);
}

/** The service that a request was signed for, where it is told by its path what it asks of that. */
export function restServiceOf(scope: string | undefined): RestService | undefined {
  return REST_SERVICES.find(({ name }) => name === scope);
}

/** The schema of an operation. Raises UnknownOperationException, which query callers see as InvalidAction. */
export function operationSchema(service: Service, operation: string): StaticOperationSchema {
  const schema = schemaOf(service, operation);
  if (isServed(service.name, operation) && Array.isArray(schema) && schema[0] === 9) {
    return schema as StaticOperationSchema;
  }
  const others = SERVED.includes(service.name) ? '' : ` The sandbox serves ${SERVED.join(', ')}.`;
  throw new AwsError(
    'UnknownOperationException',
    operation === ''
      ? `The request to ${service.name} names no operation, neither as X-Amz-Target nor as Action.${others}`
      : `The sandbox does not serve ${service.name}:${operation}.${others}`,
  );
}

/** `version` is the request's own, where it names one. Throws EC2's NoSuchVersion, InvalidAction. */
export function requireVersion(
  { name, protocol, version: served }: QueryService,
  operation: string,
  version: string | null,
): void {
  if (version === null || served === '' || version === served) return;
  throw protocol === 'ec2'
    ? new AwsError('NoSuchVersion', `The requested version (${version}) of service ${name} does not exist`)
    : new AwsError('InvalidAction', `Could not find operation ${operation} for version ${version}`);
}

export function errorSchema(service: Service, code: string): StaticErrorSchema | undefined {
  const schema = schemaOf(service, code);
  return Array.isArray(schema) && schema[0] === -3 ? (schema as StaticErrorSchema) : undefined;
}

function schemaOf(service: Service, name: string): unknown {
  const exported = `${name}$`;
  return Object.hasOwn(service.schemas, exported) ? service.schemas[exported] : undefined;
}

/** The method, the path and the status of an answer, as an operation's model binds it to HTTP. */
export function httpBinding(operation: StaticOperationSchema): {
  readonly method: string;
  readonly path: string;
  readonly status: number;
} {
  const traits: unknown = operation[3];
  const http: unknown =
    typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : undefined;
  const [method, path, status] = Array.isArray(http) ? http : ['', '', 200];
  return { method: String(method), path: String(path), status: Number(status) };
}
