import { wantedTags } from '../core/ownership.ts';
import { displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { FieldChange } from '../core/resource.ts';
import type { Expansion } from '../manifest/expand/index.ts';
import { claimIn } from '../plan/claim.ts';
import { planSteps } from '../plan/plan.ts';
import { show } from '../plan/show.ts';
import { withOutcomes } from '../plan/snapshot.ts';
import type { Step } from '../plan/step.ts';
import { settled } from '../plan/yielding.ts';
import { isWork, listed } from '../plan/work.ts';
import type { Environments } from './environments.ts';
import { observe } from './observe.ts';

/** What a rehearsal found, in words by manifest. */
export interface Rehearsal {
  /** What would still be done, or could not be; empty where applying the manifests is nothing but tags. */
  readonly left: ReadonlyMap<string, readonly string[]>;
  /** What tasks need that start, and is not there: it keeps nothing that runs from being adopted. */
  readonly lacking: ReadonlyMap<string, readonly string[]>;
}

/**
 * What adopting these manifests' resources would come to, once everything that they want and that is nobody's, or ours already, had been
 * tagged. What is to be left alone is. Only reads AWS.
 */
export async function rehearseAdoption(
  { environments: targets, desired }: Expansion,
  environments: Environments,
  owner: string,
): Promise<Rehearsal> {
  const left = new Map<string, readonly string[]>();
  const lacking = new Map<string, readonly string[]>();
  for (const target of targets) {
    const runtime = environments.runtimeOf(target);
    const wanted = desired.filter(({ id }) => id.environment === target.name);
    const { snapshot } = await observe(runtime, wanted, 'these');
    const here = settled(wanted, { owner, snapshot, models: runtime.models });
    const claim = claimIn(target.name, { owner, snapshot });
    const adopted = here.flatMap((one) => {
      const key = resourceKey(one.id);
      const observed = snapshot.items.get(key);
      if (one.management === 'external' || observed === undefined || observed.owner === 'another') return [];
      const tags = { ...observed.tags, ...wantedTags(claim, one, runtime.models.get(one.id.kind)!.facts) };
      return [[key, { ...observed, owner: 'us', tags }] as const];
    });
    const steps = planSteps({
      owner,
      desired: here,
      snapshot: withOutcomes(snapshot, new Map(adopted)),
      models: runtime.models,
      mode: 'enforce',
      failed: new Map(),
      started: new Map(),
      prune: { budget: { count: 0 }, confirmed: new Set() },
    });
    for (const step of steps.filter((each) => each.type !== 'keep' && !isLeftAlone(each))) {
      const key = manifestKey(step.manifest);
      if (step.type === 'hold' && step.neededToStart === true) {
        lacking.set(key, [...(lacking.get(key) ?? []), `${displayId(step.id)}: ${step.reason}`]);
      } else {
        left.set(key, [...(left.get(key) ?? []), whatIsLeft(step)]);
      }
    }
  }
  return { left, lacking };
}

function isLeftAlone(step: Step): boolean {
  return step.type === 'hold' && step.desired?.policy.reconcile === 'disabled';
}

function whatIsLeft(step: Step): string {
  const what = displayId(step.id);
  if (isWork(step)) return `adopting it would change ${what}: ${listed(step).map(inWords).join(', ')}`;
  return `${what} cannot be adopted: ${step.reason === '' ? `there is a ${step.type} left` : step.reason}`;
}

function inWords({ path, from, to }: FieldChange): string {
  return `${path} ${show(from)} → ${show(to)}`;
}
