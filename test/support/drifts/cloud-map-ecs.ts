import { expect } from 'vitest';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import { endsIn } from './row.ts';
import type { Call, DriftRow } from './row.ts';

const SERVICE = { cluster: 'xray-daemon-cluster', service: 'xray' };

async function idIn(call: Call, operation: string, list: string): Promise<string> {
  const found = (await call('servicediscovery', operation))[list] as { Id: string }[];
  return found[0]!.Id;
}

async function arnOf(call: Call, list: 'Namespaces' | 'Services'): Promise<string> {
  const found = (await call('servicediscovery', `List${list}`))[list] as { Arn: string }[];
  return found[0]!.Arn;
}

function updateService(fields: object): DriftRow['meddle'] {
  return (call) => call('ecs', 'UpdateService', { ...SERVICE, ...fields });
}

function deployment(fields: object): DriftRow['meddle'] {
  return updateService({
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...fields,
    },
  });
}

/** Drifts of namespaces, discovery services, clusters and services. */
export const CLOUD_MAP_AND_ECS_DRIFTS: Readonly<Record<string, DriftRow>> = {
  // Namespace
  "a namespace's other description": {
    meddle: async (call) =>
      call('servicediscovery', 'UpdatePrivateDnsNamespace', {
        Id: await idIn(call, 'ListNamespaces', 'Namespaces'),
        Namespace: { Description: 'mine' },
      }),
    resource: 'namespace/services.dockerinaws.org',
    path: 'description',
    desired: 'shared daemons',
    actual: 'mine',
  },
  "a namespace's other TTL": {
    meddle: async (call) =>
      call('servicediscovery', 'UpdatePrivateDnsNamespace', {
        Id: await idIn(call, 'ListNamespaces', 'Namespaces'),
        Namespace: { Properties: { DnsProperties: { SOA: { TTL: 15 } } } },
      }),
    resource: 'namespace/services.dockerinaws.org',
    path: 'soaTtl',
    desired: 60,
    actual: 15,
  },
  // Discovery service
  "a record's other TTL": {
    meddle: async (call) =>
      call('servicediscovery', 'UpdateService', {
        Id: await idIn(call, 'ListServices', 'Services'),
        Service: {
          Description: 'where the daemon is',
          DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 5 }] },
        },
      }),
    resource: 'discovery-service/xray',
    path: 'dnsRecords[A].ttl',
    desired: 60,
    actual: 5,
  },
  "a discovery service's other description": {
    meddle: async (call) =>
      call('servicediscovery', 'UpdateService', {
        Id: await idIn(call, 'ListServices', 'Services'),
        Service: { Description: 'mine', DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] } },
      }),
    resource: 'discovery-service/xray',
    path: 'description',
    desired: 'where the daemon is',
    actual: 'mine',
  },
  'a missing label of a discovery service': {
    meddle: async (call) =>
      call('servicediscovery', 'UntagResource', {
        ResourceARN: await arnOf(call, 'Services'),
        TagKeys: ['team'],
      }),
    resource: 'discovery-service/xray',
    path: 'tags.team',
    desired: 'platform',
    actual: null,
  },
  // Cluster
  'other insights': {
    meddle: (call) =>
      call('ecs', 'UpdateClusterSettings', {
        cluster: SERVICE.cluster,
        settings: [{ name: 'containerInsights', value: 'enabled' }],
      }),
    resource: 'cluster/xray-daemon-cluster',
    path: 'containerInsights',
    desired: 'disabled',
    actual: 'enabled',
  },
  // Service
  'fewer tasks': {
    meddle: updateService({ desiredCount: 1 }),
    resource: 'service/xray',
    path: 'desiredCount',
    desired: 2,
    actual: 1,
  },
  'more tasks': {
    meddle: updateService({ desiredCount: 5 }),
    resource: 'service/xray',
    path: 'desiredCount',
    desired: 2,
    actual: 5,
  },
  'a lower minimum': {
    meddle: deployment({ minimumHealthyPercent: 50 }),
    resource: 'service/xray',
    path: 'minimumHealthyPercent',
    desired: 100,
    actual: 50,
  },
  'a lower maximum': {
    meddle: deployment({ maximumPercent: 150 }),
    resource: 'service/xray',
    path: 'maximumPercent',
    desired: 200,
    actual: 150,
  },
  'no circuit breaker': {
    meddle: deployment({ deploymentCircuitBreaker: { enable: false, rollback: false } }),
    resource: 'service/xray',
    path: 'circuitBreaker.enable',
    desired: true,
    actual: false,
  },
  'no public IPs': {
    meddle: async (call) => {
      const { services } = await call('ecs', 'DescribeServices', {
        cluster: SERVICE.cluster,
        services: [SERVICE.service],
      });
      const [{ networkConfiguration }] = services as [
        { networkConfiguration: { awsvpcConfiguration: object } },
      ];
      return updateService({
        networkConfiguration: {
          awsvpcConfiguration: {
            ...networkConfiguration.awsvpcConfiguration,
            assignPublicIp: 'DISABLED',
          },
        },
      })(call);
    },
    resource: 'service/xray',
    path: 'assignPublicIp',
    desired: true,
    actual: false,
  },
  'fewer subnets': {
    meddle: async (call) => {
      const { services } = await call('ecs', 'DescribeServices', {
        cluster: SERVICE.cluster,
        services: [SERVICE.service],
      });
      const [{ networkConfiguration }] = services as [
        { networkConfiguration: { awsvpcConfiguration: { subnets: string[] } } },
      ];
      const { awsvpcConfiguration } = networkConfiguration;
      return updateService({
        networkConfiguration: {
          awsvpcConfiguration: {
            ...awsvpcConfiguration,
            subnets: awsvpcConfiguration.subnets.slice(0, 1),
          },
        },
      })(call);
    },
    resource: 'service/xray',
    path: 'subnets',
    desired: expect.any(Array),
    actual: [expect.stringMatching(/^subnet-/)],
  },
  'another platform version': {
    meddle: updateService({ platformVersion: '1.3.0' }),
    resource: 'service/xray',
    path: 'platformVersion',
    desired: 'LATEST',
    actual: '1.3.0',
  },
  'ECS Exec': {
    meddle: updateService({ enableExecuteCommand: true }),
    resource: 'service/xray',
    path: 'enableExecuteCommand',
    desired: false,
    actual: true,
  },
  'other rebalancing': {
    meddle: updateService({ availabilityZoneRebalancing: 'DISABLED' }),
    resource: 'service/xray',
    path: 'availabilityZoneRebalancing',
    desired: 'ENABLED',
    actual: 'DISABLED',
  },
  'no service discovery': {
    meddle: updateService({ serviceRegistries: [] }),
    resource: 'service/xray',
    path: 'registry',
    desired: expect.objectContaining({ arn: endsIn('service/srv-\\w+') }),
    actual: null,
  },
  'another revision in use': {
    meddle: async (call) => {
      const { taskDefinition } = await call('ecs', 'DescribeTaskDefinition', { taskDefinition: 'xray' });
      const { containerDefinitions, ...rest } = taskDefinition as { containerDefinitions: object[] };
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
      const { taskDefinitionArn } = registered['taskDefinition'] as { taskDefinitionArn: string };
      return updateService({ taskDefinition: taskDefinitionArn })(call);
    },
    resource: 'service/xray',
    path: 'taskDefinition',
    desired: endsIn('task-definition/xray:\\d+'),
    actual: endsIn('task-definition/another:1'),
  },
  'another label of a service': {
    meddle: async (call) =>
      call('ecs', 'TagResource', {
        resourceArn: `arn:aws:ecs:us-east-1:${DEFAULT_ACCOUNT_ID}:service/xray-daemon-cluster/xray`,
        tags: [{ key: 'team', value: 'search' }],
      }),
    resource: 'service/xray',
    path: 'tags.team',
    desired: 'platform',
    actual: 'search',
  },
};
