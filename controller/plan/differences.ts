import { mindedTags } from '../core/bookkeeping.ts';
import { isAtOrBelow } from '../core/paths.ts';
import type { KindModel } from '../core/kind.ts';
import { resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, Observed, Tags, Work } from '../core/resource.ts';
import { readsLikeSecret, SENSITIVE, withoutSecrets } from '../core/secrets.ts';
import { claimIn } from './claim.ts';
import { findingsOf, modelOf, needsOf, partsOf, revisionTold } from './context.ts';
import type { PlanContext } from './context.ts';
import { leavingOf } from './gate.ts';
import type { Followed, Leaving } from './gate.ts';
import { leftAlone, tagsFor } from './ignored.ts';
import type { Resting } from './input.ts';
import { originOf } from './origin.ts';
import type { Origin } from './origin.ts';
import { listed, upkeepPath } from './work.ts';

/** How a resource that exists differs from what git wants of it. */
export interface Differences {
  /** The resource exists without an owner, and is taken over. */
  readonly adopts: boolean;
  /** The tags that the resource shall carry. */
  readonly tags: Tags;
  readonly all: Work;
  /** Whether the manifest ignores a difference there. */
  readonly isLeft: (path: string) => boolean;
  /** Without the differences that the manifest ignores. */
  readonly minded: Work;
  /** Of that, what is not left alone for now. */
  readonly differing: Work;
  /** Of that, what may be done. */
  readonly work: Work;
  /** Why some are left alone for now. */
  readonly rests: Resting | undefined;
  /** Why some of git's wait for the turn of the Environment; undefined where none does. */
  readonly waits: string | undefined;
  /** Who made any of it differ. */
  readonly madeBy: (work: Work) => Origin;
}

export function differencesOf(
  desired: Desired,
  observed: Observed,
  adopts: boolean,
  context: PlanContext,
): Differences {
  const { environment, kind } = desired.id;
  const model = modelOf(context, kind);
  const parts = partsOf(desired, context);
  const wantedTags = tagsFor(claimIn(environment, context), desired, model, parts);
  const isLeft = leftAlone(desired, observed, model, adopts);
  const fields = model.diff(desired, observed, needsOf(context, environment));
  const following = (): readonly FieldChange[] =>
    parts === undefined ? [] : followingNeeds(model, desired, observed, fields);
  const changes = [...fields, ...tagChanges(wantedTags, observed.tags)].map((change) =>
    withoutSecretValues(change, desired),
  );
  const upkeep = model.upkeep?.(desired, observed, findingsOf(context, desired.id)) ?? [];
  const rests = context.resting?.get(resourceKey(desired.id));
  const unprotected = context.protection.withheld(desired.id, changes).filter(({ path }) => !isLeft(path));
  const leaving = leavingOf(
    desired,
    observed,
    parts,
    followedBy(desired, model, following, context),
    context,
  );
  const minded = unprotected.map((change) => leftBy(leaving, change));
  const differing = {
    changes: minded.filter(({ path }) => rests?.paths.has(path) !== true),
    upkeep: upkeep.filter((one) => rests?.paths.has(upkeepPath(one)) !== true),
  };
  const made = differing.changes.filter(({ held }) => held === undefined);
  return {
    adopts,
    tags:
      leaving?.isInPart === true
        ? tagsInPart(wantedTags, observed.tags, made)
        : { ...wantedTags, ...revisionTold(desired, context) },
    isLeft,
    all: { changes, upkeep },
    minded: { changes: minded, upkeep },
    differing,
    work: {
      changes: made,
      upkeep: differing.upkeep.filter(({ isTidying }) => !isTidying || made.length === 0),
    },
    rests,
    waits: differing.changes.some(({ held }) => held !== undefined && held === leaving?.says)
      ? leaving?.says
      : undefined,
    madeBy: (work) => originOf(desired, observed, work, { parts, following }),
  };
}

