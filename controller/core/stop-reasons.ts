/**
 * Why a task stopped whose program had started, as reasons of conditions and labels of metrics: it ended, was killed, ran out of memory or
 * never became healthy. All other reasons are of tasks that could not start.
 */
export const ENDS_OF_PROGRAM = [
  'ContainerExited',
  'ContainerKilled',
  'HealthCheckFailing',
  'OutOfMemory',
] as const;

const ENDS: ReadonlySet<string> = new Set(ENDS_OF_PROGRAM);

/** Whether the program of a task had started before the task stopped for this reason. */
export function isEndOfProgram(reason: string): boolean {
  return ENDS.has(reason);
}
