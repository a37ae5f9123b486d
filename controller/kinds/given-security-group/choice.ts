import type { Tags } from '../../core/resource.ts';
import type { GivenSecurityGroupOutputs } from './facts.ts';
import { groupText } from './spec.ts';
import type { GroupSelector } from './spec.ts';

/** A security group as EC2 lists it. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  /** Whose it is; absent where EC2 did not say. */
  readonly accountId?: string;
  readonly tags: Tags;
  /** The owner that keeps it, by its tag; absent of one that no Stationkeeper has. */
  readonly owner?: string;
}

/** From where it is looked for. */
export interface Here {
  readonly accountId: string;
  readonly vpcId: string;
  readonly owner: string;
  /** Ids of active peering connections of the VPC, by the VPC behind each; undefined where they may not be read. */
  readonly peerings: ReadonlyMap<string, string> | undefined;
}

/** Which group is meant, or why none can be. */
export type Choice =
  | {
      readonly type: 'found';
      readonly outputs: Omit<GivenSecurityGroupOutputs, 'blocks'> & Readonly<Record<string, string>>;
    }
  | { readonly type: 'missing'; readonly why?: string };

/**
 * The one group that is meant: in the Environment's VPC if there is one, else in a VPC that is peered with it (VPC peering guide, updating
 * security groups to reference peer ones). Pure.
 */
export function choose(selector: GroupSelector, groups: readonly Group[], here: Here): Choice {
  const meant = groups.filter((group) => isMeant(selector, group));
  const near = meant.filter(({ vpcId }) => vpcId === here.vpcId);
  const far = meant.filter(({ vpcId }) => here.peerings?.has(vpcId) === true);
  const within = near.length > 0 ? near : far;
  const [group, another] = within;
  const what = groupText(selector);
  if (group === undefined) return missing(whyNone(selector, meant, here));
  if (another !== undefined) {
    const ids = within.map(({ id }) => id).join(', ');
    return missing(
      `${within.length} security groups are ${what} (${ids}); name one by its id, or by more tags`,
    );
  }
  if (group.accountId !== undefined && group.accountId !== here.accountId) {
    return missing(
      `security group ${group.id} belongs to account ${group.accountId}, and nothing is changed there; have the rules made there, and let it in here with securityGroup.ingress: [{ securityGroup: { id: ${group.id}, userId: "${group.accountId}" } }] instead of consumers`,
    );
  }
  if (group.owner !== undefined && group.owner !== here.owner) {
    return missing(
      `security group ${group.id} is kept by the owner "${group.owner}", which removes every rule that is not its own; have the egress written in its manifest there, and let it in here with securityGroup.ingress instead of consumers`,
    );
  }
  const connection = here.peerings?.get(group.vpcId);
  return {
    type: 'found',
    outputs: {
      id: group.id,
      vpcId: group.vpcId,
      ...(connection !== undefined && { vpcPeeringConnectionId: connection }),
    },
  };
}

function missing(why: string | undefined): Choice {
  return { type: 'missing', ...(why !== undefined && { why }) };
}

/** Names of groups are unique in a VPC whatever their case (EC2 API reference, CreateSecurityGroup). */
function isMeant({ id, name, tags }: GroupSelector, group: Group): boolean {
  if (id !== undefined) return group.id === id;
  if (name !== undefined) return group.name.toLowerCase() === name.toLowerCase();
  return Object.entries(tags ?? {}).every(([key, value]) => group.tags[key] === value);
}

function whyNone(
  selector: GroupSelector,
  meant: readonly Group[],
  { accountId, vpcId, peerings }: Here,
): string | undefined {
  const [elsewhere] = meant;
  if (elsewhere !== undefined) {
    const where = `security group ${elsewhere.id} is in ${elsewhere.vpcId}, and the Environment is in ${vpcId}`;
    return peerings === undefined
      ? `${where}; whether they are peered may not be read: allow ec2:DescribeVpcPeeringConnections`
      : `${where}, which no active peering connection joins; peer the two VPCs, or name a group in ${vpcId}`;
  }
  if (selector.id !== undefined) {
    return `account ${accountId} has no security group ${selector.id} in this Region; correct it, or, where it is of another account, have the rules made there, and let it in here with securityGroup.ingress: [{ securityGroup: { id: ${selector.id}, userId: <account> } }]`;
  }
  return undefined;
}
