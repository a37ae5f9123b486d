import type {
  CreateServiceCommandInput,
  DnsRecord as DnsRecordShape,
} from '@aws-sdk/client-servicediscovery';
import { checkTtl, invalidInput, required } from './checks.ts';
import type { DiscoveryService, DnsRecord, DnsRecordType } from './state.ts';

/** Record types that a service can have together, each once; CNAME stands alone (ECS developer guide, service discovery). */
const COMBINABLE: readonly string[] = ['A', 'AAAA', 'SRV'];
/** A label of a service's name; the name `.` is the namespace's own (Cloud Map API reference). */
const LABEL = '([a-zA-Z0-9_][a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])';
const SERVICE_NAME = new RegExp(`^(${LABEL}(\\.${LABEL})*|\\.)$`);

/** AWS's text (terraform-provider-aws#7016). */
export const NO_DNS_FOR_HTTP = "When you specify an HTTP service, you can't include a DnsConfig element.";

export type ServiceSettings = Pick<
  DiscoveryService,
  'type' | 'routingPolicy' | 'dnsRecords' | 'customHealthCheck'
>;

/** Throws InvalidInput for what cannot be in a private DNS namespace. */
export function checkServiceSettings(input: CreateServiceCommandInput): ServiceSettings {
  if (input.HealthCheckConfig !== undefined) {
    throw invalidInput(
      input.HealthCheckCustomConfig === undefined
        ? 'A health check by Route 53 is not possible in a private DNS namespace; use HealthCheckCustomConfig.'
        : 'HealthCheckConfig and HealthCheckCustomConfig cannot be used together.',
    );
  }
  const customHealthCheck = input.HealthCheckCustomConfig !== undefined;
  const { FailureThreshold: threshold = 1 } = input.HealthCheckCustomConfig ?? {};
  if (threshold < 1 || threshold > 10) throw invalidInput('FailureThreshold must be from 1 to 10.');
  if (input.Type !== undefined && input.Type !== 'HTTP') throw invalidInput('Type can only be HTTP.');
  if (input.Type === 'HTTP') {
    if (input.DnsConfig !== undefined) throw invalidInput(NO_DNS_FOR_HTTP);
    return { type: 'HTTP', routingPolicy: 'MULTIVALUE', dnsRecords: [], customHealthCheck };
  }
  const dnsRecords = checkDnsRecords(input.DnsConfig?.DnsRecords ?? []);
  const routingPolicy = input.DnsConfig?.RoutingPolicy ?? 'MULTIVALUE';
  if (routingPolicy !== 'MULTIVALUE' && routingPolicy !== 'WEIGHTED') {
    throw invalidInput(`${String(routingPolicy)} is not a routing policy.`);
  }
  if (dnsRecords.some(({ type }) => type === 'CNAME') && routingPolicy !== 'WEIGHTED') {
    throw invalidInput('A CNAME record needs the routing policy WEIGHTED.');
  }
  return { type: 'DNS_HTTP', routingPolicy, dnsRecords, customHealthCheck };
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
