import type {
  CreateVpcEndpointCommandInput,
  CreateVpcEndpointCommandOutput,
  DeleteVpcEndpointsCommandInput,
  DeleteVpcEndpointsCommandOutput,
  DescribeVpcEndpointsCommandInput,
  DescribeVpcEndpointsCommandOutput,
  ModifyVpcEndpointCommandInput,
  ModifyVpcEndpointCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { oncePerToken } from '../client-tokens.ts';
import { describedPage } from '../describe.ts';
import { defaultSecurityGroupOf, requireRouteTable, requireVpc, requireVpcEndpoint } from '../lookups.ts';
import type { VpcEndpoint } from '../network-state.ts';
import type { Ec2State } from '../state.ts';
import { specifiedTags } from '../tags.ts';
import { addInterface, endEndpoint, removeInterface, startEndpoint } from './endpoint-life.ts';
import { groupsOfEndpoint, newSubnetsOf } from './endpoint-places.ts';
import { endpointShape } from './shown-endpoints.ts';
import { requireEndpointService } from './services.ts';

/** What any caller may do through an endpoint whose policy nobody wrote (Control access to VPC endpoints, AWS PrivateLink guide). */
const OPEN_POLICY = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});

const NOT_SERVED = [
  'DnsOptions',
  'ResourceConfigurationArn',
  'ServiceNetworkArn',
  'ServiceRegion',
  'SubnetConfigurations',
] as const;

/** Most gateway and interface endpoints of a Region and VPC, before any increase (AWS PrivateLink quotas). */
const MAX_GATEWAYS = 20;
const MAX_INTERFACES = 50;

export function createVpcEndpoint(
  input: CreateVpcEndpointCommandInput,
  context: CallContext,
): Answer<CreateVpcEndpointCommandOutput> {
  const { ec2 } = context.state;
  const endpoint = oncePerToken(ec2, 'CreateVpcEndpoint', input, {
    find: (id) => ec2.vpcEndpoints.get(id),
    idOf,
    make: () => addEndpoint(input, context),
  });
  return { VpcEndpoint: endpointShape(ec2, endpoint), ClientToken: input.ClientToken };
}

function addEndpoint(input: CreateVpcEndpointCommandInput, context: CallContext): VpcEndpoint {
  const { ec2 } = context.state;
  const notServed = NOT_SERVED.find((name) => input[name] !== undefined);
  const type = input.VpcEndpointType ?? 'Gateway';
  if (notServed !== undefined) throw new AwsError('Unsupported', `The sandbox does not serve ${notServed}.`);
  if (type !== 'Gateway' && type !== 'Interface') {
    throw new AwsError('Unsupported', `The sandbox does not serve endpoints of type ${type}.`);
  }
  const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
  const service = requireEndpointService(context.region, input.ServiceName ?? '', type);
  refuseForType(input, type);
  const tags = specifiedTags(input.TagSpecifications, 'vpc-endpoint');
  const privateDnsEnabled = type === 'Interface' && (input.PrivateDnsEnabled ?? true);
  const others = [...ec2.vpcEndpoints.values()].filter(
    (other) => other.type === type && (type === 'Gateway' || other.vpcId === vpcId),
  );
  if (others.length >= (type === 'Gateway' ? MAX_GATEWAYS : MAX_INTERFACES)) {
    throw new AwsError('VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.');
  }
  if (privateDnsEnabled) refuseSecondName(context, { vpcId, serviceName: service.name });
  const routeTableIds = input.RouteTableIds ?? [];
  for (const id of routeTableIds) requireTableOf(ec2, id, { vpcId, serviceName: service.name });
  const subnetIds = newSubnetsOf(ec2, vpcId, input.SubnetIds ?? []);
  const securityGroupIds =
    type === 'Gateway'
      ? []
      : groupsOfEndpoint(ec2, vpcId, input.SecurityGroupIds ?? defaultGroup(ec2, vpcId));
  return startEndpoint(context, {
    vpcId,
    serviceName: service.name,
    type,
    policyDocument: input.PolicyDocument ?? OPEN_POLICY,
    privateDnsEnabled,
    routeTableIds,
    subnetIds,
    securityGroupIds,
    tags,
  });
}

function refuseForType(
  input: Pick<
    CreateVpcEndpointCommandInput,
    'RouteTableIds' | 'SubnetIds' | 'SecurityGroupIds' | 'PrivateDnsEnabled'
  >,
  type: VpcEndpoint['type'],
): void {
  const others =
    type === 'Gateway'
      ? (['SubnetIds', 'SecurityGroupIds'] as const).filter((name) => (input[name] ?? []).length > 0)
      : (['RouteTableIds'] as const).filter((name) => (input[name] ?? []).length > 0);
  if (others[0] !== undefined || (type === 'Gateway' && input.PrivateDnsEnabled === true)) {
    throw new AwsError(
      'InvalidParameter',
      `${others[0] ?? 'PrivateDnsEnabled'} is not supported for VPC endpoints of type ${type}.`,
    );
  }
}

