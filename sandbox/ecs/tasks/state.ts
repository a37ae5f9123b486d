import type { TaskStopCode } from '@aws-sdk/client-ecs';
import type { TargetRecord } from '../../elasticloadbalancing/state.ts';
import type { Range } from '../../timing.ts';

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** The phases of a task's way down that are yet to come, and how long each takes. */
export type Descent = readonly (readonly [TaskStatus, Range])[];

export interface TaskStop {
  readonly code: TaskStopCode;
  readonly reason: string;
  /** For tasks whose containers ran. */
  readonly exitCode?: number;
  /** What the containers say, for tasks that failed. */
  readonly containerReason?: string;
  /** Name of the container at fault; the exit code and reason are its own. */
  readonly container?: string;
}

/**
 * What a task meets that runs an image whose tag begins with `fail-`, and where in its life. An `exit` is counted
 * from RUNNING; a `health` failure is that of the container's own health check, `from` milliseconds after RUNNING on.
 */
export type TaskFailure =
  | { readonly at: 'network'; readonly code: string }
  | { readonly at: 'pending'; readonly stop: TaskStop }
  | { readonly at: 'exit'; readonly after: Range; readonly stop: TaskStop }
  | { readonly at: 'health'; readonly from: number }
  | { readonly at: 'target' }
  | { readonly at: 'deregistration' };

export interface TaskInterface {
  readonly networkInterfaceId: string;
  readonly privateIpv4Address: string;
  readonly macAddress: string;
  readonly availabilityZone: string;
}

/** A task in a target group. */
export interface TaskTarget {
  readonly groupArn: string;
  readonly target: TargetRecord;
}
