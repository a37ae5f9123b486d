import type { Snapshot } from '../plan/snapshot.ts';
import { passOver, sourceReadBy, unseenAsYet } from './environment-pass.ts';
import type { EnvironmentPass, EnvironmentRequest } from './environment-pass.ts';
import { createFormerPlaces, placeKey } from './memory/former-places.ts';
import { createRemovals } from './memory/removals.ts';
import type { EnvironmentRuntime } from './environments.ts';
import { createRollouts } from './rollouts.ts';
import type { PassResult } from './pass-result.ts';
import { notAnswering } from './silence.ts';
import { createPatience } from './memory/patience.ts';
import { leftBehind } from './left-behind.ts';
import type { PassContext } from './pass-context.ts';
import { wantedByEnvironment } from './wanted.ts';
import { createSights } from './sights.ts';
import type { Wanted, WantedHere } from './wanted.ts';

/** The environments of a pass side by side: one that is slow, or does not answer, holds no other up. */
export interface EnvironmentPasses {
  passOverAll(wanted: Wanted, request: Omit<EnvironmentRequest, 'sights' | 'rollouts'>): Promise<PassedOver>;
}

export interface PassedOver extends Pick<PassResult, 'courses'> {
  readonly passes: readonly EnvironmentPass[];
}

export function createEnvironmentPasses(context: PassContext): EnvironmentPasses {
  const patience = createPatience<EnvironmentPass>(context.clock);
  const lastEnded = new Map<string, EnvironmentPass>();
  const places = createFormerPlaces();
  const removals = createRemovals(context.clock, context.pruneBudget);
  const rollouts = createRollouts(context);
  /** By who looked: of another Region or role nothing is remembered here. */
  const lastSeen = new WeakMap<EnvironmentRuntime, Snapshot>();

  async function patientlyOver(here: WantedHere, request: EnvironmentRequest): Promise<EnvironmentPass> {
    const { sights } = request;
    const key = placeKey(here.target);
    const runtime = context.environments.runtimeOf(here.target);
    const begin = async () => {
      try {
        return await passOver(runtime, here, context, removals, request, lastSeen.get(runtime));
      } finally {
        sights.giveUp(runtime.name);
      }
    };
    const ended = await patience.wait(key, begin, request.patienceMs);
    if (ended !== undefined) {
      places.saw(key, ended.snapshot);
      lastEnded.set(key, ended);
      lastSeen.set(runtime, ended.snapshot);
      return ended;
    }
    const silence = runtime.silence();
    request.rollouts.isLate(runtime.name, silence && notAnswering(runtime.name, silence).message);
    // Slow is shown as it was last seen; of what no longer answers at all nothing is known.
    const known = silence === undefined ? lastEnded.get(key) : undefined;
    const shown = known ?? unseenAsYet(here, runtime, context, silence, lastSeen.get(runtime));
    return { ...shown, outcomes: [], isOverdue: true };
  }

  return {
    async passOverAll(wanted, asked) {
      const declared = wantedByEnvironment(wanted);
      const sights = createSights(declared, {
        owner: context.owner,
        ...sourceReadBy(context),
        clock: context.clock,
        earlier: ({ target }) => lastEnded.get(placeKey(target))?.snapshot,
        recentIn: ({ target: { name }, desired }, snapshot) =>
          new Set(removals.recent(name, snapshot?.gone.get(name) ?? new Set(), desired).keys()),
      });
      const passRollouts = rollouts.pass(wanted.expansion.staged ?? [], sights, asked.dryRun);
      const request = { ...asked, sights, rollouts: passRollouts };
      const moved = places.declare(wanted.expansion);
      // What failed or was disputed there says nothing of another place.
      context.failures.forgetOthers(
        declared.map(({ target }) => target.name).filter((name) => !moved.includes(name)),
      );
      const passes = await Promise.all(declared.map((here) => patientlyOver(here, request)));
      const left = places.left(wrongEnvironments(wanted));
      const known = [...declared, ...left].map(({ target }) => target);
      context.environments.keepOnly(known);
      const keys = new Set(known.map(placeKey));
      for (const key of lastEnded.keys()) if (!keys.has(key)) lastEnded.delete(key);
      const behind = left.map(async (here) => leftBehind(here.formerly, await patientlyOver(here, request)));
      return {
        passes: [...passes, ...(await Promise.all(behind))],
        courses: passRollouts.courses(),
      };
    },
  };
}

/** Environments whose own documents are wrong, so that they are not among those that are wanted. */
function wrongEnvironments({ errors }: Wanted): ReadonlySet<string> {
  const objects = errors.flatMap((error) => error.objects ?? []);
  return new Set(objects.flatMap(({ manifest: { kind, name } }) => (kind === 'Environment' ? name : [])));
}
