import { Type } from 'typebox';
import type { Static } from 'typebox';
import { MANIFEST_KINDS, displayId } from '../core/resource.ts';
import type { FieldChange } from '../core/resource.ts';
import type { Course } from '../core/rollout/course.ts';
import { oneOf } from '../core/schema.ts';
import { fleetPlans } from './fleets.ts';
import type { FleetEffect, FleetPlan } from './fleets.ts';
import { foldedIn } from './fold.ts';
import type { FoldedStep } from './fold.ts';
import { rolloutPlans } from './rollouts.ts';
import type { RolloutPlan } from './rollouts.ts';
import { isRelease } from './step.ts';
import type { Plan, Step } from './step.ts';
import { textDiff } from './text-diff.ts';
import { listed } from './work.ts';

const closed = { additionalProperties: false } as const;

const EffectJson = {
  manifest: Type.Object({ kind: oneOf(MANIFEST_KINDS), name: Type.String() }, closed),
  action: oneOf(['create', 'update', 'replace', 'delete', 'keep', 'hold']),
  why: Type.Optional(
    oneOf(
      ['unseen', 'missing', 'not-ours', 'waiting', 'policy', 'budget', 'failed', 'rollout'],
      'Why it is held; only on a hold',
    ),
  ),
  intent: Type.Optional(
    oneOf(['create', 'update', 'replace', 'delete', 'none'], 'What the hold holds back; only on a hold'),
  ),
  adopts: Type.Optional(Type.Boolean({ description: 'An update that takes over what nobody owns' })),
  releases: Type.Optional(
    Type.Boolean({ description: 'A deletion, held or not, that only untags and leaves the resource' }),
  ),
  owner: oneOf(['us', 'another', 'nobody']),
  reason: Type.String(),
  changes: Type.Array(
    Type.Object(
      {
        path: Type.String(),
        from: Type.Unknown({ description: 'What AWS has' }),
        to: Type.Unknown({ description: 'What git wants' }),
        diff: Type.Optional(
          Type.String({
            description: 'Where one of both is a text of several lines: a unified diff of them',
          }),
        ),
        by: oneOf(['update', 'replace']),
      },
      closed,
    ),
  ),
  changedBy: oneOf(['git', 'aws']),
};

const StepJson = Type.Object(
  {
    id: Type.String({ description: '`kind/name`' }),
    environment: Type.String(),
    scope: Type.Optional(
      Type.String({ description: 'Cluster of a service, namespace of a discovery service' }),
    ),
    ...EffectJson,
  },
  closed,
);
type StepJson = Static<typeof StepJson>;

const Environments = Type.Array(Type.String(), { description: 'Names of Environments' });

const FoldedStepJson = Type.Object(
  {
    id: Type.String({
      description: '`kind/name`, with `${environment.name}` in a name that has its Environment in it',
    }),
    environments: Environments,
    ...EffectJson,
  },
  closed,
);
type FoldedStepJson = Static<typeof FoldedStepJson>;

const FleetJson = Type.Object(
  {
    manifest: EffectJson.manifest,
    updated: Type.Optional(Environments),
    removed: Type.Optional(Environments),
    created: Type.Optional(Environments),
    corrected: Type.Optional(
      Type.Array(Type.String(), { description: 'There the plan only corrects drift' }),
    ),
    held: Type.Optional(Type.Array(Type.String(), { description: 'Nothing can be done there' })),
    unread: Type.Optional(Environments),
    unchanged: Type.Optional(Environments),
  } satisfies Record<FleetEffect | 'manifest', unknown>,
  closed,
);
type FleetJson = Static<typeof FleetJson>;

const RolloutJson = Type.Object(
  {
    manifest: EffectJson.manifest,
    rollout: Type.String(),
    digest: Type.String({ description: 'Digest of the definition as written, which `approved` names' }),
    mode: oneOf(['staged', 'paused', 'skip']),
    condition: oneOf(['done', 'progressing', 'approval', 'window', 'paused', 'failed']),
    says: Type.String(),
    stage: Type.Optional(Type.String({ description: 'The one at work: the last that is open' })),
    turns: Type.Array(
      Type.Object(
        {
          state: oneOf(['done', 'soaking', 'progressing', 'begins', 'waiting', 'failed']),
          says: Type.String({ description: 'What they wait for, or how far they are' }),
          environments: Environments,
        },
        closed,
      ),
      { description: 'Environments that are not done; those with the same text are together' },
    ),
  },
  closed,
);
type RolloutJson = Static<typeof RolloutJson>;

const Count = Type.Integer({ minimum: 0 });

