import type { CreateRouteCommandInput } from '@aws-sdk/client-ec2';
import { AwsError } from '../../error.ts';
import { requireById } from '../ids.ts';
import { requireEgressOnlyGateway, requireInterface } from '../lookups.ts';
import type { PeeringConnection, RouteDestination, RouteTable, RouteTarget } from '../network-state.ts';
import { isStanding } from '../peering/connection-life.ts';
import type { Ec2State } from '../state.ts';

/** Targets of which there are none here, or that no route of a customer's leads to: an id of one names nothing. */
const ABSENT = {
  CarrierGatewayId: 'InvalidCarrierGatewayID.NotFound',
  CoreNetworkArn: 'InvalidCoreNetworkArn.NotFound',
  InstanceId: 'InvalidInstanceID.NotFound',
  LocalGatewayId: 'InvalidLocalGatewayID.NotFound',
  OdbNetworkArn: 'InvalidOdbNetworkArn.NotFound',
  TransitGatewayId: 'InvalidTransitGatewayID.NotFound',
  VpcEndpointId: 'InvalidVpcEndpointId.NotFound',
} as const;

const PRESENT = [
  'GatewayId',
  'NatGatewayId',
  'EgressOnlyInternetGatewayId',
  'NetworkInterfaceId',
  'VpcPeeringConnectionId',
] as const;

type TargetMembers = Pick<CreateRouteCommandInput, RouteTarget['member'] | keyof typeof ABSENT>;

/**
 * The one target of a request, which lies in the table's VPC. Throws MissingParameter, InvalidParameterValue, InvalidParameterCombination,
 * and the `….NotFound` of the target's kind.
 */
export function requestedTarget(
  ec2: Ec2State,
  table: RouteTable,
  input: TargetMembers,
  destination: RouteDestination,
): RouteTarget {
  const absent = Object.entries(ABSENT).flatMap(([name, code]) => {
    const id = input[name as keyof typeof ABSENT];
    return id === undefined ? [] : [{ id, code }];
  });
  const present = PRESENT.flatMap((member) => {
    const id = input[member];
    return id === undefined ? [] : [{ member, id }];
  });
  if (absent.length + present.length > 1) {
    throw new AwsError('InvalidParameterCombination', 'A route has one target.');
  }
  if (absent[0] !== undefined) {
    throw new AwsError(absent[0].code, `The target '${absent[0].id}' does not exist`);
  }
  const [target] = present;
  if (target === undefined) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain a target of the route, such as gatewayId or natGatewayId',
    );
  }
  const { vpcIds, noun } = placeOf(ec2, target);
  if (!vpcIds.includes(table.vpcId)) {
    throw new AwsError(
      'InvalidParameterValue',
      `route table ${table.routeTableId} and ${noun} ${target.id} belong to different networks`,
    );
  }
  if (target.member === 'EgressOnlyInternetGatewayId' && destination.member !== 'DestinationIpv6CidrBlock') {
    throw new AwsError(
      'InvalidParameterValue',
      `The egress-only internet gateway ${target.id} takes IPv6 destinations alone.`,
    );
  }
  return target;
}

interface TargetPlace {
  /** Whose tables may lead to it. None of a gateway that no VPC has, two of what joins them. */
  readonly vpcIds: readonly (string | undefined)[];
  readonly noun: string;
}

function placeOf(ec2: Ec2State, { member, id }: RouteTarget): TargetPlace {
  switch (member) {
    case 'GatewayId': {
      const { vpcId } = requireById('gateway', id, (each) => ec2.internetGateways.get(each));
      return { vpcIds: [vpcId], noun: 'network gateway' };
    }
    case 'EgressOnlyInternetGatewayId':
      return { vpcIds: [requireEgressOnlyGateway(ec2, id).vpcId], noun: 'network gateway' };
    case 'NatGatewayId': {
      const { vpcId } = requireById('routedNatGateway', id, (each) => usableNatGateway(ec2, each));
      return { vpcIds: [vpcId], noun: 'NAT gateway' };
    }
    case 'NetworkInterfaceId':
      return { vpcIds: [requireInterface(ec2, id).vpcId], noun: 'interface' };
    case 'VpcPeeringConnectionId': {
      const { requesterVpcId, accepterVpcId } = requireById('peeringConnection', id, (each) =>
        usablePeering(ec2, each),
      );
      return { vpcIds: [requesterVpcId, accepterVpcId], noun: 'VPC peering connection' };
    }
    default:
      return member satisfies never;
  }
}

function usablePeering(ec2: Ec2State, id: string): PeeringConnection | undefined {
  const connection = ec2.peeringConnections.get(id);
  return connection !== undefined && isStanding(connection) ? connection : undefined;
}

function usableNatGateway(ec2: Ec2State, id: string): { readonly vpcId: string } | undefined {
  const gateway = ec2.natGateways.get(id);
  return gateway?.state === 'deleted' || gateway?.state === 'failed' ? undefined : gateway;
}
