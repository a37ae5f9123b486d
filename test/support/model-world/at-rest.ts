import { OWNER_TAG, ENVIRONMENT_TAG, leftoverPolicy } from '../../../controller/core/ownership.ts';
import { manifestKey, resourceKey } from '../../../controller/core/resource.ts';
import type { Desired, ResourceId } from '../../../controller/core/resource.ts';
import { SOURCE_TAG } from '../../../controller/core/sources.ts';
import { isAtOrBelow } from '../../../controller/core/paths.ts';
import { isEnvironment } from '../../../controller/core/reference.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import type { HoldStep, Step } from '../../../controller/plan/step.ts';
import { MANIFEST_TAG } from './invariants.ts';
import type { Cloud } from './cloud.ts';
import { cloudKey, sameResource } from './commits.ts';
import type { Incarnation } from './controller.ts';
import type { ModelCommit } from './git.ts';
import { wantedIn } from './git.ts';
import { regionOf } from './thing.ts';
import type { Thing, ToySpec } from './thing.ts';

/** The world once edits and faults are over, beside the last pass over it. */
export interface RestView {
  readonly commit: ModelCommit;
  readonly cloud: Cloud;
  readonly controller: Incarnation;
  readonly last: PassResult;
}

/** Where what there is is not what git wants, without the last pass saying a good reason; empty where all is well. */
export function unsettled(view: RestView): readonly string[] {
  const steps = new Map(view.last.plan.steps.map((step) => [resourceKey(step.id), step]));
  const wanted = wantedIn(view.commit);
  const wantedKeys = new Set(
    wanted.map(({ id }) => cloudKey(id, view.commit.environments, view.cloud.shapes)),
  );
  const held = view.last.plan.steps.some(
    (step) =>
      (step.type === 'hold' && step.why !== 'waiting' && step.why !== 'unseen') || isLeftForGood(step),
  );
  // What waits has to wait for something that stands still.
  const heldFast = held || [...view.cloud.all()].some((thing) => isUsedByOthers(thing, view));
  const problems: string[] = [];
  for (const desired of wanted) {
    const step = steps.get(resourceKey(desired.id));
    const problem = step === undefined ? 'has no step' : ofWanted(step, desired, heldFast, view);
    if (problem !== undefined) problems.push(`${desired.id.kind}/${desired.id.name} ${problem}`);
  }
  const environments = view.commit.environments;
  for (const thing of view.cloud.all()) {
    const environment = thing.tags[ENVIRONMENT_TAG] ?? '';
    const isHere = environments.get(environment) === regionOf(thing);
    const isOurs = thing.tags[OWNER_TAG] === view.controller.owner && environments.has(environment) && isHere;
    if (!isOurs || wantedKeys.has(thing.key) || thing.status === 'leaving') continue;
    if (isUsedByOthers(thing, view)) continue;
    const { kind, name, scope } = thing;
    const step = steps.get(
      resourceKey({ environment, kind, name, ...(scope === undefined ? {} : { scope }) }),
    );
    const problem =
      step === undefined ? 'is ours, unwanted, and has no step' : ofLeftover(step, thing, heldFast, view);
    if (problem !== undefined) problems.push(`${kind}/${name} ${problem}`);
  }
  return problems;
}

/** What is not to be pruned stays, and so does what it is built on. */
function isLeftForGood(step: Step): boolean {
  return step.type === 'keep' && step.desired === undefined;
}

function ofWanted(
  step: Step,
  desired: Desired<ToySpec>,
  heldFast: boolean,
  view: RestView,
): string | undefined {
  const thing = view.cloud.get(cloudKey(desired.id, view.commit.environments, view.cloud.shapes));
  const difference = whatDiffers(desired, thing, view);
  if (step.type === 'keep') {
    const isUsed = desired.management === 'external';
    if (isUsed || difference === undefined) return undefined;
    // Its new draft is not taken up, for the manifest ignores that.
    if (step.reason.includes('does not take it up')) return undefined;
    return `is kept, and ${difference}`;
  }
  if (step.type === 'replace' && thing !== undefined && isUsedByOthers(thing, view)) return undefined;
  if (step.type !== 'hold') return `is still to be ${step.type}d`;
  return heldWrongly(step, thing, desired, heldFast);
}

function heldWrongly(
  step: HoldStep,
  thing: Thing | undefined,
  { policy, management, spec }: Desired<ToySpec>,
  heldFast: boolean,
): string | undefined {
  const told = `is held (${step.why}): ${step.reason}`;
  // What belongs to a held change waits with it, for that one's reason.
  if (heldFast && step.reason.startsWith('waits with ')) return undefined;
  switch (step.why) {
    case 'missing':
      return thing === undefined && (management === 'external' || policy.adoption === 'adopt')
        ? undefined
        : told;
    case 'not-ours':
      return thing === undefined ? told : undefined;
    case 'policy': {
      const mayNot = policy.reconcile !== 'enabled' || thing?.isOccupied === true;
      const isReplaced = !policy.allowReplace && (thing === undefined || thing.form !== spec.form);
      return mayNot || isReplaced ? undefined : told;
    }
    case 'waiting':
      return heldFast || thing?.status === 'leaving' ? undefined : told;
    case 'budget':
    case 'failed':
    case 'rollout':
    case 'unseen':
      return told;
  }
}

