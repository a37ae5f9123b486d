import { displayId, manifestKey, objectKey, resourceKey } from '../core/resource.ts';
import { groupBy } from '../core/order.ts';
import { alike } from '../core/alike.ts';
import type { ManifestRef } from '../core/resource.ts';
import { placesIn } from './places.ts';
import { isRelease } from './step.ts';
import type { HoldStep, Plan, Step } from './step.ts';
import { namedWhere } from './where.ts';

/** Deletions that wait for somebody's confirmation. */
export function heldByBudget(steps: readonly Step[]): readonly HoldStep[] {
  return steps.filter((step): step is HoldStep => step.type === 'hold' && step.why === 'budget');
}

/** What a confirmation by this hash lets go, by resource key; undefined where the plan holds nothing of this hash. */
export function confirmedBy(plan: Plan, hash: string): ReadonlySet<string> | undefined {
  const held = heldByBudget(plan.steps);
  if (held.length === 0 || plan.hash !== hash) return undefined;
  return new Set(held.map((step) => resourceKey(step.id)));
}

/**
 * What a plan that has to be confirmed would take away, object by object: `DaemonService/xray: service/xray, role/xray-task (released)`;
 * with its Environment where the plan is of several.
 */
export function heldObjects({ steps }: Plan): readonly string[] {
  const isOfSeveral = hasSeveralEnvironments(steps);
  return heldIn(steps).map(({ environment, manifest, told }) => {
    const where = isOfSeveral ? namedWhere([environment]) : '';
    return `${manifestKey(manifest)}${where}: ${told.join(', ')}`;
  });
}

/** The same, with what several Environments have alike once: `DaemonService/xray (40 Environments: …): service/xray`. */
export function foldedHeldObjects({ steps }: Plan): readonly string[] {
  const isOfSeveral = hasSeveralEnvironments(steps);
  const placeOf = placesIn(steps);
  const groups = alike(heldIn(steps), ({ environment, manifest, told }) => {
    // An Environment's own resources are told with those of others.
    const [key, texts] =
      manifest.kind === 'Environment' ? ['', [manifest.name, ...told]] : [manifest.name, ['', ...told]];
    return { key: `${manifest.kind}/${key}`, texts, place: placeOf(environment) };
  });
  return groups.flatMap(({ items, texts: [name, ...told] }) => {
    const [first] = items;
    if (first === undefined) return [];
    const where = isOfSeveral ? namedWhere(items.map(({ environment }) => environment)) : '';
    return [`${first.manifest.kind}/${name || first.manifest.name}${where}: ${told.join(', ')}`];
  });
}

/** What of an object is held, in words. */
interface HeldObject {
  readonly environment: string;
  readonly manifest: ManifestRef;
  readonly told: readonly string[];
}

function heldIn(steps: readonly Step[]): readonly HeldObject[] {
  const objects = groupBy(heldByBudget(steps), ({ id, manifest }) => objectKey(id.environment, manifest));
  return [...objects.values()].map((own) => {
    const { id, manifest } = own[0]!;
    const told = own.map((step) => `${displayId(step.id)}${isRelease(step) ? ' (released)' : ''}`);
    return { environment: id.environment, manifest, told };
  });
}

function hasSeveralEnvironments(steps: readonly Step[]): boolean {
  return new Set(steps.map(({ id }) => id.environment)).size > 1;
}

/** The request by which somebody confirms the plan of a hash: of the HTTP API, with the token. */
export function confirmingRequest(hash: string): string {
  return `POST /plan/${hash}/confirm`;
}
