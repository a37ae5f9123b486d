import { reasonOf } from '../core/errors.ts';
import { HEALTHY } from '../core/kind.ts';
import { displayId } from '../core/resource.ts';
import type { Health, ManifestKind, KindName, ResourcePolicy } from '../core/resource.ts';
import { FACTS } from '../kinds/facts.ts';
import { confirmingRequest } from '../plan/confirmation.ts';
import { intentOf, isRelease } from '../plan/step.ts';
import { listed } from '../plan/work.ts';
import { failureCause, failureMessage, needsPeople, upToAdvice } from './failure.ts';
import { isOutOfSync } from './resource-view.ts';
import type { ResourceView } from './resource-view.ts';
import type { Condition, ObjectStatus } from './schema.ts';

/** The resource that an object is about; the others serve it. */
const MAIN_RESOURCE: ReadonlyMap<ManifestKind, KindName> = new Map(
  FACTS.flatMap(({ mainOf, name }) => (mainOf === undefined ? [] : [[mainOf, name] as const])),
);

/** All that an object's sync, health and conditions are made of. */
export interface ObjectView {
  readonly kind: ManifestKind;
  readonly reconcile: ResourcePolicy['reconcile'];
  /** Why its document is invalid; absent where it is valid. */
  readonly invalid?: string;
  readonly resources: readonly ResourceView[];
  /** Of the plan that its steps are of: a confirmation names it. */
  readonly planHash: string;
}

/** Synced when everything is; one known difference outweighs what could not be seen. */
export function syncOf(object: ObjectView): ObjectStatus['sync'] {
  const differs = object.resources.map(isOutOfSync);
  if (object.invalid !== undefined) return 'Unknown';
  if (differs.includes(true)) return 'OutOfSync';
  return differs.length === 0 || differs.includes(undefined) ? 'Unknown' : 'Synced';
}

export interface ObjectHealth
  extends Pick<Health, 'message' | 'reason' | 'cause' | 'needsPeople' | 'retryAt'> {
  readonly status: ObjectStatus['health'];
}

/** The health of an object: its main resource decides whether there is anything to be healthy, and then the worst of all counts. */
export function healthOf(object: ObjectView): ObjectHealth {
  if (object.invalid === undefined && object.reconcile === 'disabled') {
    return { status: 'Suspended', message: 'suspended by stationkeeper.dev/reconcile: disabled' };
  }
  if (object.resources.length === 0) return { status: 'Unknown', message: 'not read yet' };
  const main = mainResource(object);
  const id = main === undefined ? '' : displayId(main.step.id);
  if (main?.state === 'Unknown') return { status: 'Unknown', message: `${id}: ${main.step.reason}` };
  const all = object.resources.map(healthOfResource).filter((health) => health !== undefined);
  // Leftovers of a manifest that has gone may outlive their main resource.
  const fares = main === undefined ? HEALTHY : healthOfResource(main);
  if (fares === undefined) return { status: 'Missing', message: `${id} does not exist` };
  const worst = (status: Health['status']): Health | undefined =>
    [fares, ...all].find((health) => health.status === status);
  return worst('Degraded') ?? worst('Progressing') ?? fares;
}

/** The resource that the object is about; while it moves to another cluster there are two, and the one that git wants counts. */
function mainResource({ kind, resources }: ObjectView): ResourceView | undefined {
  const candidates = resources.filter(({ step }) => step.id.kind === MAIN_RESOURCE.get(kind));
  return candidates.find(({ step }) => 'desired' in step && step.desired !== undefined) ?? candidates[0];
}

function healthOfResource({ step }: ResourceView): Health | undefined {
  return 'observed' in step ? step.observed?.health : undefined;
}

type Facts = Pick<Condition, 'status' | 'reason' | 'message'>;

export type ObjectConditions = Readonly<Record<'Ready' | 'Reconciling' | 'Stalled', Facts>>;

/**
 * Something that keeps an object from being Ready. The lower `rank`, the more a reader needs to know of it first. `moving`: the concern
 * ends without anybody's help; `stuck`: it needs somebody's help.
 */
interface Concern {
  readonly rank: number;
  /** `True`: it waits for its turn, and what it is now is as good as it shall be. */
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** The same in a few words, for lists. */
  readonly cause?: string;
  readonly progress: 'moving' | 'stuck' | 'neither';
}

const RANK = {
  stuck: 1,
  failing: 2,
  held: 3,
  degraded: 4,
  pending: 5,
  unseen: 6,
  waiting: 7,
  health: 8,
  turn: 9,
};

