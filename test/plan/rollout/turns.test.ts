import { describe, expect, test } from 'vitest';
import type { MemberFacts } from '../../../controller/core/rollout/facts.ts';
import {
  courseOfFleet,
  deployment,
  holding,
  MINUTE,
  NEW,
  NOTHING,
  OLD,
  old,
  at,
  stage,
  statesOf,
  target,
  underWay,
} from '../../support/rollouts/members.ts';
import type { Fleet } from '../../support/rollouts/members.ts';

const STEP = 'update service/xray: taskDefinition';
const SOAK = stage('all', { soakMs: 15 * MINUTE });
const LONG = 90 * 24 * 60;

describe('an Environment by its own facts', () => {
  const since = -10;
  test.each<[string, Partial<MemberFacts> | null, string, string]>([
    ['waits or begins before it holds the target', old(), 'begins', 'stage 1 of 1 (all): begins now'],
    [
      'has not begun where another expansion of the definition is held',
      old({ held: { definition: NEW, expansion: 'f', since: at(-60) } }),
      'begins',
      'begins now',
    ],
    [
      'has begun quietly where nothing is changed by git',
      holding(OLD, -1000),
      'soaking',
      'done, soaks until 12:15 UTC',
    ],
    [
      'has begun quietly whatever became of a deployment before',
      holding(OLD, -1000, { deployments: [deployment(-900, 'failed', -890)] }),
      'soaking',
      'done, soaks until 12:15 UTC',
    ],
    [
      'has begun quietly without any tag',
      { isThere: true, lastDeployment: 'completed' },
      'soaking',
      'done, soaks until 12:15 UTC',
    ],
    [
      'is under way while a step of git is left',
      holding(NEW, since, { stepOfGit: STEP }),
      'progressing',
      `under way, fails at 12:20 UTC unless done by then: ${STEP}`,
    ],
    [
      'is under way while its deployment is',
      underWay(since),
      'progressing',
      'unless done by then: its deployment has not completed',
    ],
    [
      'is under way while its service is not there yet',
      holding(NEW, since, { isMissing: true }),
      'progressing',
      'its service is not there',
    ],
    [
      'soaks from when it began where no deployment is listed',
      holding(NEW, since),
      'soaking',
      'done, soaks until 12:05 UTC',
    ],
    [
      'soaks from the end of its last deployment',
      holding(NEW, since, { deployments: [deployment(since, 'succeeded', -5)] }),
      'soaking',
      'done, soaks until 12:10 UTC',
    ],
    [
      'soaks from its beginning where its last deployment ended before',
      holding(NEW, -5, { deployments: [deployment(-90, 'succeeded', -80)] }),
      'soaking',
      'done, soaks until 12:10 UTC',
    ],
    [
      'is done when it has soaked',
      holding(NEW, -30, { deployments: [deployment(-29, 'succeeded', -15)] }),
      'done',
      'done since 11:45 UTC',
    ],
    [
      'is done where ECS tells of no deployment at all',
      holding(NEW, -30, { lastDeployment: undefined } as never),
      'done',
      'done since 11:30 UTC',
    ],
    [
      'is done still while a later deployment goes on, once it has soaked',
      underWay(-60, { deployments: [deployment(-59, 'succeeded', -55), deployment(-2, 'inProgress')] }),
      'done',
      'done since 11:05 UTC',
    ],
    [
      'is not, where the later deployment came before the end of its soak',
      underWay(-60, { deployments: [deployment(-59, 'succeeded', -12), deployment(-2, 'inProgress')] }),
      'progressing',
      'fails at 12:28 UTC',
    ],
    [
      'is done while a deployment goes on that ECS lists alone after ninety days',
      underWay(-LONG - 60, { deployments: [deployment(-2, 'inProgress')] }),
      'done',
      'done since',
    ],
    [
      'is not done by the time between its beginning and its first deployment',
      underWay(-29, { deployments: [deployment(-2, 'inProgress')] }),
      'progressing',
      'under way',
    ],
    [
      'has a deadline anew for a deployment that began after the first one',
      underWay(-60, { deployments: [deployment(-10, 'inProgress')] }),
      'progressing',
      'fails at 12:20 UTC',
    ],
    [
      'has failed where it cannot be read',
      old({ unread: 'access denied' }),
      'failed',
      'failed: unreadable: access denied; make it readable',
    ],
    ['waits where it has not been looked at yet', null, 'waiting', 'it has not been looked at yet'],
    [
      'has failed where it is Degraded',
      holding(NEW, -1, { degraded: 'service/xray: tasks stop' }),
      'failed',
      'failed: degraded: service/xray: tasks stop; fix it in git, or revert',
    ],
    [
      'has failed where it is Degraded though it had soaked',
      holding(NEW, -600, { degraded: 'service/xray: tasks stop' }),
      'failed',
      'degraded',
    ],
    [
      'has not failed where an older target is Degraded',
      old({ degraded: 'service/xray: tasks stop' }),
      'begins',
      'begins now',
    ],
    [
      'has not failed where it is still as a former target left it',
      holding(NEW, -1, { stepOfGit: STEP, degraded: 'service/xray: tasks stop', lastDeployment: 'failed' }),
      'progressing',
      `under way, fails at 12:29 UTC unless done by then: ${STEP}`,
    ],
    [
      'has failed where it is Degraded with a deployment of its own',
      holding(NEW, -5, {
        stepOfGit: STEP,
        degraded: 'service/xray: tasks stop',
        deployments: [deployment(-4, 'inProgress')],
      }),
      'failed',
      'failed: degraded',
    ],
    [
      'is under way where one answer of ECS has it completed, and an older one does not',
      holding(NEW, -16, { deployments: [deployment(-15, 'inProgress')] }),
      'progressing',
      'its deployment has not completed',
    ],
    [
      'has failed where ECS rolled back',
      holding(NEW, -5, { deployments: [deployment(-4, 'failed', -1)] }),
      'failed',
      'ECS rolled its deployment back',
    ],
    [
      'has failed where its last deployment did',
      holding(NEW, -5, { lastDeployment: 'failed' }),
      'failed',
      'ECS rolled its deployment back',
    ],
    [
      'has not failed by a deployment that another followed',
      holding(NEW, -60, { deployments: [deployment(-59, 'failed', -50), deployment(-49, 'succeeded', -40)] }),
      'done',
      'done since 11:20 UTC',
    ],
    [
      'has failed at the deadline with a step of git',
      holding(NEW, -30, { stepOfGit: STEP }),
      'failed',
      `not done after 30m: ${STEP}`,
    ],
    [
      'has failed at the deadline with its deployment unfinished',
      underWay(-30),
      'failed',
      'not done after 30m: its deployment has not completed',
    ],
    [
      'has failed at the deadline without a service',
      holding(NEW, -30, { isMissing: true }),
      'failed',
      'not done after 30m: its service is not there',
    ],
    [
      'has failed where a step is left after it had soaked',
      holding(NEW, -600, { stepOfGit: STEP }),
      'failed',
      'not done after 30m',
    ],
  ])('%s', (_rule, facts, state, says) => {
    const turn = courseOfFleet({
      stages: [stage('all', { ...SOAK, maxFailures: 1 })],
      members: [{ a: facts }],
    }).turns.get('a');
    expect(turn?.state).toBe(state);
    expect(turn?.says).toContain(says);
  });
});

