import type {
  CreateNatGatewayCommandInput,
  CreateNatGatewayCommandOutput,
  DeleteNatGatewayCommandInput,
  DeleteNatGatewayCommandOutput,
  DescribeNatGatewaysCommandInput,
  DescribeNatGatewaysCommandOutput,
  NatGateway as NatGatewayShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { oncePerToken } from '../client-tokens.ts';
import { describedPage } from '../describe.ts';
import { requireNatGateway, requireSubnet } from '../lookups.ts';
import type { NatGateway } from '../network-state.ts';
import type { Ec2State } from '../state.ts';
import { shownTags, specifiedTags } from '../tags.ts';
import { removeNatGateway, startNatGateway } from './nat-gateway-life.ts';

/** Most gateways of a zone, before any increase; those that are deleted or failed do not count (Amazon VPC quotas). */
const MAX_PER_ZONE = 5;

const NOT_SERVED = [
  'AvailabilityZoneAddresses',
  'PrivateIpAddress',
  'SecondaryAllocationIds',
  'SecondaryPrivateIpAddresses',
  'SecondaryPrivateIpAddressCount',
] as const;

/** It is pending at first; what it lacks then shows when it fails, as in EC2. */
export function createNatGateway(
  input: CreateNatGatewayCommandInput,
  context: CallContext,
): Answer<CreateNatGatewayCommandOutput> {
  const { ec2 } = context.state;
  const gateway = oncePerToken(ec2, 'CreateNatGateway', input, {
    find: (id) => ec2.natGateways.get(id),
    idOf,
    make: () => addNatGateway(input, context),
  });
  return { ClientToken: input.ClientToken, NatGateway: gatewayShape(ec2, gateway) };
}

function addNatGateway(input: CreateNatGatewayCommandInput, context: CallContext): NatGateway {
  const { ec2 } = context.state;
  const notServed = NOT_SERVED.find((name) => input[name] !== undefined);
  if (notServed !== undefined) throw new AwsError('Unsupported', `The sandbox does not serve ${notServed}.`);
  if ((input.AvailabilityMode ?? 'zonal') !== 'zonal') {
    throw new AwsError('Unsupported', 'The sandbox does not serve regional NAT gateways.');
  }
  const subnet = requireSubnet(ec2, input.SubnetId ?? '');
  const connectivityType = input.ConnectivityType ?? 'public';
  if (connectivityType !== 'public' && connectivityType !== 'private') {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${String(connectivityType)}) for parameter connectivityType is invalid.`,
    );
  }
  if (connectivityType === 'public' && input.AllocationId === undefined) {
    throw new AwsError('MissingParameter', 'The request must include the AllocationId parameter.');
  }
  if (connectivityType === 'private' && input.AllocationId !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'A private NAT gateway cannot have an elastic IP address.',
    );
  }
  const tags = specifiedTags(input.TagSpecifications, 'natgateway');
  const inZone = [...ec2.natGateways.values()].filter(
    ({ subnetId, state }) =>
      state !== 'deleted' &&
      state !== 'failed' &&
      ec2.subnets.get(subnetId)?.availabilityZone === subnet.availabilityZone,
  );
  if (inZone.length >= MAX_PER_ZONE) {
    throw new AwsError('NatGatewayLimitExceeded', 'The maximum number of NAT gateways has been reached.');
  }
  return startNatGateway(context, { subnet, connectivityType, allocationId: input.AllocationId, tags });
}

/** It goes some time later, and its address is free again then. */
export function deleteNatGateway(
  input: DeleteNatGatewayCommandInput,
  context: CallContext,
): Answer<DeleteNatGatewayCommandOutput> {
  const { ec2 } = context.state;
  const gateway = requireNatGateway(ec2, input.NatGatewayId ?? '');
  if (gateway.state === 'deleted') {
    throw new AwsError('NatGatewayNotFound', `The Nat gateway ${gateway.natGatewayId} was not found`);
  }
  removeNatGateway(context, gateway);
  return { NatGatewayId: gateway.natGatewayId };
}

export function describeNatGateways(
  input: DescribeNatGatewaysCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeNatGatewaysCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.NatGatewayIds, Filters: input.Filter },
    {
      kind: 'natGateway',
      items: ec2.natGateways,
      idOf,
      filters: {
        'nat-gateway-id': (gateway) => [gateway.natGatewayId],
        state: (gateway) => [gateway.state],
        'subnet-id': (gateway) => [gateway.subnetId],
        'vpc-id': (gateway) => [gateway.vpcId],
      },
    },
  );
  return { NatGateways: page.items.map((gateway) => gatewayShape(ec2, gateway)), NextToken: page.nextToken };
}

function idOf(gateway: NatGateway): string {
  return gateway.natGatewayId;
}

function gatewayShape(ec2: Ec2State, gateway: NatGateway): NatGatewayShape {
  const { address, failure, deleteTime } = gateway;
  const asked = gateway.allocationId === undefined ? {} : { AllocationId: gateway.allocationId };
  return {
    NatGatewayId: gateway.natGatewayId,
    ConnectivityType: gateway.connectivityType,
    CreateTime: gateway.createTime,
    ...(deleteTime === undefined ? {} : { DeleteTime: deleteTime }),
    ...(gateway.state === 'failed' ? { FailureCode: failure?.code, FailureMessage: failure?.message } : {}),
    NatGatewayAddresses:
      address === undefined
        ? [asked]
        : [
            {
              ...asked,
              AssociationId: address.associationId,
              IsPrimary: true,
              NetworkInterfaceId: address.networkInterfaceId,
              PrivateIp: address.privateIp,
              PublicIp: address.publicIp,
              Status: gateway.state === 'pending' ? 'associating' : 'succeeded',
            },
          ],
    State: gateway.state,
    SubnetId: gateway.subnetId,
    Tags: shownTags(ec2, gateway.natGatewayId) ?? [],
    VpcId: gateway.vpcId,
  };
}
