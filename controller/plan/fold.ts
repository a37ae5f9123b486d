import { alike } from '../core/alike.ts';
import type { EnvironmentPlace } from '../core/alike.ts';
import { groupBy } from '../core/order.ts';
import { MANIFEST_KINDS, displayId, manifestKey } from '../core/resource.ts';
import type { FieldChange, ManifestRef } from '../core/resource.ts';
import { isUnreadEnvironment, isUnseen, stepLines } from './lines.ts';
import type { Line } from './lines.ts';
import { placesIn } from './places.ts';
import { intentOf, isLeftToOther, isRelease } from './step.ts';
import type { Plan, Step } from './step.ts';
import { isWork, listed } from './work.ts';

/** A step that several Environments have alike, in words that are true of each: with variables where their Environments differ. */
export interface FoldedStep {
  /** One in each Environment, in the order of the plan. */
  readonly steps: readonly [Step, ...Step[]];
  readonly environments: readonly string[];
  readonly lines: readonly Line[];
  /** Of Environments themselves with a variable for their name. */
  readonly manifest: ManifestRef;
  /** `role/xray-${environment.name}-task`. */
  readonly id: string;
  readonly reason: string;
  readonly changes: readonly FieldChange[];
}

/** What becomes of an object in the same Environments. */
export interface FoldedObject {
  readonly manifest: ManifestRef;
  readonly environments: readonly string[];
  readonly steps: readonly FoldedStep[];
}

/** What a plan says, each thing once. */
export function foldedIn({ steps }: Pick<Plan, 'steps'>): readonly FoldedStep[] {
  return foldedSteps(withoutEchoes(steps).filter(isWorthShowing), placesIn(steps));
}

/**
 * Steps that say something of their own: where an environment could not be looked up, all that is in it is unseen for
 * that one reason, and the environment itself says it.
 */
export function withoutEchoes(steps: readonly Step[]): readonly Step[] {
  const unread = new Set(steps.filter(isUnreadEnvironment).map((step) => step.id.environment));
  return steps.filter(
    (step) => isUnreadEnvironment(step) || !isUnseen(step) || !unread.has(step.id.environment),
  );
}

function isWorthShowing(step: Step): boolean {
  if (isLeftToOther(step)) return false;
  return step.type !== 'keep' || isWork(step);
}

/** What a step says, as people are shown it and as it is. */
interface Wording extends Pick<FoldedStep, 'lines' | 'manifest' | 'id' | 'reason' | 'changes'> {
  readonly scope: string;
}

/**
 * The steps with those as one that several Environments have alike: of the same object, with the same effect and the same words, once what
 * Environments are called in these is disregarded. In the order of the first of each.
 */
function foldedSteps(
  steps: readonly Step[],
  placeOf: (environment: string) => EnvironmentPlace,
): readonly FoldedStep[] {
  const wordings = new Map(steps.map((step) => [step, wordingOf(step)]));
  const groups = alike(steps, (step) => {
    const texts: string[] = [];
    const rest = withTexts(wordings.get(step), (text) => {
      texts.push(text);
      return '';
    });
    return { key: JSON.stringify([effectOf(step), rest]), texts, place: placeOf(step.id.environment) };
  });
  return groups.flatMap(({ items, texts }): FoldedStep[] => {
    const [first, ...others] = items;
    if (first === undefined) return [];
    const inOrder = texts.values();
    const { scope: _same, ...wording } = withTexts(
      wordings.get(first) ?? wordingOf(first),
      (text) => inOrder.next().value ?? text,
    );
    const environments = items.map((step) => step.id.environment);
    return [{ steps: [first, ...others], environments, ...wording }];
  });
}

function wordingOf(step: Step): Wording {
  const { manifest, id, reason } = step;
  return {
    lines: stepLines(step),
    manifest: { kind: manifest.kind, name: manifest.name },
    id: displayId(id),
    scope: id.scope ?? '',
    reason,
    changes: listed(step),
  };
}

/** The same with another text for each, in the order in which they are found. */
function withTexts<Value>(value: Value, change: (text: string) => string): Value;
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => withTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTexts(inner, change)]));
}

/** What must be the same of steps that are told as one. */
function effectOf(step: Step): readonly unknown[] {
  const { manifest, id, type, owner, changedBy } = step;
  // An Environment has its own name; what is said of it may be said of others.
  const object = manifest.kind === 'Environment' ? '' : manifest.name;
  const held = step.type === 'hold' ? step.why : '';
  const adopts = step.type === 'update' && step.adopts;
  return [
    manifest.kind,
    object,
    id.kind,
    type,
    intentOf(step),
    held,
    adopts,
    isRelease(step),
    owner,
    changedBy,
  ];
}

/** Folded steps by object and Environments; Environments, clusters and namespaces come before the daemons that use them. */
export function foldedObjects(folded: readonly FoldedStep[]): readonly FoldedObject[] {
  const objects = [...groupBy(folded, ({ manifest }) => manifestKey(manifest)).values()];
  return objects
    .toSorted((a, b) => manifestRank(a) - manifestRank(b))
    .flatMap((own) => [...groupBy(own, ({ environments }) => JSON.stringify(environments)).values()])
    .flatMap((steps) =>
      steps.slice(0, 1).map(({ manifest, environments }) => ({ manifest, environments, steps })),
    );
}

function manifestRank([first]: readonly FoldedStep[]): number {
  return first === undefined ? 0 : MANIFEST_KINDS.indexOf(first.manifest.kind);
}