const TWO = [stage('canary', { soakMs: 15 * MINUTE }), stage('rest', { maxConcurrent: { count: 2 } })];
const DONE = holding(NEW, -60);
const ILL = holding(NEW, -5, { degraded: 'service/xray: tasks stop' });

describe('who begins', () => {
  test.each<[string, Fleet, Record<string, string>]>([
    [
      'all of the first stage, and none of the next',
      { stages: TWO, members: [{ a: old(), b: old() }, { c: old() }] },
      { a: 'begins', b: 'begins', c: 'waiting' },
    ],
    [
      'the next stage not while the first soaks',
      { stages: TWO, members: [{ a: holding(NEW, -5) }, { c: old() }] },
      { a: 'soaking', c: 'waiting' },
    ],
    [
      'the next stage, once the first has soaked, by name and slots',
      { stages: TWO, members: [{ a: DONE }, { e: old(), d: old(), c: old() }] },
      { a: 'done', c: 'begins', d: 'begins', e: 'waiting' },
    ],
    [
      'one fewer for each that is under way',
      { stages: TWO, members: [{ a: DONE }, { c: old(), d: old(), e: underWay(-5) }] },
      { a: 'done', c: 'begins', d: 'waiting', e: 'progressing' },
    ],
    [
      'as many as if the failed ones were not there',
      {
        stages: [stage('all', { maxFailures: 1, maxConcurrent: { count: 1 } })],
        members: [{ a: ILL, b: old() }],
      },
      { a: 'failed', b: 'begins' },
    ],
    [
      'a part of the stage, rounded down',
      {
        stages: [stage('all', { maxConcurrent: { percent: 50 } })],
        members: [{ a: old(), b: old(), c: old() }],
      },
      { a: 'begins', b: 'waiting', c: 'waiting' },
    ],
    [
      'one at least',
      { stages: [stage('all', { maxConcurrent: { percent: 1 } })], members: [{ a: old(), b: old() }] },
      { a: 'begins', b: 'waiting' },
    ],
    [
      'none after more failures than may be',
      { stages: TWO, members: [{ a: ILL, b: old() }, { c: old() }] },
      { a: 'failed', b: 'waiting', c: 'waiting' },
    ],
    [
      'none of an earlier stage either',
      { stages: TWO, members: [{ a: NOTHING }, { c: ILL, d: old() }] },
      { a: 'waiting', c: 'failed', d: 'waiting' },
    ],
    [
      'others although one of a later stage cannot be read',
      { stages: TWO, members: [{ a: old() }, { c: { unread: 'access denied' } }] },
      { a: 'begins', c: 'failed' },
    ],
    [
      'nobody in the slot that one who has not been looked at yet may have taken',
      {
        stages: [stage('all', { maxConcurrent: { count: 1 }, maxFailures: 1 })],
        members: [{ a: old(), c: null }],
      },
      { a: 'waiting', c: 'waiting' },
    ],
    [
      'nobody of a later stage while one before has not been looked at yet, whatever may fail',
      { stages: [stage('one', { maxFailures: 1 }), stage('two')], members: [{ a: null }, { c: old() }] },
      { a: 'waiting', c: 'waiting' },
    ],
    [
      'nobody of a later stage where a whole fleet is new, and what went first is done',
      {
        stages: [stage('one'), stage('two', { maxConcurrent: { count: 1 } }), stage('three')],
        members: [{ a: holding(NEW, -10) }, { b: NOTHING, c: NOTHING }, { d: NOTHING }],
      },
      { a: 'done', b: 'begins', c: 'waiting', d: 'waiting' },
    ],
    [
      'nobody who is left alone',
      {
        stages: [stage('all')],
        members: [{ a: old({ leftAlone: 'stationkeeper.dev/reconcile: observe' }) }],
      },
      { a: 'waiting' },
    ],
    [
      'first who failed with what it holds, then who is not done with it, then who is, then who holds nothing',
      {
        stages: [stage('all', { maxConcurrent: { count: 3 } })],
        members: [
          {
            a: NOTHING,
            b: old(),
            c: old({ held: { ...target(OLD), since: at(-5) }, lastDeployment: 'inProgress' }),
            d: old({ degraded: 'x' }),
          },
        ],
      },
      { a: 'waiting', b: 'begins', c: 'begins', d: 'begins' },
    ],
    [
      'who is not done with what it holds before who is',
      {
        stages: [stage('all', { maxConcurrent: { count: 1 } })],
        members: [
          { a: old(), b: old({ held: { ...target(OLD), since: at(-5) }, lastDeployment: 'inProgress' }) },
        ],
      },
      { a: 'waiting', b: 'begins' },
    ],
    [
      'nobody without approval',
      { stages: [stage('all', { needsApproval: true })], members: [{ a: old() }] },
      { a: 'waiting' },
    ],
    [
      'nobody by the approval of another digest',
      {
        stages: [stage('all', { needsApproval: true })],
        members: [{ a: old() }],
        schedule: { approved: { xray: OLD } },
        approvals: [{ rollout: 'fleet', stage: 'all', digest: OLD }],
      },
      { a: 'waiting' },
    ],
    [
      'who is approved in git',
      {
        stages: [stage('all', { needsApproval: true })],
        members: [{ a: old() }],
        schedule: { approved: { xray: NEW } },
      },
      { a: 'begins' },
    ],
    [
      'who is approved by somebody',
      {
        stages: [stage('all', { needsApproval: true })],
        members: [{ a: old() }],
        approvals: [{ rollout: 'fleet', stage: 'all', digest: NEW }],
      },
      { a: 'begins' },
    ],
    [
      'who is approved by that another of the stage has begun',
      { stages: [stage('all', { needsApproval: true })], members: [{ a: old(), b: DONE }] },
      { a: 'begins', b: 'done' },
    ],
    [
      'nobody outside the windows',
      {
        stages: [stage('all')],
        members: [{ a: old() }],
        schedule: { windows: [{ days: ['Mon'], from: 480, to: 960, timeZone: 'Europe/Berlin' }] },
      },
      { a: 'waiting' },
    ],
    [
      'nobody while it is paused, and what has begun goes on',
      { stages: [stage('all')], members: [{ a: old(), b: underWay(-5) }], definition: { mode: 'paused' } },
      { a: 'waiting', b: 'progressing' },
    ],
    [
      'everybody where it is skipped, but who cannot be read',
      {
        stages: [stage('one', { needsApproval: true, maxConcurrent: { count: 1 } }), stage('two')],
        members: [{ a: old(), b: ILL, c: { unread: 'access denied' } }, { d: old() }, { e: old() }],
        definition: { mode: 'skip' },
      },
      { a: 'begins', b: 'failed', c: 'failed', d: 'begins', e: 'begins' },
    ],
    [
      'nobody without a schedule',
      { stages: [stage('all')], members: [{ a: old() }], definition: { schedule: undefined, mode: 'skip' } },
      { a: 'waiting' },
    ],
    [
      'nobody without a stage',
      { stages: [stage('all')], members: [{ a: DONE }, { z: old() }] },
      { a: 'done', z: 'waiting' },
    ],
    [
      'who is new, in its stage, while the rollout goes on',
      { stages: TWO, members: [{ a: holding(NEW, -5) }, { c: NOTHING, d: old() }] },
      { a: 'soaking', c: 'waiting', d: 'waiting' },
    ],
    [
      'who is new, in any stage, once the rollout has ended',
      {
        stages: TWO,
        members: [
          { a: DONE, b: NOTHING },
          { c: NOTHING, d: DONE },
        ],
      },
      { a: 'done', b: 'begins', c: 'begins', d: 'done' },
    ],
    [
      'new ones in stages where all are new',
      { stages: TWO, members: [{ a: NOTHING }, { c: NOTHING }] },
      { a: 'begins', c: 'waiting' },
    ],
    [
      'no new one while the rollout has failed',
      { stages: TWO, members: [{ a: ILL }, { c: NOTHING }] },
      { a: 'failed', c: 'waiting' },
    ],
  ])('%s', (_rule, fleet, states) => {
    expect(statesOf(courseOfFleet(fleet))).toEqual(states);
  });
});

