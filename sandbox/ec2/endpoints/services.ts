import { createHash } from 'node:crypto';
import type {
  DescribeVpcEndpointServicesCommandInput,
  DescribeVpcEndpointServicesCommandOutput,
  ServiceDetail,
  ServiceType,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { hostSuffixOf } from '../../partition.ts';
import { ec2Page, entriesOf, filterBy, listed } from '../filters.ts';
import type { VpcEndpoint } from '../network-state.ts';
import { zonesOf } from '../zones.ts';

export interface EndpointService {
  /** `com.amazonaws.us-east-1.logs`. */
  readonly name: string;
  readonly type: VpcEndpoint['type'];
  /** The name that clients of the service use: `logs.us-east-1.amazonaws.com`. Undefined of a gateway endpoint's. */
  readonly privateDnsName: string | undefined;
}

/**
 * What daemons and their clients call, of the services that AWS offers an interface endpoint for, with what its host names begin with
 * (AWS services that integrate with AWS PrivateLink).
 */
const INTERFACE_SERVICES: Readonly<Record<string, string>> = {
  'aps-workspaces': 'aps-workspaces',
  autoscaling: 'autoscaling',
  'data-servicediscovery': 'data-servicediscovery',
  ec2: 'ec2',
  ec2messages: 'ec2messages',
  'ecr.api': 'api.ecr',
  'ecr.dkr': '*.dkr.ecr',
  ecs: 'ecs',
  'ecs-agent': 'ecs-a',
  'ecs-telemetry': 'ecs-t',
  elasticloadbalancing: 'elasticloadbalancing',
  events: 'events',
  'kinesis-firehose': 'firehose',
  'kinesis-streams': 'kinesis',
  kms: 'kms',
  logs: 'logs',
  monitoring: 'monitoring',
  s3: '*.s3',
  secretsmanager: 'secretsmanager',
  servicediscovery: 'servicediscovery',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
  ssmmessages: 'ssmmessages',
  sts: 'sts',
  xray: 'xray',
};

const GATEWAY_SERVICES = ['dynamodb', 's3'] as const;

/** Everything that an endpoint can lead to. */
export function endpointServices(region: string): readonly EndpointService[] {
  const suffix = hostSuffixOf(region);
  return [
    ...GATEWAY_SERVICES.map(
      (service): EndpointService => ({
        name: `com.amazonaws.${region}.${service}`,
        type: 'Gateway',
        privateDnsName: undefined,
      }),
    ),
    ...Object.entries(INTERFACE_SERVICES).map(
      ([service, host]): EndpointService => ({
        name: `com.amazonaws.${region}.${service}`,
        type: 'Interface',
        privateDnsName: `${host}.${region}.${suffix}`,
      }),
    ),
  ];
}

/** Throws InvalidServiceName for what has no endpoint of that type. */
export function requireEndpointService(
  region: string,
  name: string,
  type: VpcEndpoint['type'],
): EndpointService {
  const service = endpointServices(region).find((each) => each.name === name && each.type === type);
  if (service !== undefined) return service;
  throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
}

/** A service that has endpoints of both types is in the list twice, as in EC2. */
export function describeVpcEndpointServices(
  input: DescribeVpcEndpointServicesCommandInput,
  { region }: CallContext,
): Answer<DescribeVpcEndpointServicesCommandOutput> {
  const names = listed(input.ServiceNames);
  const all = endpointServices(region);
  const unknown = names?.find((name) => !all.some((service) => service.name === name));
  if (unknown !== undefined) {
    throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${unknown}' does not exist`);
  }
  const keep = filterBy<EndpointService>(input.Filters, {
    owner: () => ['amazon'],
    'service-name': ({ name }) => [name],
    'service-type': ({ type }) => [type],
    'supported-ip-address-types': () => ['ipv4'],
  });
  const chosen = all.filter((service) => names?.includes(service.name) ?? true);
  const page = ec2Page(
    input,
    entriesOf(chosen, ({ name, type }) => `${name} ${type}`),
    keep,
  );
  return {
    ServiceNames: [...new Set(page.items.map(({ name }) => name))],
    ServiceDetails: page.items.map((service) => serviceShape(region, service)),
    NextToken: page.nextToken,
  };
}

function serviceShape(region: string, { name, type, privateDnsName }: EndpointService): ServiceDetail {
  const serviceType: ServiceType = type;
  return {
    ServiceName: name,
    ServiceId: `vpce-svc-0${createHash('sha256').update(`${type} ${name}`).digest('hex').slice(0, 16)}`,
    ServiceType: [{ ServiceType: serviceType }],
    ServiceRegion: region,
    AvailabilityZones: zonesOf(region).map((zone) => zone.name),
    Owner: 'amazon',
    BaseEndpointDnsNames: [`${name.split('.').toReversed().join('.')}.vpce.${hostSuffixOf(region)}`],
    ...(privateDnsName === undefined
      ? {}
      : { PrivateDnsName: privateDnsName, PrivateDnsNames: [{ PrivateDnsName: privateDnsName }] }),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [],
    SupportedIpAddressTypes: ['ipv4'],
  };
}
