import { describe, expect, it } from 'vitest';
import type { Course } from '../../controller/core/rollout/course.ts';
import type { Schedule } from '../../controller/core/rollout/schedule.ts';
import { rolloutObjects } from '../../controller/status/rollouts.ts';
import type { RolloutInput } from '../../controller/status/rollouts.ts';
import type { ObjectStatus } from '../../controller/status/schema.ts';
import { onlyObject, reportOf } from '../support/reports/reports.ts';
import { courseOfFleet, definitionOf, old, stage, underWay } from '../support/rollouts/members.ts';
import type { Fleet } from '../support/rollouts/members.ts';

const NOW = '2026-11-27T12:00:00.000Z';
const LATER = '2026-11-27T12:05:00.000Z';

const FLEET: Fleet = { stages: [stage('all')], members: [{ a: old() }] };

/** A definition that stands so, whatever its Environments hold. */
function courseIn(condition: Course['condition'], name = 'xray', rollout = 'fleet'): Course {
  const definition = { ...definitionOf(FLEET), manifest: { kind: 'DaemonService', name }, rollout } as const;
  return { ...courseOfFleet(FLEET), definition, condition, says: `says ${condition}` };
}

function scheduleOf(name: string): Schedule {
  return { ...definitionOf(FLEET).schedule!, name };
}

function objectsOf(
  overrides: Partial<RolloutInput>,
  previous: readonly ObjectStatus[] = [],
): readonly ObjectStatus[] {
  return rolloutObjects({ now: NOW, courses: [], schedules: [], ...overrides }, previous);
}

function objectOf(
  courses: readonly Course[],
  previous: readonly ObjectStatus[] = [],
  now = NOW,
): ObjectStatus {
  const [object, ...others] = objectsOf({ now, courses }, previous);
  if (object === undefined || others.length > 0) throw new Error('there is not exactly one Rollout');
  return object;
}

/** `Ready False ApprovalNeeded, Reconciling True ApprovalNeeded, Stalled False NotStalled`. */
function conditionsText({ conditions }: ObjectStatus): string {
  return conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`).join(', ');
}

describe('what the report tells of a Rollout', () => {
  it.each<[Course['condition'], string, string, string]>([
    ['done', 'Synced', 'Healthy', 'Ready True RolloutDone, Reconciling False Idle, Stalled False NotStalled'],
    [
      'progressing',
      'OutOfSync',
      'Progressing',
      'Ready False Progressing, Reconciling True Progressing, Stalled False NotStalled',
    ],
    [
      'window',
      'OutOfSync',
      'Progressing',
      'Ready False WindowClosed, Reconciling True WindowClosed, Stalled False NotStalled',
    ],
    [
      'approval',
      'OutOfSync',
      'Progressing',
      'Ready False ApprovalNeeded, Reconciling True ApprovalNeeded, Stalled False NotStalled',
    ],
    [
      'paused',
      'OutOfSync',
      'Suspended',
      'Ready False RolloutPaused, Reconciling False Idle, Stalled False NotStalled',
    ],
    [
      'failed',
      'OutOfSync',
      'Degraded',
      'Ready False RolloutFailed, Reconciling False Stalled, Stalled True RolloutFailed',
    ],
  ])('is, of one that is %s, %s and %s with its reason', (condition, sync, health, conditions) => {
    const object = objectOf([courseIn(condition)]);
    expect([object.sync, object.health, conditionsText(object)]).toEqual([sync, health, conditions]);
    expect(object.conditions[0]?.message).toBe(`DaemonService/xray: says ${condition}`);
  });

  it('says where the definition is, in the words of its course', () => {
    const stages = [stage('canary'), stage('rest')];
    const members = [{ a: underWay(-1) }, { b: old() }];
    expect(objectOf([courseOfFleet({ stages, members })]).conditions[0]?.message).toBe(
      'DaemonService/xray: stage 1 of 2 (canary): 0 of 1 done, 1 under way',
    );
  });

  it('is an object of no Environment, with the revision that git holds', () => {
    const [object] = objectsOf({ courses: [courseIn('done')], revision: 'c0ffee1' });
    expect(object).toMatchObject({
      kind: 'Rollout',
      name: 'fleet',
      environment: '',
      observedRevision: 'c0ffee1',
      resources: [],
      instances: [],
    });
    expect(objectOf([courseIn('done')])).not.toHaveProperty('observedRevision');
  });
});

describe('a Rollout of several definitions', () => {
  it.each<[Course['condition'], Course['condition']]>([
    ['failed', 'approval'],
    ['approval', 'paused'],
    ['paused', 'window'],
    ['window', 'progressing'],
    ['progressing', 'done'],
  ])('is %s where another is %s, and tells of the first alone', (first, second) => {
    const object = objectOf([courseIn(second, 'adot'), courseIn(first, 'xray')]);
    expect(object.conditions[0]).toMatchObject({
      reason: objectOf([courseIn(first)]).conditions[0]?.reason,
      message: `DaemonService/xray: says ${first}`,
    });
  });

  it('tells of three of those in its state, and how many more there are', () => {
    const courses = ['a', 'b', 'c', 'd', 'e'].map((name) => courseIn('failed', name));
    expect(objectOf(courses).conditions[0]?.message).toBe(
      'DaemonService/a: says failed, DaemonService/b: says failed, DaemonService/c: says failed and 2 more',
    );
  });

  it('is done where nobody names it, and says so', () => {
    const [object] = objectsOf({ schedules: [scheduleOf('fleet')] });
    expect(object?.conditions[0]).toMatchObject({
      status: 'True',
      reason: 'RolloutDone',
      message: 'no DaemonService names it',
    });
  });

  it('stands once for each name that git holds or a definition says, by name', () => {
    const objects = objectsOf({
      schedules: [scheduleOf('weekend'), scheduleOf('fleet')],
      courses: [courseIn('failed', 'xray', 'not-there'), courseIn('done', 'adot', 'fleet')],
    });
    expect(objects.map(({ name, health }) => [name, health])).toEqual([
      ['fleet', 'Healthy'],
      ['not-there', 'Degraded'],
      ['weekend', 'Healthy'],
    ]);
  });
});

describe('when a condition of a Rollout changed', () => {
  const before = objectOf([courseIn('progressing')]);

  it('stays while its status does, also under another reason', () => {
    const after = objectOf([courseIn('window')], [before], LATER);
    expect(after.conditions.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([NOW, NOW, NOW]);
    expect(after.since).toBe(NOW);
  });

  it('is now for each whose status is another', () => {
    const after = objectOf([courseIn('failed')], [before], LATER);
    expect(after.conditions.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['Ready', NOW],
      ['Reconciling', LATER],
      ['Stalled', LATER],
    ]);
    expect(objectOf([courseIn('done')], [before], LATER).since).toBe(LATER);
  });

  it('is not taken from another Rollout, or from an object of another kind and the same name', () => {
    const other = { ...before, name: 'other' };
    const daemon = { ...onlyObject(reportOf()), name: 'fleet' };
    expect(objectOf([courseIn('progressing')], [other, daemon], LATER).since).toBe(LATER);
  });
});
