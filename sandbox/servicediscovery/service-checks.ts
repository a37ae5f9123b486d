import type {
  CreateServiceCommandInput,
  DnsRecord as DnsRecordShape,
  HealthCheckConfig,
} from '@aws-sdk/client-servicediscovery';
import { checkLength, checkTtl, invalidInput, required } from './checks.ts';
import type { DiscoveryService, DnsRecord, DnsRecordType, HealthCheck, NamespaceType } from './state.ts';

/** Record types that a service can have together, each once; CNAME stands alone (ECS developer guide, service discovery). */
const COMBINABLE: readonly string[] = ['A', 'AAAA', 'SRV'];
/** A label of a service's name; the name `.` is the namespace's own (Cloud Map API reference). */
const LABEL = '([a-zA-Z0-9_][a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])';
const SERVICE_NAME = new RegExp(`^(${LABEL}(\\.${LABEL})*|\\.)$`);

/** Of a health check (Cloud Map API reference). */
const LONGEST_PATH = 255;

/** AWS's text (terraform-provider-aws#7016). */
export const NO_DNS_FOR_HTTP = "When you specify an HTTP service, you can't include a DnsConfig element.";

export type ServiceSettings = Pick<
  DiscoveryService,
  'type' | 'routingPolicy' | 'dnsRecords' | 'customHealthCheck' | 'healthCheck'
>;

/** Throws InvalidInput for what cannot be in a namespace of the type. */
export function checkServiceSettings(
  input: CreateServiceCommandInput,
  namespaceType: NamespaceType,
): ServiceSettings {
  const customHealthCheck = input.HealthCheckCustomConfig !== undefined;
  const { FailureThreshold: threshold = 1 } = input.HealthCheckCustomConfig ?? {};
  if (threshold < 1 || threshold > 10) throw invalidInput('FailureThreshold must be from 1 to 10.');
  if (input.Type !== undefined && input.Type !== 'HTTP') throw invalidInput('Type can only be HTTP.');
  const checked = { namespaceType, customHealthCheck };
  if (input.Type === 'HTTP' || namespaceType === 'HTTP') {
    if (input.DnsConfig !== undefined) throw invalidInput(NO_DNS_FOR_HTTP);
    const healthCheck = checkHealthCheck(input.HealthCheckConfig, { ...checked, dnsRecords: [] });
    return { type: 'HTTP', routingPolicy: 'MULTIVALUE', dnsRecords: [], customHealthCheck, healthCheck };
  }
  const dnsRecords = checkDnsRecords(input.DnsConfig?.DnsRecords ?? []);
  const routingPolicy = input.DnsConfig?.RoutingPolicy ?? 'MULTIVALUE';
  if (routingPolicy !== 'MULTIVALUE' && routingPolicy !== 'WEIGHTED') {
    throw invalidInput(`${String(routingPolicy)} is not a routing policy.`);
  }
  if (dnsRecords.some(({ type }) => type === 'CNAME') && routingPolicy !== 'WEIGHTED') {
    throw invalidInput('A CNAME record needs the routing policy WEIGHTED.');
  }
  const healthCheck = checkHealthCheck(input.HealthCheckConfig, { ...checked, dnsRecords });
  return { type: 'DNS_HTTP', routingPolicy, dnsRecords, customHealthCheck, healthCheck };
}

/** A health check by Route 53, as far as that can reach the instances (HealthCheckConfig, Cloud Map API reference). Throws InvalidInput. */
export function checkHealthCheck(
  asked: HealthCheckConfig | undefined,
  service: Pick<ServiceSettings, 'dnsRecords' | 'customHealthCheck'> & {
    readonly namespaceType: NamespaceType;
  },
): HealthCheck | undefined {
  if (asked === undefined) return undefined;
  const { Type: type, ResourcePath: path, FailureThreshold: failureThreshold = 1 } = asked;
  if (service.customHealthCheck) {
    throw invalidInput('HealthCheckConfig and HealthCheckCustomConfig cannot be used together.');
  }
  if (service.namespaceType === 'DNS_PRIVATE') {
    throw invalidInput(
      'A health check by Route 53 is not possible in a private DNS namespace; use HealthCheckCustomConfig.',
    );
  }
  if (service.dnsRecords.some((record) => record.type === 'CNAME')) {
    throw invalidInput('A health check by Route 53 is not possible with CNAME records.');
  }
  if (type !== 'HTTP' && type !== 'HTTPS' && type !== 'TCP') {
    throw invalidInput(`${String(type)} is not a type of health checks.`);
  }
  checkLength('ResourcePath', path, LONGEST_PATH);
  if (type === 'TCP' && path !== undefined) throw invalidInput('A TCP health check has no ResourcePath.');
  if (failureThreshold < 1 || failureThreshold > 10) {
    throw invalidInput('FailureThreshold must be from 1 to 10.');
  }
  return { type, resourcePath: type === 'TCP' ? undefined : (path ?? '/'), failureThreshold };
}

export function checkDnsRecords(records: readonly DnsRecordShape[]): readonly DnsRecord[] {
  const checked = records.map(({ Type, TTL }) => ({
    type: required(Type, 'Type') as DnsRecordType,
    ttl: checkTtl(TTL),
  }));
  const types = checked.map(({ type }) => type);
  const isAlias = types.length === 1 && types[0] === 'CNAME';
  const areCombinable =
    types.every((type) => COMBINABLE.includes(type)) && new Set(types).size === types.length;
  if (!isAlias && !areCombinable) {
    throw invalidInput(
      `A service cannot have DNS records of the types ${types.join(', ')}; possible are A, AAAA and SRV in any combination, each once, or CNAME alone.`,
    );
  }
  return checked;
}

/** Refuses a change of records that does more than to set a TTL or to take records away. */
export function checkRecordChange(before: readonly DnsRecord[], after: readonly DnsRecord[]): void {
  for (const { type } of after) {
    if (!before.some((record) => record.type === type)) {
      throw invalidInput(
        `A ${type} record cannot be added to a service; only the TTL of records can change.`,
      );
    }
  }
}

export function checkServiceName(name: string | undefined): string {
  const text = required(name, 'Name');
  if (text.length > 127 || !SERVICE_NAME.test(text)) {
    throw invalidInput(`${text} is not a valid service name.`);
  }
  return text;
}
