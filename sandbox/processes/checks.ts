import { findProgram, tryGroup } from './group.ts';
import type { Group, GroupCommand } from './group.ts';

/** A shell's exit code for a program that is not there. */
export const NO_SUCH_PROGRAM = 127;

/** Processes that run beside containers, to check their health. */
export interface Checks {
  /** The exit code as a shell has it: 127 where this machine has no such program, 137 where it took longer. Undefined where no process was started. */
  run(command: GroupCommand, timeoutMs: number): Promise<number | undefined>;
  /** Ends all that run, and answers them. */
  endAll(): readonly Group[];
}

export function createChecks(): Checks {
  const running = new Set<Group>();
  return {
    async run({ command: [name = '', ...words], folder, environment }, timeoutMs) {
      const program = findProgram(name, folder, environment['PATH'] ?? '');
      if (program === undefined) return NO_SUCH_PROGRAM;
      const group = tryGroup({ command: [program, ...words], folder, environment });
      if (typeof group === 'string') return undefined;
      running.add(group);
      const patience = setTimeout(() => group.kill(), timeoutMs);
      group.stdout.resume();
      group.stderr.resume();
      const exitCode = await group.ended;
      clearTimeout(patience);
      running.delete(group);
      return exitCode;
    },
    endAll() {
      for (const group of running) group.kill();
      return [...running];
    },
  };
}
