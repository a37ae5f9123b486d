import type { Approval } from '../../core/rollout/course.ts';

/** Stages that somebody approved through the API: they last for the process, and approve one digest each. */
export interface Approvals {
  given(): readonly Approval[];
  /** Once more is the same. */
  add(approval: Approval): void;
}

export function createApprovals(): Approvals {
  const given = new Map<string, Approval>();
  return {
    given: () => [...given.values()],
    add(approval) {
      const { rollout, stage, digest } = approval;
      given.set(`${rollout}|${stage}|${digest}`, approval);
    },
  };
}
