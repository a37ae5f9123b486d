import type { Workload } from '../core/facts.ts';
import { manifestKey, resourceKey } from '../core/resource.ts';
import type { Desired, FieldChange, Observed, ResourceId } from '../core/resource.ts';
import type { OwnTask } from '../core/self.ts';
import { placeOf } from './claim.ts';
import type { PlanInput } from './input.ts';
import type { Intent } from './step.ts';
import { refersTo } from './uses.ts';

/** What a controller must not do to itself, whatever git says. Each answer is a reason, undefined where there is none. */
export interface SelfProtection {
  /** Why a resource is neither deleted, nor replaced, nor released. */
  whyKept(id: ResourceId): string | undefined;
  /** Why what git wants is not replaced, or not created: it would be a second controller beside this one. */
  whyForbidden(desired: Desired, intent: Intent): string | undefined;
  /** The changes, with those held that would end its own tasks for good. */
  withheld(id: ResourceId, changes: readonly FieldChange[]): readonly FieldChange[];
}

const NOT_HERE: SelfProtection = {
  whyKept: () => undefined,
  whyForbidden: () => undefined,
  withheld: (_id, changes) => changes,
};

/** Who may do what the controller must not: a program that runs elsewhere has no self there. */
const ELSEWHERE = 'only "stationkeeper apply" from elsewhere';

/**
 * Protects the ECS service that the controller itself runs as, all that its manifest owns, and all that these stand on: cluster,
 * namespace, discovery service, group, roles, log group. While it does not know as what it runs on ECS, everything is
 * protected (law 2). Pure.
 */
export function selfProtection(input: PlanInput): SelfProtection {
  const { self } = input;
  if (self === undefined) return NOT_HERE;
  if (self.type === 'unseen') {
    const reason = `ECS does not say which service this controller runs as, so it removes and replaces nothing: ${self.why}`;
    return protecting(reason, () => true, input);
  }
  const own = ownResources(self, input);
  const protectedKeys = new Set([...own.items.map(({ id }) => resourceKey(id)), ...neededBy(own, input)]);
  const running = own.services[0];
  const name = `service/${self.service ?? running?.id.name ?? self.family ?? ''} in cluster ${self.cluster}`;
  const isElsewhere = ({ id, manifest }: Desired): boolean =>
    running !== undefined &&
    workloadOf(id, input) !== undefined &&
    resourceKey(id) !== resourceKey(running.id) &&
    own.manifests.has(ownerKey(id, manifest));
  const protection = protecting(
    `this controller runs on it (${name}); ${ELSEWHERE} removes or replaces it`,
    (id) => protectedKeys.has(resourceKey(id)),
    input,
  );
  return {
    ...protection,
    whyForbidden: (desired, intent) =>
      intent === 'create' && isElsewhere(desired)
        ? `this controller starts no second one beside itself (${name}); ${ELSEWHERE} moves it`
        : protection.whyForbidden(desired, intent),
  };
}

function protecting(
  reason: string,
  isProtected: (id: ResourceId) => boolean,
  input: PlanInput,
): SelfProtection {
  const whyKept = (id: ResourceId): string | undefined => (isProtected(id) ? reason : undefined);
  return {
    whyKept,
    whyForbidden: ({ id }, intent) => (intent === 'replace' ? whyKept(id) : undefined),
    withheld: (id, changes) => {
      const workload = workloadOf(id, input);
      if (workload === undefined || !isProtected(id)) return changes;
      const held = `this controller would end itself; ${ELSEWHERE} stops it`;
      return changes.map((change) => (workload.stops(change) ? { ...change, held } : change));
    },
  };
}

/** What of a snapshot is the controller's own. */
interface Own {
  readonly items: readonly Observed[];
  /** By environment and manifest. */
  readonly manifests: ReadonlySet<string>;
  /** In its cluster: first the one that it runs as, where it was seen. */
  readonly services: readonly Observed[];
}

/** Finds the own resources by every name that the host tells, then all that carries the same manifest, and all that these refer to. */
function ownResources(self: OwnTask, input: PlanInput): Own {
  const here = [...input.snapshot.items.values()].filter(({ id }) => isHere(id, self, input));
  const named = here.filter((item) => input.models.get(item.id.kind)?.facts.isOwn?.(item, self) === true);
  const manifests = new Set(
    named.flatMap(({ id, manifest }) => (manifest === undefined ? [] : ownerKey(id, manifest))),
  );
  const items = new Set([
    ...named,
    ...here.filter(({ id, manifest }) => manifest !== undefined && manifests.has(ownerKey(id, manifest))),
  ]);
  // A set that grows is iterated to its new end.
  for (const item of items) for (const other of here) if (standsOn(item, other, input)) items.add(other);
  return {
    items: [...items],
    manifests,
    services: [...items].filter(({ id }) => workloadOf(id, input) !== undefined && id.scope === self.cluster),
  };
}

function workloadOf({ kind }: ResourceId, { models }: PlanInput): Workload | undefined {
  return models.get(kind)?.facts.workload;
}

/** Whether an environment is where the controller runs; one whose place is not known may be. */
function isHere(
  { environment }: ResourceId,
  { region, accountId }: OwnTask,
  { snapshot }: PlanInput,
): boolean {
  const place = placeOf(environment, snapshot);
  return (place?.region ?? region) === region && (place?.accountId ?? accountId) === accountId;
}

function standsOn(item: Observed, other: Observed, { models }: PlanInput): boolean {
  if (item.id.environment !== other.id.environment) return false;
  const model = models.get(item.id.kind);
  const isScope = model?.facts.scope === other.id.kind && item.id.scope === other.id.name;
  return isScope || refersTo(model?.uses?.(item) ?? [], other);
}

/** Keys of what git builds the own resources on, which includes what AWS does not name as used: a log group. */
function neededBy({ items, manifests }: Own, { desired, models }: PlanInput): readonly string[] {
  const byKey = new Map(desired.map((one) => [resourceKey(one.id), one]));
  const needing = new Set([
    ...desired.filter(({ id, manifest }) => manifests.has(ownerKey(id, manifest))),
    ...items.flatMap(({ id }) => byKey.get(resourceKey(id)) ?? []),
  ]);
  for (const one of needing) {
    for (const id of models.get(one.id.kind)?.needs(one) ?? []) {
      const need = byKey.get(resourceKey(id));
      if (need !== undefined) needing.add(need);
    }
  }
  return [...needing].map(({ id }) => resourceKey(id));
}

function ownerKey({ environment }: ResourceId, manifest: Desired['manifest']): string {
  return `${environment}|${manifestKey(manifest)}`;
}
