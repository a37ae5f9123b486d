import type { KindFacts } from '../../../controller/core/facts.ts';
import type { KindModel } from '../../../controller/core/kind.ts';
import { wantedTags } from '../../../controller/core/ownership.ts';
import type { Claim } from '../../../controller/core/ownership.ts';
import type {
  Desired,
  FieldChange,
  KindName,
  Observed,
  ResourceId,
  ResourcePolicy,
  Tags,
} from '../../../controller/core/resource.ts';
import { FACTS, KIND_NAMES } from '../../../controller/kinds/facts.ts';
import { planSteps } from '../../../controller/plan/plan.ts';
import { planOf } from '../../../controller/plan/assemble.ts';
import type { PlanInput } from '../../../controller/plan/input.ts';
import type { Plan } from '../../../controller/plan/step.ts';
import { EMPTY_SNAPSHOT, withSeen } from '../../../controller/plan/snapshot.ts';
import type { Snapshot } from '../../../controller/plan/snapshot.ts';

/** A spec of no kind in particular: fields, and the resources it needs. */
export interface SampleSpec {
  readonly fields: Readonly<Record<string, string>>;
  readonly needs: readonly ResourceId[];
}

export const DEFAULT_POLICY: ResourcePolicy = {
  reconcile: 'enabled',
  adoption: 'create',
  deletion: 'delete',
  prune: true,
  allowReplace: false,
  ignoreDrift: [],
};

export function resourceId(kind: KindName, name: string, environment = 'default'): ResourceId {
  return { environment, kind, name };
}

export interface DesiredOverrides {
  readonly kind?: KindName;
  readonly name?: string;
  readonly environment?: string;
  readonly manifest?: string;
  readonly management?: Desired['management'];
  readonly fields?: Readonly<Record<string, string>>;
  readonly needs?: readonly ResourceId[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly policy?: Partial<ResourcePolicy>;
}

export function desiredResource(overrides: DesiredOverrides = {}): Desired<SampleSpec> {
  const { kind = 'log-group', name = 'xray', environment = 'default' } = overrides;
  return {
    id: resourceId(kind, name, environment),
    manifest: { kind: 'DaemonService', name: overrides.manifest ?? name },
    management: overrides.management ?? 'managed',
    spec: { fields: overrides.fields ?? { size: 'small' }, needs: overrides.needs ?? [] },
    labels: overrides.labels ?? {},
    policy: { ...DEFAULT_POLICY, ...overrides.policy },
  };
}

export interface ObservedOverrides {
  readonly owner?: 'us' | 'another' | 'nobody';
  readonly fields?: Readonly<Record<string, string>>;
  /** What was last applied; default: what is desired. */
  readonly applied?: Desired;
  readonly health?: Observed['health'];
}

/** The desired resource as AWS would show it, ours and in sync unless overridden. */
export function observedResource(desired: Desired<SampleSpec>, overrides: ObservedOverrides = {}): Observed {
  const { owner = 'us' } = overrides;
  const claimed = owner === 'another' ? 'somebody-else' : 'stationkeeper';
  const tags = tagsOf({ owner: claimed, environment: desired.id.environment }, overrides.applied ?? desired);
  return {
    id: desired.id,
    owner,
    ...(owner === 'us' ? { manifest: desired.manifest } : {}),
    arn: `arn:aws:sample:::${desired.id.name}`,
    tags: owner === 'nobody' ? {} : tags,
    state: overrides.fields ?? desired.spec.fields,
    outputs: { arn: `arn:aws:sample:::${desired.id.name}` },
    health: overrides.health ?? { status: 'Healthy', message: '' },
  };
}

/** What is known of one of the program's kinds. */
export function factsOf(kind: KindName): KindFacts {
  return FACTS.find(({ name }) => name === kind)!;
}

/** The tags that a resource of one of the program's kinds shall carry. */
export function tagsOf(claim: Claim, desired: Desired): Tags {
  return wantedTags(claim, desired, factsOf(desired.id.kind));
}

/** Fields whose name starts with `fixed` cannot change in place. Only task definitions change outputs with an update. */
function sampleModel(facts: KindFacts): KindModel<SampleSpec, Readonly<Record<string, string>>> {
  return {
    facts,
    needs: (desired) => desired.spec.needs,
    diff: (desired, observed) =>
      Object.entries(desired.spec.fields)
        .filter(([path, value]) => observed.state[path] !== value)
        .map(
          ([path, value]): FieldChange => ({
            path,
            from: observed.state[path] ?? null,
            to: value,
            by: path.startsWith('fixed') ? 'replace' : 'update',
          }),
        ),
    updateChangesOutputs: facts.name === 'task-definition',
    replaceInterrupts: 'everything',
  };
}

const SAMPLE_MODELS: ReadonlyMap<KindName, KindModel> = new Map(
  FACTS.map((facts) => [facts.name, sampleModel(facts)]),
);

/** The sample's models, of which one kind's says this besides. */
export function modelsWith(kind: KindName, overrides: Partial<KindModel>): PlanInput['models'] {
  const all = new Map(planInput().models);
  all.set(kind, { ...all.get(kind)!, ...overrides });
  return all;
}

/** A whole, successful read that found exactly these. */
export function snapshotOf(
  items: readonly Observed[],
  environments: readonly string[] = ['default'],
): Snapshot {
  let snapshot = EMPTY_SNAPSHOT;
  for (const environment of environments) {
    for (const kind of KIND_NAMES) {
      const ofKind = items.filter((item) => item.id.kind === kind && item.id.environment === environment);
      snapshot = withSeen(snapshot, environment, kind, { type: 'seen', items: ofKind, unseen: [] });
    }
  }
  return snapshot;
}

export function planInput(overrides: Partial<PlanInput> = {}): PlanInput {
  return {
    owner: 'stationkeeper',
    desired: [],
    snapshot: snapshotOf([]),
    models: SAMPLE_MODELS,
    mode: 'enforce',
    failed: new Map(),
    started: new Map(),
    prune: { budget: { count: 3, percent: 10 }, confirmed: new Set() },
    ...overrides,
  };
}

export function planFor(overrides: Partial<PlanInput> = {}): Plan {
  return planOf(planSteps(planInput(overrides)));
}
