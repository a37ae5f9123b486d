import { expect, test } from 'vitest';
import type { Account } from '../../controller/aws/account.ts';
import { exportDiscovery } from '../../controller/export/discovery.ts';
import { usesIn } from '../../controller/export/uses.ts';

const REGISTRY = 'arn:aws:servicediscovery:us-east-1:385605022855:service/srv-1';

function namespaceOf(Id: string, Name = 'services.example.org') {
  return { Id, Name, Type: 'DNS_PRIVATE' as const };
}

function accountWith(...namespaces: Account['namespaces']): Account {
  return {
    accountId: '385605022855',
    tags: new Map(),
    scaled: new Map(),
    repositories: [],
    clusters: [],
    services: [],
    revisions: new Map(),
    ownedLogGroups: new Map(),
    taskDefinitions: new Map(),
    roles: [],
    subnets: [],
    securityGroups: [],
    rules: [],
    consumerRules: [],
    interfaces: [],
    logGroups: [],
    namespaces,
    hostRegistries: new Map(),
    discoveryServices: [
      {
        Arn: REGISTRY,
        Name: 'xray',
        namespaceId: 'ns-1',
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
        HealthCheckCustomConfig: {},
      },
    ],
  };
}

test.each([
  [
    'alone with its name',
    accountWith(namespaceOf('ns-1'), namespaceOf('ns-2', 'other.example.org')),
    undefined,
  ],
  ['one of two with its name', accountWith(namespaceOf('ns-1'), namespaceOf('ns-2')), 'ns-1'],
])('a namespace that is %s is written by its id only where that takes it', (_what, account, namespaceId) => {
  const service = { serviceRegistries: [{ registryArn: REGISTRY }] };
  const { spec, obstacles } = exportDiscovery(account, usesIn(account), service, {
    manifest: 'xray',
    containers: [],
    networkMode: undefined,
    isApplied: () => false,
  });
  expect(obstacles).toEqual([]);
  expect(spec.serviceDiscovery).toMatchObject({ namespace: 'services.example.org' });
  expect(spec.serviceDiscovery?.namespaceId).toBe(namespaceId);
});
