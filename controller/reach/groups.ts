import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Network } from '../aws/network.ts';
import { covers } from './addresses.ts';
import { trafficText } from './flow.ts';
import type { End, Flow } from './flow.ts';
import { blocked, ok, unknown, unread } from './hop.ts';
import type { Judgement } from './hop.ts';

type Rules = Pick<Network, 'rules'>;

/** Whether the groups of the consumer's interface let the packet out. Its answer they let in by themselves. */
export function egressJudgement(network: Rules, flow: Flow): Judgement {
  return groupJudgement(network, 'egress', flow.from, flow.to, flow);
}

/** Whether the groups of the daemon's interface let the packet in. */
export function ingressJudgement(network: Rules, flow: Flow): Judgement {
  return groupJudgement(network, 'ingress', flow.to, flow.from, flow);
}

/** Of all groups of an interface one rule is enough (Security groups, Amazon VPC user guide). */
function groupJudgement(
  { rules }: Rules,
  direction: 'egress' | 'ingress',
  end: Pick<End, 'groupIds'>,
  other: Pick<End, 'address' | 'groupIds'>,
  traffic: Pick<Flow, 'protocol' | 'port'>,
): Judgement {
  if ('unread' in rules) return unread('the rules of security groups', rules.unread);
  const groups = end.groupIds.join(', ');
  const about = rules.value.filter(
    ({ GroupId = '', IsEgress, ...rule }) =>
      end.groupIds.includes(GroupId) && IsEgress === (direction === 'egress') && isFor(rule, traffic),
  );
  const allowing = about.find((rule) => isPeer(rule, other));
  const what = trafficText(traffic);
  if (allowing !== undefined) {
    return ok(`${allowing.SecurityGroupRuleId ?? 'a rule'} of ${allowing.GroupId ?? ''} allows ${what}`);
  }
  const way = direction === 'egress' ? 'to' : 'from';
  const list = about.find(({ PrefixListId }) => PrefixListId !== undefined);
  if (list !== undefined) {
    return unknown(
      `${list.SecurityGroupRuleId ?? 'a rule'} of ${list.GroupId ?? ''} allows ${what} ${way} the prefix list ${list.PrefixListId ?? ''}, whose blocks the controller does not read`,
      `check that it contains ${other.address}`,
    );
  }
  const peer = [...other.groupIds, other.address].join(' or ');
  return blocked(
    `${groups} has no ${direction} rule for ${what} ${way} ${peer}`,
    `add that ${direction} rule; where spec.consumers declares the consumer, the next pass of the controller creates it`,
  );
}

const PROTOCOLS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp' };

function isFor(
  { IpProtocol = '', FromPort = -1, ToPort = -1 }: SecurityGroupRule,
  { protocol, port }: Pick<Flow, 'protocol' | 'port'>,
): boolean {
  if (IpProtocol === '-1') return true;
  return (PROTOCOLS[IpProtocol] ?? IpProtocol) === protocol && FromPort <= port && port <= ToPort;
}

/** A rule that names a group of another VPC counts while the connection with that is active (Update your security groups, VPC peering guide). */
function isPeer(
  { CidrIpv4, ReferencedGroupInfo: group }: SecurityGroupRule,
  { address, groupIds }: Pick<End, 'address' | 'groupIds'>,
): boolean {
  if (CidrIpv4 !== undefined) return covers(CidrIpv4, address);
  if (group?.GroupId === undefined || !groupIds.includes(group.GroupId)) return false;
  return (group.PeeringStatus ?? 'active') === 'active';
}
