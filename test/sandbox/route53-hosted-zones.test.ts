import {
  GetHostedZoneCommand,
  ListHostedZonesByVPCCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { clientConfig, openDoor } from '../support/sandbox/http-door.ts';
import { callsTo } from '../support/world/account.ts';

const IN_TIME_MS = 120_000;

/** A Region with a namespace of each of these names in its default VPC. */
async function regionWith(region: string, ...names: readonly string[]) {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, quotas: 'off' });
  const call = callsTo(sandbox, { region });
  const vpcs = (await call('ec2', 'DescribeVpcs'))['Vpcs'] as { readonly VpcId: string }[];
  const Vpc = vpcs[0]!.VpcId;
  for (const Name of names) await call('servicediscovery', 'CreatePrivateDnsNamespace', { Name, Vpc });
  await clock.advance(IN_TIME_MS);
  return { sandbox, Vpc };
}

const idsOf = ({ HostedZoneSummaries = [] }: { readonly HostedZoneSummaries?: readonly object[] }) =>
  HostedZoneSummaries.map((zone) => ('HostedZoneId' in zone ? zone.HostedZoneId : undefined));

describe('ListHostedZonesByVPC', () => {
  test("lists the zones of a VPC's namespaces, whatever Region the request is signed for", async () => {
    const { sandbox, Vpc } = await regionWith('eu-west-1', 'a.example.org');
    const listed = callsTo(sandbox, { region: 'eu-west-1' });
    const [namespace] = (await listed('servicediscovery', 'ListNamespaces'))['Namespaces'] as {
      readonly Properties: { readonly DnsProperties: { readonly HostedZoneId: string } };
    }[];
    const input = { VPCId: Vpc, VPCRegion: 'eu-west-1' };
    expect(await callsTo(sandbox)('route53', 'ListHostedZonesByVPC', input)).toEqual({
      HostedZoneSummaries: [
        {
          HostedZoneId: namespace!.Properties.DnsProperties.HostedZoneId,
          Name: 'a.example.org.',
          Owner: { OwningAccount: '385605022855' },
        },
      ],
      MaxItems: 100,
    });
  });

  test('lists no zone of another VPC', async () => {
    const { sandbox } = await regionWith('us-east-1', 'a.example.org');
    const { Vpc } = await callsTo(sandbox)('ec2', 'CreateVpc', { CidrBlock: '10.9.0.0/16' });
    const { VpcId: VPCId } = Vpc as { readonly VpcId: string };
    const listed = await callsTo(sandbox)('route53', 'ListHostedZonesByVPC', {
      VPCId,
      VPCRegion: 'us-east-1',
    });
    expect(idsOf(listed)).toEqual([]);
  });

  test('has pages', async () => {
    const { sandbox, Vpc } = await regionWith('us-east-1', 'a.example.org', 'b.example.org', 'c.example.org');
    const list = (rest: object) =>
      callsTo(sandbox)('route53', 'ListHostedZonesByVPC', { VPCId: Vpc, VPCRegion: 'us-east-1', ...rest });
    const all = idsOf(await list({}));
    const first = await list({ MaxItems: 2 });
    expect([...idsOf(first), ...idsOf(await list({ MaxItems: 2, NextToken: first['NextToken'] }))]).toEqual(
      all,
    );
    expect(all).toHaveLength(3);
    await expect(list({ NextToken: 'none' })).rejects.toMatchObject({ name: 'InvalidPaginationToken' });
  });

  test('of a VPC that there is not, or in a Region where there is nothing, is refused', async () => {
    const { sandbox, Vpc } = await regionWith('us-east-1');
    const list = (VPCId: string, VPCRegion: string) =>
      callsTo(sandbox)('route53', 'ListHostedZonesByVPC', { VPCId, VPCRegion });
    await expect(list('vpc-00000000', 'us-east-1')).rejects.toMatchObject({ name: 'InvalidVPCId' });
    await expect(list(Vpc, 'eu-west-1')).rejects.toMatchObject({ name: 'InvalidVPCId' });
  });

  test('is spoken to in XML, errors too', async () => {
    const { sandbox, Vpc } = await regionWith('us-east-1', 'a.example.org');
    const door = await openDoor((request) => sandbox.call(request));
    const client = new Route53Client(clientConfig(door, 'eu-north-1'));
    const list = (VPCId: string) =>
      client.send(new ListHostedZonesByVPCCommand({ VPCId, VPCRegion: 'us-east-1' }));
    expect((await list(Vpc)).HostedZoneSummaries).toMatchObject([{ Name: 'a.example.org.' }]);
    await expect(list('vpc-00000000')).rejects.toMatchObject({
      name: 'InvalidVPCId',
      message: 'The VPC vpc-00000000 in region us-east-1 does not exist.',
    });
    const [zone] = (await list(Vpc)).HostedZoneSummaries ?? [];
    const found = await client.send(new GetHostedZoneCommand({ Id: `/hostedzone/${zone?.HostedZoneId}` }));
    expect(found).toMatchObject({
      HostedZone: { Id: `/hostedzone/${zone?.HostedZoneId}`, Config: { PrivateZone: true } },
      VPCs: [{ VPCId: Vpc, VPCRegion: 'us-east-1' }],
    });
    await expect(client.send(new GetHostedZoneCommand({ Id: 'Z1' }))).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
      $metadata: { httpStatusCode: 404 },
    });
    const other = await fetch(`${door.url}/2013-04-01/healthcheck`, {
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/us-east-1/route53/aws4_request',
      },
    });
    expect([other.status, await other.text()]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidAction</Code>'),
    ]);
  });
});

test('ListHostedZones lists the zones of every Region, page by page', async () => {
  const { sandbox } = await regionWith('eu-west-1', 'a.example.org', 'b.example.org', 'c.example.org');
  const door = await openDoor((request) => sandbox.call(request));
  const client = new Route53Client(clientConfig(door, 'us-east-1'));
  const all = await client.send(new ListHostedZonesCommand({}));
  expect(all.HostedZones?.map(({ Name }) => Name).toSorted()).toEqual([
    'a.example.org.',
    'b.example.org.',
    'c.example.org.',
  ]);
  expect(all).toMatchObject({ IsTruncated: false, MaxItems: 100 });
  const first = await client.send(new ListHostedZonesCommand({ MaxItems: 2 }));
  expect(first.IsTruncated).toBe(true);
  const Marker = first.NextMarker;
  const second = await client.send(new ListHostedZonesCommand({ MaxItems: 2, Marker }));
  expect(second).toMatchObject({ IsTruncated: false, Marker });
  expect([...(first.HostedZones ?? []), ...(second.HostedZones ?? [])]).toEqual(all.HostedZones);
});

test.each(['route53', 'cloudfront', 's3'])(
  'what is not served is refused in XML where the client of %s reads nothing else',
  async (service) => {
    const { sandbox } = await regionWith('us-east-1');
    const door = await openDoor((request) => sandbox.call(request));
    const answer = await fetch(`${door.url}/2020-05-31/distribution`, {
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/us-east-1/${service}/aws4_request`,
      },
    });
    expect(answer.headers.get('content-type')).toContain('text/xml');
    expect(await answer.text()).toMatch(/<Error>.*<Code>\w+<\/Code><Message>.*<\/Message><\/Error>/);
  },
);
