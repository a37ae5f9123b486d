import type { CallContext } from '../../call.ts';
import {
  attachInterface,
  defaultSecurityGroupOf,
  detachInterface,
  findSubnet,
} from '../../ec2/interfaces.ts';
import { AwsError } from '../../error.ts';
import { ecsArn } from '../names.ts';
import type { Network, TaskRecord } from '../state.ts';

/** Gives a task its network interface, where it has one of its own; answers why EC2 did not. */
export function attachTask(context: CallContext, task: TaskRecord): string | undefined {
  if (task.failure?.at === 'network') return refusal(task, task.failure.code);
  const { subnetId, rollout } = task;
  if (subnetId === undefined) return undefined;
  const { network } = rollout;
  const { ec2 } = context.state;
  const vpcId = findSubnet(ec2, subnetId)?.vpcId ?? '';
  const defaultGroup = defaultSecurityGroupOf(ec2, vpcId)?.groupId;
  const securityGroupIds =
    network.securityGroups.length > 0 || defaultGroup === undefined ? network.securityGroups : [defaultGroup];
  try {
    task.networkInterface = attachInterface(context, {
      subnetId,
      securityGroupIds,
      isPublic: network.assignPublicIp === 'ENABLED',
      description: ecsArn(context, `attachment/${task.attachmentId}`),
    });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    return refusal(task, thrown.name);
  }
}

/** ECS Developer Guide, troubleshooting TaskFailedToStart errors. */
function refusal(task: TaskRecord, code: string): string {
  const withAddress =
    task.rollout.network.assignPublicIp === 'ENABLED' ? ' with public IP assignment enabled' : '';
  return `Unexpected EC2 error while attempting to Create Network Interface${withAddress} in subnet '${task.subnetId}': ${code}`;
}

/** A stopped task's interface stays in use for a while, and with it whatever it holds (reference: hazards). */
export function detachTask(context: CallContext, task: TaskRecord): void {
  const { world } = context;
  const id = task.networkInterface?.networkInterfaceId;
  if (id === undefined) return;
  world.after(world.pick(world.timing.ec2.interfaceDetachment), () => detachInterface(context, id));
}

/** Tasks spread over the subnets that they share. */
export function emptiestSubnet({ subnets }: Network, tasks: Iterable<TaskRecord>): string {
  const load = new Map<string | undefined, number>(subnets.map((subnetId) => [subnetId, 0]));
  for (const { subnetId, desiredStatus } of tasks) {
    const count = load.get(subnetId);
    if (count !== undefined && desiredStatus === 'RUNNING') load.set(subnetId, count + 1);
  }
  return [...load].reduce((least, next) => (next[1] < least[1] ? next : least))[0]!;
}
