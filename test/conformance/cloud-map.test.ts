import type { CreateServiceCommandInput, DnsConfig } from '@aws-sdk/client-servicediscovery';
import { expect, onTestFinished } from 'vitest';
import { conformance, eventually, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import type { SdkClients } from '../support/aws/sdk.ts';

/** Sources: the Cloud Map API reference; reference: Cloud Map, hazards, ECS ↔ Cloud Map. */

const A_RECORD: DnsConfig = { DnsRecords: [{ Type: 'A', TTL: 60 }] };

/** What an operation has made or changed, once it has ended. */
async function done(
  { cloudMap }: SdkClients,
  started: Promise<{ readonly OperationId?: string | undefined }>,
) {
  const { OperationId } = await started;
  return eventually(async () => {
    const { Operation } = await cloudMap.getOperation({ OperationId });
    expect(Operation?.Status).toBe('SUCCESS');
    return Operation;
  });
}

/** In a VPC of its own, for as long as the row runs: moto has no second namespace in a VPC, an account few VPCs. */
async function namespace(aws: SdkClients, name: string): Promise<string> {
  const { Vpc } = await aws.ec2.createVpc({ CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  onTestFinished(async () => {
    await aws.ec2.deleteVpc({ VpcId });
  });
  const made = await done(aws, startNamespace(aws, name, VpcId));
  return made?.Targets?.['NAMESPACE'] ?? '';
}

/** The id of the namespace that an operation has made. */
async function made(
  aws: SdkClients,
  started: Promise<{ readonly OperationId?: string | undefined }>,
): Promise<string> {
  return (await done(aws, started))?.Targets?.['NAMESPACE'] ?? '';
}

const startNamespace = ({ cloudMap }: SdkClients, name: string, Vpc: string) =>
  cloudMap.createPrivateDnsNamespace({ Name: `${name}.local`, Vpc });

async function service(
  aws: SdkClients,
  name: string,
  more: Partial<CreateServiceCommandInput> = { HealthCheckCustomConfig: {} },
): Promise<string> {
  const NamespaceId = await namespace(aws, name);
  const { Service } = await aws.cloudMap.createService({
    Name: 'xray',
    NamespaceId,
    DnsConfig: A_RECORD,
    ...more,
  });
  return Service?.Id ?? '';
}

const register = (aws: SdkClients, ServiceId: string, AWS_INSTANCE_IPV4: string) =>
  done(
    aws,
    aws.cloudMap.registerInstance({ ServiceId, InstanceId: 'one', Attributes: { AWS_INSTANCE_IPV4 } }),
  );

const NAMESPACES: readonly Row[] = [
  {
    aws: 'makes a namespace by an operation, whose target is its id',
    check: async (aws, name) => {
      const Id = await namespace(aws, name);
      expect(Id).toMatch(/^ns-[a-z0-9]+$/);
      const { Namespace } = await aws.cloudMap.getNamespace({ Id });
      expect(Namespace).toMatchObject({
        Id,
        Name: `${name}.local`,
        Type: 'DNS_PRIVATE',
        Arn: expect.stringMatching(new RegExp(`:namespace/${Id}$`)),
        Properties: { DnsProperties: { HostedZoneId: expect.any(String) } },
      });
    },
  },
  {
    aws: 'fails the operation that would make a second namespace of one name in a VPC',
    moto: 'refuses the request',
    check: async (aws, name) => {
      const { Vpcs } = await aws.ec2.describeVpcs({ Filters: [{ Name: 'is-default', Values: ['true'] }] });
      const start = () => startNamespace(aws, name, Vpcs?.[0]?.VpcId ?? '');
      await done(aws, start());
      const { OperationId } = await start();
      await eventually(async () => {
        const { Operation } = await aws.cloudMap.getOperation({ OperationId });
        expect(Operation).toMatchObject({
          Status: 'FAIL',
          ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE',
          ErrorMessage: expect.stringContaining('ConflictingDomainExists'),
        });
      });
    },
  },
  {
    aws: 'refuses a name that is no domain name with InvalidInput',
    moto: 'takes it',
    check: (aws) => refused(startNamespace(aws, 'no spaces', 'vpc-0123456789abcdef0'), 'InvalidInput'),
  },
  {
    aws: 'refuses unknown ids with NamespaceNotFound',
    check: async ({ cloudMap }) => {
      const Id = 'ns-aaaaaaaaaaaaaaaa';
      await refused(cloudMap.getNamespace({ Id }), 'NamespaceNotFound');
      await refused(cloudMap.deleteNamespace({ Id }), 'NamespaceNotFound');
    },
  },
  {
    aws: 'refuses unknown operations with OperationNotFound',
    check: ({ cloudMap }) =>
      refused(cloudMap.getOperation({ OperationId: 'a'.repeat(32) }), 'OperationNotFound'),
  },
  {
    aws: 'refuses to delete a namespace with services with ResourceInUse',
    moto: 'deletes it',
    check: async (aws, name) => {
      const NamespaceId = await namespace(aws, name);
      await aws.cloudMap.createService({ Name: 'xray', NamespaceId, DnsConfig: A_RECORD });
      await refused(aws.cloudMap.deleteNamespace({ Id: NamespaceId }), 'ResourceInUse');
    },
  },
  {
    aws: 'deletes a namespace by an operation',
    check: async (aws, name) => {
      const Id = await namespace(aws, name);
      await done(aws, aws.cloudMap.deleteNamespace({ Id }));
      await refused(aws.cloudMap.getNamespace({ Id }), 'NamespaceNotFound');
    },
  },
  {
    aws: 'changes description and SOA TTL by an operation',
    check: async (aws, name) => {
      const Id = await namespace(aws, name);
      const Namespace = { Description: 'daemons', Properties: { DnsProperties: { SOA: { TTL: 30 } } } };
      await done(aws, aws.cloudMap.updatePrivateDnsNamespace({ Id, Namespace }));
      expect((await aws.cloudMap.getNamespace({ Id })).Namespace).toMatchObject(Namespace);
    },
  },
  {
    aws: 'pages through namespaces by MaxResults',
    moto: 'shows all at once',
    check: async (aws, name) => {
      for (const each of ['a', 'b', 'c']) await namespace(aws, `${name}-${each}`);
      const ids = new Set<string | undefined>();
      let NextToken: string | undefined;
      do {
        const page = await aws.cloudMap.listNamespaces({ MaxResults: 2, ...(NextToken && { NextToken }) });
        expect(page.Namespaces?.length).toBeLessThanOrEqual(2);
        for (const one of page.Namespaces ?? []) if (one.Name?.startsWith(name)) ids.add(one.Id);
        ({ NextToken } = page);
      } while (NextToken !== undefined);
      expect(ids.size).toBe(3);
    },
  },
  {
    aws: 'refuses pages of more than 100 with InvalidInput',
    moto: 'takes any size',
    check: ({ cloudMap }) => refused(cloudMap.listNamespaces({ MaxResults: 101 }), 'InvalidInput'),
  },
];

const OTHER_TYPES: readonly Row[] = [
  {
    aws: 'makes a public namespace with a zone in Route 53',
    async check(aws, name) {
      const Id = await made(aws, aws.cloudMap.createPublicDnsNamespace({ Name: `${name}.example.org` }));
      const { Namespace } = await aws.cloudMap.getNamespace({ Id });
      expect(Namespace).toMatchObject({ Name: `${name}.example.org`, Type: 'DNS_PUBLIC' });
      const zone = Namespace?.Properties?.DnsProperties?.HostedZoneId ?? '';
      const { HostedZone, DelegationSet } = await aws.route53.getHostedZone({ Id: zone });
      expect(HostedZone?.Config?.PrivateZone).toBe(false);
      expect(DelegationSet?.NameServers?.length).toBeGreaterThan(0);
    },
  },
  {
    aws: 'updates the TTL and the description of a public namespace by an operation',
    async check(aws, name) {
      const Id = await made(aws, aws.cloudMap.createPublicDnsNamespace({ Name: `${name}.example.org` }));
      const Namespace = { Description: 'daemons', Properties: { DnsProperties: { SOA: { TTL: 30 } } } };
      await done(aws, aws.cloudMap.updatePublicDnsNamespace({ Id, Namespace }));
      expect((await aws.cloudMap.getNamespace({ Id })).Namespace).toMatchObject(Namespace);
    },
  },
  {
    aws: 'refuses to change the zone of a namespace with AccessDenied',
    moto: 'changes the zones of namespaces like any other',
    async check(aws, name) {
      const Id = await made(aws, aws.cloudMap.createPublicDnsNamespace({ Name: `${name}.example.org` }));
      const { Namespace } = await aws.cloudMap.getNamespace({ Id });
      const zone = Namespace?.Properties?.DnsProperties?.HostedZoneId ?? '';
      await refused(aws.route53.deleteHostedZone({ Id: zone }), 'AccessDenied', { status: 403 });
    },
  },
  {
    aws: 'makes an HTTP namespace without a zone',
    async check(aws, name) {
      const Id = await made(aws, aws.cloudMap.createHttpNamespace({ Name: name }));
      const { Namespace } = await aws.cloudMap.getNamespace({ Id });
      expect(Namespace).toMatchObject({
        Name: name,
        Type: 'HTTP',
        Properties: { HttpProperties: { HttpName: name } },
      });
      expect(Namespace?.Properties?.DnsProperties).not.toHaveProperty('HostedZoneId');
    },
  },
  {
    aws: 'updates the description of an HTTP namespace by an operation',
    moto: 'updates it and names no operation',
    async check(aws, name) {
      const Id = await made(aws, aws.cloudMap.createHttpNamespace({ Name: name }));
      const Namespace = { Description: 'daemons' };
      await done(aws, aws.cloudMap.updateHttpNamespace({ Id, Namespace }));
      expect((await aws.cloudMap.getNamespace({ Id })).Namespace).toMatchObject(Namespace);
    },
  },
  {
    aws: 'refuses a second HTTP namespace of one name with NamespaceAlreadyExists',
    moto: 'makes several HTTP namespaces of one name',
    async check(aws, name) {
      await made(aws, aws.cloudMap.createHttpNamespace({ Name: name }));
      await refused(aws.cloudMap.createHttpNamespace({ Name: name }), 'NamespaceAlreadyExists');
    },
  },
  {
    aws: 'refuses DNS records in an HTTP namespace',
    moto: 'takes DNS records in HTTP namespaces',
    async check(aws, name) {
      const NamespaceId = await made(aws, aws.cloudMap.createHttpNamespace({ Name: name }));
      const input = { Name: 'xray', NamespaceId, DnsConfig: A_RECORD };
      await refused(aws.cloudMap.createService(input), 'InvalidInput', { message: 'DnsConfig' });
    },
  },
];

conformance('Cloud Map namespaces', NAMESPACES);
conformance('Cloud Map namespaces of other types', OTHER_TYPES);

const SERVICES: readonly Row[] = [
  {
    aws: 'makes a service at once, MULTIVALUE, with a failure threshold of 1',
    moto: 'answers without the defaults',
    check: async (aws, name) => {
      const Id = await service(aws, name);
      expect((await aws.cloudMap.getService({ Id })).Service).toMatchObject({
        Id: expect.stringMatching(/^srv-[a-z0-9]+$/),
        Name: 'xray',
        DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 60 }] },
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      });
    },
  },
  {
    aws: 'refuses a second service of one name in a namespace with ServiceAlreadyExists',
    moto: 'makes it',
    check: async (aws, name) => {
      const NamespaceId = await namespace(aws, name);
      const create = () => aws.cloudMap.createService({ Name: 'xray', NamespaceId, DnsConfig: A_RECORD });
      await create();
      await refused(create(), 'ServiceAlreadyExists');
    },
  },
  {
    aws: 'refuses a service in an unknown namespace with NamespaceNotFound',
    moto: 'makes it',
    check: ({ cloudMap }) =>
      refused(
        cloudMap.createService({ Name: 'xray', NamespaceId: 'ns-aaaaaaaaaaaaaaaa', DnsConfig: A_RECORD }),
        'NamespaceNotFound',
      ),
  },
  {
    aws: 'refuses a CNAME that is not WEIGHTED with InvalidInput',
    moto: 'takes it',
    check: (aws, name) =>
      refused(
        service(aws, name, { DnsConfig: { DnsRecords: [{ Type: 'CNAME', TTL: 60 }] } }),
        'InvalidInput',
      ),
  },
  {
    aws: 'takes A and SRV together',
    check: async (aws, name) => {
      const DnsRecords = (['A', 'SRV'] as const).map((Type) => ({ Type, TTL: 60 }));
      const Id = await service(aws, name, { DnsConfig: { DnsRecords } });
      const { Service } = await aws.cloudMap.getService({ Id });
      expect(Service?.DnsConfig?.DnsRecords).toEqual(DnsRecords);
    },
  },
  {
    aws: 'refuses unknown ids with ServiceNotFound',
    moto: 'deletes unknown ones',
    check: async ({ cloudMap }) => {
      const Id = 'srv-aaaaaaaaaaaaaaaa';
      await refused(cloudMap.getService({ Id }), 'ServiceNotFound');
      await refused(cloudMap.deleteService({ Id }), 'ServiceNotFound');
    },
  },
  {
    aws: 'refuses to register in an unknown service with ServiceNotFound',
    moto: 'does it',
    check: ({ cloudMap }) =>
      refused(
        cloudMap.registerInstance({ ServiceId: 'srv-aaaaaaaaaaaaaaaa', InstanceId: 'one', Attributes: {} }),
        'ServiceNotFound',
      ),
  },
  {
    aws: 'gives the id of a deleted service to the next one of its name',
    moto: 'makes up another',
    check: async (aws, name) => {
      const NamespaceId = await namespace(aws, name);
      const create = async () =>
        (await aws.cloudMap.createService({ Name: 'xray', NamespaceId, DnsConfig: A_RECORD })).Service?.Id;
      const Id = await create();
      await aws.cloudMap.deleteService({ Id });
      expect(await create()).toBe(Id);
    },
  },
  {
    aws: 'lists the services of a namespace',
    moto: 'lists all',
    check: async (aws, name) => {
      const Id = await service(aws, name);
      await service(aws, `${name}-other`);
      const NamespaceId = (await aws.cloudMap.getService({ Id })).Service?.NamespaceId ?? '';
      const { Services } = await aws.cloudMap.listServices({
        Filters: [{ Name: 'NAMESPACE_ID', Values: [NamespaceId] }],
      });
      expect(Services?.map((one) => one.Id)).toEqual([Id]);
    },
  },
  {
    aws: 'changes a TTL by an operation, and keeps the custom health check that is not sent',
    moto: 'forgets the check',
    check: async (aws, name) => {
      const Id = await service(aws, name);
      const Service = { DnsConfig: { DnsRecords: [{ Type: 'A' as const, TTL: 10 }] } };
      await done(aws, aws.cloudMap.updateService({ Id, Service }));
      expect((await aws.cloudMap.getService({ Id })).Service).toMatchObject({
        ...Service,
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      });
    },
  },
  {
    aws: 'keeps tags by ARN',
    check: async (aws, name) => {
      const Id = await service(aws, name, { Tags: [{ Key: 'team', Value: 'platform' }] });
      const ResourceARN = (await aws.cloudMap.getService({ Id })).Service?.Arn;
      await aws.cloudMap.tagResource({ ResourceARN, Tags: [{ Key: 'stage', Value: 'test' }] });
      await aws.cloudMap.untagResource({ ResourceARN, TagKeys: ['team'] });
      expect((await aws.cloudMap.listTagsForResource({ ResourceARN })).Tags).toEqual([
        { Key: 'stage', Value: 'test' },
      ]);
    },
  },
];

