import { isIPv4, isIPv6 } from 'node:net';
import type { CallContext } from '../call.ts';
import { partitionOf } from '../partition.ts';
import { invalidInput, required } from './checks.ts';
import type { DiscoveryService, InstanceHealth } from './state.ts';

const MAX_ATTRIBUTES = 30;
const MAX_ATTRIBUTES_SIZE = 5000;
const ATTRIBUTE_KEY = /^[!-~]{1,255}$/;
const ATTRIBUTE_VALUE = /^([!-~][ \t!-~]*)?$/;
const DOMAIN_NAME = /^[!-~]+$/;

export function checkInstanceId(id: string | undefined): string {
  const text = required(id, 'InstanceId');
  if (!/^[0-9a-zA-Z_/:.@-]{1,64}$/.test(text)) throw invalidInput(`${text} is not a valid instance ID.`);
  return text;
}

type Attributes = Readonly<Record<string, string>>;

/**
 * The attributes that the service's DNS records need must be there; those of an EC2 instance are found out (RegisterInstance, Cloud
 * Map API reference). Throws InvalidInput.
 */
export function checkAttributes(
  context: CallContext,
  service: DiscoveryService,
  attributes: Attributes | undefined,
): Attributes {
  if (attributes === undefined) throw invalidInput('Attributes must not be empty.');
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidInput(`An instance can have at most ${MAX_ATTRIBUTES} attributes.`);
  }
  let size = 0;
  for (const [key, value] of entries) {
    checkAttribute(key, value);
    size += key.length + value.length;
  }
  if (size > MAX_ATTRIBUTES_SIZE) {
    throw invalidInput(`The attributes together can have at most ${MAX_ATTRIBUTES_SIZE} characters.`);
  }
  if (attributes['AWS_EC2_INSTANCE_ID'] !== undefined) return ofEc2Instance(context, service, attributes);
  if (attributes['AWS_ALIAS_DNS_NAME'] === undefined) checkAddresses(service, attributes);
  else checkAlias(context, service, attributes);
  return attributes;
}

/** With the primary private address of the machine that an attribute names. */
function ofEc2Instance(
  { state: { servicediscovery, ec2 } }: CallContext,
  service: DiscoveryService,
  attributes: Attributes,
): Attributes {
  const { AWS_EC2_INSTANCE_ID: id = '', AWS_INIT_HEALTH_STATUS: _health, ...others } = attributes;
  if (servicediscovery.namespaces.get(service.namespaceId)?.type !== 'HTTP') {
    throw invalidInput('AWS_EC2_INSTANCE_ID is possible in HTTP namespaces only.');
  }
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw invalidInput(`${other} cannot be used together with AWS_EC2_INSTANCE_ID.`);
  }
  const address = ec2.instances.get(id)?.privateIpv4Address;
  if (address === undefined) throw invalidInput(`The EC2 instance ${id} was not found.`);
  return { ...attributes, AWS_INSTANCE_IPV4: address };
}

/** Throws InvalidInput. */
export function checkAttribute(key: string, value: string): void {
  if (!ATTRIBUTE_KEY.test(key)) throw invalidInput(`The attribute key ${key} is not valid.`);
  if (value.length > 1024 || !ATTRIBUTE_VALUE.test(value)) {
    throw invalidInput(`The value of the attribute ${key} is not valid.`);
  }
}

/** HEALTHY where the attributes do not say. */
export function initialHealth(service: DiscoveryService, attributes: Attributes): InstanceHealth {
  const status = attributes['AWS_INIT_HEALTH_STATUS'];
  if (status === undefined) return 'HEALTHY';
  if (!service.customHealthCheck) {
    throw invalidInput('AWS_INIT_HEALTH_STATUS needs a service with HealthCheckCustomConfig.');
  }
  if (status !== 'HEALTHY' && status !== 'UNHEALTHY') {
    throw invalidInput('AWS_INIT_HEALTH_STATUS must be HEALTHY or UNHEALTHY.');
  }
  return status;
}

