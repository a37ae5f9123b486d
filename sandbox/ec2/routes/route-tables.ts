import type {
  CreateRouteTableCommandInput,
  CreateRouteTableCommandOutput,
  DeleteRouteTableCommandInput,
  DeleteRouteTableCommandOutput,
  DescribeRouteTablesCommandInput,
  DescribeRouteTablesCommandOutput,
  RouteTable as RouteTableShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { oncePerToken } from '../client-tokens.ts';
import { describedPage } from '../describe.ts';
import { neverMatching } from '../filters.ts';
import type { FilterTable } from '../filters.ts';
import { requireRouteTable, requireVpc } from '../lookups.ts';
import type { RouteTable } from '../network-state.ts';
import { addRouteTable } from '../network-store.ts';
import { newId } from '../state.ts';
import type { Ec2State } from '../state.ts';
import { forgetTags, setTags } from '../tag-store.ts';
import { shownTags, specifiedTags } from '../tags.ts';
import { associationsOf } from './associations.ts';
import { shownRoutes } from './shown-routes.ts';

/** Most tables of a VPC, before any increase (Amazon VPC quotas). */
const MAX_TABLES = 200;

export function createRouteTable(
  input: CreateRouteTableCommandInput,
  context: CallContext,
): Answer<CreateRouteTableCommandOutput> {
  const { ec2 } = context.state;
  const table = oncePerToken(ec2, 'CreateRouteTable', input, {
    find: (id) => ec2.routeTables.get(id),
    idOf,
    make: () => {
      const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
      const tags = specifiedTags(input.TagSpecifications, 'route-table');
      if ([...ec2.routeTables.values()].filter((other) => other.vpcId === vpcId).length >= MAX_TABLES) {
        throw new AwsError('RouteTableLimitExceeded', 'The maximum number of route tables has been reached.');
      }
      const added = addRouteTable(ec2, newId(context.world, 'rtb'), vpcId);
      setTags(context, added.routeTableId, tags);
      return added;
    },
  });
  return { ClientToken: input.ClientToken, RouteTable: tableShape(ec2, table) };
}

/** Refused while something uses the table; the main one is used by its VPC. */
export function deleteRouteTable(
  input: DeleteRouteTableCommandInput,
  context: CallContext,
): Answer<DeleteRouteTableCommandOutput> {
  const { ec2 } = context.state;
  const table = requireRouteTable(ec2, input.RouteTableId ?? '');
  const { routeTableId } = table;
  if (associationsOf(ec2, table).length > 0) {
    throw new AwsError(
      'DependencyViolation',
      `The routeTable '${routeTableId}' has dependencies and cannot be deleted.`,
    );
  }
  ec2.routeTables.delete(routeTableId);
  forgetTags(context, routeTableId);
  return {};
}

export function describeRouteTables(
  input: DescribeRouteTablesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeRouteTablesCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.RouteTableIds, Filters: input.Filters },
    {
      kind: 'routeTable',
      items: ec2.routeTables,
      idOf,
      filters: filterTable(ec2),
      limits: { least: 5, most: 100 },
    },
  );
  return { RouteTables: page.items.map((table) => tableShape(ec2, table)), NextToken: page.nextToken };
}

function filterTable(ec2: Ec2State): FilterTable<RouteTable> {
  const routes =
    (read: (route: ReturnType<typeof shownRoutes>[number]) => string | undefined) => (table: RouteTable) =>
      shownRoutes(ec2, table).map(read);
  const associations =
    (read: (association: ReturnType<typeof associationsOf>[number]) => string | undefined) =>
    (table: RouteTable) =>
      associationsOf(ec2, table).map(read);
  return {
    'association.gateway-id': associations(({ GatewayId }) => GatewayId),
    'association.main': associations(({ Main }) => String(Main)),
    'association.route-table-association-id': associations((each) => each.RouteTableAssociationId),
    'association.route-table-id': associations(({ RouteTableId }) => RouteTableId),
    'association.subnet-id': associations(({ SubnetId }) => SubnetId),
    'owner-id': () => [ec2.place.accountId],
    'route-table-id': (table) => [table.routeTableId],
    'route.destination-cidr-block': routes((route) => route.DestinationCidrBlock),
    'route.destination-ipv6-cidr-block': routes((route) => route.DestinationIpv6CidrBlock),
    'route.destination-prefix-list-id': routes((route) => route.DestinationPrefixListId),
    'route.egress-only-internet-gateway-id': routes((route) => route.EgressOnlyInternetGatewayId),
    'route.gateway-id': routes((route) => route.GatewayId),
    'route.nat-gateway-id': routes((route) => route.NatGatewayId),
    'route.origin': routes((route) => route.Origin),
    'route.state': routes((route) => route.State),
    'vpc-id': (table) => [table.vpcId],
    'route.vpc-peering-connection-id': routes((route) => route.VpcPeeringConnectionId),
    ...neverMatching('route.instance-id', 'route.transit-gateway-id'),
  };
}

function idOf(table: RouteTable): string {
  return table.routeTableId;
}

function tableShape(ec2: Ec2State, table: RouteTable): RouteTableShape {
  return {
    RouteTableId: table.routeTableId,
    VpcId: table.vpcId,
    OwnerId: ec2.place.accountId,
    Associations: [...associationsOf(ec2, table)],
    PropagatingVgws: [],
    Routes: [...shownRoutes(ec2, table)],
    Tags: shownTags(ec2, table.routeTableId) ?? [],
  };
}
