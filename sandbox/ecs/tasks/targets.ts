import type { CallContext } from '../../call.ts';
import { findTargetGroup } from '../../elasticloadbalancing/store.ts';
import {
  deregisterTarget,
  deregistrationDelayMs,
  registerTarget,
} from '../../elasticloadbalancing/targets.ts';
import { addEvent, complainOnce, tellDraining } from '../services/events.ts';
import type { TaskRecord } from '../state.ts';
import type { TaskTarget } from './state.ts';

/** Makes a service's task a target of each of the service's target groups; `changed` hears of every target that is healthy or is not. */
export function registerTaskTargets(
  context: CallContext,
  task: TaskRecord,
  changed: (target: TaskTarget) => void,
): void {
  const { owner, networkInterface, rollout } = task;
  if (owner === undefined || networkInterface === undefined) return;
  for (const { targetGroupArn: groupArn = '', containerPort: port = 0 } of rollout.loadBalancers) {
    const group = findTargetGroup(context.state.elasticloadbalancing, groupArn);
    if (group === undefined) {
      complainOnce(
        context.world,
        owner.service,
        `failed to register targets in (target-group ${groupArn}) with (error One or more target groups not found)`,
      );
      continue;
    }
    const asked = {
      id: networkInterface.privateIpv4Address,
      port,
      availabilityZone: networkInterface.availabilityZone,
      fails: task.failure?.at === 'target',
    };
    const target = registerTarget(context, group, asked, () => changed(registered));
    const registered: TaskTarget = { groupArn, target };
    task.targets.push(registered);
    addEvent(context.world, owner.service, `registered 1 targets in (target-group ${groupArn})`);
  }
}

/** Lets the task's targets drain, and says how long the task waits for them, in milliseconds. */
export function deregisterTaskTargets(context: CallContext, task: TaskRecord): number {
  let longestMs = 0;
  for (const { groupArn, target } of task.targets) {
    const group = findTargetGroup(context.state.elasticloadbalancing, groupArn);
    if (group === undefined || task.owner === undefined) continue;
    deregisterTarget(context, group, target);
    addEvent(context.world, task.owner.service, `deregistered 1 targets in (target-group ${groupArn})`);
    longestMs = Math.max(longestMs, deregistrationDelayMs(group));
  }
  if (task.targets.length > 0 && task.owner !== undefined) tellDraining(context.world, task.owner);
  return longestMs;
}

/** Whether no load balancer that the task is behind finds it wanting; what nothing forwards to does not count. */
export function passesLoadBalancers({ targets }: TaskRecord): boolean {
  return targets.every(({ target: { state } }) => state === 'healthy' || state === 'unused');
}
