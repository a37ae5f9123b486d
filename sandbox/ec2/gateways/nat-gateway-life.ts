import { AwsError } from '../../error.ts';
import { attachInterface, detachInterface } from '../interfaces.ts';
import { internetGatewayOf } from '../lookups.ts';
import type { NatAddress, NatGateway } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2Context, Subnet } from '../state.ts';
import { forgetTags, setTags } from '../tag-store.ts';
import { mapAddress, unmapAddress } from './address-associations.ts';

/** What a request says of a NAT gateway. */
interface NewNatGateway {
  readonly subnet: Subnet;
  readonly connectivityType: NatGateway['connectivityType'];
  readonly allocationId: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/** A gateway that becomes available, or fails, after `timing.ec2.natGatewayCreation`. */
export function startNatGateway(context: Ec2Context, wanted: NewNatGateway): NatGateway {
  const { world, state } = context;
  const natGatewayId = newId(world, 'nat');
  const gateway: NatGateway = {
    natGatewayId,
    vpcId: wanted.subnet.vpcId,
    subnetId: wanted.subnet.subnetId,
    connectivityType: wanted.connectivityType,
    allocationId: wanted.allocationId,
    createTime: world.date(),
    ...placed(context, natGatewayId, wanted),
    state: 'pending',
    deleteTime: undefined,
  };
  state.ec2.natGateways.set(natGatewayId, gateway);
  setTags(context, natGatewayId, wanted.tags);
  world.after(world.pick(world.timing.ec2.natGatewayCreation), () => {
    if (gateway.state === 'pending') gateway.state = gateway.failure === undefined ? 'available' : 'failed';
  });
  return gateway;
}

/** Gives a gateway its interface and its public address, or says what keeps it from having them. */
function placed(
  context: Ec2Context,
  natGatewayId: string,
  wanted: NewNatGateway,
): Pick<NatGateway, 'address' | 'failure'> {
  const { subnet, allocationId } = wanted;
  const { ec2 } = context.state;
  const address = ec2.addresses.get(allocationId ?? '');
  const failure = wanted.connectivityType === 'public' ? addressFailure(context, wanted) : undefined;
  if (failure !== undefined) return { address: undefined, failure };
  try {
    const eni = attachInterface(context, {
      subnetId: subnet.subnetId,
      securityGroupIds: [],
      description: `Interface for NAT Gateway ${natGatewayId}`,
      kind: 'natGateway',
    });
    const association =
      address === undefined ? undefined : mapAddress(context, address, eni.networkInterfaceId);
    const given: NatAddress = {
      networkInterfaceId: eni.networkInterfaceId,
      privateIp: eni.privateIpv4Address,
      publicIp: address?.publicIp,
      associationId: association?.associationId,
    };
    return { address: given, failure: undefined };
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    const message = 'Subnet has insufficient free addresses to create this NAT gateway';
    return { address: undefined, failure: { code: thrown.name, message } };
  }
}

/** Why a gateway cannot have its public address (NatGateway, EC2 API reference). */
function addressFailure(
  { state: { ec2 } }: Ec2Context,
  { subnet, allocationId = '' }: NewNatGateway,
): NatGateway['failure'] {
  const address = ec2.addresses.get(allocationId);
  if (internetGatewayOf(ec2, subnet.vpcId) === undefined) {
    return {
      code: 'Gateway.NotAttached',
      message: `Network ${subnet.vpcId} has no Internet gateway attached`,
    };
  }
  if (address === undefined) {
    return {
      code: 'InvalidAllocationID.NotFound',
      message: `Elastic IP address ${allocationId} could not be associated with this NAT gateway`,
    };
  }
  if (address.association !== undefined) {
    return {
      code: 'Resource.AlreadyAssociated',
      message: `Elastic IP address ${allocationId} is already associated`,
    };
  }
  return undefined;
}

/** Its interface and its address are free when it is deleted; it can be seen for an hour after that. */
export function removeNatGateway(context: Ec2Context, gateway: NatGateway): void {
  if (gateway.state === 'deleting') return;
  const { world, state } = context;
  const { ec2 } = world.timing;
  gateway.state = 'deleting';
  world.after(world.pick(ec2.natGatewayDeletion), () => {
    const { networkInterfaceId } = gateway.address ?? {};
    if (networkInterfaceId !== undefined) {
      unmapAddress(context, networkInterfaceId);
      detachInterface(context, networkInterfaceId);
    }
    gateway.state = 'deleted';
    gateway.deleteTime = world.date();
    world.after(world.pick(ec2.deletedNatGatewayVisible), () => {
      state.ec2.natGateways.delete(gateway.natGatewayId);
      forgetTags(context, gateway.natGatewayId);
    });
  });
}
