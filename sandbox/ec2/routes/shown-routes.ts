import type { Route as RouteShape } from '@aws-sdk/client-ec2';
import type { Route, RouteTable, RouteTarget } from '../network-state.ts';
import type { Ec2State } from '../state.ts';
import { gatewayPrefixList } from '../prefix-lists.ts';
import { blocksOf } from '../vpc-blocks.ts';

/** All routes of a table: first those to the blocks of its VPC, which it has by itself. */
export function shownRoutes(ec2: Ec2State, table: RouteTable): readonly RouteShape[] {
  const local = { GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' } as const;
  return [
    ...localBlocks(ec2, table).map((block) => ({ ...block, ...local })),
    ...[...table.routes.values()].map((route) => routeShape(ec2, table, route)),
    ...endpointRoutes(ec2, table),
  ];
}

/** A gateway endpoint has a route of its own in each table that it names, to its service's prefix list; nobody else changes these. */
function endpointRoutes(ec2: Ec2State, { routeTableId }: RouteTable): readonly RouteShape[] {
  return [...ec2.vpcEndpoints.values()]
    .filter((endpoint) => endpoint.routeTableIds.includes(routeTableId))
    .flatMap(({ vpcEndpointId, serviceName }) => {
      const list = gatewayPrefixList(ec2.place.region, serviceName);
      if (list === undefined) return [];
      return [
        {
          DestinationPrefixListId: list.id,
          GatewayId: vpcEndpointId,
          Origin: 'CreateRoute',
          State: 'active',
        } as const,
      ];
    });
}

/** The destinations that every table of the VPC has, as members of a route. */
export function localBlocks(
  ec2: Ec2State,
  { vpcId }: RouteTable,
): readonly ({ readonly DestinationCidrBlock: string } | { readonly DestinationIpv6CidrBlock: string })[] {
  const vpc = ec2.vpcs.get(vpcId);
  if (vpc === undefined) return [];
  return [
    ...blocksOf(vpc).map(({ cidrBlock }) => ({ DestinationCidrBlock: cidrBlock })),
    ...(vpc.ipv6 === undefined ? [] : [{ DestinationIpv6CidrBlock: vpc.ipv6.cidrBlock }]),
  ];
}

function routeShape(ec2: Ec2State, table: RouteTable, { destination, target }: Route): RouteShape {
  return {
    [destination.member]: destination.value,
    [target.member]: target.id,
    Origin: 'CreateRoute',
    State: leadsSomewhere(ec2, table, target) ? 'active' : 'blackhole',
  };
}

/** A route stays when what it leads to is gone, and what takes it is lost (Route, EC2 API reference). */
function leadsSomewhere(ec2: Ec2State, { vpcId }: RouteTable, { member, id }: RouteTarget): boolean {
  switch (member) {
    case 'GatewayId':
      return ec2.internetGateways.get(id)?.vpcId === vpcId;
    case 'EgressOnlyInternetGatewayId':
      return ec2.egressOnlyGateways.has(id);
    case 'NatGatewayId':
      return ec2.natGateways.get(id)?.state === 'available';
    case 'NetworkInterfaceId':
      return ec2.interfaces.has(id);
    case 'VpcPeeringConnectionId':
      return ec2.peeringConnections.get(id)?.status.code === 'active';
    default:
      return member satisfies never;
  }
}
