import type { ListResourceRecordSetsCommandOutput } from '@aws-sdk/client-route-53';
import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import type { SdkClients } from '../support/aws/sdk.ts';

/** Sources: the Route 53 API reference and developer guide. */

async function zone({ route53 }: SdkClients, name: string): Promise<string> {
  const { HostedZone } = await route53.createHostedZone({
    Name: `${name}.example.org`,
    CallerReference: name,
  });
  return HostedZone?.Id ?? '';
}

function put({ route53 }: SdkClients, HostedZoneId: string, Name: string, Action: 'CREATE' | 'DELETE') {
  const ResourceRecords = [{ Value: '192.0.2.1' }];
  return route53.changeResourceRecordSets({
    HostedZoneId,
    ChangeBatch: {
      Changes: [{ Action, ResourceRecordSet: { Name, Type: 'A', TTL: 60, ResourceRecords } }],
    },
  });
}

const ZONES: readonly Row[] = [
  {
    aws: 'makes a public zone with four name servers and its NS and SOA records',
    async check(aws, name) {
      const Id = await zone(aws, name);
      expect(Id).toMatch(/^\/hostedzone\/[A-Z0-9]+$/);
      const { HostedZone, DelegationSet } = await aws.route53.getHostedZone({ Id });
      expect(HostedZone).toMatchObject({
        Id,
        Name: `${name}.example.org.`,
        CallerReference: name,
        Config: { PrivateZone: false },
        ResourceRecordSetCount: 2,
      });
      expect(DelegationSet?.NameServers?.length).toBeGreaterThan(0);
      const { ResourceRecordSets } = await aws.route53.listResourceRecordSets({ HostedZoneId: Id });
      expect(ResourceRecordSets?.map(({ Type }) => Type)).toEqual(['NS', 'SOA']);
    },
  },
  {
    aws: 'gives a zone an id that begins with Z',
    moto: 'draws the first letter too',
    check: async (aws, name) => expect(await zone(aws, name)).toMatch(/^\/hostedzone\/Z/),
  },
  {
    aws: 'makes a private zone of a VPC',
    async check({ ec2, route53 }, name) {
      const { Vpcs } = await ec2.describeVpcs({});
      const VPC = { VPCId: Vpcs?.[0]?.VpcId ?? '', VPCRegion: 'us-east-1' } as const;
      const { HostedZone } = await route53.createHostedZone({
        Name: `${name}.local`,
        CallerReference: name,
        VPC,
        HostedZoneConfig: { PrivateZone: true },
      });
      expect(await route53.getHostedZone({ Id: HostedZone?.Id ?? '' })).toMatchObject({
        HostedZone: { Config: { PrivateZone: true } },
        VPCs: [VPC],
      });
      const { HostedZoneSummaries } = await route53.listHostedZonesByVPC(VPC);
      expect(HostedZoneSummaries?.map(({ HostedZoneId }) => HostedZoneId)).toContain(
        HostedZone?.Id?.replace('/hostedzone/', ''),
      );
    },
  },
  {
    aws: 'refuses zones that there are not with NoSuchHostedZone and 404',
    async check({ route53 }) {
      const notFound = { status: 404 };
      await refused(route53.getHostedZone({ Id: 'Z0000000000000' }), 'NoSuchHostedZone', notFound);
      await refused(route53.deleteHostedZone({ Id: 'Z0000000000000' }), 'NoSuchHostedZone', notFound);
      const none = { HostedZoneId: 'Z0000000000000' };
      await refused(route53.listResourceRecordSets(none), 'NoSuchHostedZone', notFound);
    },
  },
  {
    aws: 'lists zones by their names, from one on',
    moto: 'lists the zones of that very name alone',
    async check(aws, name) {
      const ids = [await zone(aws, `a.${name}`), await zone(aws, `b.${name}`)];
      const { HostedZones = [] } = await aws.route53.listHostedZonesByName({
        DNSName: `a.${name}.example.org`,
        MaxItems: 2,
      });
      expect(HostedZones.map(({ Id }) => Id)).toEqual(ids);
    },
  },
  {
    aws: 'has tags on zones',
    async check(aws, name) {
      const ResourceId = (await zone(aws, name)).replace('/hostedzone/', '');
      const resource = { ResourceType: 'hostedzone', ResourceId } as const;
      const AddTags = [{ Key: 'team', Value: 'platform' }];
      await aws.route53.changeTagsForResource({ ...resource, AddTags });
      expect((await aws.route53.listTagsForResource(resource)).ResourceTagSet).toMatchObject({
        ...resource,
        Tags: AddTags,
      });
      await aws.route53.changeTagsForResource({ ...resource, RemoveTagKeys: ['team'] });
      expect((await aws.route53.listTagsForResource(resource)).ResourceTagSet?.Tags ?? []).toEqual([]);
    },
  },
  {
    aws: 'does not delete a zone with records with HostedZoneNotEmpty',
    async check(aws, name) {
      const Id = await zone(aws, name);
      await put(aws, Id, `www.${name}.example.org`, 'CREATE');
      await refused(aws.route53.deleteHostedZone({ Id }), 'HostedZoneNotEmpty');
      await put(aws, Id, `www.${name}.example.org`, 'DELETE');
      await aws.route53.deleteHostedZone({ Id });
      await refused(aws.route53.getHostedZone({ Id }), 'NoSuchHostedZone', { status: 404 });
    },
  },
];

const RECORDS: readonly Row[] = [
  {
    aws: 'shows records by their names, labels reversed, and pages through them',
    async check(aws, name) {
      const HostedZoneId = await zone(aws, name);
      for (const label of ['b', 'a', 'x.a']) {
        await put(aws, HostedZoneId, `${label}.${name}.example.org`, 'CREATE');
      }
      const shown: (string | undefined)[] = [];
      let next: { StartRecordName?: string; StartRecordType?: 'A' } | undefined = {};
      while (next !== undefined) {
        const page: ListResourceRecordSetsCommandOutput = await aws.route53.listResourceRecordSets({
          HostedZoneId,
          MaxItems: 2,
          ...next,
        });
        shown.push(...(page.ResourceRecordSets ?? []).map(({ Name, Type }) => `${Type} ${Name}`));
        next =
          page.IsTruncated === true
            ? { StartRecordName: page.NextRecordName ?? '', StartRecordType: page.NextRecordType as 'A' }
            : undefined;
      }
      const zoneName = `${name}.example.org.`;
      expect(shown).toEqual([
        `NS ${zoneName}`,
        `SOA ${zoneName}`,
        `A a.${zoneName}`,
        `A x.a.${zoneName}`,
        `A b.${zoneName}`,
      ]);
    },
  },
  {
    aws: 'refuses to create a record twice with InvalidChangeBatch',
    async check(aws, name) {
      const HostedZoneId = await zone(aws, name);
      const create = () => put(aws, HostedZoneId, `www.${name}.example.org`, 'CREATE');
      await create();
      await refused(create(), 'InvalidChangeBatch', { message: 'already exists' });
    },
  },
  {
    aws: 'refuses to delete a record that is not there with InvalidChangeBatch',
    moto: 'says InvalidInput',
    async check(aws, name) {
      const HostedZoneId = await zone(aws, name);
      const gone = put(aws, HostedZoneId, `www.${name}.example.org`, 'DELETE');
      await refused(gone, 'InvalidChangeBatch', { message: 'not found' });
    },
  },
];

conformance('Route 53 zones', ZONES);
conformance('Route 53 record sets', RECORDS);
