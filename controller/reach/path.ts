import type { NetworkInterface, SecurityGroup } from '@aws-sdk/client-ec2';
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Network } from '../aws/network.ts';
import type { Workings } from '../aws/workings.ts';
import type { Consumer } from '../core/consumer.ts';
import { valueOf } from '../core/read.ts';
import { aclJudgement } from './acls.ts';
import { servicesCalled } from './agents.ts';
import { addressesOf, runningAddresses } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { EPHEMERAL, endOf } from './flow.ts';
import type { End, Flow } from './flow.ts';
import { egressJudgement, ingressJudgement } from './groups.ts';
import { HOPS, blocked, ok, overAll, reachabilityOf, unknown, unread } from './hop.ts';
import type { Judgement, HopName, Reachability } from './hop.ts';
import { healthJudgement, instancesJudgement, nameJudgement } from './name.ts';
import { portJudgement } from './port.ts';
import { actionsOf, roleJudgement } from './role.ts';
import { routeJudgement } from './routes.ts';
import { wayOutJudgement } from './way-out.ts';

/** Whether a consumer reaches a daemon, hop by hop, as far as was read. Pure. */
export function pathBetween(
  consumer: Consumer,
  daemon: Daemon,
  network: Network,
  workings: Workings,
): Reachability {
  const interfaces = valueOf(network.interfaces);
  const theirs = groupsNamed(consumer, daemon, valueOf(network.groups));
  const ours = endsAt(
    new Set([...addressesOf(daemon), ...runningAddresses(daemon.tasks)]),
    daemon,
    interfaces,
  );
  const from = theirs.length === 1 ? endsIn(theirs[0]?.GroupId ?? '', interfaces) : [];
  const flows = flowsBetween(from, ours, daemon);
  const revision = definitionOf(daemon, workings);
  const ofWorkings = (judge: (definition: TaskDefinition) => Judgement): Judgement =>
    'unread' in revision ? unread('its revision', revision.unread) : judge(revision);
  const noWay = unknown('at least one end has no network interface', 'see the hops instances and consumer');
  const overFlows = (judge: (network: Network, flow: Flow) => Judgement): Judgement =>
    overAll(
      flows.map((flow) => judge(network, flow)),
      'flows',
      noWay,
    );
  const judgements: Readonly<Record<HopName, Judgement>> = {
    name: nameJudgement(daemon, network, vpcsOf(from)),
    instances: instancesJudgement(daemon),
    consumer: consumerJudgement(consumer, theirs, from, network),
    egress: overFlows(egressJudgement),
    'network-acls': overFlows(aclJudgement),
    routes: overFlows(routeJudgement),
    ingress: overFlows(ingressJudgement),
    port: portJudgement(daemon, () => revision),
    health: healthJudgement(daemon),
    role: ofWorkings((definition) =>
      roleJudgement(definition, actionsOf(daemon.actions, definition), workings),
    ),
    'way-out': ofWorkings((definition) =>
      wayOutJudgement(ours, servicesCalled(actionsOf(daemon.actions, definition)), network),
    ),
  };
  return reachabilityOf(HOPS.map((hop) => ({ hop, ...judgements[hop] })));
}

/** Of groups that were read, those that a consumer names: of one name, that in the daemon's own VPC. */
function groupsNamed(
  { securityGroup: named }: Consumer,
  { vpcId }: Daemon,
  groups: readonly SecurityGroup[],
): readonly SecurityGroup[] {
  const found = groups.filter(({ GroupId, GroupName, Tags = [] }) => {
    if (named.id !== undefined) return GroupId === named.id;
    if (named.name !== undefined) return GroupName === named.name;
    return Object.entries(named.tags ?? {}).every(([key, value]) =>
      Tags.some((tag) => tag.Key === key && tag.Value === value),
    );
  });
  const near = found.filter(({ VpcId }) => VpcId === vpcId);
  return near.length > 0 ? near : found;
}

function consumerJudgement(
  { securityGroup }: Consumer,
  groups: readonly SecurityGroup[],
  ends: readonly End[],
  network: Network,
): Judgement {
  const { id: called = securityGroup.name ?? JSON.stringify(securityGroup.tags) } = securityGroup;
  const what = `security group ${called}`;
  if ('unread' in network.groups) return unread(what, network.groups.unread);
  const [group, another] = groups;
  if (group === undefined) {
    return blocked(
      `this account and Region have no ${what}, so no consumer sends with it`,
      'correct the consumer, or create the group',
    );
  }
  if (another !== undefined) {
    return unknown(
      `${what} may be ${groups.map(({ GroupId }) => GroupId ?? '').join(' or ')}`,
      'name the consumer by the id of its group',
    );
  }
  const id = group.GroupId ?? '';
  if ('unread' in network.interfaces)
    return unread(`the network interfaces of ${id}`, network.interfaces.unread);
  if (ends.length === 0) {
    return unknown(`no network interface has ${id}`, 'start the consumer: its interfaces show its subnets');
  }
  const subnets = [...new Set(ends.map(({ subnetId }) => subnetId))];
  const have = ends.length === 1 ? '1 interface has' : `${ends.length} interfaces have`;
  return ok(`${have} ${id}, in ${subnets.join(', ')} of ${vpcsOf(ends).join(', ')}`);
}

function endsIn(groupId: string, interfaces: readonly NetworkInterface[]): readonly End[] {
  return distinct(interfaces.map(endOf).filter(({ groupIds }) => groupIds.includes(groupId)));
}

function endsAt(
  addresses: ReadonlySet<string>,
  { vpcId }: Daemon,
  interfaces: readonly NetworkInterface[],
): readonly End[] {
  return distinct(interfaces.map(endOf).filter((end) => end.vpcId === vpcId && addresses.has(end.address)));
}

/** What is found by its group and by its address is there twice. */
function distinct(ends: readonly End[]): readonly End[] {
  return [...new Map(ends.map((end) => [end.interfaceId, end])).values()];
}

function flowsBetween(from: readonly End[], to: readonly End[], { listeners }: Daemon): readonly Flow[] {
  return from.flatMap((one) =>
    to.flatMap((other) =>
      listeners.flatMap(({ protocol, port }) =>
        port === undefined ? [] : [{ protocol, port, from: one, to: other, sentFrom: EPHEMERAL }],
      ),
    ),
  );
}

function vpcsOf(ends: readonly End[]): readonly string[] {
  return [...new Set(ends.map(({ vpcId }) => vpcId))].toSorted();
}

function definitionOf(
  { revision }: Daemon,
  { revisions }: Workings,
): TaskDefinition | { readonly unread: string } {
  if ('unread' in revision) return revision;
  const found = revisions.get(revision.value) ?? { unread: `ask again for ${revision.value}` };
  return 'value' in found ? found.value : found;
}
