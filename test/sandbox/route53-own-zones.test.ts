import type { ChangeResourceRecordSetsCommandInput, ResourceRecordSet } from '@aws-sdk/client-route-53';
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCountCommand,
  ListTagsForResourcesCommand,
  Route53Client,
  TestDNSAnswerCommand,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { cloudMapSandbox } from '../support/sandbox/cloud-map.ts';
import { clientConfig, openDoor } from '../support/sandbox/http-door.ts';

const LONGEST_CHANGE_MS = 60_000;

type Action = 'CREATE' | 'DELETE' | 'UPSERT';

/** A Route 53 beside a Cloud Map with the private namespace `svc.local`. */
async function route53Sandbox() {
  const cloudMap = await cloudMapSandbox();
  const route53 = cloudMap.cloudMap.other('route53');
  const VPC = { VPCId: cloudMap.vpcId, VPCRegion: 'us-east-1' as const };
  return {
    ...cloudMap,
    route53,
    VPC,
    zone: async (Name: string, isPrivate = false): Promise<string> => {
      const CallerReference = `${Name}/${isPrivate}`;
      const input = { Name, CallerReference, ...(isPrivate ? { VPC } : {}) };
      const { HostedZone } = await route53.call('CreateHostedZone', input);
      return (HostedZone?.Id ?? '').replace('/hostedzone/', '');
    },
    zoneOfNamespace: async (Id: string): Promise<string> => {
      const { Namespace } = await cloudMap.cloudMap.call('GetNamespace', { Id });
      return Namespace?.Properties?.DnsProperties?.HostedZoneId ?? '';
    },
  };
}

function batch(
  HostedZoneId: string,
  ...changes: readonly (readonly [Action, Partial<ResourceRecordSet>])[]
): ChangeResourceRecordSetsCommandInput {
  return {
    HostedZoneId,
    ChangeBatch: {
      Changes: changes.map(([Action, set]) => ({
        Action,
        ResourceRecordSet: { Name: 'www.example.org', Type: 'A', TTL: 60, ...records('10.0.0.1'), ...set },
      })),
    },
  };
}

const records = (...values: readonly string[]) => ({ ResourceRecords: values.map((Value) => ({ Value })) });

describe('a public zone', () => {
  it('has four name servers of its own, which its NS and SOA records name', async () => {
    const { route53, zone } = await route53Sandbox();
    const [Id, other] = [await zone('example.org'), await zone('example.com')];
    const { HostedZone, DelegationSet, VPCs } = await route53.call('GetHostedZone', { Id });
    expect(HostedZone).toMatchObject({
      Id: `/hostedzone/${Id}`,
      Name: 'example.org.',
      Config: { PrivateZone: false },
      ResourceRecordSetCount: 2,
    });
    expect(HostedZone).not.toHaveProperty('LinkedService');
    expect(VPCs).toBeUndefined();
    const servers = DelegationSet?.NameServers ?? [];
    expect(servers.map((name) => name.replace(/^ns-\d+\.awsdns-\d\d\./, ''))).toEqual([
      'com',
      'net',
      'org',
      'co.uk',
    ]);
    const { ResourceRecordSets } = await route53.call('ListResourceRecordSets', { HostedZoneId: Id });
    expect(ResourceRecordSets).toMatchObject([
      { Type: 'NS', TTL: 172_800, ...records(...servers.map((name) => `${name}.`)) },
      {
        Type: 'SOA',
        TTL: 900,
        ...records(`${servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`),
      },
    ]);
    const others = (await route53.call('GetHostedZone', { Id: other })).DelegationSet?.NameServers;
    expect(others).not.toEqual(servers);
  });

  it('stands beside another one of its name, of whomever', async () => {
    const { route53, zone, newNamespaceOf, zoneOfNamespace } = await route53Sandbox();
    const Id = await zone('example.org');
    const again = { Name: 'example.org', CallerReference: 'another' };
    const { HostedZone } = await route53.call('CreateHostedZone', again);
    const made = await zoneOfNamespace(await newNamespaceOf('PublicDns', 'example.org'));
    const { HostedZones } = await route53.call('ListHostedZonesByName', { DNSName: 'example.org' });
    expect(new Set(HostedZones?.slice(0, 3).map((each) => each.Id))).toEqual(
      new Set([`/hostedzone/${Id}`, HostedZone?.Id, `/hostedzone/${made}`]),
    );
  });

  it('of a namespace has name servers too, and a link to it', async () => {
    const { route53, newNamespaceOf, zoneOfNamespace } = await route53Sandbox();
    const Id = await zoneOfNamespace(await newNamespaceOf('PublicDns', 'example.org'));
    const { HostedZone, DelegationSet } = await route53.call('GetHostedZone', { Id });
    expect(HostedZone).toMatchObject({
      Config: { PrivateZone: false },
      LinkedService: { ServicePrincipal: 'servicediscovery.amazonaws.com' },
    });
    expect(DelegationSet?.NameServers).toHaveLength(4);
  });
});

