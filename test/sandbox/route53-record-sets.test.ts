import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { clientConfig, openDoor } from '../support/sandbox/http-door.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

const IN_TIME_MS = 120_000;

/** An account with namespaces of these names. */
async function accountWith(...names: readonly string[]) {
  const route53 = serviceSandbox('route53');
  const cloudMap = route53.other('servicediscovery');
  const { Vpcs } = await route53.other('ec2').call('DescribeVpcs', {});
  for (const Name of names) {
    await cloudMap.call('CreatePrivateDnsNamespace', { Name, Vpc: Vpcs?.[0]?.VpcId });
  }
  route53.advance(IN_TIME_MS);
  const { Namespaces = [] } = await cloudMap.call('ListNamespaces', {});
  const zones = Namespaces.map(({ Properties }) => Properties?.DnsProperties?.HostedZoneId ?? '');
  return { route53, cloudMap, namespaceId: Namespaces[0]?.Id ?? '', zones, HostedZoneId: zones[0] ?? '' };
}

/** One whose zone has two instances of `web`, found by their addresses, and one of `db`, found by its port too. */
async function accountWithInstances() {
  const account = await accountWith('example.org');
  const { cloudMap, namespaceId: NamespaceId, route53 } = account;
  const services = [
    ['web', ['A'], ['i-1', 'i-2']],
    ['db', ['SRV'], ['i-3']],
  ] as const;
  for (const [Name, types, instances] of services) {
    const DnsRecords = types.map((Type) => ({ Type, TTL: 60 }));
    const { Service } = await cloudMap.call('CreateService', {
      Name,
      NamespaceId,
      DnsConfig: { DnsRecords },
    });
    for (const InstanceId of instances) {
      await cloudMap.call('RegisterInstance', {
        ServiceId: Service?.Id,
        InstanceId,
        Attributes: { AWS_INSTANCE_IPV4: `10.0.0.${InstanceId.slice(2)}`, AWS_INSTANCE_PORT: '5432' },
      });
      route53.advance(IN_TIME_MS);
    }
  }
  return account;
}

function startingAt(page: {
  readonly NextRecordName?: string | undefined;
  readonly NextRecordType?: string | undefined;
  readonly NextRecordIdentifier?: string | undefined;
}): object {
  return {
    StartRecordName: page.NextRecordName,
    StartRecordType: page.NextRecordType,
    StartRecordIdentifier: page.NextRecordIdentifier,
  };
}