describe('a revert', () => {
  /** Some begin the other definition while one holds this one since before. */
  const back = (since: number, overrides: Partial<MemberFacts> = {}): Partial<MemberFacts> =>
    old({ ...overrides, held: { ...target(OLD), since: at(since) } });
  const FIRST = holding(NEW, -600);
  const CLOSED = { windows: [{ days: ['Mon'] as const, from: 480, to: 960, timeZone: 'Europe/Berlin' }] };
  test.each<[string, Fleet, Record<string, string>]>([
    [
      'needs no stage, soak, approval or window',
      {
        stages: [stage('canary', { soakMs: MINUTE }), stage('rest', { needsApproval: true })],
        members: [{ a: back(-5) }, { c: back(-4), z: FIRST }],
        schedule: CLOSED,
      },
      { a: 'begins', c: 'begins', z: 'done' },
    ],
    [
      'goes on though a stage has failed',
      { stages: TWO, members: [{ a: ILL, b: back(-5) }, { z: FIRST }] },
      { a: 'failed', b: 'begins', z: 'done' },
    ],
    [
      'takes slots, failed ones first',
      {
        stages: [stage('all', { maxConcurrent: { count: 1 } })],
        members: [{ a: back(-5), b: back(-5, { degraded: 'x' }), z: FIRST }],
      },
      { a: 'waiting', b: 'begins', z: 'done' },
    ],
    [
      'goes before who failed and goes on',
      {
        stages: [stage('all', { maxConcurrent: { count: 1 } })],
        members: [{ a: back(-900, { degraded: 'x' }), b: back(-5), z: FIRST }],
      },
      { a: 'waiting', b: 'begins', z: 'done' },
    ],
    [
      'is none where both were begun at once',
      {
        stages: [stage('canary', { soakMs: 900 * MINUTE }), stage('rest')],
        members: [{ a: FIRST }, { c: back(-600) }],
      },
      { a: 'soaking', c: 'waiting' },
    ],
    [
      'is none where the definition is held, and the Environment has changed',
      {
        stages: [stage('canary', { soakMs: 900 * MINUTE }), stage('rest')],
        members: [{ a: FIRST }, { c: old({ held: { definition: NEW, expansion: 'f', since: at(-5) } }) }],
      },
      { a: 'soaking', c: 'waiting' },
    ],
    [
      'is held by a pause',
      { stages: [stage('all')], members: [{ a: back(-5), z: FIRST }], definition: { mode: 'paused' } },
      { a: 'waiting', z: 'done' },
    ],
    [
      'is none where the definition was begun elsewhere later',
      {
        stages: [stage('canary', { soakMs: 60 * MINUTE }), stage('rest')],
        members: [{ a: holding(NEW, -5) }, { c: back(-600) }],
      },
      { a: 'soaking', c: 'waiting' },
    ],
  ])('%s', (_rule, fleet, states) => {
    expect(statesOf(courseOfFleet(fleet))).toEqual(states);
  });
});
