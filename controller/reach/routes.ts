import type { Route, RouteTable, RouteTableAssociation } from '@aws-sdk/client-ec2';
import type { Network } from '../aws/network.ts';
import type { Read } from '../core/read.ts';
import { prefixCovering } from './addresses.ts';
import type { End, Flow } from './flow.ts';
import { blocked, ok, unknown, unread } from './hop.ts';
import type { Judgement } from './hop.ts';

/** Whether routes lead from the consumer to the daemon, and over TCP back. */
export function routeJudgement(network: Pick<Network, 'routeTables' | 'peerings'>, flow: Flow): Judgement {
  const { from, to, protocol } = flow;
  const there = leads(network, from, to);
  return there.status !== 'ok' || protocol === 'udp' ? there : inTurn(there, leads(network, to, from));
}

function inTurn(there: Judgement, back: Judgement): Judgement {
  if (back.status !== 'ok') return { ...back, evidence: `on the way back, ${back.evidence}` };
  return there.evidence === back.evidence ? there : ok(`${there.evidence}; back, ${back.evidence}`);
}

function leads(
  { routeTables, peerings }: Pick<Network, 'routeTables' | 'peerings'>,
  from: End,
  to: End,
): Judgement {
  if (from.subnetId === to.subnetId) return ok(`within ${from.subnetId} no route is needed`);
  const chosen = routeTo(routeTables, from, to.address);
  if ('status' in chosen) return chosen;
  const { route, table } = chosen;
  const says = `${table} routes ${route.DestinationCidrBlock ?? ''} to`;
  if (route.GatewayId === 'local') {
    return from.vpcId === to.vpcId
      ? ok(`${says} ${from.vpcId} itself`)
      : blocked(
          `${says} ${from.vpcId} itself, and ${to.address} is in ${to.vpcId}`,
          `the blocks of ${from.vpcId} and ${to.vpcId} overlap: no route can lead from one to the other; move one of them`,
        );
  }
  const connection = route.VpcPeeringConnectionId;
  if (connection !== undefined) return overPeering(peerings, connection, says, from, to);
  const target = targetOf(route);
  if (/^(igw|nat|eigw|vpce)-/.test(target)) {
    return blocked(
      `${says} ${target}, which leads to no other VPC`,
      `peer ${from.vpcId} with ${to.vpcId} and add a route to the connection in ${table}`,
    );
  }
  return unknown(
    `${says} ${target}, and the controller does not read beyond that`,
    `check there that it leads on to ${to.address} in ${to.vpcId}`,
  );
}

function overPeering(
  peerings: Network['peerings'],
  connection: string,
  says: string,
  from: End,
  to: End,
): Judgement {
  if ('unread' in peerings) return unread(`peering connection ${connection}`, peerings.unread);
  const found = peerings.value.find(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === connection);
  const vpcs = [found?.RequesterVpcInfo?.VpcId, found?.AccepterVpcInfo?.VpcId];
  const state = found?.Status?.Code ?? 'gone';
  if (state !== 'active') {
    return blocked(
      `${says} ${connection}, which is ${state}`,
      `accept ${connection}, or route over one that is active`,
    );
  }
  if (!vpcs.includes(from.vpcId) || !vpcs.includes(to.vpcId)) {
    return blocked(
      `${says} ${connection}, which joins ${vpcs.join(' and ')}`,
      `route ${to.address} over a connection with ${to.vpcId}`,
    );
  }
  return ok(`${says} ${connection}, which is active`);
}

/** The route that counts, and the table that has it: the most specific one (Route priority, Amazon VPC user guide). */
export function routeTo(
  routeTables: Read<readonly RouteTable[]>,
  from: Pick<End, 'subnetId' | 'vpcId'>,
  address: string,
): { readonly route: Route; readonly table: string } | Judgement {
  if ('unread' in routeTables) return unread('the route tables', routeTables.unread);
  const found = tableOf(routeTables.value, from);
  if (found === undefined) {
    return unknown(`no route table of ${from.subnetId} shows`, 'check the route table of the subnet');
  }
  const table = found.RouteTableId ?? '';
  const routes = found.Routes ?? [];
  const [best] = routes
    .flatMap((route) => {
      const prefix = prefixCovering(route.DestinationCidrBlock ?? '', address);
      return prefix === undefined ? [] : [{ route, prefix }];
    })
    .toSorted((one, other) => other.prefix - one.prefix);
  // What a prefix list holds is not read, but for those of gateway endpoints, which hold addresses of AWS alone.
  const list = routes.find(
    ({ DestinationPrefixListId, GatewayId }) =>
      DestinationPrefixListId !== undefined && GatewayId?.startsWith('vpce-') !== true,
  );
  if (list !== undefined && best?.route.GatewayId !== 'local') {
    return unknown(
      `${table} routes by the prefix list ${list.DestinationPrefixListId ?? ''}, whose blocks the controller does not read`,
      `check that it contains ${address}`,
    );
  }
  if (best === undefined) {
    return blocked(
      `${table} of ${from.subnetId} has no route to ${address}`,
      `add a route to ${address} in ${table}`,
    );
  }
  if (best.route.State === 'blackhole') {
    return blocked(
      `${table} routes ${best.route.DestinationCidrBlock ?? ''} to ${targetOf(best.route)}, which is gone or does not work`,
      `replace that route in ${table}`,
    );
  }
  return { route: best.route, table };
}

/** The table of a subnet: that which it is associated with, else the main one of its VPC. */
export function tableOf(
  tables: readonly RouteTable[],
  { subnetId, vpcId }: Pick<End, 'subnetId' | 'vpcId'>,
): RouteTable | undefined {
  const associated = (is: (one: RouteTableAssociation) => boolean) =>
    tables.find(({ VpcId, Associations = [] }) => VpcId === vpcId && Associations.some(is));
  return associated(({ SubnetId }) => SubnetId === subnetId) ?? associated(({ Main }) => Main === true);
}

export function targetOf(route: Route): string {
  return (
    route.NatGatewayId ??
    route.VpcPeeringConnectionId ??
    route.TransitGatewayId ??
    route.EgressOnlyInternetGatewayId ??
    route.NetworkInterfaceId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    route.GatewayId ??
    'nowhere that shows'
  );
}
