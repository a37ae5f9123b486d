import type { NetworkAcl, NetworkAclEntry } from '@aws-sdk/client-ec2';
import type { Network } from '../aws/network.ts';
import { covers } from './addresses.ts';
import { trafficText } from './flow.ts';
import type { Flow, Ports } from './flow.ts';
import { blocked, ok, unknown, unread, worstOf } from './hop.ts';
import type { Judgement } from './hop.ts';

/** As network ACLs know a packet: they keep no state, so that an answer is one of its own (Network ACLs, Amazon VPC user guide). */
interface Crossing {
  readonly subnetId: string;
  readonly direction: 'out of' | 'into';
  /** The address at the other end. */
  readonly other: string;
  readonly protocol: Flow['protocol'];
  /** Those that it is sent to. */
  readonly ports: Ports;
  /** What crosses, for people. */
  readonly what: string;
}

type Acls = Pick<Network, 'networkAcls'>;

/**
 * Whether the network ACLs of both subnets let a packet pass, and over TCP its answer. Nothing answers over UDP here: what daemons take over
 * it is told them one way. Within a subnet no ACL is asked.
 */
export function aclJudgement({ networkAcls }: Acls, flow: Flow): Judgement {
  const { from, to, protocol } = flow;
  if (from.subnetId === to.subnetId) return ok(`within ${from.subnetId} no network ACL applies`);
  const judgement = crossingsJudgement(networkAcls, crossingsOf(flow));
  if (judgement.status !== 'ok' || protocol === 'tcp') return judgement;
  return ok(`${judgement.evidence}; UDP needs no answer`);
}

/** The same of what leaves the VPC: beyond the own subnet there is no ACL of ours. */
export function ownAclJudgement({ networkAcls }: Acls, flow: Flow): Judgement {
  const own = crossingsOf(flow).filter(({ subnetId }) => subnetId === flow.from.subnetId);
  return crossingsJudgement(networkAcls, own);
}

function crossingsJudgement(networkAcls: Network['networkAcls'], crossings: readonly Crossing[]): Judgement {
  if ('unread' in networkAcls) return unread('the network ACLs', networkAcls.unread);
  const judgements = crossings.map((crossing) => crossingJudgement(networkAcls.value, crossing));
  const bad = worstOf(judgements.filter(({ status }) => status !== 'ok'));
  return bad ?? ok(judgements.map(({ evidence }) => evidence).join(', '));
}

function crossingsOf(flow: Flow): readonly Crossing[] {
  const { protocol, port, from, to, sentFrom } = flow;
  const there = { protocol, ports: { first: port, last: port }, what: trafficText(flow) };
  const back = { protocol, ports: sentFrom, what: `answers to ${protocol} ${portsText(sentFrom)}` };
  const ways: readonly Crossing[] = [
    { ...there, subnetId: from.subnetId, direction: 'out of', other: to.address },
    { ...there, subnetId: to.subnetId, direction: 'into', other: from.address },
    { ...back, subnetId: to.subnetId, direction: 'out of', other: from.address },
    { ...back, subnetId: from.subnetId, direction: 'into', other: to.address },
  ];
  return protocol === 'tcp' ? ways : ways.slice(0, 2);
}

/**
 * Entries are asked by their numbers, and the first that matches decides; what none matches is denied. Of several ports each is asked, and one
 * that is denied counts for all.
 */
function crossingJudgement(acls: readonly NetworkAcl[], crossing: Crossing): Judgement {
  const { subnetId, direction, other, what } = crossing;
  const acl = acls.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === subnetId));
  const id = acl?.NetworkAclId ?? '';
  if (acl === undefined) {
    return unknown(`no network ACL of ${subnetId} shows`, 'check the network ACL of the subnet');
  }
  let left: readonly Ports[] = [crossing.ports];
  for (const entry of entriesAbout(acl, crossing)) {
    const { From: first = 0, To: last = 65_535 } = entry.PortRange ?? {};
    const rest = left.flatMap((ports) => without(ports, { first, last }));
    if (sizeOf(rest) === sizeOf(left)) continue;
    if (entry.RuleAction !== 'allow') return denied(`entry ${entry.RuleNumber ?? '?'} of ${id}`);
    left = rest;
    if (left.length === 0) return ok(`${id} lets ${what} ${direction} ${subnetId}`);
  }
  return denied(`no entry of ${id} allows, so that it`);

  function denied(who: string): Judgement {
    return blocked(
      `${who} denies ${what} ${direction} ${subnetId}, ${direction === 'into' ? 'from' : 'to'} ${other}`,
      `allow ${what} in ${id}, ${direction === 'into' ? 'inbound from' : 'outbound to'} the other subnet's block`,
    );
  }
}

const NUMBERS = { tcp: '6', udp: '17' } as const;

function entriesAbout(
  { Entries = [] }: NetworkAcl,
  { direction, other, protocol }: Crossing,
): readonly NetworkAclEntry[] {
  return Entries.filter(
    ({ Egress, Protocol, CidrBlock }) =>
      Egress === (direction === 'out of') &&
      (Protocol === '-1' || Protocol === NUMBERS[protocol]) &&
      CidrBlock !== undefined &&
      covers(CidrBlock, other),
  ).toSorted((one, next) => (one.RuleNumber ?? 0) - (next.RuleNumber ?? 0));
}

function without(ports: Ports, taken: Ports): readonly Ports[] {
  return [
    { first: ports.first, last: Math.min(ports.last, taken.first - 1) },
    { first: Math.max(ports.first, taken.last + 1), last: ports.last },
  ].filter(({ first, last }) => first <= last);
}

function sizeOf(parts: readonly Ports[]): number {
  return parts.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

function portsText({ first, last }: Ports): string {
  return first === last ? String(first) : `${first}-${last}`;
}