/** What git changes waits for its turn, also where it would be held for another reason: that is told when its turn has come. */
function leftBy(leaving: Leaving | undefined, change: FieldChange): FieldChange {
  return leaving?.leaves(change) === true ? { ...change, held: leaving.says } : change;
}

/** The tags as they are, with those set right that are set right now: that all of the spec was applied is not said. */
function tagsInPart(wanted: Tags, actual: Tags, made: readonly FieldChange[]): Tags {
  const right = made.flatMap(({ path }): [string, string][] => {
    const key = path.startsWith('tags.') ? path.slice('tags.'.length) : undefined;
    const value = key === undefined ? undefined : wanted[key];
    return key === undefined || value === undefined ? [] : [[key, value]];
  });
  return { ...actual, ...Object.fromEntries(right) };
}

function followedBy(
  desired: Desired,
  model: KindModel,
  following: () => readonly FieldChange[],
  { planned }: PlanContext,
): Followed {
  const key = resourceKey(desired.id);
  const needs = model.needs(desired);
  const madeForIt = needs.find((id) => {
    const step = planned.get(resourceKey(id));
    const user = step !== undefined && 'desired' in step ? step.desired?.usedBy : undefined;
    return user !== undefined && resourceKey(user) === key;
  });
  const takenUp = new Set(needs.flatMap((id) => model.takesUp?.(desired, id) ?? []));
  return {
    basisAt: madeForIt && model.takesUp?.(desired, madeForIt),
    isOfNeeds: (path) => following().some((change) => change.path === path),
    isTakenUp: (path) => [...takenUp].some((above) => isAtOrBelow(path, above)),
  };
}

/** What a model compares only where it knows what the resource needs. */
function followingNeeds(
  model: KindModel,
  desired: Desired,
  observed: Observed,
  fields: readonly FieldChange[],
): readonly FieldChange[] {
  const own = new Set(model.diff(desired, observed, () => undefined).map(({ path }) => path));
  return fields.filter(({ path }) => !own.has(path));
}

/** A name that reads like a secret is seen to where two things are compared; a value that does, here, for all kinds and for tags. */
function withoutSecretValues(change: FieldChange, { secretRules = [] }: Desired): FieldChange {
  const [, entry, field = ''] = /(?:\[([^\]]*)\]|([^.[\]]*))$/.exec(change.path) ?? [];
  const [from, to] = [change.from, change.to].map((value) =>
    withoutSecrets(value, secretRules, entry ?? field),
  );
  return {
    ...change,
    from: hiddenWith(from, { was: change.to, is: to }),
    to: hiddenWith(to, { was: change.from, is: from }),
  };
}

/** A text, hidden where what it takes the place of turned out to be a secret: so it is one too, of a form that nobody knows. */
function hiddenWith(value: unknown, other: { readonly was: unknown; readonly is: unknown }): unknown {
  const { was, is } = other;
  if (typeof value === 'string') return is === SENSITIVE && was !== SENSITIVE ? SENSITIVE : value;
  if (!Array.isArray(value) || !Array.isArray(is) || value.length !== is.length) return value;
  const before = was as readonly unknown[];
  return value.map((item: unknown, index) => hiddenWith(item, { was: before[index], is: is[index] }));
}

export function intentFor({ changes }: Work): 'update' | 'replace' {
  return changes.some(({ by }) => by === 'replace') ? 'replace' : 'update';
}

export function tagChanges(wanted: Tags, actual: Tags): readonly FieldChange[] {
  return Object.entries(mindedTags(wanted, actual)).map(([key, value]) => {
    const isHidden = readsLikeSecret(key);
    const from = actual[key];
    return {
      path: `tags.${key}`,
      from: from === undefined ? null : isHidden ? SENSITIVE : from,
      to: isHidden ? SENSITIVE : value,
      by: 'update',
    } as const;
  });
}

export function ignoredReason(work: Work): string {
  const paths = listed(work).map(({ path }) => path);
  return paths.length === 0 ? '' : `drift ignored: ${paths.join(', ')}`;
}
