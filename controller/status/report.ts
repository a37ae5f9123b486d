import type { ConsumerReach } from '../reconcile/reach/consumers.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Place } from '../core/arn.ts';
import { isEnvironment } from '../core/reference.ts';
import type { Course } from '../core/rollout/course.ts';
import type { Schedule } from '../core/rollout/schedule.ts';
import { compareText, groupBy } from '../core/order.ts';
import { MANIFEST_KINDS, displayId, objectKey, resourceKey } from '../core/resource.ts';
import type { ManifestRef, ResourcePolicy } from '../core/resource.ts';
import { isLeftToOther } from '../plan/step.ts';
import type { Plan, Step } from '../plan/step.ts';
import { causeOf, conditionsOf, healthOf, syncOf } from './conditions.ts';
import type { ObjectConditions, ObjectHealth, ObjectView } from './conditions.ts';
import { causesOf } from './causes.ts';
import { consumersOf, reachCondition } from './consumers.ts';
import type { ReachCondition } from './consumers.ts';
import { confirmationOf } from './confirmation.ts';
import { foundBy } from './discovery.ts';
import { commitLink, linksOf } from './links.ts';
import { joinInstances } from './instances.ts';
import { resourceStatus, stateOf } from './resource-view.ts';
import type { Failure, ResourceView } from './resource-view.ts';
import { CONDITIONS } from './schema.ts';
import type { Condition, ObjectStatus, ResourceStatus, StatusReport } from './schema.ts';
import { rolloutObjects } from './rollouts.ts';
import { summarize } from './summary.ts';
import { workloadOf } from './workload.ts';

/** An object that git names, whether its document is valid or not. */
export interface ReportedObject {
  readonly manifest: ManifestRef;
  readonly environment: string;
  readonly endpoint?: string;
  readonly policy: Pick<ResourcePolicy, 'reconcile'>;
  /** Why its document is invalid, where it is. */
  readonly error?: string;
}

/** What became of one resource in this pass. */
export type ReportedOutcome = Outcome<Failure>;

