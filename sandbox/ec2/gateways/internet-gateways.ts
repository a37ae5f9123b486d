import type {
  AttachInternetGatewayCommandInput,
  AttachInternetGatewayCommandOutput,
  AttachmentStatus,
  CreateInternetGatewayCommandInput,
  CreateInternetGatewayCommandOutput,
  DeleteInternetGatewayCommandInput,
  DeleteInternetGatewayCommandOutput,
  DescribeInternetGatewaysCommandInput,
  DescribeInternetGatewaysCommandOutput,
  DetachInternetGatewayCommandInput,
  DetachInternetGatewayCommandOutput,
  InternetGateway as InternetGatewayShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { describedPage } from '../describe.ts';
import { internetGatewayOf, requireInternetGateway, requireVpc } from '../lookups.ts';
import type { InternetGateway } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2State } from '../state.ts';
import { forgetTags, setTags } from '../tag-store.ts';
import { shownTags, specifiedTags } from '../tags.ts';

/** Most gateways of a Region, before any increase (Amazon VPC quotas). */
const MAX_GATEWAYS = 5;

/** The model knows only the states of other attachments (InternetGatewayAttachment, EC2 API reference). */
const ATTACHED_TO_VPC = 'available' as AttachmentStatus;

export function createInternetGateway(
  input: CreateInternetGatewayCommandInput,
  context: CallContext,
): Answer<CreateInternetGatewayCommandOutput> {
  const { ec2 } = context.state;
  const tags = specifiedTags(input.TagSpecifications, 'internet-gateway');
  if (ec2.internetGateways.size >= MAX_GATEWAYS) {
    throw new AwsError(
      'InternetGatewayLimitExceeded',
      'The maximum number of internet gateways has been reached.',
    );
  }
  const gateway: InternetGateway = {
    internetGatewayId: newId(context.world, 'igw'),
    vpcId: undefined,
    routeTable: undefined,
  };
  ec2.internetGateways.set(gateway.internetGatewayId, gateway);
  setTags(context, gateway.internetGatewayId, tags);
  return { InternetGateway: gatewayShape(ec2, gateway) };
}

/** A gateway has one VPC at most, and a VPC one gateway. */
export function attachInternetGateway(
  input: AttachInternetGatewayCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<AttachInternetGatewayCommandOutput> {
  const gateway = requireInternetGateway(ec2, input.InternetGatewayId ?? '');
  const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
  if (gateway.vpcId !== undefined) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${gateway.internetGatewayId} is already attached to network ${gateway.vpcId}`,
    );
  }
  if (internetGatewayOf(ec2, vpcId) !== undefined) {
    throw new AwsError('InvalidParameterValue', `Network ${vpcId} already has an internet gateway attached`);
  }
  gateway.vpcId = vpcId;
  return {};
}

/** Refused while an interface in the VPC has a public address. */
export function detachInternetGateway(
  input: DetachInternetGatewayCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DetachInternetGatewayCommandOutput> {
  const gateway = requireInternetGateway(ec2, input.InternetGatewayId ?? '');
  const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
  if (gateway.vpcId !== vpcId) {
    throw new AwsError(
      'Gateway.NotAttached',
      `resource ${gateway.internetGatewayId} is not attached to network ${vpcId}`,
    );
  }
  const isMapped = [...ec2.addresses.values()].some(({ association }) => {
    const eni = ec2.interfaces.get(association?.networkInterfaceId ?? '');
    return eni?.vpcId === vpcId;
  });
  if (isMapped) {
    throw new AwsError(
      'DependencyViolation',
      `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  }
  gateway.vpcId = undefined;
  gateway.routeTable = undefined;
  return {};
}

export function deleteInternetGateway(
  input: DeleteInternetGatewayCommandInput,
  context: CallContext,
): Answer<DeleteInternetGatewayCommandOutput> {
  const { ec2 } = context.state;
  const { internetGatewayId, vpcId } = requireInternetGateway(ec2, input.InternetGatewayId ?? '');
  if (vpcId !== undefined) {
    throw new AwsError(
      'DependencyViolation',
      `The internetGateway '${internetGatewayId}' has dependencies and cannot be deleted.`,
    );
  }
  ec2.internetGateways.delete(internetGatewayId);
  forgetTags(context, internetGatewayId);
  return {};
}

export function describeInternetGateways(
  input: DescribeInternetGatewaysCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeInternetGatewaysCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.InternetGatewayIds, Filters: input.Filters },
    {
      kind: 'internetGateway',
      items: ec2.internetGateways,
      idOf: (gateway) => gateway.internetGatewayId,
      filters: {
        'attachment.state': (gateway) => (gateway.vpcId === undefined ? [] : ['available']),
        'attachment.vpc-id': (gateway) => [gateway.vpcId],
        'internet-gateway-id': (gateway) => [gateway.internetGatewayId],
        'owner-id': () => [ec2.place.accountId],
      },
    },
  );
  return {
    InternetGateways: page.items.map((gateway) => gatewayShape(ec2, gateway)),
    NextToken: page.nextToken,
  };
}

function gatewayShape(ec2: Ec2State, gateway: InternetGateway): InternetGatewayShape {
  return {
    InternetGatewayId: gateway.internetGatewayId,
    OwnerId: ec2.place.accountId,
    Attachments: gateway.vpcId === undefined ? [] : [{ State: ATTACHED_TO_VPC, VpcId: gateway.vpcId }],
    Tags: shownTags(ec2, gateway.internetGatewayId) ?? [],
  };
}
