import { groupBy } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import type { ManifestRef } from '../core/resource.ts';
import type { Course, TurnState } from '../core/rollout/course.ts';
import { someOf } from '../core/some-of.ts';

/** Environments of a definition that are told alike. */
interface ToldTurns {
  readonly state: TurnState;
  readonly says: string;
  /** By name. */
  readonly environments: readonly string[];
}

/** How a definition goes through its Rollout, as a plan tells it. */
export interface RolloutPlan {
  readonly manifest: ManifestRef;
  readonly rollout: string;
  readonly digest: string;
  readonly mode: Course['mode'];
  readonly condition: Course['condition'];
  readonly says: string;
  /** The stage at work, which is the last that is open; absent where there are none. */
  readonly stage?: string;
  /** Of those that are not done: who begins, is under way, soaks, waits or has failed, what concerns most at once first. */
  readonly turns: readonly ToldTurns[];
}

/** In the order in which people are told; what is done needs no word. */
const TOLD: readonly TurnState[] = ['failed', 'begins', 'progressing', 'soaking', 'waiting'];

/** Of definitions that are not done everywhere. Pure. */
export function rolloutPlans(courses: readonly Course[]): readonly RolloutPlan[] {
  return courses
    .filter(({ condition }) => condition !== 'done')
    .map(({ definition, mode, condition, says, stages, turns }) => {
      const { manifest, rollout, digest } = definition;
      const stage = stages.findLast(({ isOpen }) => isOpen)?.name;
      const groups = groupBy([...turns.values()], (turn) => `${turn.state} ${turn.says}`);
      const told = [...groups.values()].map((same) => ({
        state: same[0]!.state,
        says: same[0]!.says,
        environments: same.map(({ environment }) => environment),
      }));
      return {
        manifest,
        rollout,
        digest,
        mode,
        condition,
        says,
        ...(stage === undefined ? {} : { stage }),
        turns: TOLD.flatMap((state) => told.filter((one) => one.state === state)),
      };
    });
}

/** `DaemonService/xray goes through Rollout/fleet, digest 0123456789abcdef: …`, and below it who begins and who waits for what. */
export function rolloutLines({
  manifest,
  rollout,
  digest,
  mode,
  says,
  turns,
}: RolloutPlan): readonly string[] {
  const loudly = mode === 'skip' ? ', which is SKIPPED' : '';
  return [
    `${manifestKey(manifest)} goes through Rollout/${rollout}${loudly}, digest ${digest}: ${says}`,
    ...turns.map((told) => {
      const { length } = told.environments;
      const count = length === 1 ? '1 Environment' : `${length} Environments`;
      return `  ${WORDS[told.state]} in ${count} (${someOf(told.environments)}): ${told.says}`;
    }),
  ];
}

const WORDS: Readonly<Record<TurnState, string>> = {
  failed: 'failed',
  begins: 'begins',
  progressing: 'under way',
  soaking: 'soaks',
  waiting: 'waits',
  done: 'done',
};
