import { groupBy } from '../core/order.ts';
import { displayId, manifestKey, objectKey, resourceKey } from '../core/resource.ts';
import type { FieldChange } from '../core/resource.ts';
import { intentOf, isRelease } from '../plan/step.ts';
import { listed } from '../plan/work.ts';
import type { Step } from '../plan/step.ts';
import type { ReportedOutcome, ReportInput } from './report.ts';
import { stateOf } from './resource-view.ts';
import type { ObjectStatus, StatusReport, Transition } from './schema.ts';

/** Which object: `DaemonService/xray`, and the environment that it is in. */
interface Whereabouts {
  readonly object: string;
  readonly environment: string;
}

/** What happened to every object of late; immutable. */
export interface History {
  /** By object key; what git names, and what is left of what it named. */
  readonly present: ReadonlyMap<string, ObjectHistory>;
  /** Of objects that are no more, the one that went last at the end. */
  readonly gone: ReadonlyMap<string, ObjectHistory>;
}

interface ObjectHistory extends Whereabouts {
  /** Newest first. */
  readonly transitions: readonly Entry[];
  /** By resource key: how it stands, where nothing is done about it although something could be. */
  readonly standing: ReadonlyMap<string, string>;
  readonly health: ObjectStatus['health'] | undefined;
}

/** A transition with the resource that it is about. */
interface Entry {
  readonly key: string;
  readonly transition: Transition;
}

export const NO_HISTORY: History = { present: new Map(), gone: new Map() };

/** One more transition of an object, or the end of one that was under way. */
export interface FreshTransition extends Whereabouts {
  readonly transition: Transition;
}

/** Transitions that are kept of each object. */
const KEPT = 20;
/** Objects that are no more whose transitions are kept. */
const GONE_KEPT = 50;
/** Changed fields that a transition names. */
const CHANGES_NAMED = 20;
/** Characters that are kept of a value as JSON; a longer one is cut. */
const LONGEST_VALUE = 200;

/** What is told of an object's history: its transitions, newest first. */
export interface ObjectTransitions extends Whereabouts {
  readonly transitions: readonly Transition[];
}

/** Of objects that are, and behind them of those that are no more, the one that went last first. */
export function toldHistories({ present, gone }: History): readonly ObjectTransitions[] {
  return [...present.values(), ...[...gone.values()].toReversed()].map(
    ({ object, environment, transitions }) => ({
      object,
      environment,
      transitions: transitions.map(({ transition }) => transition),
    }),
  );
}

/** What is told of the objects of a kind and name, those that are before those that are no more. */
export function historiesOf<Told extends Whereabouts>(
  histories: readonly Told[],
  ref: Pick<ObjectStatus, 'kind' | 'name'>,
): readonly Told[] {
  const object = manifestKey(ref);
  return histories.filter((one) => one.object === object);
}

/** What is told of one object. */
export function historyOf<Told extends Whereabouts>(
  histories: readonly Told[],
  ref: Pick<ObjectStatus, 'kind' | 'name'>,
  environment: string,
): Told | undefined {
  return historiesOf(histories, ref).find((one) => one.environment === environment);
}

/**
 * The history after a pass, and what is new in it. Pure. A pass in which nothing changes adds nothing: neither what AWS is
 * still at, nor what fails again in the same way, nor what is still held for the same reason.
 */
export function withPass(
  history: History,
  input: ReportInput,
  report: StatusReport,
): { readonly history: History; readonly fresh: readonly FreshTransition[] } {
  const objects = new Map(report.objects.map((object) => [objectKey(object.environment, object), object]));
  const steps = groupBy(input.plan.steps, ({ id, manifest }) => objectKey(id.environment, manifest));
  const outcomes = groupBy(input.outcomes, ({ id, manifest }) => objectKey(id.environment, manifest));
  const present = new Map<string, ObjectHistory>();
  const gone = new Map(history.gone);
  const fresh: FreshTransition[] = [];
  for (const key of new Set([...objects.keys(), ...outcomes.keys(), ...history.present.keys()])) {
    const before = history.present.get(key) ?? history.gone.get(key);
    const object = objects.get(key);
    const { environment, object: name } = before ?? whereaboutsOf(object, outcomes.get(key)?.[0]);
    const where = { environment, object: name };
    const writer = createWriter(before, input, environment);
    for (const outcome of outcomes.get(key) ?? []) writer.outcome(outcome, object);
    const after = { ...writer.end(steps.get(key) ?? [], object), ...where };
    for (const transition of writer.fresh) fresh.push({ ...where, transition });
    gone.delete(key);
    if (object === undefined) gone.set(key, after);
    else present.set(key, after);
  }
  for (const key of gone.keys()) {
    if (gone.size <= GONE_KEPT) break;
    gone.delete(key);
  }
  return { history: { present, gone }, fresh };
}