describe('the record sets of a zone', () => {
  test('are SOA and NS, and those of the instances, by name with its labels reversed', async () => {
    const { route53, HostedZoneId } = await accountWithInstances();
    const { ResourceRecordSets, ...page } = await route53.call('ListResourceRecordSets', { HostedZoneId });
    expect(page).toMatchObject({ IsTruncated: false, MaxItems: 300 });
    expect(
      ResourceRecordSets?.map(({ Name, Type, SetIdentifier, ResourceRecords }) =>
        [Name, Type, SetIdentifier, ResourceRecords?.[0]?.Value].join(' '),
      ),
    ).toEqual([
      'example.org. NS  ns-0.awsdns-00.com.',
      expect.stringMatching(
        /^example\.org\. SOA {2}ns-1536\.awsdns-00\.co\.uk\. awsdns-hostmaster\.amazon\.com\. 1 /,
      ),
      'db.example.org. SRV i-3 1 1 5432 i-3.db.example.org',
      'i-3.db.example.org. A  10.0.0.3',
      'web.example.org. A i-1 10.0.0.1',
      'web.example.org. A i-2 10.0.0.2',
    ]);
    expect((await route53.call('GetHostedZone', { Id: HostedZoneId })).HostedZone).toMatchObject({
      ResourceRecordSetCount: 6,
      LinkedService: { ServicePrincipal: 'servicediscovery.amazonaws.com' },
    });
  });

  test.each([
    ['MULTIVALUE', { MultiValueAnswer: true }],
    ['WEIGHTED', { Weight: 1 }],
  ] as const)(
    'of %s routing are one for each instance, with its health check',
    async (RoutingPolicy, shown) => {
      const { route53, cloudMap, namespaceId: NamespaceId, HostedZoneId } = await accountWith('example.org');
      const { Service } = await cloudMap.call('CreateService', {
        Name: 'web',
        NamespaceId,
        DnsConfig: { RoutingPolicy, DnsRecords: [{ Type: 'AAAA', TTL: 60 }] },
        HealthCheckCustomConfig: {},
      });
      for (const InstanceId of ['i-1', 'i-2']) {
        const Attributes = { AWS_INSTANCE_IPV6: `2001:db8::${InstanceId.slice(2)}` };
        await cloudMap.call('RegisterInstance', { ServiceId: Service?.Id, InstanceId, Attributes });
      }
      route53.advance(IN_TIME_MS);
      const { ResourceRecordSets = [] } = await route53.call('ListResourceRecordSets', { HostedZoneId });
      const sets = ResourceRecordSets.slice(2);
      expect(sets).toEqual(
        ['1', '2'].map((number) => ({
          Name: 'web.example.org.',
          Type: 'AAAA',
          TTL: 60,
          SetIdentifier: `i-${number}`,
          ...shown,
          ResourceRecords: [{ Value: `2001:db8::${number}` }],
          HealthCheckId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
        })),
      );
      expect(new Set(sets.map((set) => set.HealthCheckId)).size).toBe(2);
    },
  );

  test('of a load balancer are an alias, which names the zone of that', async () => {
    const { route53, cloudMap, namespaceId: NamespaceId, HostedZoneId } = await accountWith('example.org');
    const { Subnets = [] } = await route53.other('ec2').call('DescribeSubnets', {});
    const { LoadBalancers } = await route53.other('elasticloadbalancing').call('CreateLoadBalancer', {
      Name: 'gateway',
      Type: 'network',
      Subnets: Subnets.slice(0, 2).map(({ SubnetId = '' }) => SubnetId),
    });
    const [balancer] = LoadBalancers ?? [];
    const DnsRecords = [{ Type: 'A' as const, TTL: 60 }];
    const { Service } = await cloudMap.call('CreateService', {
      Name: 'web',
      NamespaceId,
      DnsConfig: { RoutingPolicy: 'WEIGHTED', DnsRecords },
    });
    for (const [InstanceId, name] of [
      ['there', balancer?.DNSName ?? ''],
      ['gone', 'gone.example.com'],
    ] as const) {
      const Attributes = { AWS_ALIAS_DNS_NAME: name };
      await cloudMap.call('RegisterInstance', { ServiceId: Service?.Id, InstanceId, Attributes });
    }
    route53.advance(IN_TIME_MS);
    const { ResourceRecordSets = [] } = await route53.call('ListResourceRecordSets', { HostedZoneId });
    expect(ResourceRecordSets.slice(2)).toEqual([
      {
        Name: 'web.example.org.',
        Type: 'A',
        SetIdentifier: 'there',
        Weight: 1,
        AliasTarget: {
          HostedZoneId: balancer?.CanonicalHostedZoneId,
          DNSName: `${balancer?.DNSName?.toLowerCase()}.`,
          EvaluateTargetHealth: true,
        },
      },
    ]);
  });

  test('begin where a request says, and go on page by page', async () => {
    const { route53, HostedZoneId } = await accountWithInstances();
    const all = (await route53.call('ListResourceRecordSets', { HostedZoneId })).ResourceRecordSets;
    const from = await route53.call('ListResourceRecordSets', {
      HostedZoneId,
      StartRecordName: 'web.example.org',
      StartRecordType: 'A',
    });
    expect(from.ResourceRecordSets).toEqual(all?.slice(4));
    const listed: object[] = [];
    const list = (rest: object) =>
      route53.call('ListResourceRecordSets', { HostedZoneId, MaxItems: 1, ...rest });
    for (let next: object | undefined = {}; next !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(next);
      listed.push(...(page.ResourceRecordSets ?? []));
      next = page.IsTruncated === true ? startingAt(page) : undefined;
    }
    expect(listed).toEqual(all);
  });

  test('are refused of a zone that there is not, and where only a type says where to begin', async () => {
    const { route53, HostedZoneId } = await accountWith('example.org');
    expect(await route53.refusal('ListResourceRecordSets', { HostedZoneId: 'Z1' })).toMatchObject({
      name: 'NoSuchHostedZone',
      statusCode: 404,
    });
    for (const input of [{ StartRecordType: 'A' as const }, { MaxItems: 301 }]) {
      expect(await route53.refusal('ListResourceRecordSets', { HostedZoneId, ...input })).toMatchObject({
        name: 'InvalidInput',
      });
    }
  });
});

