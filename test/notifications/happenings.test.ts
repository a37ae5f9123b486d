import { describe, expect, it, test } from 'vitest';
import { NOTHING_UNDER_WAY, withReport } from '../../controller/notifications/happenings.ts';
import type { FreshTransition } from '../../controller/status/history.ts';
import type { ObjectStatus, Transition } from '../../controller/status/schema.ts';
import { at, objectStatus, reportAt, withoutImage } from '../support/reports/troubled.ts';

interface Pass {
  readonly seconds: number;
  readonly objects: readonly ObjectStatus[];
  readonly fresh?: readonly FreshTransition[];
}

/** What is told, pass by pass: `what: message`, each. */
function told(passes: readonly Pass[]): readonly string[] {
  let underWay = NOTHING_UNDER_WAY;
  return passes.flatMap(({ seconds, objects, fresh = [] }) => {
    const after = withReport(underWay, { report: reportAt(seconds, objects), fresh });
    ({ underWay } = after);
    return after.happenings.map((one) => {
      const names = one.objects.map(({ name, environment }) => `${name}@${environment}`).join(',');
      return `${seconds} ${names} ${one.what}: ${one.message}`;
    });
  });
}

function fresh(name: string, overrides: Partial<Transition> = {}): FreshTransition {
  return {
    object: `DaemonService/${name}`,
    environment: 'prod-eu',
    transition: {
      at: at(0),
      resource: `service/${name}`,
      why: 'Changed',
      changes: [],
      result: 'done',
      message: '',
      revision: 'c0ffee1234567890',
      ...overrides,
    },
  };
}

const moving = (name: string): ObjectStatus => objectStatus({ name, health: 'Progressing' });

describe('a change of git', () => {
  it('is told once, when its object is as wanted', () => {
    expect(
      told([
        { seconds: 0, objects: [moving('xray')], fresh: [fresh('xray')] },
        { seconds: 60, objects: [moving('xray')], fresh: [fresh('xray', { resource: 'role/xray-task' })] },
        { seconds: 120, objects: [objectStatus()] },
        { seconds: 180, objects: [objectStatus()] },
      ]),
    ).toEqual(['120 xray@prod-eu applied c0ffee1: Changed service/xray, role/xray-task.']);
  });

  it('of several objects is told once for all of them, when the last has got there', () => {
    expect(
      told([
        {
          seconds: 0,
          objects: [objectStatus(), moving('otel')],
          fresh: [fresh('xray', { why: 'Created' }), fresh('otel', { why: 'Created' })],
        },
        { seconds: 60, objects: [objectStatus(), objectStatus({ name: 'otel' })] },
      ]),
    ).toEqual(['60 xray@prod-eu,otel@prod-eu applied c0ffee1: Created service/xray, service/otel.']);
  });

  it('waits neither for an object that is stuck, nor longer than ten minutes for one that moves', () => {
    const both = [fresh('xray'), fresh('otel')];
    expect(
      told([
        {
          seconds: 0,
          objects: [objectStatus(), withoutImage({ name: 'otel', sync: 'OutOfSync' })],
          fresh: both,
        },
      ]),
    ).toEqual(['0 xray@prod-eu applied c0ffee1: Changed service/xray.']);
    const slow = [0, 300, 600].map((seconds) => ({
      seconds,
      objects: [objectStatus(), moving('otel')],
      ...(seconds === 0 ? { fresh: both } : {}),
    }));
    expect(told(slow)).toEqual(['600 xray@prod-eu applied c0ffee1: Changed service/xray.']);
  });

  it('that removes an object is told as that', () => {
    const deletions = [fresh('xray', { why: 'Deleted', result: 'started' })];
    expect(
      told([
        { seconds: 0, objects: [moving('xray')], fresh: deletions },
        { seconds: 60, objects: [], fresh: [fresh('xray', { why: 'Deleted', finishedAt: at(60) })] },
      ]),
    ).toEqual(['60 xray@prod-eu deleted: Deleted service/xray.']);
  });

  it('that only failed, or is held, is no news', () => {
    const nothing = [
      fresh('xray', { result: 'failed', error: { code: 'AccessDenied', message: '' } }),
      fresh('xray', { result: 'held' }),
    ];
    expect(told([{ seconds: 0, objects: [objectStatus()], fresh: nothing }])).toEqual([]);
  });
});

test('drift that was healed is told with both values, and once where AWS takes a while', () => {
  const drift = {
    why: 'Drifted' as const,
    changes: [{ path: 'desiredCount', from: 1, to: 2 }],
  };
  expect(
    told([
      { seconds: 0, objects: [objectStatus()], fresh: [fresh('xray', { ...drift, result: 'started' })] },
      { seconds: 60, objects: [objectStatus()], fresh: [fresh('xray', { ...drift, finishedAt: at(60) })] },
    ]),
  ).toEqual(['0 xray@prod-eu drift healed (desiredCount): service/xray desiredCount: 1 in AWS, 2 again.']);
});

test('what somebody deleted in AWS is told as made again', () => {
  const gone = { why: 'Drifted' as const, changes: [{ path: 'exists', from: false, to: true }] };
  expect(told([{ seconds: 0, objects: [objectStatus()], fresh: [fresh('xray', gone)] }])).toEqual([
    '0 xray@prod-eu drift healed (somebody deleted it): service/xray was deleted in AWS; Stationkeeper made it again.',
  ]);
});

test('a Rollout that is done is told where it was not before, and not by a controller that starts', () => {
  const rollout = (health: ObjectStatus['health'], message: string): ObjectStatus =>
    objectStatus({ kind: 'Rollout', name: 'fleet', environment: '', health, ready: { message } });
  const done = rollout('Healthy', 'DaemonService/xray: done in 4 Environments');
  expect(told([{ seconds: 0, objects: [done] }])).toEqual([]);
  expect(
    told([
      { seconds: 0, objects: [rollout('Progressing', '')] },
      { seconds: 60, objects: [done] },
      { seconds: 120, objects: [done] },
    ]),
  ).toEqual(['60 fleet@ rollout done: DaemonService/xray: done in 4 Environments']);
});
