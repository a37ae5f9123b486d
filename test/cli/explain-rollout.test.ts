import { describe, expect, it, test } from 'vitest';
import { rolloutExplanation, stagedLines } from '../../controller/cli/explain-rollout.ts';
import { definitionOf, MINUTE, old, stage } from '../support/rollouts/members.ts';
import type { Fleet } from '../support/rollouts/members.ts';

const FLEET: Fleet = {
  stages: [
    stage('canary'),
    stage('eu', { maxConcurrent: { percent: 25 }, soakMs: 15 * MINUTE }),
    stage('rest', { maxConcurrent: { count: 10 }, maxFailures: 2, needsApproval: true }),
  ],
  members: [{ a: old() }, { b: old(), c: old() }, { d: old() }],
};

describe('what an object is told of its Rollout', () => {
  test('its stage, what that asks for, and what comes before', () => {
    expect(stagedLines(definitionOf(FLEET), 'b')).toEqual([
      'It goes through Rollout/fleet, digest 00000000000000bb.',
      'Stage 2 of 3, eu: 25% at once, which is 1, none may fail, soaks 15m.',
      'It begins once canary is done and soaked.',
      'An Environment has failed where it is not done after 30m.',
    ]);
    expect(stagedLines(definitionOf(FLEET), 'd')).toContain(
      'Stage 3 of 3, rest: 10 at once, 2 may fail, waits for approval.',
    );
    expect(stagedLines(definitionOf(FLEET), 'a')).toContain('It waits for no other stage.');
  });

  it('is that nothing begins where no stage takes it, or there is none to go by', () => {
    const stray = { ...FLEET, stages: FLEET.stages.slice(0, 2) };
    expect(stagedLines(definitionOf(stray), 'd').at(-1)).toMatch(/^No stage takes this Environment/);
    const wrong = definitionOf({
      ...FLEET,
      definition: { schedule: undefined, unscheduled: 'Rollout/fleet at a.yaml:3 is wrong itself' },
    });
    expect(stagedLines(wrong, 'a').at(-1)).toBe('Rollout/fleet at a.yaml:3 is wrong itself.');
  });

  it('is who waives or holds it', () => {
    const definition = definitionOf({ ...FLEET, definition: { mode: 'skip', modeSaidBy: 'Rollout/fleet' } });
    expect(stagedLines(definition, 'a')[0]).toMatch(
      /; Rollout\/fleet says stationkeeper.dev\/rollout: skip, which waives all of it\.$/,
    );
  });
});

describe('what a Rollout is told of', () => {
  const windows = [{ days: ['Fri'], from: 22 * 60, to: 4 * 60, timeZone: 'Europe/Berlin' }] as const;

  test('its stages with the Environments of each definition, and when they may begin', () => {
    const definition = definitionOf({ ...FLEET, schedule: { windows } });
    expect(rolloutExplanation(definition.schedule!, [definition])).toEqual([
      'DaemonService/xray goes through it, digest 00000000000000bb:',
      '  1. canary (1: a): all at once, none may fail',
      '  2. eu (2: b, c): 25% at once, which is 1, none may fail, soaks 15m',
      '  3. rest (1: d): 10 at once, 2 may fail, waits for approval',
      'An Environment has failed where it is not done after 30m.',
      'It may begin Fri from 22:00 to 04:00 of the next day (Europe/Berlin).',
    ]);
  });

  test('that nobody names it', () => {
    expect(rolloutExplanation(definitionOf(FLEET).schedule!, [])[0]).toMatch(/No DaemonService names it/);
  });
});
