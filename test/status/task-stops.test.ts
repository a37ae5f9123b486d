import { describe, expect, it } from 'vitest';
import type { StoppedTask } from '../../controller/core/resource.ts';
import { NO_STOPS, freshStops } from '../../controller/status/task-stops.ts';
import type { CountedStops } from '../../controller/status/task-stops.ts';
import { METRICS_START, metricsOf } from '../support/reports/metrics.ts';
import { reportOf, reportedObject } from '../support/reports/reports.ts';
import { keepStep, planOf } from '../support/plans/steps.ts';

const MINUTE = 60_000;

function stopped(id: string, minute: number, reason = 'OutOfMemory'): StoppedTask {
  return { id, reason, at: METRICS_START + minute * MINUTE };
}

/** A service of whose tasks these are shown as stopped; undefined: ECS was not asked, or did not answer. */
function serviceWith(tasks: readonly StoppedTask[] | undefined) {
  const stops = tasks === undefined ? {} : { stops: { count: tasks.length, reason: 'it ended', tasks } };
  return keepStep({ workload: { desired: 1, running: 1, pending: 0, ...stops } });
}

function countedIn(
  passes: readonly (readonly [minute: number, tasks: readonly StoppedTask[] | undefined])[],
) {
  let before: CountedStops = NO_STOPS;
  return passes.map(([minute, tasks]) => {
    const times = { now: METRICS_START + minute * MINUTE, startedAt: METRICS_START };
    const { fresh, counted } = freshStops([serviceWith(tasks)], before, times);
    before = counted;
    return fresh.map(({ reason }) => reason);
  });
}

describe('a stopped task', () => {
  it('counts once, in however many passes ECS shows it', () => {
    const a = stopped('a', 1);
    const b = stopped('b', 2, 'ContainerExited');
    expect(
      countedIn([
        [1, [a]],
        [2, [b, a]],
        [3, [b, a]],
      ]),
    ).toEqual([['OutOfMemory'], ['ContainerExited'], []]);
  });

  it('counts once where looks fail in between', () => {
    const a = stopped('a', 1);
    expect(
      countedIn([
        [1, [a]],
        [2, undefined],
        [62, undefined],
        [63, [a]],
      ]),
    ).toEqual([['OutOfMemory'], [], [], []]);
  });

  it('counts once however long the controller goes on showing it', () => {
    const a = stopped('a', 1);
    expect(countedIn([60, 120, 180, 240, 300, 360].map((minute) => [minute, [a]] as const)).flat()).toEqual([
      'OutOfMemory',
    ]);
  });

  it('is left to the process before, where it stopped before this one started', () => {
    expect(countedIn([[1, [stopped('old', -30), stopped('new', 1)]]])).toEqual([['OutOfMemory']]);
  });

  it('counts although AWS does not tell when it stopped', () => {
    expect(countedIn([[1, [{ id: 'a', reason: 'Other' }]]])).toEqual([['Other']]);
  });

  it('is forgotten some hours after it was shown last', () => {
    const times = { now: METRICS_START, startedAt: METRICS_START };
    const { counted } = freshStops([serviceWith([stopped('a', 0)])], NO_STOPS, times);
    const later = (hours: number) =>
      freshStops([], counted, { ...times, now: METRICS_START + hours * 60 * MINUTE }).counted.size;
    expect([later(2), later(4)]).toEqual([1, 0]);
  });
});

describe('the metric of stopped tasks', () => {
  async function seriesOf(metrics: ReturnType<typeof metricsOf>): Promise<readonly string[]> {
    return (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('stationkeeper_task_stops_total{'))
      .map((line) => line.slice('stationkeeper_task_stops_total{'.length));
  }

  it('begins at 0 for ends of a program, so that the first one is an increase', async () => {
    const metrics = metricsOf();
    const step = serviceWith(undefined);
    const report = reportOf({ steps: [step] });
    metrics.recordStops({ plan: planOf([step]), report, now: METRICS_START });
    const zeros = ['ContainerExited', 'ContainerKilled', 'HealthCheckFailing', 'OutOfMemory'].map(
      (reason) => `environment="default",name="xray",reason="${reason}"} 0`,
    );
    expect(await seriesOf(metrics)).toEqual(zeros);
    const next = serviceWith([stopped('a', 1), stopped('b', 1, 'ImageNotFound')]);
    metrics.recordStops({ plan: planOf([next]), report, now: METRICS_START + MINUTE });
    expect((await seriesOf(metrics)).filter((line) => !line.endsWith(' 0'))).toEqual([
      'environment="default",name="xray",reason="OutOfMemory"} 1',
      'environment="default",name="xray",reason="ImageNotFound"} 1',
    ]);
  });

  it('goes with its object', async () => {
    const metrics = metricsOf();
    const step = serviceWith([stopped('a', 1)]);
    metrics.recordStops({ plan: planOf([step]), report: reportOf({ steps: [step] }), now: METRICS_START });
    const other = reportedObject({ manifest: { kind: 'Cluster', name: 'other' } });
    const without = reportOf({ objects: [other], steps: [] });
    metrics.recordStops({ plan: planOf([]), report: without, now: METRICS_START });
    expect(await seriesOf(metrics)).toEqual([]);
  });
});
