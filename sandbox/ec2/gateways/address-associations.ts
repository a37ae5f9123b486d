import type {
  AssociateAddressCommandInput,
  AssociateAddressCommandOutput,
  DisassociateAddressCommandInput,
  DisassociateAddressCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { requireById } from '../ids.ts';
import { addressOf, requireAddress, requireInterface } from '../lookups.ts';
import { notManageable } from '../network-interfaces.ts';
import type { AddressAssociation, ElasticAddress } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2Context } from '../state.ts';

/**
 * Always refused: there are no instances here, and every interface is of a service of AWS, which maps its own addresses. Throws
 * InvalidInstanceID.NotFound, OperationNotPermitted, and what is said of an address or an interface that is not there.
 */
export function associateAddress(
  input: AssociateAddressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<AssociateAddressCommandOutput> {
  requireAddress(ec2, input.AllocationId ?? '');
  if (input.InstanceId !== undefined) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${input.InstanceId}' does not exist`);
  }
  if (input.NetworkInterfaceId === undefined) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain either the parameter instanceId or networkInterfaceId',
    );
  }
  throw notManageable(requireInterface(ec2, input.NetworkInterfaceId).kind);
}

/** Always refused, as what is mapped here belongs to a service of AWS. */
export function disassociateAddress(
  input: DisassociateAddressCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DisassociateAddressCommandOutput> {
  const { association } = requireById('addressAssociation', input.AssociationId ?? '', (id) =>
    [...ec2.addresses.values()].find((address) => address.association?.associationId === id),
  );
  throw notManageable(requireInterface(ec2, association!.networkInterfaceId).kind);
}

/** Maps a free address to an interface, as a service of AWS does it for its own. */
export function mapAddress(
  { world }: Ec2Context,
  address: ElasticAddress,
  networkInterfaceId: string,
): AddressAssociation {
  address.association = { associationId: newId(world, 'eipassoc'), networkInterfaceId };
  return address.association;
}

/** Frees the address of an interface that is about to go; does nothing where it has none. */
export function unmapAddress({ state: { ec2 } }: Ec2Context, networkInterfaceId: string): void {
  const address = addressOf(ec2, networkInterfaceId);
  if (address !== undefined) address.association = undefined;
}
