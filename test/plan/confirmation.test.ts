import { describe, expect, it } from 'vitest';
import { planOf as assembled } from '../../controller/plan/assemble.ts';
import { confirmedBy, foldedHeldObjects, heldObjects } from '../../controller/plan/confirmation.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { ResourcePolicy } from '../../controller/core/resource.ts';
import type { Step } from '../../controller/plan/step.ts';
import { desiredResource, observedResource } from '../support/plans/resources.ts';
import { change, createStep, holdStep, keepStep, updateStep } from '../support/plans/steps.ts';

/** A deletion that the prune budget holds. */
function heldDeletion(name: string, policy: Partial<ResourcePolicy> = {}): Step {
  const step = holdStep({ name, manifest: 'gone', why: 'budget', intent: 'delete', exists: true });
  return { ...step, observed: observedResource(desiredResource({ kind: 'service', name, policy })) } as Step;
}

const WAITING = holdStep({ name: 'waiting', why: 'waiting', intent: 'delete', exists: true });
const HELD = [heldDeletion('a'), heldDeletion('b')];

describe('a confirmation', () => {
  const plan = assembled([...HELD, WAITING, keepStep()]);

  it('lets go the deletions that the budget holds, and nothing else', () => {
    expect(confirmedBy(plan, plan.hash)).toEqual(new Set(HELD.map(({ id }) => resourceKey(id))));
  });

  it('of another hash lets nothing go', () => {
    expect(confirmedBy(plan, 'another')).toBeUndefined();
  });

  it('of a plan that holds none lets nothing go, by its own hash either', () => {
    const none = assembled([keepStep(), WAITING]);
    expect(confirmedBy(none, none.hash)).toBeUndefined();
  });

  it('is asked for object by object, each with what goes with it', () => {
    const other = holdStep({ name: 'c', why: 'budget', intent: 'delete', exists: true });
    expect(heldObjects(assembled([...HELD, other, WAITING]))).toEqual([
      'DaemonService/gone: service/a, service/b',
      'DaemonService/c: service/c',
    ]);
    const released = { ...heldDeletion('a'), release: true } as Step;
    expect(heldObjects(assembled([released]))).toEqual(['DaemonService/gone: service/a (released)']);
  });

  it('is asked for what several Environments have alike once, with their names', () => {
    const gone = (environment: string): Step[] =>
      ['task', 'execution'].map((role) =>
        holdStep({
          environment,
          kind: 'role',
          name: `gone-${environment}-${role}`,
          manifest: 'gone',
          why: 'budget',
          intent: 'delete',
          exists: true,
        }),
      );
    const plan = assembled([...gone('eu'), ...gone('us'), ...gone('ap').slice(1)]);
    expect(foldedHeldObjects(plan)).toEqual([
      'DaemonService/gone (2 Environments: eu, us): role/gone-${environment.name}-task, role/gone-${environment.name}-execution',
      'DaemonService/gone (environment ap): role/gone-ap-execution',
    ]);
    expect(heldObjects(plan)).toHaveLength(3);
    expect(foldedHeldObjects(assembled(HELD))).toEqual(heldObjects(assembled(HELD)));
  });
});

describe('the hash of a plan', () => {
  const hashOf = (...steps: readonly Step[]): string => assembled(steps).hash;

  it('is that of the deletions alone while the budget holds any: drift elsewhere does not outdate it', () => {
    expect(hashOf(...HELD, updateStep())).toBe(hashOf(...HELD));
    expect(hashOf(...HELD)).not.toBe(hashOf(HELD[0]!));
    expect(hashOf(...HELD.toReversed())).toBe(hashOf(...HELD));
  });

  it('is another one where a deletion became a release, or a plan deletes without being held', () => {
    expect(hashOf(heldDeletion('a', { deletion: 'retain' }))).not.toBe(hashOf(heldDeletion('a')));
    const taken = holdStep({ name: 'a', why: 'waiting', intent: 'delete', exists: true });
    expect(hashOf(taken)).not.toBe(hashOf(heldDeletion('a')));
  });

  it('does not depend on what stays as it is, nor on the order', () => {
    expect(hashOf(updateStep(), keepStep({ name: 'kept' }))).toBe(hashOf(updateStep()));
    expect(hashOf(updateStep(), holdStep({ name: 'unseen', why: 'unseen' }))).toBe(hashOf(updateStep()));
    expect(hashOf(createStep({ name: 'a' }), updateStep())).toBe(
      hashOf(updateStep(), createStep({ name: 'a' })),
    );
  });

  it.each([
    ['what is changed', updateStep({ changes: [change('cpu')] })],
    ['to what it is changed', updateStep({ changes: [change('desiredCount', 1, 3)] })],
    ['what is done about it', createStep()],
  ])('is another one for another answer to: %s', (_what, other) => {
    expect(hashOf(other)).not.toBe(hashOf(updateStep()));
  });

  it('is the same for what somebody changed in AWS meanwhile: it comes to the same', () => {
    expect(hashOf(updateStep({ changes: [change('desiredCount', 7, 2)] }))).toBe(hashOf(updateStep()));
  });

  it('is there where nothing is known of what the budget holds', () => {
    const unseen = holdStep({ why: 'budget', intent: 'delete' });
    expect(hashOf(unseen)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the counts of a plan', () => {
  it('have what waits to be released as released', () => {
    expect(assembled([{ ...WAITING, release: true } as Step]).summary).toMatchObject({
      release: 1,
      delete: 0,
    });
  });

  it('have what waits for nothing to do as held', () => {
    expect(assembled([holdStep({ why: 'waiting' })]).summary).toMatchObject({ hold: 1 });
    expect(assembled([holdStep({ why: 'waiting', intent: 'update' })]).summary).toMatchObject({
      update: 1,
      hold: 0,
    });
  });
});
