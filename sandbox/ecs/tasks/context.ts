import type { CallContext } from '../../call.ts';
import type { ServiceRecord, TaskRecord } from '../state.ts';
import type { TaskStatus } from './state.ts';

/** Where tasks live. The scheduler makes it: what befalls a task moves its service, whose scheduler starts and stops tasks. */
export interface TaskContext extends CallContext {
  /** Lets the scheduler look at a service soon, or so many milliseconds from now. */
  readonly wake: (service: ServiceRecord, delayMs?: number) => void;
}

export function wakeOwner(context: TaskContext, { owner }: TaskRecord): void {
  if (owner !== undefined) context.wake(owner.service);
}

export function move(task: TaskRecord, status: TaskStatus): void {
  task.lastStatus = status;
  task.version += 1;
}