function whereaboutsOf(object: ObjectStatus | undefined, outcome: ReportedOutcome | undefined): Whereabouts {
  if (object !== undefined) return { object: manifestKey(object), environment: object.environment };
  return {
    object: outcome === undefined ? '' : manifestKey(outcome.manifest),
    environment: outcome?.id.environment ?? '',
  };
}

interface Writer {
  readonly fresh: readonly Transition[];
  outcome(outcome: ReportedOutcome, object: ObjectStatus | undefined): void;
  end(steps: readonly Step[], object: ObjectStatus | undefined): Omit<ObjectHistory, keyof Whereabouts>;
}

function createWriter(before: ObjectHistory | undefined, input: ReportInput, environment: string): Writer {
  let entries = before?.transitions ?? [];
  const fresh: Transition[] = [];
  const touched = new Set<string>();
  const revision = input.revisions.get(environment);

  function add(key: string, transition: Omit<Transition, 'revision'>): void {
    const dated = { ...transition, ...(revision === undefined ? {} : { revision }) };
    entries = [{ key, transition: dated }, ...entries].slice(0, KEPT);
    fresh.push(dated);
  }

  /** `underWay`: one of the entries. What came after it on the same resource stays as it is. */
  function conclude(
    underWay: Entry,
    end: Pick<Transition, 'result' | 'finishedAt'> & Partial<Transition>,
  ): void {
    const transition = { ...underWay.transition, ...end };
    entries = entries.with(entries.indexOf(underWay), { key: underWay.key, transition });
    fresh.push(transition);
  }

  const lastOf = (key: string): Entry | undefined => entries.find((entry) => entry.key === key);

  return {
    fresh,
    outcome(outcome, object) {
      const key = resourceKey(outcome.id);
      touched.add(key);
      const transition = transitionOf(outcome, object);
      const entry = lastOf(key);
      const last = entry?.transition;
      const isSame = last?.why === transition.why && last.resource === transition.resource;
      if (isSame && entry !== undefined && last.result === 'started') {
        if (transition.result === 'started') return;
        const { result, at, error } = transition;
        conclude(entry, { result, finishedAt: at, ...(error === undefined ? {} : { error }) });
        return;
      }
      // A step that is tried again and fails in the same way is no news.
      if (isSame && transition.result === 'failed' && last.error?.code === transition.error?.code) return;
      add(key, transition);
    },
    end(steps, object) {
      const standing = new Map<string, string>();
      const planned = new Map(steps.map((step) => [resourceKey(step.id), step]));
      for (const entry of entries) {
        const { key, transition } = entry;
        if (transition.result !== 'started' || touched.has(key) || !hasEnded(planned.get(key))) continue;
        conclude(entry, { result: 'done', finishedAt: input.now });
      }
      for (const [key, step] of planned) {
        const known = before?.standing.get(key) ?? '';
        const now = isUnseen(step) ? known : standingOf(step, input);
        if (now !== '') standing.set(key, now);
        if (now === known || isUnseen(step)) continue;
        if (now !== '') {
          if (!toldByOutcome(lastOf(key)?.transition, step, input)) add(key, standingTransition(step, input));
        } else if (step.type === 'keep' && !touched.has(key)) {
          add(key, {
            ...plain(step, input.now),
            why: 'Ended',
            message: 'is in sync again; the controller changed nothing',
          });
        }
      }
      const health = object?.health;
      if (object !== undefined && before?.health !== undefined && health !== before.health) {
        add('', healthTransition(object, before.health, input.now));
      }
      return { transitions: entries, standing, health };
    },
  };
}