/** Ready, Reconciling and Stalled as kstatus has them; never Reconciling and Stalled at once. */
export function conditionsOf(object: ObjectView): ObjectConditions {
  const { invalid } = object;
  if (invalid !== undefined) {
    const facts = { reason: 'SourceInvalid', message: invalid };
    return {
      Ready: { status: 'False', ...facts },
      Reconciling: { status: 'False', ...facts },
      Stalled: { status: 'True', ...facts },
    };
  }
  const health = healthOf(object);
  if (health.status === 'Suspended') {
    const facts = { reason: 'ReconcilePaused', message: health.message };
    // Nobody looks after a suspended object, so nobody can vouch for it; but nothing is wrong either.
    return {
      Ready: { status: 'Unknown', ...facts },
      Reconciling: { status: 'False', ...facts },
      Stalled: { status: 'False', ...facts },
    };
  }
  const concerns = concernsOf(object, health);
  const stuck = concerns.find((concern) => concern.progress === 'stuck');
  const moving = stuck === undefined ? concerns.find((concern) => concern.progress === 'moving') : undefined;
  return {
    Ready: readyOf(concerns, health, object),
    Reconciling:
      moving === undefined
        ? { status: 'False', reason: stuck === undefined ? 'Idle' : 'Stalled', message: '' }
        : { status: 'True', reason: retrying(moving), message: moving.message },
    Stalled:
      stuck === undefined
        ? { status: 'False', reason: 'NotStalled', message: '' }
        : { status: 'True', reason: stuck.reason, message: stuck.message },
  };
}

/** Why an object is not Ready, in a few words: of the very thing that Ready tells. Absent where there are none. */
export function causeOf(object: ObjectView): string | undefined {
  if (object.invalid !== undefined) return 'its manifest is invalid';
  const health = healthOf(object);
  return health.status === 'Suspended' ? undefined : concernsOf(object, health)[0]?.cause;
}

/** What a reader needs to know first comes first. */
function concernsOf(object: ObjectView, health: ObjectHealth): readonly Concern[] {
  return [
    ...object.resources.map((view) => concernOf(view, object.planHash)),
    concernOfHealth(health, object),
    concernOfStaying(object),
  ]
    .filter((concern) => concern !== undefined)
    .toSorted((a, b) => a.rank - b.rank);
}

function readyOf(
  concerns: readonly Concern[],
  health: ObjectHealth,
  { resources }: Pick<ObjectView, 'resources'>,
): Facts {
  const first = concerns[0];
  if (first === undefined) {
    const fares = health.message === '' ? 'in sync' : health.message;
    // What runs is well, and still somebody has to know before the next task is to start.
    const warnings = resources.flatMap(({ step }) => (step.type === 'keep' && step.couldNotStart) || []);
    return { status: 'True', reason: 'ReconcileSuccess', message: [fares, ...warnings].join('; ') };
  }
  const same = concerns.filter((concern) => concern.rank === first.rank).length;
  const others = same > 1 ? ` (and ${same - 1} more)` : '';
  return { status: first.status, reason: first.reason, message: `${first.message}${others}` };
}

/** What failed and is tried again is still reconciling, under the reason that Flux gives to it. */
function retrying(concern: Concern): string {
  return concern.rank === RANK.failing ? 'ProgressingWithRetry' : concern.reason;
}

function concernOf(view: ResourceView, planHash: string): Concern | undefined {
  const { step, failure, started } = view;
  const id = displayId(step.id);
  if (step.type === 'keep') return undefined;
  if (failure !== undefined) {
    const stuck = needsPeople(failure);
    return {
      rank: stuck ? RANK.stuck : RANK.failing,
      status: view.state === 'Unknown' ? 'Unknown' : 'False',
      reason: reasonOf(failure.code),
      message: failureMessage(id, failure),
      cause: failureCause(failure),
      progress: stuck ? 'stuck' : 'moving',
    };
  }
  if (started !== undefined) return pending('Progressing', `${id}: ${started}${howFar(view)}`, 'moving');
  if (step.type !== 'hold') return pendingChange(view, 'moving');
  const message = `${id}: ${step.reason}`;
  const held = (reason: string): Concern => ({
    rank: RANK.held,
    status: 'False',
    reason,
    message,
    cause: upToAdvice(step.reason),
    progress: 'stuck',
  });
  switch (step.why) {
    case 'not-ours':
      return held(step.called ?? (step.otherSource === undefined ? 'NotOurs' : 'AnotherSource'));
    case 'missing':
      return step.neededToStart === true ? undefined : held('DependencyMissing');
    case 'budget':
      return {
        ...held('PruneBudgetExceeded'),
        message: `${message} (${confirmingRequest(planHash)} with the token)`,
      };
    case 'unseen':
      return { rank: RANK.unseen, status: 'Unknown', reason: 'Unseen', message, progress: 'neither' };
    case 'failed':
      return { rank: RANK.failing, status: 'False', reason: 'ReconcileError', message, progress: 'moving' };
    case 'waiting':
      if (step.intent === 'none') return undefined;
      return {
        rank: RANK.waiting,
        status: 'False',
        reason: 'DependencyNotReady',
        message,
        progress: 'moving',
      };
    case 'rollout':
      return {
        rank: RANK.turn,
        status: 'True',
        reason: 'RolloutWaiting',
        message: step.reason,
        progress: 'moving',
      };
    case 'policy':
      // A deletion that an annotation or a frozen source holds takes nothing from what is wanted.
      if (step.intent === 'none' || step.intent === 'delete') return undefined;
      if (step.called !== undefined) return held(step.called);
      return mayNotReplace(view) ? held('ReplaceNotAllowed') : pendingChange(view, 'neither');
  }
}

