import { groupBy } from '../core/order.ts';
import { MANIFEST_KINDS, manifestKey } from '../core/resource.ts';
import type { ManifestRef } from '../core/resource.ts';
import { isUnseen } from './lines.ts';
import { intentOf, isLeftToOther } from './step.ts';
import type { Step } from './step.ts';
import { isWork } from './work.ts';

/** What can become of an object in an Environment, in the order in which people are told. */
export const FLEET_EFFECTS = [
  'updated',
  'removed',
  'created',
  'corrected',
  'held',
  'unread',
  'unchanged',
] as const;
export type FleetEffect = (typeof FLEET_EFFECTS)[number];

/** What becomes of an object in each Environment that has it. */
export interface FleetPlan {
  readonly manifest: ManifestRef;
  /** Names of Environments by what becomes of it there, in the order of the plan; effects that none has are left out. */
  readonly effects: Readonly<Partial<Record<FleetEffect, readonly string[]>>>;
  /** Environments in which some of that is held, and waits for more than other steps. */
  readonly held: ReadonlySet<string>;
}

/** What a plan does to objects that stand in several Environments, and are not as they shall be everywhere. */
export function fleetPlans(steps: readonly Step[]): readonly FleetPlan[] {
  const concerned = steps.filter(
    (step) => step.manifest.kind !== 'Environment' && !isLeftToOther(step) && !isExternal(step),
  );
  const objects = [...groupBy(concerned, ({ manifest }) => manifestKey(manifest)).values()];
  return objects
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .flatMap((own) => {
      const [first] = own;
      const here = groupBy(own, ({ id }) => id.environment);
      if (first === undefined || here.size < 2) return [];
      const byEffect = groupBy([...here.keys()], (environment) => effectOn(here.get(environment) ?? []));
      if (byEffect.size === 1 && byEffect.has('unchanged')) return [];
      const effects = Object.fromEntries(
        FLEET_EFFECTS.flatMap((effect) => {
          const names = byEffect.get(effect);
          return names === undefined ? [] : [[effect, names]];
        }),
      );
      const held = new Set(own.filter(isHeldBack).map(({ id }) => id.environment));
      return [{ manifest: first.manifest, effects, held }];
    });
}

/** `DaemonService/xray: updated in 80 Environments, removed in 40 (held), new in 3`. */
export function fleetLine({ manifest, effects, held }: FleetPlan): string {
  const told = FLEET_EFFECTS.flatMap((effect) => {
    const names = effects[effect];
    if (names === undefined) return [];
    const heldOf =
      effect === 'held' || effect === 'unread' ? 0 : names.filter((name) => held.has(name)).length;
    const note = heldOf === 0 ? '' : heldOf === names.length ? ' (held)' : ` (held in ${heldOf})`;
    return [{ text: `${WORDS[effect]} in ${names.length}`, note }];
  });
  const [first, ...others] = told.map(({ text, note }, index) =>
    index === 0 ? `${text} ${text.endsWith(' in 1') ? 'Environment' : 'Environments'}${note}` : text + note,
  );
  return `${manifestKey(manifest)}: ${[first, ...others].join(', ')}`;
}

const WORDS = {
  updated: 'updated',
  removed: 'removed',
  created: 'new',
  corrected: 'corrected after drift',
  held: 'held',
  unread: 'not read',
  unchanged: 'unchanged',
} as const satisfies Record<FleetEffect, string>;

function rankOf([first]: readonly Step[]): number {
  return first === undefined ? 0 : MANIFEST_KINDS.indexOf(first.manifest.kind);
}

/** Of the steps of one object in one Environment. */
function effectOn(steps: readonly Step[]): FleetEffect {
  if (steps.some(isUnseen)) return 'unread';
  const acting = steps.filter((step) => intentOf(step) !== 'none');
  if (acting.length === 0) return steps.some(isHeldBack) ? 'held' : 'unchanged';
  if (acting.every((step) => intentOf(step) === 'delete') && steps.every(isUnwanted)) return 'removed';
  if (steps.every((step) => intentOf(step) === 'create')) return 'created';
  return acting.every((step) => isWork(step) && step.changedBy === 'aws') ? 'corrected' : 'updated';
}

/** What is used and never changed follows its object. */
function isExternal(step: Step): boolean {
  return 'desired' in step && step.desired?.management === 'external';
}

function isUnwanted(step: Step): boolean {
  return !('desired' in step) || step.desired === undefined;
}

function isHeldBack(step: Step): boolean {
  return step.type === 'hold' && step.why !== 'waiting';
}