/** A VPC takes a service's own name for one endpoint, and only while its DNS attributes are on. */
function refuseSecondName(
  { region, state: { ec2 } }: CallContext,
  { vpcId, serviceName }: Pick<VpcEndpoint, 'vpcId' | 'serviceName'>,
): void {
  const vpc = requireVpc(ec2, vpcId);
  if (!vpc.enableDnsSupport || !vpc.enableDnsHostnames) {
    throw new AwsError(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
    );
  }
  const taken = [...ec2.vpcEndpoints.values()].some(
    (other) => other.vpcId === vpcId && other.serviceName === serviceName && other.privateDnsEnabled,
  );
  if (taken) {
    const { privateDnsName = '' } = requireEndpointService(region, serviceName, 'Interface');
    throw new AwsError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${privateDnsName} in the VPC ${vpcId}`,
    );
  }
}

function requireTableOf(
  ec2: Ec2State,
  routeTableId: string,
  { vpcId, serviceName }: Pick<VpcEndpoint, 'vpcId' | 'serviceName'>,
): void {
  const table = requireRouteTable(ec2, routeTableId);
  if (table.vpcId !== vpcId) {
    throw new AwsError(
      'InvalidParameter',
      `Route table ${routeTableId} and VPC ${vpcId} belong to different networks`,
    );
  }
  const taken = [...ec2.vpcEndpoints.values()].some(
    (other) => other.serviceName === serviceName && other.routeTableIds.includes(routeTableId),
  );
  if (taken) {
    throw new AwsError(
      'RouteAlreadyExists',
      `route table ${routeTableId} already has a route with destination-prefix-list-id of ${serviceName}`,
    );
  }
}

function defaultGroup(ec2: Ec2State, vpcId: string): readonly string[] {
  return [defaultSecurityGroupOf(ec2, vpcId)].flatMap((group) => group?.groupId ?? []);
}

/** Adds and takes away tables, subnets and groups; the policy can be set, and reset to the open one. */
export function modifyVpcEndpoint(
  input: ModifyVpcEndpointCommandInput,
  context: CallContext,
): Answer<ModifyVpcEndpointCommandOutput> {
  const { ec2 } = context.state;
  const endpoint = requireVpcEndpoint(ec2, input.VpcEndpointId ?? '');
  const { type, vpcId, interfaceIds } = endpoint;
  refuseForType(
    {
      RouteTableIds: input.AddRouteTableIds,
      SubnetIds: input.AddSubnetIds,
      SecurityGroupIds: input.AddSecurityGroupIds,
      PrivateDnsEnabled: input.PrivateDnsEnabled,
    },
    type,
  );
  const newTables = (input.AddRouteTableIds ?? []).filter((id) => !endpoint.routeTableIds.includes(id));
  for (const id of newTables) requireTableOf(ec2, id, endpoint);
  const added = (input.AddSubnetIds ?? []).filter((id) => !interfaceIds.has(id));
  const newSubnets = newSubnetsOf(ec2, vpcId, added);
  if (input.PrivateDnsEnabled === true && !endpoint.privateDnsEnabled) refuseSecondName(context, endpoint);
  const groups = groupsOfEndpoint(ec2, vpcId, [
    ...endpoint.securityGroupIds.filter((id) => !(input.RemoveSecurityGroupIds ?? []).includes(id)),
    ...(input.AddSecurityGroupIds ?? []),
  ]);
  endpoint.routeTableIds = [...endpoint.routeTableIds, ...newTables].filter(
    (id) => !(input.RemoveRouteTableIds ?? []).includes(id),
  );
  if (type === 'Interface') setGroups(context, endpoint, groups);
  for (const subnetId of newSubnets) addInterface(context, endpoint, subnetId);
  for (const subnetId of input.RemoveSubnetIds ?? []) removeInterface(context, endpoint, subnetId);
  endpoint.privateDnsEnabled = input.PrivateDnsEnabled ?? endpoint.privateDnsEnabled;
  if (input.PolicyDocument !== undefined) endpoint.policyDocument = input.PolicyDocument;
  if (input.ResetPolicy === true) endpoint.policyDocument = OPEN_POLICY;
  return { Return: true };
}

/** Interfaces here have the groups that they were made with: with others they are made anew. */
function setGroups(context: CallContext, endpoint: VpcEndpoint, groups: readonly string[]): void {
  if (groups.join() === endpoint.securityGroupIds.join()) return;
  endpoint.securityGroupIds = groups;
  const subnetIds = [...endpoint.interfaceIds.keys()];
  for (const subnetId of subnetIds) {
    removeInterface(context, endpoint, subnetId);
    addInterface(context, endpoint, subnetId);
  }
}

/** What cannot be deleted is told of each, and the rest goes. */
export function deleteVpcEndpoints(
  input: DeleteVpcEndpointsCommandInput,
  context: CallContext,
): Answer<DeleteVpcEndpointsCommandOutput> {
  const { ec2 } = context.state;
  const failed = (input.VpcEndpointIds ?? []).flatMap((id) => {
    try {
      endEndpoint(context, requireVpcEndpoint(ec2, id));
      return [];
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      return [{ ResourceId: id, Error: { Code: thrown.name, Message: thrown.message } }];
    }
  });
  return { Unsuccessful: failed };
}

export function describeVpcEndpoints(
  input: DescribeVpcEndpointsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeVpcEndpointsCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.VpcEndpointIds, Filters: input.Filters },
    {
      kind: 'vpcEndpoint',
      items: ec2.vpcEndpoints,
      idOf,
      filters: {
        'ip-address-type': () => ['ipv4'],
        'service-name': ({ serviceName }) => [serviceName],
        'service-region': () => [ec2.place.region],
        'vpc-endpoint-id': ({ vpcEndpointId }) => [vpcEndpointId],
        'vpc-endpoint-state': ({ state }) => [state],
        'vpc-endpoint-type': ({ type }) => [type],
        'vpc-id': ({ vpcId }) => [vpcId],
      },
    },
  );
  return {
    VpcEndpoints: page.items.map((endpoint) => endpointShape(ec2, endpoint)),
    NextToken: page.nextToken,
  };
}

function idOf(endpoint: VpcEndpoint): string {
  return endpoint.vpcEndpointId;
}
