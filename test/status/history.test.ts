import { describe, expect, it } from 'vitest';
import { historyOf } from '../../controller/status/history.ts';
import { displayId, resourceKey } from '../../controller/core/resource.ts';
import { createStatusStore } from '../../controller/status/store.ts';
import type { Transition } from '../../controller/status/schema.ts';
import { outcomeOf, reportInput } from '../support/reports/reports.ts';
import type { ReportOverrides } from '../support/reports/reports.ts';
import { change, createStep, deleteStep, holdStep, keepStep, updateStep } from '../support/plans/steps.ts';

const XRAY = { kind: 'DaemonService', name: 'xray' } as const;
const drifted = updateStep({ changedBy: 'aws', changes: [change('desiredCount', 1, 2)] });
const failure = { code: 'AccessDenied', message: 'not allowed', retry: 'backoff' } as const;

/** A controller that looks once a minute. */
function watched() {
  const { controller, source } = reportInput();
  const store = createStatusStore(controller, source);
  let minute = 0;
  /** A pass. Returns what it added. */
  const pass = (overrides: ReportOverrides = {}): readonly Transition[] => {
    minute += 1;
    const now = new Date(Date.UTC(2026, 10, 2, 10, minute)).toISOString();
    store.record(reportInput({ now, ...overrides }));
    return store.fresh().map(({ transition }) => transition);
  };
  return {
    store,
    pass,
    history: () => historyOf(store.histories(), XRAY, 'default')?.transitions ?? [],
  };
}

/** `Drifted service/xray done`, newest first. */
function told(transitions: readonly Transition[]): readonly string[] {
  return transitions.map(({ why, resource, result }) => [why, resource, result].filter(Boolean).join(' '));
}

