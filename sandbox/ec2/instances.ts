import type {
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  GroupIdentifier,
  Instance as InstanceShape,
  _InstanceType,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { privateDnsName, publicDnsName } from './addresses.ts';
import { describedPage } from './describe.ts';
import { listed, neverMatching } from './filters.ts';
import type { FilterTable } from './filters.ts';
import { attachInterface, detachInterface } from './interfaces.ts';
import { defaultSecurityGroupOf, findSecurityGroup, findSubnet } from './lookups.ts';
import { newId } from './state.ts';
import type { Ec2Context, Ec2Instance, Ec2State, Subnet } from './state.ts';
import { forgetTags } from './tag-store.ts';
import { shownTags } from './tags.ts';

/** For about as long EC2 shows an instance that has been terminated (EC2 user guide, terminate instances). */
const TERMINATED_SHOWN_MS = 3_600_000;

const STATES = { running: 16, terminated: 48 } as const;

/** A machine in a subnet, with a network interface of its own. Throws InsufficientFreeAddressesInSubnet. */
export function launchInstance(
  context: Ec2Context,
  { subnetId, vpcId, availabilityZone, mapPublicIpOnLaunch }: Subnet,
  { instanceId, instanceType }: { readonly instanceId: string; readonly instanceType: string },
): Ec2Instance {
  const group = defaultSecurityGroupOf(context.state.ec2, vpcId);
  const own = attachInterface(context, {
    subnetId,
    securityGroupIds: group === undefined ? [] : [group.groupId],
    description: '',
    kind: 'instance',
    isPublic: mapPublicIpOnLaunch,
    instanceId,
  });
  return addInstance(context, {
    instanceId,
    instanceType,
    availabilityZone,
    subnetId,
    privateIpv4Address: own.privateIpv4Address,
    networkInterfaceId: own.networkInterfaceId,
  });
}

/** A machine that somebody else has made, as its identity document tells; one that is known stays as it is. */
export function knowInstance(
  context: Ec2Context,
  instance: Omit<Ec2Instance, 'reservationId' | 'launchTime' | 'networkInterfaceId' | 'state'>,
): void {
  if (context.state.ec2.instances.get(instance.instanceId) !== undefined) return;
  addInstance(context, { ...instance, networkInterfaceId: undefined });
}

function addInstance(
  { world, state: { ec2 } }: Ec2Context,
  instance: Omit<Ec2Instance, 'reservationId' | 'launchTime' | 'state'>,
): Ec2Instance {
  const added: Ec2Instance = {
    ...instance,
    reservationId: newId(world, 'r'),
    launchTime: world.date(),
    state: 'running',
  };
  ec2.instances.set(added.instanceId, added);
  return added;
}

/** It is shown for a while, without an address. Does nothing where there is none. */
export function terminateInstance(context: Ec2Context, instanceId: string): void {
  const { world, state } = context;
  const instance = state.ec2.instances.get(instanceId);
  if (instance?.state !== 'running') return;
  if (instance.networkInterfaceId !== undefined) detachInterface(context, instance.networkInterfaceId);
  instance.state = 'terminated';
  instance.privateIpv4Address = undefined;
  instance.networkInterfaceId = undefined;
  world.after(TERMINATED_SHOWN_MS, () => {
    state.ec2.instances.delete(instanceId);
    forgetTags(context, instanceId);
  });
}

const FILTERS = {
  'instance-id': ({ instanceId }) => [instanceId],
  'instance-type': ({ instanceType }) => [instanceType],
  'instance-state-name': ({ state }) => [state],
  'instance-state-code': ({ state }) => [String(STATES[state])],
  'availability-zone': ({ availabilityZone }) => [availabilityZone],
  'network-interface.network-interface-id': ({ networkInterfaceId }) => [networkInterfaceId],
  'private-ip-address': ({ privateIpv4Address }) => [privateIpv4Address],
  'reservation-id': ({ reservationId }) => [reservationId],
  'subnet-id': ({ subnetId }) => [subnetId],
  ...neverMatching('iam-instance-profile.arn', 'image-id', 'ip-address', 'key-name'),
} as const satisfies FilterTable<Ec2Instance>;

/**
 * The machines of container instances: nothing else makes any here, and each is a reservation of its own. Throws
 * InvalidInstanceID.NotFound, InvalidInstanceID.Malformed, InvalidParameterCombination.
 */
export function describeInstances(
  input: DescribeInstancesCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeInstancesCommandOutput> {
  if (input.MaxResults !== undefined && listed(input.InstanceIds) !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  }
  const table: FilterTable<Ec2Instance> = {
    ...FILTERS,
    'owner-id': () => [ec2.place.accountId],
    'instance.group-id': (instance) => groupsOf(ec2, instance).map(({ GroupId }) => GroupId),
    'vpc-id': (instance) => [vpcOf(ec2, instance)],
    'ipv6-address': (instance) =>
      interfacesOf(ec2, instance)?.[0]?.Ipv6Addresses?.map(({ Ipv6Address }) => Ipv6Address) ?? [],
    'private-dns-name': (instance) => [dnsNameOf(ec2, instance)],
  };
  const page = describedPage(
    ec2,
    { ...input, ids: input.InstanceIds, Filters: input.Filters },
    { kind: 'instance', items: ec2.instances, idOf: ({ instanceId }) => instanceId, filters: table },
  );
  return {
    Reservations: page.items.map((instance) => ({
      ReservationId: instance.reservationId,
      OwnerId: ec2.place.accountId,
      Groups: [],
      Instances: [instanceShape(ec2, instance)],
    })),
    NextToken: page.nextToken,
  };
}

function vpcOf(ec2: Ec2State, { subnetId }: Ec2Instance): string | undefined {
  return subnetId === undefined ? undefined : findSubnet(ec2, subnetId)?.vpcId;
}

function dnsNameOf(ec2: Ec2State, { privateIpv4Address }: Ec2Instance): string | undefined {
  return privateIpv4Address === undefined ? undefined : privateDnsName(ec2.place.region, privateIpv4Address);
}

function instanceShape(ec2: Ec2State, instance: Ec2Instance): InstanceShape {
  const { instanceId, instanceType, launchTime, state, privateIpv4Address } = instance;
  const isRunning = state === 'running';
  return {
    InstanceId: instanceId,
    ...(instanceType === undefined ? {} : { InstanceType: instanceType as _InstanceType }),
    LaunchTime: launchTime,
    State: { Name: state, Code: STATES[state] },
    ...(instance.availabilityZone === undefined
      ? {}
      : { Placement: { AvailabilityZone: instance.availabilityZone, Tenancy: 'default' } }),
    ...(isRunning && instance.subnetId !== undefined
      ? { SubnetId: instance.subnetId, VpcId: vpcOf(ec2, instance) }
      : {}),
    ...(privateIpv4Address === undefined ? {} : { PrivateIpAddress: privateIpv4Address }),
    PrivateDnsName: dnsNameOf(ec2, instance) ?? '',
    ...ipv6AddressOf(ec2, instance),
    ...publicAddressOf(ec2, instance),
    SecurityGroups: groupsOf(ec2, instance),
    NetworkInterfaces: interfacesOf(ec2, instance),
    Tags: shownTags(ec2, instanceId),
  };
}

/** What its tasks in the host's network and behind a bridge are reached through. */
function groupsOf(
  ec2: Ec2State,
  { networkInterfaceId = '' }: Pick<Ec2Instance, 'networkInterfaceId'>,
): GroupIdentifier[] {
  const groupIds = ec2.interfaces.get(networkInterfaceId)?.securityGroupIds ?? [];
  return groupIds.map((id) => ({ GroupId: id, GroupName: findSecurityGroup(ec2, id)?.groupName }));
}

/** That of its first interface; without one there is an empty name (EC2 API reference, Instance). */
function publicAddressOf(
  ec2: Ec2State,
  { networkInterfaceId = '' }: Ec2Instance,
): Pick<InstanceShape, 'PublicIpAddress' | 'PublicDnsName'> {
  const address = ec2.interfaces.get(networkInterfaceId)?.publicIpv4Address;
  return address === undefined
    ? { PublicDnsName: '' }
    : { PublicIpAddress: address, PublicDnsName: publicDnsName(ec2.place.region, address) };
}

/** The first of its first interface (EC2 API reference, Instance). */
function ipv6AddressOf(
  ec2: Ec2State,
  { networkInterfaceId = '' }: Ec2Instance,
): Pick<InstanceShape, 'Ipv6Address'> {
  const [first] = ec2.interfaces.get(networkInterfaceId)?.ipv6Addresses ?? [];
  return first === undefined ? {} : { Ipv6Address: first };
}

function interfacesOf(
  ec2: Ec2State,
  { networkInterfaceId }: Ec2Instance,
): InstanceShape['NetworkInterfaces'] {
  const own = networkInterfaceId === undefined ? undefined : ec2.interfaces.get(networkInterfaceId);
  if (own === undefined) return [];
  return [
    {
      NetworkInterfaceId: own.networkInterfaceId,
      SubnetId: own.subnetId,
      VpcId: own.vpcId,
      MacAddress: own.macAddress,
      PrivateIpAddress: own.privateIpv4Address,
      Ipv6Addresses: own.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
      Status: 'in-use',
      Groups: groupsOf(ec2, { networkInterfaceId }),
    },
  ];
}
