import type { Filter, SecurityGroup, Subnet } from '@aws-sdk/client-ec2';
import type { Aws } from '../../aws/operations.ts';
import { collect, inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError, isDenial } from '../../core/errors.ts';
import { compareText } from '../../core/order.ts';
import type { GivenSecurityGroupOutputs } from './facts.ts';

const PAGE_SIZE = 1000;
/** Values that one EC2 filter takes (EC2 API reference, Filter). */
const FILTER_VALUES = 200;
const CONCURRENT_READS = 5;

type PlacedGroup = Pick<GivenSecurityGroupOutputs, 'id' | 'vpcId'>;

/** The subnets that a group is used in. */
export interface UsedSubnets {
  readonly blocks: readonly string[];
  /** Whether a network interface carries the group: where none does, the subnets are all of its VPC. */
  readonly isCarried: boolean;
}

/** What is read of the networks that consumers are in. Rejects with StationkeeperError. */
export function networksOf(ec2: Aws['ec2']) {
  async function groups(Filters: Filter[]): Promise<readonly SecurityGroup[]> {
    return collect(async (NextToken) => {
      const page = await ec2.describeSecurityGroups({ Filters, MaxResults: PAGE_SIZE, NextToken });
      return { items: page.SecurityGroups, next: page.NextToken };
    });
  }

  /** Ids of the active connections of a VPC, by the VPC behind each; undefined where they may not be read. */
  async function peeringsOf(vpcId: string): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      const connections = await collect(async (NextToken) => {
        const page = await ec2.describeVpcPeeringConnections({
          Filters: [{ Name: 'status-code', Values: ['active'] }],
          MaxResults: PAGE_SIZE,
          NextToken,
        });
        return { items: page.VpcPeeringConnections, next: page.NextToken };
      });
      return new Map(
        connections.flatMap(({ VpcPeeringConnectionId: id = '', RequesterVpcInfo, AccepterVpcInfo }) => {
          const ends = [RequesterVpcInfo?.VpcId, AccepterVpcInfo?.VpcId];
          const [other] = ends.filter((end) => end !== vpcId);
          return ends.includes(vpcId) && other !== undefined ? [[other, id] as const] : [];
        }),
      );
    } catch (thrown) {
      if (!isDenial(asStationkeeperError(thrown).code)) throw thrown;
      return undefined;
    }
  }

  /** Ids of the subnets with network interfaces that carry a group, by the group's id. */
  async function carriedIn(ids: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const carried = new Map(ids.map((id) => [id, new Set<string>()]));
    const found = await mapConcurrently(CONCURRENT_READS, inBatchesOf(FILTER_VALUES, ids), (Values) =>
      collect(async (NextToken) => {
        const page = await ec2.describeNetworkInterfaces({
          Filters: [{ Name: 'group-id', Values }],
          MaxResults: PAGE_SIZE,
          NextToken,
        });
        return { items: page.NetworkInterfaces, next: page.NextToken };
      }),
    );
    for (const { SubnetId, Groups = [] } of found.flat()) {
      if (SubnetId === undefined) continue;
      for (const { GroupId = '' } of Groups) carried.get(GroupId)?.add(SubnetId);
    }
    return carried;
  }

  async function subnetsIn(vpcs: readonly string[]): Promise<readonly Subnet[]> {
    const found = await mapConcurrently(CONCURRENT_READS, inBatchesOf(FILTER_VALUES, vpcs), (Values) =>
      collect(async (NextToken) => {
        const page = await ec2.describeSubnets({
          Filters: [{ Name: 'vpc-id', Values }],
          MaxResults: PAGE_SIZE,
          NextToken,
        });
        return { items: page.Subnets, next: page.NextToken };
      }),
    );
    return found.flat();
  }

  /** What is used of each of these; nobody knows where a group will be used that nothing carries yet. */
  async function subnetsOf(asked: readonly PlacedGroup[]): Promise<(group: PlacedGroup) => UsedSubnets> {
    const [carried, subnets] = await Promise.all([
      carriedIn(distinct(asked.map(({ id }) => id))),
      subnetsIn(distinct(asked.map(({ vpcId }) => vpcId))),
    ]);
    return ({ id, vpcId }) => {
      const used = carried.get(id) ?? new Set();
      const isCarried = used.size > 0;
      const among = subnets.filter(({ SubnetId = '', VpcId }) =>
        isCarried ? used.has(SubnetId) : VpcId === vpcId,
      );
      return { blocks: distinct(among.flatMap(blocksOf)), isCarried };
    };
  }

  return { groups, peeringsOf, subnetsOf };
}

function blocksOf({ CidrBlock, Ipv6CidrBlockAssociationSet = [] }: Subnet): readonly string[] {
  const six = Ipv6CidrBlockAssociationSet.flatMap(({ Ipv6CidrBlock, Ipv6CidrBlockState }) =>
    Ipv6CidrBlock !== undefined && Ipv6CidrBlockState?.State === 'associated' ? [Ipv6CidrBlock] : [],
  );
  return [...(CidrBlock === undefined ? [] : [CidrBlock]), ...six];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted(compareText);
}