conformance('Cloud Map services', SERVICES);

const INSTANCES: readonly Row[] = [
  {
    aws: 'registers an instance by an operation, once more to replace its attributes',
    moto: 'keeps both',
    check: async (aws, name) => {
      const ServiceId = await service(aws, name);
      await register(aws, ServiceId, '10.0.0.1');
      await register(aws, ServiceId, '10.0.0.2');
      const { Instances } = await aws.cloudMap.listInstances({ ServiceId });
      expect(Instances).toMatchObject([{ Id: 'one', Attributes: { AWS_INSTANCE_IPV4: '10.0.0.2' } }]);
    },
  },
  {
    aws: 'discovers instances by the names of namespace and service',
    check: async (aws, name) => {
      await register(aws, await service(aws, name), '10.0.0.1');
      const { Instances } = await aws.cloudMap.discoverInstances({
        NamespaceName: `${name}.local`,
        ServiceName: 'xray',
      });
      expect(Instances).toMatchObject([
        { InstanceId: 'one', NamespaceName: `${name}.local`, ServiceName: 'xray', HealthStatus: 'HEALTHY' },
      ]);
    },
  },
  {
    aws: 'refuses to discover in unknown namespaces and services with NamespaceNotFound and ServiceNotFound',
    check: async (aws, name) => {
      const { cloudMap } = aws;
      await namespace(aws, name);
      const discover = (NamespaceName: string) =>
        cloudMap.discoverInstances({ NamespaceName, ServiceName: 'none' });
      await refused(discover('none.local'), 'NamespaceNotFound');
      await refused(discover(`${name}.local`), 'ServiceNotFound');
    },
  },
  {
    aws: 'refuses an instance without an address for a service with A records with InvalidInput',
    moto: 'takes it',
    check: async (aws, name) => {
      const ServiceId = await service(aws, name);
      await refused(
        aws.cloudMap.registerInstance({ ServiceId, InstanceId: 'one', Attributes: { colour: 'red' } }),
        'InvalidInput',
      );
    },
  },
  {
    aws: 'refuses to delete a service with instances with ResourceInUse, until they are deregistered',
    moto: 'deletes it',
    check: async (aws, name) => {
      const ServiceId = await service(aws, name);
      await register(aws, ServiceId, '10.0.0.1');
      await refused(aws.cloudMap.deleteService({ Id: ServiceId }), 'ResourceInUse');
      await done(aws, aws.cloudMap.deregisterInstance({ ServiceId, InstanceId: 'one' }));
      await aws.cloudMap.deleteService({ Id: ServiceId });
    },
  },
  {
    aws: 'refuses unknown instances with InstanceNotFound',
    check: async (aws, name) => {
      const unknown = { ServiceId: await service(aws, name), InstanceId: 'none' };
      await refused(aws.cloudMap.getInstance(unknown), 'InstanceNotFound');
      await refused(aws.cloudMap.deregisterInstance(unknown), 'InstanceNotFound');
    },
  },
  {
    aws: 'refuses a health for a service without a custom health check with CustomHealthNotFound',
    moto: 'takes it',
    check: async (aws, name) => {
      const ServiceId = await service(aws, name, {});
      await register(aws, ServiceId, '10.0.0.1');
      await refused(
        aws.cloudMap.updateInstanceCustomHealthStatus({ ServiceId, InstanceId: 'one', Status: 'UNHEALTHY' }),
        'CustomHealthNotFound',
      );
    },
  },
  {
    aws: 'discovers an instance that reported to be unhealthy as UNHEALTHY',
    check: async (aws, name) => {
      const ServiceId = await service(aws, name);
      await register(aws, ServiceId, '10.0.0.1');
      await aws.cloudMap.updateInstanceCustomHealthStatus({
        ServiceId,
        InstanceId: 'one',
        Status: 'UNHEALTHY',
      });
      await eventually(async () => {
        const { Instances } = await aws.cloudMap.discoverInstances({
          NamespaceName: `${name}.local`,
          ServiceName: 'xray',
          HealthStatus: 'UNHEALTHY',
        });
        expect(Instances).toMatchObject([{ InstanceId: 'one', HealthStatus: 'UNHEALTHY' }]);
      });
    },
  },
];

conformance('Cloud Map instances', INSTANCES);