/** What of the source is passed over: in a plan, and in the status report. */
export const IgnoredJson = Type.Array(
  Type.Object(
    {
      file: Type.String({
        description:
          'Relative to the source path; a folder ends with `/`. Empty where `message` counts the rest',
      }),
      line: Type.Integer({ minimum: 0, description: 'Line of the document; 0 for a whole file or folder' }),
      message: Type.String({ description: 'Why, to be read behind the place' }),
    },
    closed,
  ),
  {
    description:
      "Hidden files, other tools' documents and what `.stationkeeperignore` leaves out; at most a hundred",
  },
);

/** A plan as JSON: `GET /plan` and `plan --output json`. */
export const PlanJson = Type.Object(
  {
    hash: Type.String({
      description:
        'Names the plan where it is to be confirmed. Where the prune budget holds deletions it covers these alone',
    }),
    revision: Type.Optional(Type.String({ description: 'Revision of the source that was planned' })),
    plannedAt: Type.Optional(Type.String({ description: 'ISO 8601, UTC' })),
    summary: Type.Object(
      {
        create: Count,
        update: Count,
        replace: Count,
        delete: Count,
        release: Count,
        keep: Count,
        hold: Count,
      },
      closed,
    ),
    steps: Type.Array(StepJson),
    folded: Type.Array(FoldedStepJson, {
      description:
        'The steps that change, hold or tell something, each once with the Environments that have it alike; texts have `${environment.name}` and the like where these differ',
    }),
    fleets: Type.Array(FleetJson, {
      description:
        'The changes of objects that several Environments have, by the names of these; objects without a change are left out',
    }),
    rollouts: Type.Optional(
      Type.Array(RolloutJson, {
        description: 'Definitions on their way through a Rollout; left out where none is',
      }),
    ),
    ignored: Type.Optional(IgnoredJson),
  },
  closed,
);
export type PlanJson = Static<typeof PlanJson>;

export interface PlanOrigin {
  readonly revision?: string;
  /** ISO 8601. */
  readonly plannedAt?: string;
  readonly ignored?: Static<typeof IgnoredJson>;
  readonly courses?: readonly Course[];
}

/** Pure. Specs, states and tags stay inside: what is shown is what the changes say. */
export function planToJson(plan: Plan, origin: PlanOrigin = {}): PlanJson {
  const rollouts = rolloutPlans(origin.courses ?? []);
  return {
    hash: plan.hash,
    ...(origin.revision === undefined ? {} : { revision: origin.revision }),
    ...(origin.plannedAt === undefined ? {} : { plannedAt: origin.plannedAt }),
    summary: plan.summary,
    steps: plan.steps.map(stepToJson),
    folded: foldedIn(plan).map(foldedToJson),
    fleets: fleetPlans(plan.steps).map(fleetToJson),
    ...(rollouts.length === 0 ? {} : { rollouts: rollouts.map(rolloutToJson) }),
    ...(origin.ignored === undefined ? {} : { ignored: origin.ignored }),
  };
}

function stepToJson(step: Step): StepJson {
  return {
    id: displayId(step.id),
    environment: step.id.environment,
    ...(step.id.scope === undefined ? {} : { scope: step.id.scope }),
    ...effectToJson(step, { manifest: step.manifest, reason: step.reason, changes: listed(step) }),
  };
}

function foldedToJson({ steps: [step], id, environments, ...wording }: FoldedStep): FoldedStepJson {
  return { id, environments: [...environments], ...effectToJson(step, wording) };
}

function effectToJson(
  step: Step,
  { manifest, reason, changes }: Pick<FoldedStep, 'manifest' | 'reason' | 'changes'>,
): Omit<FoldedStepJson, 'id' | 'environments'> {
  return {
    manifest: { kind: manifest.kind, name: manifest.name },
    action: step.type,
    ...(step.type === 'hold' ? { why: step.why, intent: step.intent } : {}),
    ...(step.type === 'update' && step.adopts ? { adopts: true } : {}),
    ...(isRelease(step) ? { releases: true } : {}),
    owner: step.owner,
    reason,
    changes: changes.map(changeToJson),
    changedBy: step.changedBy,
  };
}

function fleetToJson({ manifest, effects }: FleetPlan): FleetJson {
  const named = Object.entries(effects).map(([effect, environments]) => [effect, [...environments]]);
  return { manifest: { kind: manifest.kind, name: manifest.name }, ...Object.fromEntries(named) };
}

function rolloutToJson({ manifest, turns, ...plan }: RolloutPlan): RolloutJson {
  return {
    manifest: { kind: manifest.kind, name: manifest.name },
    ...plan,
    turns: turns.map((told) => ({ ...told, environments: [...told.environments] })),
  };
}

function changeToJson({ path, from, to, by }: FieldChange): StepJson['changes'][number] {
  const diff = textDiff(from, to);
  return { path, from, to, ...(diff === undefined ? {} : { diff: diff.lines.join('\n') }), by };
}
