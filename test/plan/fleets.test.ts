import { expect, it } from 'vitest';
import { fleetLine, fleetPlans } from '../../controller/plan/fleets.ts';
import type { Step } from '../../controller/plan/step.ts';
import { createStep, deleteStep, holdStep, keepStep, updateStep } from '../support/plans/steps.ts';

function lines(...steps: readonly Step[]): readonly string[] {
  return fleetPlans(steps).map(fleetLine);
}

function inEach(names: string, step: (environment: string) => Step): readonly Step[] {
  return names.split(' ').map(step);
}

it('counts the Environments by what becomes of an object there', () => {
  const steps = [
    ...inEach('a b c', (environment) => updateStep({ environment })),
    ...inEach('d e', (environment) => deleteStep({ environment })),
    ...inEach('f', (environment) => createStep({ environment })),
    ...inEach('g h', (environment) => updateStep({ environment, changedBy: 'aws' })),
    ...inEach('i', (environment) => holdStep({ environment, why: 'unseen' })),
    ...inEach('j', (environment) => holdStep({ environment, why: 'not-ours' })),
    ...inEach('k l', (environment) => keepStep({ environment })),
  ];
  expect(lines(...steps)).toEqual([
    'DaemonService/xray: updated in 3 Environments, removed in 2, new in 1, corrected after drift in 2, held in 1, not read in 1, unchanged in 2',
  ]);
});

it('says of what is held in how many it is', () => {
  const held = (environment: string): Step =>
    holdStep({ environment, why: 'budget', intent: 'delete', exists: true });
  expect(lines(...inEach('a b', held))).toEqual(['DaemonService/xray: removed in 2 Environments (held)']);
  expect(lines(...inEach('a b', held), deleteStep({ environment: 'c' }))).toEqual([
    'DaemonService/xray: removed in 3 Environments (held in 2)',
  ]);
  const waiting = (environment: string): Step =>
    holdStep({ environment, why: 'waiting', intent: 'update', exists: true });
  expect(lines(...inEach('a b', waiting))).toEqual(['DaemonService/xray: updated in 2 Environments']);
});

it('takes an object of which something stays for updated, and one that loses and gets resources too', () => {
  const partly = inEach('a b', (environment) => keepStep({ environment, kind: 'role' }));
  expect(lines(...partly, deleteStep({ environment: 'a' }))).toEqual([
    'DaemonService/xray: updated in 1 Environment, unchanged in 1',
  ]);
});

it('leaves out what stands in one Environment, what changes nowhere, and Environments themselves', () => {
  const environments = inEach('a b', (environment) => {
    const step = holdStep({ environment, kind: 'environment', name: environment, why: 'unseen' });
    return { ...step, manifest: { kind: 'Environment' as const, name: environment } };
  });
  const kept = inEach('a b', (environment) => keepStep({ environment, name: 'kept' }));
  expect(lines(updateStep({ name: 'single' }), ...environments, ...kept)).toEqual([]);
});
