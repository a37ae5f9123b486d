import { serviceOf } from './meddling.ts';
import type { Call, SetMeddling } from './meddling.ts';

type Touch = SetMeddling['touch'];

function namespaceWith(fields: object): Touch {
  return (call, { id }) =>
    call('servicediscovery', 'UpdatePrivateDnsNamespace', { Id: id, Namespace: fields });
}

interface DiscoveryService {
  readonly Description?: string;
  readonly DnsConfig: { readonly DnsRecords: readonly { readonly Type: string; readonly TTL: number }[] };
}

/** Cloud Map takes a service's description and records together, so that what is to stay is sent again. */
function discoveryServiceWith(change: (before: DiscoveryService) => Partial<DiscoveryService>): Touch {
  return async (call, { id }) => {
    const before = (await call('servicediscovery', 'GetService', { Id: id }))['Service'] as DiscoveryService;
    const { Description, DnsConfig } = { ...before, ...change(before) };
    const records = { DnsConfig: { DnsRecords: DnsConfig.DnsRecords } };
    const Service = { ...(Description === undefined ? {} : { Description }), ...records };
    await call('servicediscovery', 'UpdateService', { Id: id, Service });
  };
}

function serviceWith(fields: object): Touch {
  return (call, one) => call('ecs', 'UpdateService', { ...serviceOf(one), ...fields });
}

interface RunningService {
  readonly taskDefinition: string;
  readonly deploymentConfiguration: object;
  /** Of tasks with a network of their own alone. */
  readonly networkConfiguration?: { readonly awsvpcConfiguration: { readonly subnets: readonly string[] } };
}

/** What it says of the service follows from what the service says. */
function serviceChanged(change: (before: RunningService, call: Call) => Promise<object> | object): Touch {
  return async (call, one) => {
    const { cluster, service } = serviceOf(one);
    const { services } = await call('ecs', 'DescribeServices', { cluster, services: [service] });
    const [before] = services as readonly RunningService[];
    if (before !== undefined) await serviceWith(await change(before, call))(call, one);
  };
}

const NO_NETWORK = { awsvpcConfiguration: { subnets: [] } };

function deploymentWith(fields: object): Touch {
  return serviceChanged(({ deploymentConfiguration }) => ({
    deploymentConfiguration: { ...deploymentConfiguration, ...fields },
  }));
}

/** Of a service without a network of its own AWS refuses it. */
function networkWith(change: (subnets: readonly string[]) => object): Touch {
  return serviceChanged(({ networkConfiguration: { awsvpcConfiguration } = NO_NETWORK }) => ({
    networkConfiguration: {
      awsvpcConfiguration: { ...awsvpcConfiguration, ...change(awsvpcConfiguration.subnets) },
    },
  }));
}

/** A copy of what runs, with another image, in a family that is not ours. */
async function copyOf(revision: string, call: Call): Promise<unknown> {
  const { taskDefinition } = await call('ecs', 'DescribeTaskDefinition', { taskDefinition: revision });
  const { containerDefinitions, ...rest } = taskDefinition as { readonly containerDefinitions: object[] };
  const { cpu, memory, networkMode, requiresCompatibilities, executionRoleArn } = rest as Record<
    string,
    unknown
  >;
  const registered = await call('ecs', 'RegisterTaskDefinition', {
    family: 'another',
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    executionRoleArn,
    containerDefinitions: [{ ...containerDefinitions[0], image: 'example.org/mine:1' }],
  });
  return (registered['taskDefinition'] as { readonly taskDefinitionArn: string }).taskDefinitionArn;
}

/** What makes the drifts of namespaces, discovery services, clusters and services. */
export const CLOUD_MAP_AND_ECS_BY_HAND = {
  // Namespace
  "a namespace's other description": { of: 'namespace', touch: namespaceWith({ Description: 'mine' }) },
  "a namespace's other TTL": {
    of: 'namespace',
    touch: namespaceWith({ Properties: { DnsProperties: { SOA: { TTL: 15 } } } }),
  },
  // Discovery service
  "a record's other TTL": {
    of: 'discovery-service',
    touch: discoveryServiceWith(({ DnsConfig }) => ({
      DnsConfig: { DnsRecords: DnsConfig.DnsRecords.map((record) => ({ ...record, TTL: 5 })) },
    })),
  },
  "a discovery service's other description": {
    of: 'discovery-service',
    touch: discoveryServiceWith(() => ({ Description: 'mine' })),
  },
  'a missing label of a discovery service': {
    of: 'discovery-service',
    touch: (call, { arn }) =>
      call('servicediscovery', 'UntagResource', { ResourceARN: arn, TagKeys: ['team'] }),
  },
  // Cluster
  'other insights': {
    of: 'cluster',
    touch: (call, { name }) =>
      call('ecs', 'UpdateClusterSettings', {
        cluster: name,
        settings: [{ name: 'containerInsights', value: 'enabled' }],
      }),
  },
  // Service
  'fewer tasks': { of: 'service', touch: serviceWith({ desiredCount: 1 }) },
  'more tasks': { of: 'service', touch: serviceWith({ desiredCount: 5 }) },
  'a lower minimum': { of: 'service', touch: deploymentWith({ minimumHealthyPercent: 50 }) },
  'a lower maximum': { of: 'service', touch: deploymentWith({ maximumPercent: 150 }) },
  'no circuit breaker': {
    of: 'service',
    touch: deploymentWith({ deploymentCircuitBreaker: { enable: false, rollback: false } }),
  },
  'no public IPs': { of: 'service', touch: networkWith(() => ({ assignPublicIp: 'DISABLED' })) },
  'fewer subnets': {
    of: 'service',
    touch: networkWith((subnets) => ({ subnets: subnets.slice(0, 1) })),
  },
  'another platform version': { of: 'service', touch: serviceWith({ platformVersion: '1.3.0' }) },
  'ECS Exec': { of: 'service', touch: serviceWith({ enableExecuteCommand: true }) },
  'other rebalancing': {
    of: 'service',
    touch: serviceWith({ availabilityZoneRebalancing: 'DISABLED' }),
  },
  'no service discovery': { of: 'service', touch: serviceWith({ serviceRegistries: [] }) },
  'another revision in use': {
    of: 'service',
    touch: serviceChanged(async ({ taskDefinition }, call) => ({
      taskDefinition: await copyOf(taskDefinition, call),
    })),
  },
  'another label of a service': {
    of: 'service',
    touch: (call, { arn }) =>
      call('ecs', 'TagResource', { resourceArn: arn, tags: [{ key: 'team', value: 'search' }] }),
  },
} as const satisfies Readonly<Record<string, SetMeddling>>;
