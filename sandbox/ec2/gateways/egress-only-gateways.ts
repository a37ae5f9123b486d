import type {
  CreateEgressOnlyInternetGatewayCommandInput,
  CreateEgressOnlyInternetGatewayCommandOutput,
  DeleteEgressOnlyInternetGatewayCommandInput,
  DeleteEgressOnlyInternetGatewayCommandOutput,
  DescribeEgressOnlyInternetGatewaysCommandInput,
  DescribeEgressOnlyInternetGatewaysCommandOutput,
  EgressOnlyInternetGateway as EgressOnlyInternetGatewayShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { oncePerToken } from '../client-tokens.ts';
import { describedPage } from '../describe.ts';
import { requireEgressOnlyGateway, requireVpc } from '../lookups.ts';
import type { EgressOnlyGateway } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2State } from '../state.ts';
import { forgetTags, setTags } from '../tag-store.ts';
import { shownTags, specifiedTags } from '../tags.ts';

/** Most gateways of a Region, before any increase (Amazon VPC quotas). */
const MAX_GATEWAYS = 5;

/** Its VPC is that of the request for good. */
export function createEgressOnlyInternetGateway(
  input: CreateEgressOnlyInternetGatewayCommandInput,
  context: CallContext,
): Answer<CreateEgressOnlyInternetGatewayCommandOutput> {
  const { ec2 } = context.state;
  const gateway = oncePerToken(ec2, 'CreateEgressOnlyInternetGateway', input, {
    find: (id) => ec2.egressOnlyGateways.get(id),
    idOf,
    make: () => addGateway(input, context),
  });
  return { ClientToken: input.ClientToken, EgressOnlyInternetGateway: gatewayShape(ec2, gateway) };
}

function addGateway(
  input: CreateEgressOnlyInternetGatewayCommandInput,
  context: CallContext,
): EgressOnlyGateway {
  const { ec2 } = context.state;
  const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
  const tags = specifiedTags(input.TagSpecifications, 'egress-only-internet-gateway');
  if (ec2.egressOnlyGateways.size >= MAX_GATEWAYS) {
    throw new AwsError(
      'EgressOnlyInternetGatewayLimitExceeded',
      'The maximum number of egress-only internet gateways has been reached.',
    );
  }
  const gateway = { egressOnlyInternetGatewayId: newId(context.world, 'eigw'), vpcId };
  ec2.egressOnlyGateways.set(gateway.egressOnlyInternetGatewayId, gateway);
  setTags(context, gateway.egressOnlyInternetGatewayId, tags);
  return gateway;
}

export function deleteEgressOnlyInternetGateway(
  input: DeleteEgressOnlyInternetGatewayCommandInput,
  context: CallContext,
): Answer<DeleteEgressOnlyInternetGatewayCommandOutput> {
  const { ec2 } = context.state;
  const { egressOnlyInternetGatewayId } = requireEgressOnlyGateway(
    ec2,
    input.EgressOnlyInternetGatewayId ?? '',
  );
  ec2.egressOnlyGateways.delete(egressOnlyInternetGatewayId);
  forgetTags(context, egressOnlyInternetGatewayId);
  return { ReturnCode: true };
}

/** Tags alone are filters. */
export function describeEgressOnlyInternetGateways(
  input: DescribeEgressOnlyInternetGatewaysCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeEgressOnlyInternetGatewaysCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.EgressOnlyInternetGatewayIds, Filters: input.Filters },
    {
      kind: 'egressOnlyGateway',
      items: ec2.egressOnlyGateways,
      idOf,
      filters: {},
      limits: { least: 5, most: 255 },
    },
  );
  return {
    EgressOnlyInternetGateways: page.items.map((gateway) => gatewayShape(ec2, gateway)),
    NextToken: page.nextToken,
  };
}

function idOf(gateway: EgressOnlyGateway): string {
  return gateway.egressOnlyInternetGatewayId;
}

function gatewayShape(ec2: Ec2State, gateway: EgressOnlyGateway): EgressOnlyInternetGatewayShape {
  return {
    EgressOnlyInternetGatewayId: gateway.egressOnlyInternetGatewayId,
    Attachments: [{ State: 'attached', VpcId: gateway.vpcId }],
    Tags: shownTags(ec2, gateway.egressOnlyInternetGatewayId) ?? [],
  };
}
