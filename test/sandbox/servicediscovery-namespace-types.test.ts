import { describe, expect, it } from 'vitest';
import {
  A_RECORD,
  LONGEST_NAMESPACE_OPERATION_MS,
  LONGEST_OPERATION_MS,
  cloudMapSandbox,
} from '../support/sandbox/cloud-map.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

describe('a public DNS namespace', () => {
  it('has a hosted zone, the TTL of its SOA record and a type of its own', async () => {
    const { cloudMap, ended } = await cloudMapSandbox();
    const made = await ended(
      cloudMap.call('CreatePublicDnsNamespace', {
        Name: 'example.org',
        Description: 'for everybody',
        Properties: { DnsProperties: { SOA: { TTL: 60 } } },
        Tags: [{ Key: 'a', Value: '1' }],
      }),
    );
    expect(made).toMatchObject({ Type: 'CREATE_NAMESPACE', Status: 'SUCCESS' });
    const { Namespace } = await cloudMap.call('GetNamespace', { Id: made.Targets?.NAMESPACE });
    expect(Namespace).toMatchObject({
      Name: 'example.org',
      Type: 'DNS_PUBLIC',
      Description: 'for everybody',
      Properties: {
        DnsProperties: { HostedZoneId: expect.stringMatching(/^Z/) as string, SOA: { TTL: 60 } },
        HttpProperties: { HttpName: 'example.org' },
      },
    });
    expect(await cloudMap.call('ListTagsForResource', { ResourceARN: Namespace?.Arn })).toEqual({
      Tags: [{ Key: 'a', Value: '1' }],
    });
  });

  it('changes its description and TTL by its own operation, and by no other', async () => {
    const { cloudMap, newNamespaceOf, ended } = await cloudMapSandbox();
    const Id = await newNamespaceOf('PublicDns', 'example.org');
    const Namespace = { Description: 'x', Properties: { DnsProperties: { SOA: { TTL: 30 } } } };
    expect(await ended(cloudMap.call('UpdatePublicDnsNamespace', { Id, Namespace }))).toMatchObject({
      Type: 'UPDATE_NAMESPACE',
      Status: 'SUCCESS',
    });
    expect((await cloudMap.call('GetNamespace', { Id })).Namespace).toMatchObject(Namespace);
    for (const operation of ['UpdatePrivateDnsNamespace', 'UpdateHttpNamespace'] as const) {
      const input = { Id, Namespace: { Description: 'y' } };
      expect(await cloudMap.refusal(operation, input)).toMatchObject({ name: 'InvalidInput' });
    }
  });

  it.each(['us-gov-west-1', 'us-gov-east-1'])('is not to be had in %s', async (region) => {
    const cloudMap = serviceSandbox('servicediscovery', region);
    expect(await cloudMap.refusal('CreatePublicDnsNamespace', { Name: 'example.org' })).toMatchObject({
      name: 'InvalidInput',
      message: `Public DNS namespaces are not supported in the Region ${region}.`,
    });
  });

  it.each([
    ['one label', 'local'],
    ['an underscore', 'a_b.example.org'],
    ['a label that ends with a hyphen', 'a-.example.org'],
    ['a last dot', 'example.org.'],
    ['over 253 characters', `${'a.'.repeat(126)}org`],
  ])('cannot be named with %s', async (_what, Name) => {
    const cloudMap = serviceSandbox('servicediscovery');
    expect(await cloudMap.refusal('CreatePublicDnsNamespace', { Name })).toMatchObject({
      name: 'InvalidInput',
    });
  });
});