function isUnseen(step: Step): boolean {
  return step.type === 'hold' && step.why === 'unseen';
}

/** Whether AWS has ended what it worked on: the resource is as wanted, or gone as wanted. */
function hasEnded(step: Step | undefined): boolean {
  return step === undefined || step.type === 'keep';
}

function transitionOf(outcome: ReportedOutcome, object: ObjectStatus | undefined): Transition {
  const { id, type, changes, result, error, message, reason, at } = outcome;
  const resource = displayId(id);
  const drift = object?.resources.find((one) => one.id === resource)?.drift ?? [];
  const wasDeleted = type === 'create' && drift.some(({ path }) => path === 'exists');
  const said = error === undefined ? (message ?? reason) : error.message;
  return {
    at,
    resource,
    why: wasDeleted ? 'Drifted' : whyOf(outcome),
    changes: wasDeleted
      ? [{ path: 'exists', from: false, to: true }]
      : changes.slice(0, CHANGES_NAMED).map(shownChange),
    result,
    message: said,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  };
}

function whyOf({ type, changedBy, releases }: ReportedOutcome): Transition['why'] {
  switch (type) {
    case 'create':
      return 'Created';
    case 'update':
      return changedBy === 'aws' ? 'Drifted' : 'Changed';
    case 'replace':
      return 'Replaced';
    case 'delete':
      return releases ? 'Released' : 'Deleted';
  }
}

/** How a resource stands that is not as wanted and that nothing is done about; empty where there is nothing to say. */
function standingOf(step: Step, { failures }: ReportInput): string {
  const paths = listed(step)
    .map(({ path }) => path)
    .toSorted();
  if (step.type === 'keep') return paths.length === 0 ? '' : JSON.stringify(['ignored', paths]);
  if (step.type !== 'hold' || step.why === 'waiting') return '';
  // That the object as a whole is suspended is told once, by its health.
  if (step.why === 'policy' && step.intent === 'none') return '';
  const code = step.why === 'failed' ? (failures.get(resourceKey(step.id))?.code ?? '') : '';
  return JSON.stringify([step.why, step.intent, code, paths]);
}

/** Whether the failure that holds a step is the one that an outcome has told already. */
function toldByOutcome(last: Transition | undefined, step: Step, { failures }: ReportInput): boolean {
  const code = failures.get(resourceKey(step.id))?.code;
  return last?.result === 'failed' && last.error?.code === code && code !== undefined;
}

function standingTransition(step: Step, { failures, now }: ReportInput): Transition {
  const failure =
    step.type === 'hold' && step.why === 'failed' ? failures.get(resourceKey(step.id)) : undefined;
  return {
    ...plain(step, now),
    why: step.type === 'keep' ? 'Drifted' : whyStanding(step),
    result: step.type === 'keep' ? 'ignored' : 'held',
    message: failure?.message ?? step.reason,
    ...(failure === undefined ? {} : { error: { code: failure.code, message: failure.message } }),
  };
}

function whyStanding(step: Step): Transition['why'] {
  if (intentOf(step) === 'delete') return isRelease(step) ? 'Released' : 'Deleted';
  const state = stateOf(step);
  return state === 'Drifted' || state === 'Changed' || state === 'Missing' ? state : 'Held';
}

function plain(step: Step, at: string): Transition {
  return {
    at,
    resource: displayId(step.id),
    why: 'Held',
    changes: listed(step).slice(0, CHANGES_NAMED).map(shownChange),
    result: 'seen',
    message: '',
  };
}

function healthTransition(object: ObjectStatus, from: ObjectStatus['health'], at: string): Transition {
  const ready = object.conditions.find(({ type }) => type === 'Ready');
  return {
    at,
    why: 'Health',
    changes: [{ path: 'health', from, to: object.health }],
    result: 'seen',
    message: ready?.message ?? '',
  };
}

function shownChange({ path, from, to }: FieldChange): Transition['changes'][number] {
  return { path, from: shownValue(from), to: shownValue(to) };
}

function shownValue(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= LONGEST_VALUE
    ? value
    : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}