/** The record of an instance whose name DNS cannot have; undefined where all can be. */
export function invalidRecordName(
  service: DiscoveryService,
  zone: string,
  instanceId: string,
): string | undefined {
  const name = service.name === '.' ? zone : `${service.name}.${zone}`;
  const names = service.dnsRecordTypes.includes('SRV') ? [name, `${instanceId}.${name}`] : [name];
  return service.dnsRecordTypes.length === 0 ? undefined : names.find((each) => !isDomainName(each));
}

/** Whether a name is a domain name: labels of 1 to 63 octets, 255 with their lengths and the root (RFC 1035, 2.3.4). */
export function isDomainName(name: string): boolean {
  const labels = name.replace(/\.$/, '').split('.');
  return (
    name.length <= 253 && DOMAIN_NAME.test(name) && labels.every(({ length }) => length > 0 && length < 64)
  );
}

/** RegisterInstance, Cloud Map API reference: AWS_ALIAS_DNS_NAME. */
function checkAlias({ region }: CallContext, service: DiscoveryService, attributes: Attributes): void {
  if (partitionOf(region) === 'aws-us-gov') {
    throw invalidInput(`AWS_ALIAS_DNS_NAME is not supported in the Region ${region}.`);
  }
  const types = service.dnsRecordTypes;
  if (service.routingPolicy !== 'WEIGHTED' || !(types.includes('A') || types.includes('AAAA'))) {
    throw invalidInput('AWS_ALIAS_DNS_NAME needs a service with A or AAAA records and WEIGHTED routing.');
  }
  const other = Object.keys(attributes).find((key) => key.startsWith('AWS_INSTANCE_'));
  if (other !== undefined) throw invalidInput(`${other} cannot be used together with AWS_ALIAS_DNS_NAME.`);
  if (types.includes('SRV')) {
    throw invalidInput('AWS_ALIAS_DNS_NAME has no port, which the SRV records of the service need.');
  }
}

function checkAddresses(service: DiscoveryService, attributes: Attributes): void {
  const {
    AWS_INSTANCE_IPV4: ipv4,
    AWS_INSTANCE_IPV6: ipv6,
    AWS_INSTANCE_PORT: port,
    AWS_INSTANCE_CNAME: cname,
  } = attributes;
  if (ipv4 !== undefined && !isIPv4(ipv4)) throw invalidInput(`${ipv4} is not an IPv4 address.`);
  if (ipv6 !== undefined && (!isIPv6(ipv6) || ipv6.includes('%')))
    throw invalidInput(`${ipv6} is not an IPv6 address.`);
  if (cname !== undefined && !isDomainName(cname)) throw invalidInput(`${cname} is not a domain name.`);
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) {
    throw invalidInput(`${port} is not a port.`);
  }
  const types = service.dnsRecordTypes;
  if (types.includes('SRV') && ipv4 === undefined && ipv6 === undefined) {
    throw invalidInput('The attribute AWS_INSTANCE_IPV4 or AWS_INSTANCE_IPV6 is required.');
  }
  const needed = {
    AWS_INSTANCE_IPV4: types.includes('A') && ipv4 === undefined,
    AWS_INSTANCE_IPV6: types.includes('AAAA') && ipv6 === undefined,
    AWS_INSTANCE_PORT: types.includes('SRV') && port === undefined,
    AWS_INSTANCE_CNAME: types.includes('CNAME') && cname === undefined,
  };
  for (const [attribute, missing] of Object.entries(needed)) {
    if (missing)
      throw invalidInput(`The attribute ${attribute} is required for ${types.join(' and ')} records.`);
  }
  if (service.healthCheck !== undefined && port === undefined) {
    throw invalidInput('The attribute AWS_INSTANCE_PORT is required for the health check of the service.');
  }
}
