import { describe, expect, it, test } from 'vitest';
import { createRolloutLog } from '../../controller/cli/rollout-log.ts';
import { courseOfTwoStages, holding, NEW, old, underWay } from '../support/rollouts/members.ts';

describe('the log tells once', () => {
  function logged(...courses: readonly ReturnType<typeof courseOfTwoStages>[]): readonly string[] {
    const said: string[] = [];
    const say = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      const { environment, stage: where, condition } = fields as Record<string, string | undefined>;
      said.push([message, environment, where, condition].filter((part) => part !== undefined).join(' '));
    };
    const log = createRolloutLog({ debug: say, info: say, warn: say, error: say });
    for (const course of courses) log.record([course]);
    return said;
  }

  test('who has begun, is done and fails, which stage opens, and where the definition stands', () => {
    const done = holding(NEW, -60);
    const course = (a: object, c: object) => courseOfTwoStages({ members: [{ a }, { c }] });
    expect(
      logged(
        course(old(), old()),
        course(underWay(-1), old()),
        course(done, underWay(-1)),
        course(done, done),
      ),
    ).toEqual([
      'progressing progressing',
      'begun a canary',
      'opened rest',
      'completed a canary',
      'begun c rest',
      'completed done',
      'completed c rest',
    ]);
  });

  it('nothing of what a controller that starts finds done, nor twice', () => {
    const done = courseOfTwoStages({ members: [{ a: holding(NEW, -60) }, { c: holding(NEW, -60) }] });
    expect(logged(done, done)).toEqual([]);
  });

  it('what has failed, and that nothing begins any more', () => {
    const failed = courseOfTwoStages({
      members: [{ a: holding(NEW, -5, { degraded: 'no image' }) }, { c: old() }],
    });
    expect(
      logged(courseOfTwoStages({ members: [{ a: underWay(-5) }, { c: old() }] }), failed).slice(1),
    ).toEqual(['failed failed', 'failed a canary']);
  });
});
