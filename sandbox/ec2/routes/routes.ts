import type {
  CreateRouteCommandInput,
  CreateRouteCommandOutput,
  DeleteRouteCommandInput,
  DeleteRouteCommandOutput,
  ReplaceRouteCommandInput,
  ReplaceRouteCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { formatIpv4Cidr, requireIpv4Cidr, requireIpv6Cidr } from '../addresses.ts';
import { requireRouteTable } from '../lookups.ts';
import type { RouteDestination, RouteTable } from '../network-state.ts';
import { requirePrefixList } from '../prefix-lists.ts';
import type { Ec2State } from '../state.ts';
import { requestedTarget } from './route-targets.ts';
import { localBlocks } from './shown-routes.ts';

/** Most routes of a table, before any increase; those to the VPC's own blocks do not count (Amazon VPC quotas). */
const MAX_ROUTES = 500;

const DESTINATION_NAMES = {
  DestinationCidrBlock: 'destination-cidr-block',
  DestinationIpv6CidrBlock: 'destination-ipv6-cidr-block',
  DestinationPrefixListId: 'destination-prefix-list-id',
} as const;

/** A table has one route to a destination. */
export function createRoute(
  input: CreateRouteCommandInput,
  { region, state: { ec2 } }: CallContext,
): Answer<CreateRouteCommandOutput> {
  const table = requireRouteTable(ec2, input.RouteTableId ?? '');
  const destination = requestedDestination(region, input);
  const target = requestedTarget(ec2, table, input, destination);
  if (table.routes.has(destination.value) || isLocal(ec2, table, destination)) {
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination.value} already exists.`);
  }
  if (table.routes.size >= MAX_ROUTES) {
    throw new AwsError('RouteLimitExceeded', 'The maximum number of routes has been reached.');
  }
  table.routes.set(destination.value, { destination, target });
  return { Return: true };
}

/** The routes to the VPC's own blocks stay as they are: `localTarget` says no more than that. */
export function replaceRoute(
  input: ReplaceRouteCommandInput,
  { region, state: { ec2 } }: CallContext,
): Answer<ReplaceRouteCommandOutput> {
  const table = requireRouteTable(ec2, input.RouteTableId ?? '');
  const destination = requestedDestination(region, input);
  if (isLocal(ec2, table, destination)) {
    if (input.LocalTarget === true) return {};
    throw new AwsError('Unsupported', 'The sandbox does not serve other targets of a local route.');
  }
  const target = requestedTarget(ec2, table, input, destination);
  const route = table.routes.get(destination.value);
  if (route === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `There is no route defined for '${destination.value}' in the route table. Use CreateRoute instead.`,
    );
  }
  route.target = target;
  return {};
}

export function deleteRoute(
  input: DeleteRouteCommandInput,
  { region, state: { ec2 } }: CallContext,
): Answer<DeleteRouteCommandOutput> {
  const table = requireRouteTable(ec2, input.RouteTableId ?? '');
  const destination = requestedDestination(region, input);
  if (isLocal(ec2, table, destination)) {
    throw new AwsError(
      'InvalidParameterValue',
      `cannot remove local route ${destination.value} in route table ${table.routeTableId}`,
    );
  }
  if (!table.routes.delete(destination.value)) {
    throw new AwsError(
      'InvalidRoute.NotFound',
      `no route with ${DESTINATION_NAMES[destination.member]} ${destination.value} in route table ${table.routeTableId}`,
    );
  }
  return {};
}

/** The one destination of a request, host bits cleared. Throws MissingParameter, InvalidParameterValue, InvalidPrefixListID.NotFound. */
function requestedDestination(
  region: string,
  input: Pick<CreateRouteCommandInput, RouteDestination['member']>,
): RouteDestination {
  const { DestinationCidrBlock: ipv4, DestinationIpv6CidrBlock: ipv6, DestinationPrefixListId: list } = input;
  if ([ipv4, ipv6, list].filter((value) => value !== undefined).length !== 1) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId',
    );
  }
  if (ipv4 !== undefined) {
    const value = formatIpv4Cidr(requireIpv4Cidr(ipv4, 'destinationCidrBlock'));
    return { member: 'DestinationCidrBlock', value };
  }
  if (ipv6 !== undefined) {
    return {
      member: 'DestinationIpv6CidrBlock',
      value: requireIpv6Cidr(ipv6, 'destinationIpv6CidrBlock'),
    };
  }
  return { member: 'DestinationPrefixListId', value: requirePrefixList(region, list ?? '').id };
}

function isLocal(ec2: Ec2State, table: RouteTable, { value }: RouteDestination): boolean {
  return localBlocks(ec2, table).some((block) => Object.values(block).includes(value));
}
