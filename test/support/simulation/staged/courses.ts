import type { Course } from '../../../../controller/core/rollout/course.ts';
import type { PassResult } from '../../../../controller/reconcile/pass-result.ts';
import { digestOf, membersOf, stageOf } from './git.ts';
import type { StagedGit } from './git.ts';

/** Every Environment in which the daemon is wanted is in its stage, and done, begun, or failed or waiting with a reason. */
export function forgetsNobody({ courses }: PassResult, git: StagedGit): string | undefined {
  const [course] = courses;
  const members = membersOf(git);
  if (course === undefined) return `nothing is told of ${members.length} Environments`;
  if (course.definition.digest !== digestOf(git))
    return `digest ${course.definition.digest} is told, and git has ${digestOf(git)}`;
  if (course.turns.size !== members.length)
    return `${course.turns.size} Environments are told, and there are ${members.length}`;
  for (const member of members) {
    const turn = course.turns.get(member.name);
    const stage = stageOf(git, member);
    if (turn === undefined) return `nothing is told of ${member.name}`;
    if (turn.stage !== stage) return `${member.name} is told to be in ${turn.stage}, and is in ${stage}`;
    const isMute = turn.says === '' || (turn.state === 'failed' && turn.why === '');
    if (isMute) return `it is not told why ${member.name} is ${turn.state}`;
  }
  return undefined;
}

/** A controller that has just started decides as one that has run all the while, but for what was approved by API and nobody has begun. */
export function decidesAfresh([here]: readonly Course[], [fresh]: readonly Course[]): string | undefined {
  if (here === undefined || fresh === undefined) return undefined;
  const lost = here.stages.findIndex(({ approval }, at) => approval !== fresh.stages[at]?.approval);
  for (const [environment, { state, stage }] of here.turns) {
    const other = fresh.turns.get(environment)?.state;
    // All that follows of an approval that is lost is another.
    const isOfApproval = lost !== -1 && (stage ?? 0) >= lost;
    if (state !== other && !isOfApproval)
      return `${environment} is ${state}, and ${other} for a controller that starts now`;
  }
  return lost === -1 && here.condition !== fresh.condition
    ? `it is ${here.condition}, and ${fresh.condition} for a controller that starts now`
    : undefined;
}
