import { Type } from 'typebox';
import { LOG_CONFIGURATION, LOG_DRIVERS } from '../../core/log-configuration.ts';
import type { Table } from '../../core/fields/field.ts';
import {
  inPart,
  object,
  omissible,
  omissibleObject,
  required,
  structures,
  structuresByKey,
  value,
} from '../../core/fields/shapes.ts';
import { text } from '../../core/schema.ts';

/** How others reach a service beside service discovery: load balancers (ECS API reference, LoadBalancer) and Service Connect. */

const port = (description: string) => Type.Integer({ minimum: 1, maximum: 65_535, description });

const LOAD_BALANCER = {
  fields: {
    targetGroupArn: value(
      text(
        '^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}$',
        'must be the ARN of a target group such as arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/name/0123456789abcdef',
        'A target group of an Application or Network Load Balancer: it exists, and is never changed.',
      ),
    ),
    loadBalancerName: value(
      text(
        '^[A-Za-z0-9-]{1,32}$',
        'must be the name of a Classic Load Balancer: at most 32 letters, digits and hyphens',
        'A Classic Load Balancer instead. Not with awsvpc.',
      ),
    ),
    containerName: required(
      value(Type.String({ minLength: 1, description: 'The container that is reached.' })),
    ),
    containerPort: required(value(port('Its port, which its portMappings have.'))),
  },
  elsewhere: {},
  notOffered: {
    advancedConfiguration: 'it shifts traffic between two deployments, and every deployment is a rolling one',
  },
} satisfies Table;

const CLIENT_ALIAS = {
  fields: {
    port: required(value(port('Where clients of the namespace connect to.'))),
    dnsName: value(
      text(
        '^[a-z0-9_.][a-z0-9_.-]{0,126}$',
        'must be at most 127 lower-case letters, digits, _, - and ., and not start with a hyphen',
        'The name that clients use. Default: <discoveryName>.<namespace>.',
      ),
    ),
  },
  elsewhere: {},
  notOffered: {
    testTrafficRules: 'they are for blue/green deployments, and every deployment is a rolling one',
  },
} satisfies Table;

const seconds = (description: string) =>
  value(Type.Integer({ minimum: 0, maximum: 2_147_483_647, description }));

const TIMEOUT = {
  fields: {
    idleTimeoutSeconds: seconds('How long a connection may be idle; 0 is for ever.'),
    perRequestTimeoutSeconds: seconds('How long an answer may take; 0 is for ever. Not of tcp.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const CERTIFICATE_AUTHORITY = {
  fields: {
    awsPcaAuthorityArn: value(
      text(
        '^arn:[a-z-]+:acm-pca:[a-z0-9-]+:[0-9]{12}:certificate-authority/[0-9a-f-]{36}$',
        'must be the ARN of a certificate authority of AWS Private CA',
        'ARN of a certificate authority of AWS Private CA.',
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const TLS = {
  fields: {
    issuerCertificateAuthority: required(
      inPart(object(CERTIFICATE_AUTHORITY, 'Who signs the certificates.')),
    ),
    kmsKey: value(Type.String({ minLength: 1, description: 'A KMS key for the private keys.' })),
    roleArn: value(
      text(
        '^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$',
        'must be the ARN of an IAM role, such as arn:aws:iam::123456789012:role/name',
        'The role that ECS gets certificates with.',
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const CONNECT_SERVICE = {
  fields: {
    portName: required(
      value(Type.String({ minLength: 1, description: 'The name of a port mapping of a container.' })),
    ),
    discoveryName: value(
      text(
        '^[a-z0-9_][a-z0-9_-]{0,63}$',
        'must be at most 64 lower-case letters, digits, _ and -, and not start with a hyphen',
        'Its name in the namespace. Default: portName.',
      ),
    ),
    clientAliases: structuresByKey(
      CLIENT_ALIAS,
      'Where clients find it; at most one.',
      ({ port: at, dnsName }) => (dnsName === undefined ? String(at) : `${dnsName}:${at}`),
    ),
    ingressPortOverride: value(
      Type.Integer({
        minimum: 1025,
        maximum: 65_535,
        description:
          'The port that the proxy listens on, above 1024. Default: the containerPort of the mapping.',
      }),
    ),
    timeout: inPart(omissibleObject(TIMEOUT, 'How long the proxy waits.')),
    tls: inPart(omissibleObject(TLS, 'Encryption of the traffic between proxies.')),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const PROXY_LOGS = {
  ...LOG_CONFIGURATION,
  fields: {
    ...LOG_CONFIGURATION.fields,
    logDriver: required(
      value(
        Type.Enum([...LOG_DRIVERS], {
          description: 'awslogs, splunk and awsfirelens on Fargate, the others on other hosts.',
        }),
      ),
    ),
  },
} satisfies Table;

const ACCESS_LOGS = {
  fields: {
    format: required(value(Type.Enum(['TEXT', 'JSON'], { description: 'How they are written.' }))),
    includeQueryParameters: omissible(
      Type.Enum(['DISABLED', 'ENABLED'], {
        description:
          'Whether the logs contain the query of a request, which may hold secrets. Default: DISABLED.',
      }),
      'DISABLED',
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

/** ECS takes each setting of the proxy once (ECS API reference, ServiceConnectConfiguration). */
const PROXY_SETTING = {
  fields: {
    logLevel: required(
      value(Type.Enum(['info', 'debug'], { description: 'How much the proxy logs. Default: info.' })),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const SERVICE_CONNECT = {
  fields: {
    enabled: required(
      omissible(Type.Boolean({ description: 'Whether tasks have a proxy of Service Connect.' }), false),
    ),
    namespace: value(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description:
          "Name or ARN of a Cloud Map namespace. The controller creates a Namespace of that name in this Environment first. It cannot compare another name where ECS shows an ARN: write an ARN. Default: the cluster's serviceConnectDefaults.",
      }),
    ),
    services: inPart(
      structuresByKey(
        CONNECT_SERVICE,
        'Ports that others in the namespace reach; without any, the service is a client.',
        ({ portName }) => portName,
      ),
    ),
    logConfiguration: inPart(omissibleObject(PROXY_LOGS, 'Where the proxy logs.')),
    accessLogConfiguration: inPart(omissibleObject(ACCESS_LOGS, 'Which requests the proxy logs.')),
    containerConfigurations: structures(PROXY_SETTING, 'Settings of the proxy.'),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const connect = inPart(
  omissibleObject(
    SERVICE_CONNECT,
    'The place of the service in Service Connect, for TCP, HTTP and gRPC. A change starts new tasks.',
  ),
);

/** Service Connect that is not enabled is none, whatever else it says. */
const serviceConnectConfiguration = {
  ...connect,
  observed: (aws: Parameters<typeof connect.observed>[0]) =>
    connect.observed(aws?.enabled === true ? aws : { enabled: false }),
  written: (aws: Parameters<typeof connect.written>[0]) =>
    aws?.enabled === true ? { ...connect.written(aws), enabled: true } : undefined,
};

export const TRAFFIC_FIELDS = {
  loadBalancers: structuresByKey(
    LOAD_BALANCER,
    'Target groups that tasks are registered in; [] is none. A change starts new tasks.',
    ({ targetGroupArn, loadBalancerName, containerName, containerPort }) =>
      `${targetGroupArn ?? loadBalancerName} ${containerName} ${containerPort}`,
  ),
  healthCheckGracePeriodSeconds: omissible(
    Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      description:
        'How long health checks of load balancers and containers do not count after a start. Default: 0.',
    }),
    0,
  ),
  serviceConnectConfiguration,
};
