import { describe, expect, test } from 'vitest';
import {
  at,
  courseOfFleet,
  holding,
  MINUTE,
  NEW,
  OLD,
  old,
  stage,
  target,
  underWay,
} from '../../support/rollouts/members.ts';
import type { Fleet } from '../../support/rollouts/members.ts';

const STAGES = [
  stage('canary', { soakMs: 15 * MINUTE }),
  stage('eu', { maxConcurrent: { count: 2 } }),
  stage('rest', { needsApproval: true }),
];
const DONE = holding(NEW, -60);
const ILL = holding(NEW, -5, { degraded: 'service/xray: tasks stop' });
const HOURS = [{ days: ['Mon'] as const, from: 480, to: 960, timeZone: 'Europe/Berlin' }];

describe('a course says', () => {
  test.each<[string, Fleet, string, string, string]>([
    [
      'which stage is waited for, and how far that is',
      {
        stages: STAGES,
        members: [{ a: DONE, b: DONE, c: holding(NEW, -10), d: underWay(-5) }, { z: old() }],
      },
      'stage 2 of 3 (eu) waits for canary: 3 of 4 done, 1 under way, soaks until 12:05 UTC',
      'progressing',
      'stage 1 of 3 (canary): 3 of 4 done, 1 under way, soaks until 12:05 UTC',
    ],
    [
      'the day of a soak that ends on another',
      {
        stages: [stage('canary', { soakMs: 1440 * MINUTE }), stage('eu')],
        members: [{ a: holding(NEW, -10) }, { z: old() }],
      },
      'stage 2 of 2 (eu) waits for canary: 1 of 1 done, soaks until 2026-11-28 11:50 UTC',
      'progressing',
      'stage 1 of 2 (canary): 1 of 1 done, soaks until 2026-11-28 11:50 UTC',
    ],
    [
      'who has the slots',
      { stages: STAGES, members: [{ a: DONE }, { c: old(), d: underWay(-5), z: old() }] },
      'stage 2 of 3 (eu) waits for one of its 2 slots: c, d are under way',
      'progressing',
      'stage 2 of 3 (eu): 0 of 3 done, 1 under way, 1 begins now',
    ],
    [
      'how a stage is approved',
      { stages: STAGES, members: [{ a: DONE }, { c: DONE }, { z: old() }] },
      `stage 3 of 3 (rest) waits for approval of digest ${NEW}: stationkeeper approve fleet rest ${NEW}, or approved: { xray: ${NEW} } in Rollout/fleet`,
      'approval',
      `stage 3 of 3 (rest) waits for approval of digest ${NEW}: stationkeeper approve fleet rest ${NEW}, or approved: { xray: ${NEW} } in Rollout/fleet`,
    ],
    [
      'that a stage before waits for approval',
      {
        stages: [stage('eu', { needsApproval: true }), stage('rest')],
        members: [{ a: old() }, { z: old() }],
      },
      'stage 2 of 2 (rest) waits for eu: 0 of 1 done, waits for approval',
      'approval',
      `stage 1 of 2 (eu) waits for approval of digest ${NEW}: stationkeeper approve fleet eu ${NEW}, or approved: { xray: ${NEW} } in Rollout/fleet`,
    ],
    [
      'when its window opens, by the clocks there',
      { stages: STAGES, members: [{ z: old() }], schedule: { windows: HOURS } },
      'stage 1 of 3 (canary) waits for its window, which opens 2026-11-30 08:00 Europe/Berlin',
      'window',
      'stage 1 of 3 (canary) waits for its window, which opens 2026-11-30 08:00 Europe/Berlin',
    ],
    [
      'which stage has failed, and the first cause',
      { stages: STAGES, members: [{ a: ILL, b: DONE }, { z: old() }] },
      'stage 1 of 3 (canary) has failed: a: degraded: service/xray: tasks stop; fix it in git, or revert',
      'failed',
      'stage 1 of 3 (canary) failed: 1 of 2 Environments failed, at most 0 may: a: degraded: service/xray: tasks stop; fix it in git, or revert',
    ],
    [
      'which document pauses it',
      {
        stages: STAGES,
        members: [{ a: DONE, z: old() }],
        definition: { mode: 'paused', modeSaidBy: 'Rollout/fleet' },
      },
      'paused by stationkeeper.dev/rollout: paused on Rollout/fleet',
      'paused',
      'paused by stationkeeper.dev/rollout: paused on Rollout/fleet: 1 of 2 Environments done',
    ],
    [
      'which document skips it',
      {
        stages: STAGES,
        members: [{ z: old() }],
        definition: { mode: 'skip', modeSaidBy: 'DaemonService/xray' },
      },
      'begins now: stationkeeper.dev/rollout: skip on DaemonService/xray waives stages, windows and approvals',
      'progressing',
      'stage 1 of 3 (canary): 0 of 1 done, 1 begins now',
    ],
    [
      'that no stage takes it',
      { stages: STAGES.slice(0, 1), members: [{ a: DONE }, { z: old() }] },
      'no stage of Rollout fleet takes it; add a stage without environments',
      'failed',
      'z: no stage of Rollout fleet takes it; add a stage without environments',
    ],
    [
      'why there is no schedule',
      {
        stages: [],
        members: [{ z: old() }],
        definition: { schedule: undefined, unscheduled: 'there is no Rollout fleet; write it' },
      },
      'there is no Rollout fleet; write it',
      'failed',
      'there is no Rollout fleet; write it',
    ],
    [
      'that it is done',
      { stages: STAGES, members: [{ a: DONE, z: DONE }] },
      'done since 11:00 UTC',
      'done',
      'done in all 2 Environments',
    ],
    [
      'that it is done but for failures that may be',
      { stages: [stage('all', { maxFailures: 1 })], members: [{ a: DONE, z: ILL }] },
      'failed: degraded: service/xray: tasks stop; fix it in git, or revert',
      'done',
      '1 of 2 Environments done; 1 failed, which its stages allow: z: failed: degraded: service/xray: tasks stop; fix it in git, or revert',
    ],
    [
      'that it goes back although a stage has failed',
      {
        stages: STAGES,
        members: [{ a: ILL, b: holding(NEW, -600) }, { z: old({ held: { ...target(OLD), since: at(-5) } }) }],
      },
      `stage 2 of 3 (eu) goes back to digest ${NEW}: begins now`,
      'progressing',
      'stage 1 of 3 (canary): 1 of 2 done, 1 failed, 1 begins now',
    ],
  ])('%s', (_what, fleet, turn, condition, says) => {
    const course = courseOfFleet(fleet);
    expect(course.turns.get('z')?.says).toBe(turn);
    expect({ condition: course.condition, says: course.says }).toEqual({ condition, says });
  });
});

describe('time alone changes a course next', () => {
  test.each<[string, Fleet, number | undefined]>([
    ['where a soak ends', { stages: STAGES, members: [{ a: holding(NEW, -10), b: underWay(-5) }] }, 5],
    ['where a deadline passes', { stages: STAGES, members: [{ a: underWay(-5) }] }, 25],
    [
      'where a window opens',
      { stages: STAGES, members: [{ a: old() }], schedule: { windows: HOURS } },
      67 * 60,
    ],
    [
      'where a window closes to who waits for a slot',
      {
        stages: STAGES,
        members: [{ a: DONE }, { c: old(), d: old(), e: old() }],
        schedule: { windows: HOURS },
        now: 70 * 60,
      },
      75 * 60,
    ],
    [
      'nowhere where it waits for somebody',
      { stages: [stage('all', { needsApproval: true })], members: [{ a: old() }] },
      undefined,
    ],
    ['nowhere where it is done', { stages: STAGES, members: [{ a: DONE }] }, undefined],
  ])('%s', (_where, fleet, minutes) => {
    expect(courseOfFleet(fleet).nextAt).toBe(minutes === undefined ? undefined : at(minutes));
  });
});
