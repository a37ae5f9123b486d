import type { CallContext } from '../../call.ts';
import { findSubnet } from '../../ec2/interfaces.ts';
import { invalidParameter } from '../errors.ts';

/** What is known of the machine that an agent runs on. */
interface Identity {
  readonly ec2InstanceId: string;
  readonly instanceType: string | undefined;
  readonly availabilityZone: string | undefined;
  readonly subnetId: string | undefined;
  readonly privateIpv4Address: string | undefined;
  /** What ECS adds to the agent's own attributes. */
  readonly attributes: ReadonlyMap<string, string>;
}

interface Agent {
  readonly isExternal: boolean;
  readonly attributes: ReadonlyMap<string, string | undefined>;
}

const MEMBERS = {
  instanceType: 'ecs.instance-type',
  availabilityZone: 'ecs.availability-zone',
  imageId: 'ecs.ami-id',
} as const;

/**
 * Reads an instance identity document (EC2 user guide, instance identity documents) of the caller's account and Region. An external
 * instance has none, and gets an id as Systems Manager gives it. Throws InvalidParameterException; the texts are the sandbox's.
 */
export function readIdentity(
  { world, region, accountId, state }: CallContext,
  document: string | undefined,
  { isExternal, attributes }: Agent,
): Identity {
  if (isExternal) {
    return {
      ec2InstanceId: `mi-0${world.randomText(16)}`,
      instanceType: undefined,
      availabilityZone: undefined,
      subnetId: undefined,
      privateIpv4Address: undefined,
      attributes: new Map(),
    };
  }
  const members = readDocument(document);
  const text = (name: string): string | undefined => {
    const value = members[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const ec2InstanceId = text('instanceId');
  if (ec2InstanceId === undefined) {
    throw invalidParameter('The instance identity document is missing or invalid.');
  }
  if ((text('region') ?? region) !== region || (text('accountId') ?? accountId) !== accountId) {
    throw invalidParameter('The instance identity document is that of another account or Region.');
  }
  const subnetId = attributes.get('ecs.subnet-id');
  const subnet = subnetId === undefined ? undefined : findSubnet(state.ec2, subnetId);
  const ofDocument = Object.entries(MEMBERS).flatMap(([member, attribute]) => {
    const value = text(member);
    return value === undefined ? [] : [[attribute, value] as const];
  });
  return {
    ec2InstanceId,
    instanceType: text('instanceType'),
    availabilityZone: text('availabilityZone') ?? subnet?.availabilityZone,
    subnetId,
    privateIpv4Address: text('privateIp'),
    attributes: new Map(ofDocument),
  };
}

/** Nothing of what is no JSON object. */
function readDocument(document = '{}'): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(document);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