test('ListHostedZonesByName sorts by the labels reversed, and begins with the name that it is given', async () => {
  const { route53 } = await accountWith('b.example.org', 'a.example.org', 'z.example.com');
  const names = async (input: object) =>
    (await route53.call('ListHostedZonesByName', input)).HostedZones?.map(({ Name }) => Name);
  expect(await names({})).toEqual(['z.example.com.', 'a.example.org.', 'b.example.org.']);
  expect(await names({ DNSName: 'b.example.org' })).toEqual(['b.example.org.']);
  const { HostedZones, ...first } = await route53.call('ListHostedZonesByName', { MaxItems: 1 });
  expect(HostedZones).toHaveLength(1);
  expect(first).toMatchObject({ IsTruncated: true, NextDNSName: 'a.example.org.' });
  const { NextDNSName: DNSName, NextHostedZoneId: HostedZoneId } = first;
  expect(await names({ DNSName, HostedZoneId })).toEqual(['a.example.org.', 'b.example.org.']);
  expect(await route53.refusal('ListHostedZonesByName', { HostedZoneId })).toMatchObject({
    name: 'InvalidInput',
  });
});

test('a zone that Cloud Map made has no tags, and there are no health checks', async () => {
  const { route53, HostedZoneId: ResourceId } = await accountWith('example.org');
  const ResourceType = 'hostedzone' as const;
  expect(await route53.call('ListTagsForResource', { ResourceType, ResourceId })).toEqual({
    ResourceTagSet: { ResourceType, ResourceId, Tags: [] },
  });
  expect(await route53.refusal('ListTagsForResource', { ResourceType, ResourceId: 'Z1' })).toMatchObject({
    name: 'NoSuchHostedZone',
  });
  expect(
    await route53.refusal('ListTagsForResource', { ResourceType: 'healthcheck', ResourceId: 'x' }),
  ).toMatchObject({ name: 'NoSuchHealthCheck' });
});

test('what Terraform’s data source of a zone asks for is spoken in XML', async () => {
  const { route53, HostedZoneId } = await accountWith('example.org');
  const door = await openDoor((request) => route53.sandbox.call(request));
  const client = new Route53Client(clientConfig(door, 'us-east-1'));
  const zones = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'example.org' }));
  expect(zones.HostedZones).toMatchObject([{ Id: `/hostedzone/${HostedZoneId}`, Name: 'example.org.' }]);
  const sets = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  expect(sets.ResourceRecordSets?.map(({ Type }) => Type)).toEqual(['NS', 'SOA']);
  expect(sets.ResourceRecordSets?.[0]?.ResourceRecords).toHaveLength(4);
  const tags = await client.send(
    new ListTagsForResourceCommand({ ResourceType: 'hostedzone', ResourceId: HostedZoneId }),
  );
  expect(tags.ResourceTagSet).toEqual({ ResourceType: 'hostedzone', ResourceId: HostedZoneId, Tags: [] });
});