describe('an HTTP namespace', () => {
  it('has no hosted zone', async () => {
    const { cloudMap, newNamespaceOf } = await cloudMapSandbox();
    const Id = await newNamespaceOf('Http', 'daemons');
    expect((await cloudMap.call('GetNamespace', { Id })).Namespace).toMatchObject({
      Name: 'daemons',
      Type: 'HTTP',
      ServiceCount: 0,
      Properties: {
        DnsProperties: { SOA: { TTL: undefined } },
        HttpProperties: { HttpName: 'daemons' },
      },
    });
  });

  it('changes its description, which the request has to have', async () => {
    const { cloudMap, newNamespaceOf, ended } = await cloudMapSandbox();
    const Id = await newNamespaceOf('Http', 'daemons');
    await ended(cloudMap.call('UpdateHttpNamespace', { Id, Namespace: { Description: 'x' } }));
    expect((await cloudMap.call('GetNamespace', { Id })).Namespace?.Description).toBe('x');
    const nothing = { Id, Namespace: { Description: undefined } };
    expect(await cloudMap.refusal('UpdateHttpNamespace', nothing)).toMatchObject({ name: 'InvalidInput' });
  });

  it('has services that are found by API calls only, whose names case tells apart', async () => {
    const { cloudMap, newNamespaceOf, create, register } = await cloudMapSandbox();
    const NamespaceId = await newNamespaceOf('Http', 'daemons');
    const dns = { Name: 'x', NamespaceId, DnsConfig: A_RECORD };
    expect(await cloudMap.refusal('CreateService', dns)).toMatchObject({
      name: 'InvalidInput',
      message: "When you specify an HTTP service, you can't include a DnsConfig element.",
    });
    const lower = await create({ NamespaceId, DnsConfig: undefined });
    const upper = await create({ NamespaceId, DnsConfig: undefined, Name: 'XRAY' });
    const { Service } = await cloudMap.call('GetService', { Id: lower });
    expect(Service?.Type).toBe('HTTP');
    // With a DnsConfig Terraform would replace the service again and again.
    expect(Service).not.toHaveProperty('DnsConfig');
    await register(upper, 'i');
    const found = async (ServiceName: string) =>
      (await cloudMap.call('DiscoverInstances', { NamespaceName: 'daemons', ServiceName })).Instances?.length;
    expect([await found('XRAY'), await found('xray')]).toEqual([1, 0]);
    expect((await cloudMap.call('GetNamespace', { Id: NamespaceId })).Namespace?.ServiceCount).toBe(2);
    expect(await cloudMap.refusal('DeleteNamespace', { Id: NamespaceId })).toMatchObject({
      name: 'ResourceInUse',
    });
  });

  it('has services that cannot be updated', async () => {
    const { cloudMap, newNamespaceOf, create } = await cloudMapSandbox();
    const NamespaceId = await newNamespaceOf('Http', 'daemons');
    const Id = await create({ NamespaceId, DnsConfig: undefined });
    const input = { Id, Service: { Description: 'x' } };
    expect(await cloudMap.refusal('UpdateService', input)).toMatchObject({ name: 'InvalidInput' });
  });

  it('has instances that are EC2 instances, with their private address and nothing else', async () => {
    const { cloudMap, newNamespaceOf, create, ended } = await cloudMapSandbox();
    await cloudMap.other('ecs').call('CreateCluster', { clusterName: 'machines' });
    const [machine] = cloudMap.sandbox.control.launchInstances({ cluster: 'machines' });
    const NamespaceId = await newNamespaceOf('Http', 'daemons');
    const ServiceId = await create({ NamespaceId, DnsConfig: undefined });
    const id = machine!.ec2InstanceId ?? '';
    const register = (Attributes: Record<string, string>) => ({ ServiceId, InstanceId: 'one', Attributes });
    const made = register({ AWS_EC2_INSTANCE_ID: id, AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    expect(await ended(cloudMap.call('RegisterInstance', made))).toMatchObject({ Status: 'SUCCESS' });
    const { Instance } = await cloudMap.call('GetInstance', { ServiceId, InstanceId: 'one' });
    expect(Instance?.Attributes).toEqual({
      ...made.Attributes,
      AWS_INSTANCE_IPV4: expect.stringMatching(/^172\.31\./) as string,
    });
    for (const wrong of [
      { AWS_EC2_INSTANCE_ID: id, AWS_INSTANCE_PORT: '80' },
      { AWS_EC2_INSTANCE_ID: 'i-0123456789abcdef0' },
    ]) {
      expect(await cloudMap.refusal('RegisterInstance', register(wrong))).toMatchObject({
        name: 'InvalidInput',
      });
    }
  });

  it('is named with what shows, up to 1024 characters', async () => {
    const { cloudMap, newNamespaceOf } = await cloudMapSandbox();
    expect(await newNamespaceOf('Http', 'a/b..c')).toMatch(/^ns-/);
    expect(await newNamespaceOf('Http', 'x'.repeat(1024))).toMatch(/^ns-/);
    for (const Name of ['a b', 'arn:aws', 'x'.repeat(1025), '']) {
      expect(await cloudMap.refusal('CreateHttpNamespace', { Name })).toMatchObject({ name: 'InvalidInput' });
    }
  });
});

describe('namespaces of one name', () => {
  it.each(['Http', 'PublicDns'] as const)(
    'are not of one type without a VPC: Create%sNamespace',
    async (type) => {
      const { cloudMap, newNamespaceOf } = await cloudMapSandbox();
      const NamespaceId = await newNamespaceOf(type, 'example.org');
      expect(await cloudMap.refusal(`Create${type}Namespace`, { Name: 'example.org' })).toMatchObject({
        name: 'NamespaceAlreadyExists',
        NamespaceId,
        CreatorRequestId: expect.any(String) as string,
      });
    },
  );

  it('are not made twice at once', async () => {
    const { cloudMap } = await cloudMapSandbox();
    const { OperationId } = await cloudMap.call('CreateHttpNamespace', { Name: 'daemons' });
    expect(await cloudMap.refusal('CreateHttpNamespace', { Name: 'daemons' })).toMatchObject({
      name: 'DuplicateRequest',
      DuplicateOperationId: OperationId,
    });
  });

  it('of different types stand beside each other, the later ones under another HTTP name', async () => {
    const { cloudMap, newNamespace, newNamespaceOf } = await cloudMapSandbox();
    const ids = [
      await newNamespaceOf('Http', 'example.org'),
      await newNamespaceOf('PublicDns', 'example.org'),
      await newNamespace('example.org'),
    ];
    const names: (string | undefined)[] = [];
    for (const Id of ids) {
      const { Namespace } = await cloudMap.call('GetNamespace', { Id });
      names.push(Namespace?.Properties?.HttpProperties?.HttpName);
    }
    expect(names[0]).toBe('example.org');
    expect(new Set(names).size).toBe(3);
    expect(names.every((name) => name?.startsWith('example.org'))).toBe(true);
  });

  it('of HTTP differ by case', async () => {
    const { newNamespaceOf } = await cloudMapSandbox();
    expect(await newNamespaceOf('Http', 'daemons')).toMatch(/^ns-/);
    expect(await newNamespaceOf('Http', 'Daemons')).toMatch(/^ns-/);
  });

  it('are listed by type', async () => {
    const { cloudMap, newNamespaceOf } = await cloudMapSandbox();
    await newNamespaceOf('Http', 'daemons');
    await newNamespaceOf('PublicDns', 'example.org');
    const named = async (type: string) => {
      const Filters = [{ Name: 'TYPE' as const, Values: [type] }];
      return (await cloudMap.call('ListNamespaces', { Filters })).Namespaces?.map(({ Name }) => Name);
    };
    expect(await named('HTTP')).toEqual(['daemons']);
    expect(await named('DNS_PUBLIC')).toEqual(['example.org']);
    expect(await named('DNS_PRIVATE')).toEqual(['svc.local']);
  });
});

describe('a health check by Route 53', () => {
  const CHECK = { Type: 'HTTP' as const, ResourcePath: '/healthy', FailureThreshold: 3 };

  it('is had in public and HTTP namespaces, and finds instances well', async () => {
    const { cloudMap, newNamespaceOf, create, register } = await cloudMapSandbox();
    for (const [NamespaceId, DnsConfig] of [
      [await newNamespaceOf('PublicDns', 'example.org'), A_RECORD],
      [await newNamespaceOf('Http', 'daemons'), undefined],
    ] as const) {
      const Id = await create({
        NamespaceId,
        DnsConfig,
        HealthCheckCustomConfig: undefined,
        HealthCheckConfig: CHECK,
      });
      expect((await cloudMap.call('GetService', { Id })).Service?.HealthCheckConfig).toEqual(CHECK);
      await register(Id, 'one');
      expect((await cloudMap.call('GetInstancesHealthStatus', { ServiceId: Id })).Status).toEqual({
        one: 'HEALTHY',
      });
      const report = { ServiceId: Id, InstanceId: 'one', Status: 'UNHEALTHY' as const };
      expect(await cloudMap.refusal('UpdateInstanceCustomHealthStatus', report)).toMatchObject({
        name: 'CustomHealthNotFound',
      });
      const Attributes = { AWS_INSTANCE_IPV4: '10.0.0.1' };
      const portless = { ServiceId: Id, InstanceId: 'two', Attributes };
      expect(await cloudMap.refusal('RegisterInstance', portless)).toMatchObject({ name: 'InvalidInput' });
    }
  });

  it('is added, changed and deleted by UpdateService, which takes away what it does not name', async () => {
    const { cloudMap, newNamespaceOf, create } = await cloudMapSandbox();
    const NamespaceId = await newNamespaceOf('PublicDns', 'example.org');
    const Id = await create({ NamespaceId, HealthCheckCustomConfig: undefined });
    const after = async (HealthCheckConfig: typeof CHECK | undefined) => {
      const Service = { DnsConfig: A_RECORD, HealthCheckConfig };
      await cloudMap.call('UpdateService', { Id, Service });
      cloudMap.advance(LONGEST_OPERATION_MS);
      return (await cloudMap.call('GetService', { Id })).Service?.HealthCheckConfig;
    };
    expect(await after(CHECK)).toEqual(CHECK);
    expect(await after({ ...CHECK, FailureThreshold: 1 })).toMatchObject({ FailureThreshold: 1 });
    expect(await after(undefined)).toBeUndefined();
  });

  it.each([
    ['in a private namespace', 'DNS_PRIVATE', {}],
    ['beside a custom one', 'DNS_PUBLIC', { HealthCheckCustomConfig: {} }],
    [
      'of CNAME records',
      'DNS_PUBLIC',
      { DnsConfig: { RoutingPolicy: 'WEIGHTED', DnsRecords: [{ Type: 'CNAME', TTL: 60 }] } },
    ],
    ['with a path of TCP', 'DNS_PUBLIC', { HealthCheckConfig: { Type: 'TCP', ResourcePath: '/' } }],
    ['of another protocol', 'DNS_PUBLIC', { HealthCheckConfig: { Type: 'UDP' as 'TCP' } }],
    ['after 11 failures', 'DNS_PUBLIC', { HealthCheckConfig: { Type: 'TCP', FailureThreshold: 11 } }],
  ] as const)('is refused %s', async (_what, type, change) => {
    const { cloudMap, namespaceId, newNamespaceOf } = await cloudMapSandbox();
    const NamespaceId =
      type === 'DNS_PRIVATE' ? namespaceId : await newNamespaceOf('PublicDns', 'example.org');
    const input = { Name: 'xray', NamespaceId, HealthCheckConfig: CHECK, DnsConfig: A_RECORD, ...change };
    expect(await cloudMap.refusal('CreateService', input as never)).toMatchObject({ name: 'InvalidInput' });
  });
});

describe("a cluster's namespace of Service Connect", () => {
  const shown = async (Name: string) => {
    const { cloudMap } = await cloudMapSandbox();
    const ecs = cloudMap.other('ecs');
    const { cluster } = await ecs.call('CreateCluster', {
      clusterName: 'main',
      serviceConnectDefaults: { namespace: Name },
    });
    return { cloudMap, ecs, arn: cluster?.serviceConnectDefaults?.namespace };
  };

  it('is an HTTP namespace that ECS makes of a new name, and tags', async () => {
    const { cloudMap, arn } = await shown('daemons');
    cloudMap.advance(LONGEST_NAMESPACE_OPERATION_MS);
    const { Namespace } = await cloudMap.call('GetNamespace', { Id: arn });
    expect(Namespace).toMatchObject({ Name: 'daemons', Type: 'HTTP', Arn: arn });
    expect((await cloudMap.call('ListTagsForResource', { ResourceARN: arn })).Tags).toEqual([
      { Key: 'AmazonECSManaged', Value: 'true' },
    ]);
  });

  it('is the one that is being made, where two clusters ask for it', async () => {
    const { ecs, arn } = await shown('daemons');
    const { cluster } = await ecs.call('CreateCluster', {
      clusterName: 'second',
      serviceConnectDefaults: { namespace: 'daemons' },
    });
    expect(cluster?.serviceConnectDefaults?.namespace).toBe(arn);
  });

  it('is the one of any type that there is by its name', async () => {
    const { cloudMap, arn } = await shown('svc.local');
    const { Namespace } = await cloudMap.call('GetNamespace', { Id: arn });
    expect(Namespace).toMatchObject({ Name: 'svc.local', Type: 'DNS_PRIVATE' });
  });

  it('is refused by an ARN that there is not, and by a name with a slash', async () => {
    const { ecs } = await shown('daemons');
    const refused = (namespace: string) =>
      ecs.refusal('UpdateCluster', { cluster: 'main', serviceConnectDefaults: { namespace } });
    const arn = 'arn:aws:servicediscovery:us-east-1:385605022855:namespace/ns-aaaaaaaaaaaaaaaa';
    expect(await refused(arn)).toMatchObject({ name: 'NamespaceNotFoundException' });
    expect(await refused('a/b')).toMatchObject({ name: 'InvalidParameterException' });
  });
});
