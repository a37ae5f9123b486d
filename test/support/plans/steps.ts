import type {
  FieldChange,
  Observed,
  Task,
  Workload,
  Registration,
} from '../../../controller/core/resource.ts';
import type { HoldWhy, Intent, Plan, Step } from '../../../controller/plan/step.ts';
import { desiredResource, observedResource } from './resources.ts';
import type { DesiredOverrides } from './resources.ts';

export interface StepOverrides extends DesiredOverrides {
  readonly changes?: readonly FieldChange[];
  readonly changedBy?: 'git' | 'aws';
  readonly reason?: string;
  readonly health?: Observed['health'];
  readonly arn?: string;
  readonly workload?: Workload;
  readonly tasks?: readonly Task[];
  readonly registrations?: readonly Registration[];
}

export function change(path = 'desiredCount', from: unknown = 1, to: unknown = 2): FieldChange {
  return { path, from, to, by: 'update' };
}

function parts(overrides: StepOverrides) {
  const desired = desiredResource({ kind: 'service', ...overrides });
  const { health, arn, workload, tasks, registrations } = overrides;
  const observed: Observed = {
    ...observedResource(desired, health === undefined ? {} : { health }),
    ...(arn === undefined ? {} : { arn }),
    ...(workload === undefined ? {} : { workload }),
    ...(tasks === undefined ? {} : { tasks }),
    ...(registrations === undefined ? {} : { registrations }),
  };
  const base = {
    id: desired.id,
    manifest: desired.manifest,
    reason: overrides.reason ?? '',
    changes: overrides.changes ?? [],
    upkeep: [],
    changedBy: overrides.changedBy ?? 'git',
  } as const;
  return { desired, observed, base };
}

export function keepStep(overrides: StepOverrides = {}): Step {
  const { desired, observed, base } = parts(overrides);
  return { ...base, type: 'keep', owner: 'us', desired, observed };
}

export function createStep(overrides: StepOverrides = {}): Step {
  const { desired, base } = parts(overrides);
  return { ...base, type: 'create', owner: 'nobody', desired, tags: {} };
}

export function updateStep(overrides: StepOverrides = {}): Step {
  const { desired, observed, base } = parts({ changes: [change()], ...overrides });
  return { ...base, type: 'update', owner: 'us', desired, observed, tags: {}, adopts: false };
}

export function replaceStep(overrides: StepOverrides = {}): Step {
  const { desired, observed, base } = parts({ changes: [change()], ...overrides });
  return { ...base, type: 'replace', owner: 'us', desired, observed, tags: {} };
}

export function deleteStep(overrides: StepOverrides = {}): Step {
  const { observed, base } = parts(overrides);
  return { ...base, type: 'delete', owner: 'us', observed, release: false, leaves: {} };
}

export interface HoldOverrides extends StepOverrides {
  readonly why: HoldWhy;
  readonly intent?: Intent;
  readonly exists?: boolean;
  readonly endsByItself?: true;
}

export function holdStep(overrides: HoldOverrides): Step {
  const { desired, observed, base } = parts(overrides);
  const { why, intent = 'none', exists = false } = overrides;
  const owner = why === 'not-ours' ? 'another' : exists ? 'us' : 'nobody';
  return {
    ...base,
    type: 'hold',
    owner,
    why,
    intent,
    // What is to be deleted is what nobody wants.
    ...(intent === 'delete' ? {} : { desired }),
    ...(exists ? { observed } : {}),
    ...(overrides.endsByItself ? { endsByItself: true } : {}),
  };
}

export function planOf(steps: readonly Step[]): Plan {
  const count = (test: (step: Step) => boolean): number => steps.filter(test).length;
  return {
    steps,
    hash: 'a1b2c3',
    summary: {
      create: count((step) => step.type === 'create'),
      update: count((step) => step.type === 'update'),
      replace: count((step) => step.type === 'replace'),
      delete: count((step) => step.type === 'delete' && !step.release),
      release: count((step) => step.type === 'delete' && step.release),
      keep: count((step) => step.type === 'keep'),
      hold: count((step) => step.type === 'hold'),
    },
  };
}