function ofLeftover(step: Step, thing: Thing, heldFast: boolean, view: RestView): string | undefined {
  const { controller } = view;
  const { prune } = leftoverPolicy(thing.tags);
  const source = thing.tags[SOURCE_TAG];
  if (step.type === 'keep') return prune ? 'is unwanted, and kept' : undefined;
  if (step.type !== 'hold') return `is still to be ${step.type}d`;
  const told = `is unwanted, and held (${step.why}): ${step.reason}`;
  switch (step.why) {
    case 'not-ours':
      return source !== undefined && source !== controller.sourceId ? undefined : told;
    case 'budget':
      return undefined;
    case 'waiting':
      return heldFast || thing.isOccupied ? undefined : told;
    case 'policy':
      return thing.isOccupied || mayStay(step, view) ? undefined : told;
    case 'missing':
    case 'rollout':
    case 'failed':
    case 'unseen':
      return told;
  }
}

/** Its manifest asks to be left alone, or something of it may not take the place yet. */
function mayStay(step: HoldStep, { commit, last }: RestView): boolean {
  const isOfManifest = (other: Step): boolean =>
    other.id.environment === step.id.environment &&
    manifestKey(other.manifest) === manifestKey(step.manifest);
  const object = [...commit.objects.values()].find(
    ({ environment, manifest }) =>
      environment === step.id.environment && manifestKey(manifest) === manifestKey(step.manifest),
  );
  if (object !== undefined && object.policy.reconcile !== 'enabled') return true;
  return last.plan.steps.some(
    (other) =>
      other.type === 'hold' && other.why === 'policy' && other.intent === 'replace' && isOfManifest(other),
  );
}

function isExternal(ref: ResourceId, commit: ModelCommit): boolean {
  return wantedIn(commit).some(({ id, management }) => management === 'external' && sameResource(id, ref));
}

/** What of a wanted resource is not as git says; undefined where all of it is. */
export function whatDiffers(
  { id, manifest, spec, policy, labels }: Desired<ToySpec>,
  thing: Thing | undefined,
  { commit, cloud, controller }: Omit<RestView, 'last'>,
): string | undefined {
  if (thing === undefined) return 'is not there';
  const isOurs = ({ tags }: Thing): boolean =>
    tags[OWNER_TAG] === controller.owner && tags[ENVIRONMENT_TAG] === id.environment;
  if (!isOurs(thing)) return 'is not ours';
  const isIgnored = (path: string): boolean => policy.ignoreDrift.some((above) => isAtOrBelow(path, above));
  for (const field of ['size', 'colour', 'form'] as const) {
    if (thing[field] !== spec[field] && !isIgnored(field))
      return `has ${field} ${thing[field]}, not ${spec[field]}`;
  }
  for (const [kind, ref] of Object.entries(spec.links)) {
    const target = cloud.get(cloudKey(ref, commit.environments, cloud.shapes));
    // What is not ours to use is not built upon: its own step tells so.
    const isUsable = target !== undefined && (isExternal(ref, commit) || isOurs(target));
    if (isUsable && thing.links[kind] !== target.id && !isIgnored(`links.${kind}`))
      return `is built on ${thing.links[kind]}, not ${target.id}`;
  }
  for (const [key, value] of Object.entries(labels)) {
    if (thing.tags[key] !== value) return `has the tag ${key}=${thing.tags[key]}, not ${value}`;
  }
  // Nothing is written down on what is only observed.
  if (policy.reconcile !== 'enabled') return undefined;
  const books = {
    [MANIFEST_TAG]: manifestKey(manifest),
    [SOURCE_TAG]: controller.sourceId,
    'stationkeeper:deletion-policy': policy.deletion,
    'stationkeeper:prune': policy.prune ? 'enabled' : 'disabled',
  };
  for (const [key, value] of Object.entries(books)) {
    if (thing.tags[key] !== value) return `has the tag ${key}=${thing.tags[key]}, not ${value}`;
  }
  return undefined;
}

/** AWS refuses its deletion for as long as something uses it that is not ours, and is asked again with each pass. */
export function isUsedByOthers(
  thing: Thing,
  { cloud, controller }: Pick<RestView, 'cloud' | 'controller'>,
): boolean {
  if (thing.tags[OWNER_TAG] !== controller.owner) return false;
  const users = [...cloud.usersOf(thing.id), ...cloud.contentsOf(thing)];
  return users.some(
    ({ tags }) =>
      tags[OWNER_TAG] !== controller.owner || tags[ENVIRONMENT_TAG] !== thing.tags[ENVIRONMENT_TAG],
  );
}

/** Whether a pass ended without an Environment that does not answer, and shows of it what an earlier pass found. */
export function isOverdue({ lookAgainInMs }: PassResult): boolean {
  return lookAgainInMs === 5_000;
}

/** What of a pass goes on by itself; undefined where nothing does. */
export function whyNotQuiet(view: RestView): string | undefined {
  const { plan, outcomes, failures } = view.last;
  if (isOverdue(view.last)) return 'an Environment does not answer';
  const isInUse = ({ type, id }: { readonly type: string; readonly id: ResourceId }): boolean => {
    const thing = view.cloud.get(cloudKey(id, view.commit.environments, view.cloud.shapes));
    return (type === 'delete' || type === 'replace') && thing !== undefined && isUsedByOthers(thing, view);
  };
  const outcome = outcomes.find((one) => !isInUse(one));
  if (outcome !== undefined)
    return `${outcome.type} of ${outcome.id.kind}/${outcome.id.name} was ${outcome.result}`;
  const [failure] = failures.values();
  if (failure !== undefined) return failure.error.message;
  const step = plan.steps.find(
    (one) => !isEnvironment(one.id) && one.type !== 'delete' && !isInUse(one) && !isAtRest(one),
  );
  return step && `${step.type} of ${step.id.kind}/${step.id.name}: ${step.reason}`;
}

function isAtRest(step: Step): boolean {
  if (step.type !== 'keep' && step.type !== 'hold') return false;
  return step.observed?.health.status !== 'Progressing';
}
