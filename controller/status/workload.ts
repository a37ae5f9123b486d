import type { Workload } from '../core/resource.ts';
import type { Step } from '../plan/step.ts';
import { coverageOf } from './coverage.ts';
import type { ObjectStatus } from './schema.ts';

/** The tasks of an object as numbers, its deployment, what stopped, and on which hosts it is. Pure. */
export function workloadOf(
  steps: readonly Step[],
): Pick<ObjectStatus, 'tasks' | 'deployment' | 'stops' | 'coverage'> {
  // While it moves to another cluster there are two, and the one that git wants counts.
  const found = steps.toSorted((a, b) => Number(isWanted(b)) - Number(isWanted(a))).flatMap(workloadIn)[0];
  if (found === undefined) return {};
  const { desired, running, pending, deployment, stops, coverage } = found;
  return {
    tasks: { desired, running, pending },
    ...(deployment === undefined ? {} : { deployment: deploymentOf(deployment) }),
    ...(stops === undefined ? {} : { stops: stopsOf(stops) }),
    ...(coverage === undefined ? {} : { coverage: coverageOf(coverage) }),
  };
}

function isWanted(step: Step): boolean {
  return 'desired' in step && step.desired !== undefined;
}

function workloadIn(step: Step): readonly Workload[] {
  return 'observed' in step && step.observed?.workload !== undefined ? [step.observed.workload] : [];
}

function deploymentOf({ id, state, startedAt }: NonNullable<Workload['deployment']>) {
  return {
    id,
    ...(state === undefined ? {} : { state }),
    ...(startedAt === undefined ? {} : { startedAt: new Date(startedAt).toISOString() }),
  };
}

function stopsOf({ count, reason, lastAt }: NonNullable<Workload['stops']>) {
  return { count, reason, ...(lastAt === undefined ? {} : { lastAt: new Date(lastAt).toISOString() }) };
}