describe("an object's history", () => {
  it('says of each step what changed, from what to what, when, at which revision, and who had made it differ', () => {
    const { pass, history } = watched();
    pass();
    const changed = updateStep({ changedBy: 'git', changes: [change('desiredCount', 2, 3)] });
    pass({
      steps: [keepStep()],
      before: { ...reportInput().plan, steps: [drifted] },
      outcomes: [outcomeOf(drifted)],
    });
    pass({ steps: [keepStep()], outcomes: [outcomeOf(changed)], revisions: new Map([['default', 'bead2']]) });
    expect(history()).toEqual([
      expect.objectContaining({
        why: 'Changed',
        revision: 'bead2',
        changes: [{ path: 'desiredCount', from: 2, to: 3 }],
      }),
      {
        at: '2026-11-02T09:59:59.500Z',
        revision: 'c0ffee1',
        resource: 'service/xray',
        why: 'Drifted',
        changes: [{ path: 'desiredCount', from: 1, to: 2 }],
        result: 'done',
        message: '',
      },
    ]);
  });

  it('gets nothing from a pass that finds everything as it was', () => {
    const { pass, history } = watched();
    for (let passes = 0; passes < 3; passes += 1) expect(pass()).toEqual([]);
    expect(history()).toEqual([]);
  });

  it('has what AWS works on once, and then its end', () => {
    const { pass, history } = watched();
    const creating = outcomeOf(createStep(), { result: 'started', message: 'AWS works on it' });
    const waiting = holdStep({ why: 'waiting', intent: 'create' });
    pass({ steps: [waiting], outcomes: [creating] });
    expect(pass({ steps: [waiting], outcomes: [creating] })).toEqual([]);
    expect(pass({ steps: [waiting] })).toEqual([]);
    pass({ steps: [keepStep()] });
    expect(history().filter(({ why }) => why === 'Created')).toMatchObject([
      { result: 'done', finishedAt: '2026-11-02T10:04:00.000Z' },
    ]);
    expect(pass({ steps: [keepStep()] })).toEqual([]);
  });

  it('ends each of two things under way on one resource once, and tells nothing of them again', () => {
    const { pass, history } = watched();
    const leaving = { steps: [holdStep({ why: 'waiting', intent: 'delete', exists: true })] };
    const comingBack = { steps: [holdStep({ why: 'waiting', intent: 'update', exists: true })] };
    const draining = updateStep({ changedBy: 'aws', changes: [change('status', 'DRAINING', 'ACTIVE')] });
    pass({ ...leaving, outcomes: [outcomeOf(deleteStep(), { result: 'started' })] });
    pass({ ...comingBack, outcomes: [outcomeOf(draining, { result: 'started' })] });
    expect(told(pass({ steps: [keepStep()] }))).toEqual([
      'Drifted service/xray done',
      'Deleted service/xray done',
    ]);
    const ended = history();
    expect(pass({ steps: [keepStep()] })).toEqual([]);
    expect(history()).toEqual(ended);
  });

  it('has a failure once, however often it is tried again, and then that it succeeded', () => {
    const { pass, history } = watched();
    const step = holdStep({
      why: 'failed',
      intent: 'update',
      exists: true,
      changes: drifted.changes,
      changedBy: 'aws',
    });
    const failing = {
      steps: [step],
      outcomes: [outcomeOf(drifted, { result: 'failed', error: failure })],
      failures: new Map([[resourceKey(step.id), failure]]),
    };
    pass(failing);
    expect(pass({ ...failing, outcomes: [] })).toEqual([]);
    expect(pass(failing)).toEqual([]);
    pass({ steps: [keepStep()], outcomes: [outcomeOf(drifted)] });
    expect(told(history())).toEqual(['Drifted service/xray done', 'Drifted service/xray failed']);
    expect(history()[1]).toMatchObject({ error: { code: 'AccessDenied', message: 'not allowed' } });
  });

  it('has once what is held and why, and that the difference went by itself', () => {
    const { pass, history } = watched();
    const held = (paths: readonly string[]) =>
      holdStep({
        why: 'policy',
        intent: 'update',
        exists: true,
        changedBy: 'aws',
        changes: paths.map((path) => change(path)),
        reason: 'stationkeeper.dev/reconcile: observe',
      });
    pass();
    pass({ steps: [held(['a'])] });
    expect(pass({ steps: [held(['a'])] })).toEqual([]);
    pass({ steps: [held(['a', 'b'])] });
    pass();
    expect(told(history())).toEqual([
      'Ended service/xray seen',
      'Drifted service/xray held',
      'Drifted service/xray held',
    ]);
    expect(history()[2]).toMatchObject({ message: 'stationkeeper.dev/reconcile: observe' });
  });

  it('takes what cannot be read for no news of the resource', () => {
    const { pass, history } = watched();
    pass({ steps: [keepStep({ changes: [change()], changedBy: 'aws' })] });
    pass({ steps: [holdStep({ why: 'unseen' })] });
    pass({ steps: [keepStep({ changes: [change()], changedBy: 'aws' })] });
    expect(told(history())).toEqual(['Health seen', 'Health seen', 'Drifted service/xray ignored']);
  });

  it('has its health as it changes', () => {
    const { pass, history } = watched();
    pass();
    pass({ steps: [keepStep({ health: { status: 'Degraded', message: '1 of 2 tasks running' } })] });
    expect(history()).toMatchObject([
      {
        why: 'Health',
        changes: [{ path: 'health', from: 'Healthy', to: 'Degraded' }],
        message: '1 of 2 tasks running',
      },
    ]);
  });

  it('tells that somebody had deleted what was made again', () => {
    const { pass, history } = watched();
    pass();
    pass({
      steps: [keepStep()],
      before: { ...reportInput().plan, steps: [createStep()] },
      outcomes: [outcomeOf(createStep())],
    });
    expect(history()).toMatchObject([
      { why: 'Drifted', changes: [{ path: 'exists', from: false, to: true }] },
    ]);
  });

  it('outlives the object for a while, its deletion at the top', () => {
    const { pass, history, store } = watched();
    pass();
    pass({ objects: [], steps: [], outcomes: [outcomeOf(deleteStep())] });
    pass({ objects: [], steps: [] });
    expect(told(history())).toEqual(['Deleted service/xray done']);
    for (let index = 0; index < 60; index += 1) {
      const gone = deleteStep({ name: `other-${index}` });
      pass({ objects: [], steps: [], outcomes: [outcomeOf(gone)] });
    }
    expect(historyOf(store.histories(), XRAY, 'default')).toBeUndefined();
    expect(historyOf(store.histories(), { ...XRAY, name: 'other-59' }, 'default')?.transitions).toHaveLength(
      1,
    );
  });

  it('tells a release from a deletion', () => {
    const { pass, history } = watched();
    pass({ steps: [], outcomes: [outcomeOf(deleteStep(), { releases: true })] });
    expect(told(history())).toEqual(['Released service/xray done']);
  });

  it('is bounded, in number and in size', () => {
    const { pass, history } = watched();
    const long = Array.from({ length: 50 }, (_, index) => change(`f${index}`, null, 'x'.repeat(5_000)));
    for (let passes = 0; passes < 50; passes += 1) {
      pass({ steps: [keepStep()], outcomes: [outcomeOf(updateStep({ changes: long }))] });
    }
    expect(history()).toHaveLength(20);
    expect(JSON.stringify(history()).length).toBeLessThan(150_000);
  });

  it('is of one object alone', () => {
    const { pass, history } = watched();
    const other = updateStep({ name: 'other' });
    pass({ steps: [keepStep(), keepStep({ name: 'other' })], outcomes: [outcomeOf(other)] });
    expect(history()).toEqual([]);
    expect(displayId(other.id)).toBe('service/other');
  });
});
