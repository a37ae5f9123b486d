import { formatIpv4, parseIpv4Cidr } from '../../ec2/addresses.ts';
import { answerLossBetween, interfaceAt, lossBetween } from '../../ec2/packets.ts';
import type { Loss, Packet, PacketEnd } from '../../ec2/packets.ts';
import type { Ec2State } from '../../ec2/state.ts';
import type { OutsideConsumer } from '../../outside.ts';
import { hiddenBlock, inBlock, isInBlock } from '../addresses.ts';

/** Who sends, as its address on this machine tells. */
export type Sender =
  /** `here`: the task's address on this machine; `address`: that of the API, where it is known. */
  | { readonly type: 'task'; readonly here: string; readonly address?: string }
  | { readonly type: 'outside'; readonly here: string };

/**
 * Who sends from an address of this machine: a task, where the address is the task's own or that to which its processes are bound. 127.0.0.1 never
 * is, as AWS keeps the first addresses of every subnet.
 */
export function senderAt(address: string, taskNetwork: string): Sender {
  if (address === '127.0.0.1') return { type: 'outside', here: address };
  const isTask = [taskNetwork, hiddenBlock(taskNetwork)].some((block) => isInBlock(address, block));
  return isTask ? { type: 'task', here: inBlock(address, taskNetwork) } : { type: 'outside', here: address };
}

/** What is judged: a packet to a task, or the answer to one that arrived. */
export interface Case {
  readonly protocol: Packet['protocol'];
  readonly sender: Sender;
  readonly fromPort: number;
  /** Of the task, in the API. */
  readonly toAddress: string;
  readonly toPort: number;
  readonly isAnswer: boolean;
}

interface Rules {
  readonly taskNetwork: string;
  readonly consumer: OutsideConsumer | undefined;
}

const REASONS: Readonly<Record<Loss, string>> = {
  'egress rule': "no rule of the sender's security groups lets it out",
  'ingress rule': "no rule of the task's security groups lets it in",
  'network ACL out': 'the network ACL of the subnet that it, or its answer, leaves does not allow it',
  'network ACL in': 'the network ACL of the subnet that it, or its answer, enters does not allow it',
  route: 'no route leads from the one subnet to the other',
  nowhere: 'no network interface has the address',
};

/** Why the network of a Region loses it, with the words of `POST /_sandbox/packets`; undefined where it arrives. */
export function lossTold(ec2: Ec2State, rules: Rules, judged: Case): string | undefined {
  const from = endOf(ec2, rules, judged.sender);
  if (typeof from === 'string') return from;
  const to = interfaceAt(ec2, judged.toAddress);
  const loss =
    from === undefined || to === undefined
      ? 'nowhere'
      : (judged.isAnswer ? answerLossBetween : lossBetween)(ec2, from, to, judged);
  return loss === undefined ? undefined : `lost at ${loss}: ${REASONS[loss]}`;
}

/** The sender's end; a text says why it has none. */
function endOf(
  ec2: Ec2State,
  { taskNetwork, consumer }: Rules,
  sender: Sender,
): PacketEnd | string | undefined {
  if (sender.type === 'task') {
    const { here, address } = sender;
    return address === undefined
      ? [...ec2.interfaces.values()].find((one) => inBlock(one.privateIpv4Address, taskNetwork) === here)
      : interfaceAt(ec2, address);
  }
  return consumer === undefined
    ? 'it comes from no task, and neither --consumer nor PUT /_sandbox/consumer says whose security groups and subnet count'
    : consumerEnd(ec2, consumer);
}

/** At an address that no interface has: AWS keeps the first four of every subnet (Subnet sizing for IPv4, VPC user guide). */
function consumerEnd(ec2: Ec2State, { securityGroupIds, subnetId }: OutsideConsumer): PacketEnd | string {
  const subnet = ec2.subnets.get(subnetId);
  const block = parseIpv4Cidr(subnet?.cidrBlock ?? '');
  if (subnet === undefined || block === undefined)
    return `there is no subnet ${subnetId}, which counts for what comes from outside of tasks`;
  for (const groupId of securityGroupIds) {
    const group = ec2.groups.get(groupId);
    if (group === undefined)
      return `there is no security group ${groupId}, which counts for what comes from outside of tasks`;
    if (group.vpcId !== subnet.vpcId) {
      return `security group ${groupId} and subnet ${subnetId}, which count for what comes from outside of tasks, are in different VPCs`;
    }
  }
  return { subnetId, securityGroupIds, privateIpv4Address: formatIpv4(block.base + 3) };
}