/** How far AWS is with what it works on, where the resource tells: ` (draining, 2 tasks still running)`. */
function howFar(view: ResourceView): string {
  const health = healthOfResource(view);
  return health?.status !== 'Progressing' || health.message === '' ? '' : ` (${health.message})`;
}

function mayNotReplace({ step }: ResourceView): boolean {
  if (step.type !== 'hold' || step.intent !== 'replace') return false;
  const policy = step.desired?.policy;
  return policy?.reconcile === 'enabled' && !policy.allowReplace;
}

function pending(reason: string, message: string, progress: Concern['progress']): Concern {
  return { rank: RANK.pending, status: 'False', reason, message, progress };
}

/** A difference that is to be removed, or that is only reported. */
function pendingChange({ step, state }: ResourceView, progress: Concern['progress']): Concern {
  const id = displayId(step.id);
  const said = step.reason === '' ? '' : `: ${step.reason}`;
  const paths = listed(step)
    .map((change) => change.path)
    .join(', ');
  if (intentOf(step) === 'delete')
    return pending('Deleting', `${id} is to be ${isRelease(step) ? 'released' : 'deleted'}${said}`, progress);
  if (state === 'Missing') return pending('Missing', `${id} does not exist${said}`, progress);
  return state === 'Drifted'
    ? pending('DriftDetected', `${id} was changed in AWS: ${paths}${said}`, progress)
    : pending('ChangesPending', `${id} differs from git: ${paths}${said}`, progress);
}

/** An object that git no longer names, and that stays all the same, is not ready for anything. */
function concernOfStaying({ resources }: ObjectView): Concern | undefined {
  const steps = resources.map(({ step }) => step);
  if (steps.some((step) => 'desired' in step && step.desired !== undefined)) return undefined;
  const held = steps.find(
    (step) => step.type === 'hold' && step.why === 'policy' && step.intent === 'delete',
  );
  if (held === undefined) return undefined;
  const message = `no manifest names it any more, and it stays: ${held.reason}`;
  return { rank: RANK.held, status: 'False', reason: 'DeletionHeld', message, progress: 'neither' };
}

function isToComeByRollout(object: ObjectView): boolean {
  const step = mainResource(object)?.step;
  return step?.type === 'hold' && step.why === 'rollout';
}

function concernOfHealth(health: ObjectHealth, object: ObjectView): Concern | undefined {
  const concern = (rank: number, status: Concern['status'], progress: Concern['progress']): Concern => ({
    rank,
    status,
    reason: health.reason ?? health.status,
    message: health.message,
    ...(health.cause === undefined ? {} : { cause: health.cause }),
    progress,
  });
  switch (health.status) {
    case 'Degraded':
      return concern(RANK.degraded, 'False', health.needsPeople === true ? 'stuck' : 'neither');
    case 'Progressing':
      return concern(RANK.health, 'False', 'moving');
    case 'Missing':
      // What is not made before its turn comes is as it shall be until then.
      return isToComeByRollout(object) ? undefined : concern(RANK.health, 'False', 'neither');
    case 'Unknown':
      // An unseen resource is a concern of its own.
      if (object.resources.length > 0) return undefined;
      return { ...concern(RANK.unseen, 'Unknown', 'neither'), reason: 'Unseen' };
    case 'Healthy':
    case 'Suspended':
      return undefined;
  }
}