describe('a private zone', () => {
  it('names its VPC, and shows among the zones of that', async () => {
    const { route53, zone, VPC, namespaceId, zoneOfNamespace } = await route53Sandbox();
    const Id = await zone('example.org', true);
    const found = await route53.call('GetHostedZone', { Id });
    expect(found).toMatchObject({ HostedZone: { Config: { PrivateZone: true } }, VPCs: [VPC] });
    expect(found).not.toHaveProperty('DelegationSet');
    const { HostedZoneSummaries } = await route53.call('ListHostedZonesByVPC', VPC);
    expect(new Set(HostedZoneSummaries?.map(({ HostedZoneId }) => HostedZoneId))).toEqual(
      new Set([Id, await zoneOfNamespace(namespaceId)]),
    );
    const { HostedZones } = await route53.call('ListHostedZones', { HostedZoneType: 'PrivateHostedZone' });
    expect(HostedZones).toHaveLength(2);
  });

  it('is the only one of its name in its VPC, whoever made the other one', async () => {
    const { cloudMap, route53, zone, VPC, vpcId, ended } = await route53Sandbox();
    const Id = await zone('example.org', true);
    for (const Name of ['example.org', 'SVC.local.']) {
      const input = { Name, CallerReference: Name, VPC };
      expect(await route53.refusal('CreateHostedZone', input)).toMatchObject({
        name: 'ConflictingDomainExists',
      });
    }
    const failed = await ended(
      cloudMap.call('CreatePrivateDnsNamespace', { Name: 'example.org', Vpc: vpcId }),
    );
    expect(failed).toMatchObject({
      Status: 'FAIL',
      ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE',
      ErrorMessage: `The VPC ${vpcId} in region us-east-1 has already been associated with the hosted zone ${Id} with the same domain name. (ConflictingDomainExists)`,
    });
    await route53.call('DeleteHostedZone', { Id });
    expect(
      await ended(cloudMap.call('CreatePrivateDnsNamespace', { Name: 'example.org', Vpc: vpcId })),
    ).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('CreateHostedZone', () => {
  it.each([
    ['InvalidDomainName', 'no name', { Name: 'a..b' }],
    ['InvalidInput', 'no caller reference', { CallerReference: '' }],
    ['InvalidInput', 'a private zone without a VPC', { HostedZoneConfig: { PrivateZone: true } }],
    ['InvalidVPCId', 'an unknown VPC', { VPC: { VPCId: 'vpc-0', VPCRegion: 'us-east-1' } }],
    ['NoSuchDelegationSet', 'a delegation set', { DelegationSetId: 'N1' }],
    ['InvalidInput', 'a comment over 256 characters', { HostedZoneConfig: { Comment: 'c'.repeat(257) } }],
    ['HostedZoneAlreadyExists', 'a caller reference used before', { CallerReference: 'example.com/false' }],
  ] as const)('%s for %s', async (name, _what, change) => {
    const { route53, zone } = await route53Sandbox();
    await zone('example.com');
    const input = { Name: 'example.org', CallerReference: 'r', ...change };
    expect(await route53.refusal('CreateHostedZone', input)).toMatchObject({ name });
  });
});

describe('a zone that Cloud Map made', () => {
  it('is changed and deleted through its namespace only', async () => {
    const { route53, namespaceId, zoneOfNamespace } = await route53Sandbox();
    const Id = await zoneOfNamespace(namespaceId);
    const refused = {
      name: 'AccessDenied',
      statusCode: 403,
      message: expect.stringMatching(
        new RegExp(
          `^The resource hostedzone/${Id} can only be managed through AWS Cloud Map \\(arn:.*/${namespaceId}\\)$`,
        ),
      ) as string,
    };
    expect(await route53.refusal('DeleteHostedZone', { Id })).toMatchObject(refused);
    expect(await route53.refusal('UpdateHostedZoneComment', { Id })).toMatchObject(refused);
    const input = batch(Id, ['CREATE', { Name: 'www.svc.local' }]);
    expect(await route53.refusal('ChangeResourceRecordSets', input)).toMatchObject(refused);
  });

  it('can have tags, which go with its namespace', async () => {
    const { cloudMap, route53, namespaceId, zoneOfNamespace, ended } = await route53Sandbox();
    const ResourceId = await zoneOfNamespace(namespaceId);
    const resource = { ResourceType: 'hostedzone' as const, ResourceId };
    const AddTags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await route53.call('ChangeTagsForResource', { ...resource, AddTags });
    await route53.call('ChangeTagsForResource', { ...resource, RemoveTagKeys: ['a'] });
    expect((await route53.call('ListTagsForResource', resource)).ResourceTagSet?.Tags).toEqual([AddTags[1]]);
    await ended(cloudMap.call('DeleteNamespace', { Id: namespaceId }));
    expect(await route53.refusal('ListTagsForResource', resource)).toMatchObject({
      name: 'NoSuchHostedZone',
    });
    expect([...cloudMap.sandbox.places.accounts.values()][0]?.route53.tags.size).toBe(0);
  });
});

describe('the records of a zone of one’s own', () => {
  it('are changed all together, and resolve', async () => {
    const { route53, zone } = await route53Sandbox();
    const HostedZoneId = await zone('example.org');
    const { ChangeInfo } = await route53.call(
      'ChangeResourceRecordSets',
      batch(
        HostedZoneId,
        ['CREATE', {}],
        ['UPSERT', { Name: '*.example.org', Type: 'TXT', ...records('"a b" "c"') }],
        ['UPSERT', { Name: 'mail.example.org.', Type: 'MX', ...records('10 www.example.org.') }],
        ['UPSERT', { Name: 'services.example.org', Type: 'NS', ...records('ns-1.awsdns-01.com.') }],
        ['UPSERT', { Name: '_x._tcp.example.org', Type: 'SRV', ...records('1 2 80 www.example.org.') }],
      ),
    );
    expect(ChangeInfo).toMatchObject({
      Status: 'PENDING',
      Id: expect.stringMatching(/^\/change\/C/) as string,
    });
    const { Id } = ChangeInfo ?? {};
    route53.advance(LONGEST_CHANGE_MS);
    expect((await route53.call('GetChange', { Id })).ChangeInfo).toMatchObject({ Id, Status: 'INSYNC' });
    const { ResourceRecordSets = [] } = await route53.call('ListResourceRecordSets', { HostedZoneId });
    expect(ResourceRecordSets.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'example.org. NS',
      'example.org. SOA',
      '\\052.example.org. TXT',
      '_x._tcp.example.org. SRV',
      'mail.example.org. MX',
      'services.example.org. NS',
      'www.example.org. A',
    ]);
    const answer = async (RecordName: string, RecordType: 'A' | 'SRV' | 'MX' | 'TXT') => {
      const tested = await route53.call('TestDNSAnswer', { HostedZoneId, RecordName, RecordType });
      return [tested.ResponseCode, ...(tested.RecordData ?? [])];
    };
    expect(await answer('www.example.org', 'A')).toEqual(['NOERROR', '10.0.0.1']);
    expect(await answer('mail.example.org', 'MX')).toEqual(['NOERROR', '10 www.example.org']);
    expect(await answer('_x._tcp.example.org', 'SRV')).toEqual(['NOERROR', '1 2 80 www.example.org']);
    expect(await answer('_tcp.example.org', 'A')).toEqual(['NOERROR']);
    expect(await answer('none.example.org', 'A')).toEqual(['NXDOMAIN']);
  });

  it('are routed by weight', async () => {
    const { route53, zone } = await route53Sandbox();
    const HostedZoneId = await zone('example.org');
    const weighted = (SetIdentifier: string, Weight: number, address: string) =>
      ['CREATE', { SetIdentifier, Weight, ...records(address) }] as const;
    await route53.call(
      'ChangeResourceRecordSets',
      batch(HostedZoneId, weighted('never', 0, '10.0.0.1'), weighted('ever', 1, '10.0.0.2')),
    );
    const question = { HostedZoneId, RecordName: 'www.example.org', RecordType: 'A' as const };
    for (let times = 0; times < 20; times++) {
      route53.advance(1);
      expect((await route53.call('TestDNSAnswer', question)).RecordData).toEqual(['10.0.0.2']);
    }
  });

  it('are deleted where the request has them as they are, and let the zone be deleted', async () => {
    const { route53, zone } = await route53Sandbox();
    const Id = await zone('example.org');
    await route53.call('ChangeResourceRecordSets', batch(Id, ['CREATE', {}]));
    expect(await route53.refusal('DeleteHostedZone', { Id })).toMatchObject({ name: 'HostedZoneNotEmpty' });
    const other = batch(Id, ['DELETE', { TTL: 61 }]);
    expect(await route53.refusal('ChangeResourceRecordSets', other)).toMatchObject({
      name: 'InvalidChangeBatch',
      message: expect.stringContaining('do not match the current values') as string,
    });
    await route53.call('ChangeResourceRecordSets', batch(Id, ['DELETE', {}]));
    await route53.call('DeleteHostedZone', { Id });
    expect(await route53.refusal('GetHostedZone', { Id })).toMatchObject({ name: 'NoSuchHostedZone' });
  });

  it.each<[string, Action, Partial<ResourceRecordSet>]>([
    ['that is there already', 'CREATE', { Name: 'there.example.org' }],
    ['of another zone', 'CREATE', { Name: 'www.example.com' }],
    ['without a TTL', 'CREATE', { TTL: undefined }],
    ['without a value', 'CREATE', { ResourceRecords: [] }],
    ['whose value is no address', 'CREATE', records('10.0.0.256')],
    ['whose value is no text', 'CREATE', { Type: 'TXT', ...records('unquoted') }],
    ['with a CNAME at the name of the zone', 'CREATE', { Name: 'example.org', Type: 'CNAME' }],
    ['with a CNAME beside others', 'CREATE', { Name: 'there.example.org', Type: 'CNAME' }],
    ['with a weight and no identifier', 'CREATE', { Weight: 1 }],
    [
      'with an identifier beside one without',
      'CREATE',
      { Name: 'there.example.org', SetIdentifier: 'x', Weight: 1 },
    ],
    ['of a type that is not kept', 'CREATE', { Type: 'CAA', ...records('0 issue "ca.example"') }],
    [
      'with an alias',
      'CREATE',
      { AliasTarget: { HostedZoneId: 'Z', DNSName: 'x', EvaluateTargetHealth: true } },
    ],
    ['with a health check', 'CREATE', { HealthCheckId: 'x' }],
    ['that is not there, to be deleted', 'DELETE', {}],
    ['of the zone itself, to be deleted', 'DELETE', { Name: 'example.org', Type: 'NS' }],
  ])('are not changed where one of them is a record %s', async (_what, action, set) => {
    const { route53, zone } = await route53Sandbox();
    const HostedZoneId = await zone('example.org');
    await route53.call(
      'ChangeResourceRecordSets',
      batch(HostedZoneId, ['CREATE', { Name: 'there.example.org' }]),
    );
    const input = batch(HostedZoneId, ['CREATE', { Name: 'other.example.org' }], [action, set]);
    expect(await route53.refusal('ChangeResourceRecordSets', input)).toMatchObject({
      name: 'InvalidChangeBatch',
    });
    const { ResourceRecordSets } = await route53.call('ListResourceRecordSets', { HostedZoneId });
    expect(ResourceRecordSets).toHaveLength(3);
  });
});

it('TestDNSAnswer asks no private zone', async () => {
  const { route53, namespaceId, zoneOfNamespace } = await route53Sandbox();
  const HostedZoneId = await zoneOfNamespace(namespaceId);
  const input = { HostedZoneId, RecordName: 'svc.local', RecordType: 'SOA' as const };
  expect(await route53.refusal('TestDNSAnswer', input)).toMatchObject({ name: 'InvalidInput' });
});

it('all of that is spoken in XML', async () => {
  const { route53, newNamespaceOf } = await route53Sandbox();
  const door = await openDoor((request) => route53.sandbox.call(request));
  const client = new Route53Client(clientConfig(door, 'us-east-1'));
  const created = await client.send(
    new CreateHostedZoneCommand({
      Name: 'example.org',
      CallerReference: 'r',
      HostedZoneConfig: { Comment: 'by <hand> & so on' },
    }),
  );
  const Id = created.HostedZone?.Id ?? '';
  expect(created.$metadata.httpStatusCode).toBe(201);
  expect(created.Location).toBe(`https://route53.amazonaws.com/2013-04-01${Id}`);
  expect(created.HostedZone?.Config?.Comment).toBe('by <hand> & so on');
  const HostedZoneId = Id.replace('/hostedzone/', '');
  const changed = await client.send(new ChangeResourceRecordSetsCommand(batch(HostedZoneId, ['CREATE', {}])));
  const change = await client.send(new GetChangeCommand({ Id: changed.ChangeInfo?.Id }));
  expect(change.ChangeInfo?.SubmittedAt).toBeInstanceOf(Date);
  const question = { HostedZoneId, RecordName: 'www.example.org', RecordType: 'A' as const };
  const tested = await client.send(new TestDNSAnswerCommand(question));
  expect(tested).toMatchObject({ RecordData: ['10.0.0.1'], ResponseCode: 'NOERROR', Protocol: 'UDP' });
  const resource = { ResourceType: 'hostedzone' as const, ResourceId: HostedZoneId };
  await client.send(new ChangeTagsForResourceCommand({ ...resource, AddTags: [{ Key: 'a', Value: '1' }] }));
  const { ResourceTagSets } = await client.send(
    new ListTagsForResourcesCommand({ ResourceType: 'hostedzone', ResourceIds: [HostedZoneId] }),
  );
  expect(ResourceTagSets).toEqual([{ ...resource, Tags: [{ Key: 'a', Value: '1' }] }]);
  await newNamespaceOf('PublicDns', 'example.com');
  expect((await client.send(new GetHostedZoneCountCommand({}))).HostedZoneCount).toBe(3);
  const wrong = new ChangeResourceRecordSetsCommand(batch(HostedZoneId, ['CREATE', {}]));
  await expect(client.send(wrong)).rejects.toMatchObject({
    name: 'InvalidChangeBatch',
    message: expect.stringContaining('already exists') as string,
  });
  await expect(client.send(new DeleteHostedZoneCommand({ Id: 'Z1' }))).rejects.toMatchObject({
    name: 'NoSuchHostedZone',
    $metadata: { httpStatusCode: 404 },
  });
  const garbled = await fetch(`${door.url}/2013-04-01/hostedzone`, {
    method: 'POST',
    body: 'no <xml',
    headers: {
      'content-type': 'application/xml',
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/us-east-1/route53/aws4_request',
    },
  });
  expect([garbled.status, await garbled.text()]).toEqual([
    400,
    expect.stringContaining('<Code>MalformedInput</Code>'),
  ]);
});