export interface SourceStatus extends Readonly<StatusReport['source']> {
  /** The source as a whole could not be read, or was moved back; shown as its first error. */
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface ReportInput {
  /** ISO 8601: the time that transitions of this report carry. */
  readonly now: string;
  readonly controller: StatusReport['controller'];
  readonly source: SourceStatus;
  readonly pass: StatusReport['pass'];
  readonly objects: readonly ReportedObject[];
  /** By environment: the revision that its steps were planned for. Absent where there never was one. */
  readonly revisions: ReadonlyMap<string, string>;
  /** What is still to do after the pass. */
  readonly plan: Plan;
  /** What there was to do when the pass began; shows drift that the pass healed. */
  readonly before?: Plan;
  readonly outcomes: readonly ReportedOutcome[];
  /** Failures that count until they are tried again, and failed reads of unseen resources; by resource key. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** How definitions stand on their way through Rollouts; absent: none goes through one. */
  readonly courses?: readonly Course[];
  /** Rollouts that git holds. */
  readonly schedules?: readonly Schedule[];
  /** Whether consumers reach their daemons, by object; of objects that declare none, nothing. */
  readonly reach?: ReadonlyMap<string, readonly ConsumerReach[]>;
}

/**
 * The status document (docs/operations.md, "The HTTP API by example"). Pure. The report before this one is the only memory: it holds since
 * when something drifts, when a condition last changed its status, which revision was last in sync and what was last known of an object
 * whose document is invalid.
 */
export function buildReport(input: ReportInput, previous?: StatusReport): StatusReport {
  const others = input.plan.steps.filter(isLeftToOther);
  const own = input.plan.steps.filter((step) => !isLeftToOther(step));
  const steps = groupBy(own, ({ id, manifest }) => objectKey(id.environment, manifest));
  const known = new Map(previous?.objects.map((object) => [objectKey(object.environment, object), object]));
  const context: ReportContext = {
    ...input,
    healed: healedSteps(input),
    done: new Map(input.outcomes.map((outcome) => [resourceKey(outcome.id), outcome])),
  };
  const views = reportedObjects(input, steps).map((object) => {
    const own = steps.get(objectKey(object.environment, object.manifest)) ?? [];
    return { object, own, view: viewOfObject(object, own, context) };
  });
  const standing = views.map(({ object, own, view }) =>
    objectStatus(object, own, view, known.get(objectKey(object.environment, object.manifest)), context),
  );
  const { now, courses = [], schedules = [], source } = input;
  const { revision } = source;
  const rollouts = rolloutObjects(
    { now, courses, schedules, ...(revision === undefined ? {} : { revision }) },
    previous?.objects ?? [],
  );
  const objects = [...standing, ...rollouts];
  const confirmation = confirmationOf(input.plan);
  const causes = causesOf(views.map(({ object: { environment }, view }) => ({ ...view, environment })));
  return {
    controller: input.controller,
    source: { ...sourceReport(input.source), others: others.length },
    pass: input.pass,
    ...(causes.length === 0 ? {} : { causes }),
    ...(confirmation === undefined ? {} : { confirmation }),
    environments: environmentsOf(input.plan.steps),
    summary: summarize(objects),
    objects,
  };
}

interface ReportContext extends ReportInput {
  /** Steps of the plan before the pass that the pass has done, by resource key. */
  readonly healed: ReadonlyMap<string, Step>;
  readonly done: ReadonlyMap<string, ReportedOutcome>;
}

function healedSteps({ before, outcomes }: ReportInput): ReadonlyMap<string, Step> {
  const done = new Set(outcomes.filter(({ result }) => result !== 'failed').map(({ id }) => resourceKey(id)));
  const steps = (before?.steps ?? []).filter((step) => done.has(resourceKey(step.id)));
  return new Map(steps.map((step) => [resourceKey(step.id), step]));
}

/**
 * Every object of git once, and every manifest that git no longer names while something of it is left. The
 * implicit environment is no object of anybody's, so it is listed only while something is wrong with it.
 */
function reportedObjects(
  input: ReportInput,
  steps: ReadonlyMap<string, readonly Step[]>,
): readonly ReportedObject[] {
  // A name that two documents claim is one object; its error, if any copy has one, is what counts.
  const copies = groupBy(input.objects, ({ environment, manifest }) => objectKey(environment, manifest));
  const named = [...copies.values()].map(
    (same) => same.find((object) => object.error !== undefined) ?? same[0],
  );
  const unnamed = [...steps].flatMap(([key, own]): readonly ReportedObject[] => {
    const first = own[0];
    if (first === undefined || copies.has(key)) return [];
    if (own.every((step) => step.type === 'keep' && !isLeftover(step))) return [];
    return [
      {
        manifest: first.manifest,
        environment: first.id.environment,
        policy: { reconcile: 'enabled' },
      },
    ];
  });
  return [...named, ...unnamed].filter((object) => object !== undefined).toSorted(inReadingOrder);
}

function isLeftover(step: Step): boolean {
  return !('desired' in step) || step.desired === undefined;
}

function inReadingOrder(a: ReportedObject, b: ReportedObject): number {
  return (
    MANIFEST_KINDS.indexOf(a.manifest.kind) - MANIFEST_KINDS.indexOf(b.manifest.kind) ||
    compareText(a.manifest.name, b.manifest.name) ||
    compareText(a.environment, b.environment)
  );
}

function viewOfObject(
  { manifest, policy, error }: ReportedObject,
  steps: readonly Step[],
  context: ReportContext,
): ObjectView {
  return {
    kind: manifest.kind,
    reconcile: policy.reconcile,
    ...(error === undefined ? {} : { invalid: error }),
    resources: steps.map((step) => viewOf(step, context)),
    planHash: context.plan.hash,
  };
}

/** Where each environment is, as far as it could be looked up. */
function environmentsOf(steps: readonly Step[]): StatusReport['environments'] {
  return steps
    .filter(({ id }) => isEnvironment(id))
    .map((step) => {
      const { accountId: account, region } = (('observed' in step && step.observed?.outputs) ||
        {}) as Partial<Place>;
      return {
        name: step.id.name,
        ...(account === undefined ? {} : { account }),
        ...(region === undefined ? {} : { region }),
      };
    });
}

function objectStatus(
  object: ReportedObject,
  steps: readonly Step[],
  view: ObjectView,
  previous: ObjectStatus | undefined,
  context: ReportContext,
): ObjectStatus {
  const { manifest, environment, error } = object;
  const sync = syncOf(view);
  const found = foundBy(steps);
  const endpoint =
    object.endpoint ?? found.endpoint ?? (error === undefined ? undefined : previous?.endpoint);
  const revision = context.revisions.get(environment);
  const applied = sync === 'Synced' ? revision : previous?.lastAppliedRevision;
  const lastKnown = error !== undefined && steps.length === 0 ? previous : undefined;
  const health = healthOf(view);
  const reach = context.reach?.get(objectKey(environment, manifest));
  const held = { ...conditionsOf(view), ...reachCondition(reach) };
  const conditions = dated(held, previous, context.now);
  const [ready] = conditions;
  const links = linksOf(steps);
  const cause = causeOf(view);
  return {
    kind: manifest.kind,
    name: manifest.name,
    environment,
    ...(endpoint === undefined ? {} : { endpoint }),
    sync,
    health: lastKnown?.health ?? health.status,
    conditions,
    since: ready?.lastTransitionTime ?? context.now,
    ...(ready?.status === 'True' || cause === undefined ? {} : { cause }),
    ...workloadOf(steps),
    ...found.told,
    ...consumersOf(reach),
    ...nextRetryOf(view, health),
    ...(links === undefined ? {} : { links }),
    ...(revision === undefined ? {} : { observedRevision: revision }),
    ...(applied === undefined ? {} : { lastAppliedRevision: applied }),
    resources: lastKnown?.resources ?? resourcesOf(view.resources, previous, context),
    instances: lastKnown?.instances ?? instancesOf(steps),
  };
}

function viewOf(step: Step, context: ReportContext): ResourceView {
  const key = resourceKey(step.id);
  const outcome = context.done.get(key);
  const failure = context.failures.get(key) ?? outcome?.error;
  const started = outcome?.result === 'started' ? (outcome.message ?? 'AWS is working on it') : undefined;
  return {
    step,
    state: stateOf(step),
    ...(failure === undefined || step.type === 'keep' ? {} : { failure }),
    ...(started === undefined ? {} : { started }),
  };
}

function resourcesOf(
  views: readonly ResourceView[],
  previous: ObjectStatus | undefined,
  context: ReportContext,
): ResourceStatus[] {
  const known = new Map(previous?.resources.map((resource) => [resource.id, resource]));
  return views.map((view) => {
    const key = resourceKey(view.step.id);
    const step = context.healed.get(key);
    const at = context.done.get(key)?.at;
    return resourceStatus(view, {
      seenAt: context.pass.startedAt ?? context.now,
      previous: known.get(displayId(view.step.id)),
      sameRevision: previous?.observedRevision === context.revisions.get(view.step.id.environment),
      ...(step === undefined || at === undefined ? {} : { healed: { step, at } }),
    });
  });
}

function nextRetryOf(
  { resources }: ObjectView,
  { retryAt }: ObjectHealth,
): Pick<ObjectStatus, 'nextRetryAt'> {
  const [first] = [
    ...resources.flatMap(({ failure }) => failure?.nextAttemptAt ?? []),
    ...(retryAt === undefined ? [] : [new Date(retryAt).toISOString()]),
  ].toSorted();
  return first === undefined ? {} : { nextRetryAt: first };
}

function instancesOf(steps: readonly Step[]): ObjectStatus['instances'] {
  const observed = steps.map((step) => ('observed' in step ? step.observed : undefined));
  return joinInstances({
    tasks: observed.find((resource) => resource?.tasks !== undefined)?.tasks,
    registrations: observed.find((resource) => resource?.registrations !== undefined)?.registrations,
    discovery: observed.find((resource) => resource?.discovery !== undefined)?.discovery,
  });
}

function dated(
  conditions: ObjectConditions & ReachCondition,
  previous: ObjectStatus | undefined,
  now: string,
): Condition[] {
  return CONDITIONS.flatMap((type) => {
    const condition = conditions[type];
    if (condition === undefined) return [];
    const before = previous?.conditions.find((one) => one.type === type);
    const { status, reason, message } = condition;
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
    return { type, status, reason, message, lastTransitionTime };
  });
}

function sourceReport({ failure, ...known }: SourceStatus): StatusReport['source'] {
  const link = commitLink(known);
  const source = { ...known, ...(link === undefined ? {} : { link }) };
  if (failure === undefined) return source;
  const whole = {
    file: '',
    line: 0,
    column: 0,
    path: '',
    message: `${failure.code}: ${failure.message}`,
  };
  return { ...source, errors: [whole, ...source.errors] };
}
