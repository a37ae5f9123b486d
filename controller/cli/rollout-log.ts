import type { LogVerb } from '../core/log-verbs.ts';
import type { Log } from '../core/ports.ts';
import { manifestKey } from '../core/resource.ts';
import type { Course, TurnState } from '../core/rollout/course.ts';

/** Logs once how rollouts go on, from one pass to the next: who begins, is done or fails, and where a definition stands. */
export interface RolloutLog {
  record(courses: readonly Course[]): void;
}

/** How a definition stood when it was last logged. */
interface Said {
  readonly condition: Course['condition'];
  readonly open: ReadonlySet<string>;
  readonly states: ReadonlyMap<string, TurnState>;
}

/** What is told of an Environment that has come there; of the others the definition's own line tells enough. */
const NEWS: Readonly<Partial<Record<TurnState, LogVerb>>> = {
  progressing: 'begun',
  soaking: 'soaking',
  done: 'completed',
  failed: 'failed',
};

/** How a definition as a whole stands. */
const STANDING: Readonly<Record<Course['condition'], LogVerb>> = {
  done: 'completed',
  progressing: 'progressing',
  approval: 'waiting',
  window: 'waiting',
  paused: 'paused',
  failed: 'failed',
};

export function createRolloutLog(log: Log): RolloutLog {
  let said = new Map<string, Said>();
  return {
    record(courses) {
      const now = new Map<string, Said>();
      for (const course of courses) {
        const { definition, condition, turns } = course;
        const { rollout, digest, manifest } = definition;
        const key = `${manifestKey(manifest)} ${digest}`;
        const states = new Map([...turns].map(([name, { state }]) => [name, state]));
        const open = new Set(course.stages.filter(({ isOpen }) => isOpen).map(({ name }) => name));
        const before = said.get(key);
        now.set(key, { condition, open, states });
        const common = { rollout, object: manifestKey(manifest), digest };
        // A controller that starts finds most of them done, which is no news.
        if (before?.condition !== condition && (before !== undefined || condition !== 'done')) {
          const fields = { ...common, condition, message: course.says };
          if (condition === 'failed') log.warn(fields, STANDING[condition]);
          else log.info(fields, STANDING[condition]);
        }
        // Where a controller has just started, or git has just changed, nothing of that is news.
        if (before === undefined) continue;
        for (const stage of open) {
          if (!before.open.has(stage)) log.info({ ...common, stage }, 'opened');
        }
        for (const { environment, stage, state, says } of turns.values()) {
          const news = NEWS[state];
          if (news === undefined || before.states.get(environment) === state) continue;
          const fields = {
            ...common,
            environment,
            stage: stage === undefined ? undefined : course.stages[stage]?.name,
          };
          if (state === 'failed') log.warn({ ...fields, message: says }, news);
          else log.info({ ...fields, message: says }, news);
        }
      }
      said = now;
    },
  };
}
