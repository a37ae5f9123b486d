import type { Approval, Course } from '../../core/rollout/course.ts';
import type { MemberFacts } from '../../core/rollout/facts.ts';
import type { StagedDefinition } from '../../core/rollout/schedule.ts';

export declare function courseOf(
  definition: StagedDefinition,
  facts: ReadonlyMap<string, MemberFacts>,
  approvals: readonly Approval[],
  now: number,
): Course;
