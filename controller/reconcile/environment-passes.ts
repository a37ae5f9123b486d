import { passOver, unseenAsYet } from './environment-pass.ts';
import type { EnvironmentPass, EnvironmentRequest } from './environment-pass.ts';
import { createFormerPlaces, placeKey } from './memory/former-places.ts';
import { createRemovals } from './memory/removals.ts';
import { createPatience } from './memory/patience.ts';
import { leftBehind, withUnread } from './left-behind.ts';
import type { PassContext } from './pass-context.ts';
import { wantedByEnvironment } from './wanted.ts';
import type { Wanted, WantedHere } from './wanted.ts';

/** The environments of a pass side by side: one that is slow, or does not answer, holds no other up. */
export interface EnvironmentPasses {
  passOverAll(wanted: Wanted, request: EnvironmentRequest): Promise<readonly EnvironmentPass[]>;
}

export function createEnvironmentPasses(context: PassContext): EnvironmentPasses {
  const patience = createPatience<EnvironmentPass>(context.clock);
  const lastEnded = new Map<string, EnvironmentPass>();
  const places = createFormerPlaces();
  const removals = createRemovals(context.clock, context.pruneBudget);

  async function patientlyOver(here: WantedHere, request: EnvironmentRequest): Promise<EnvironmentPass> {
    const key = placeKey(here.target);
    const runtime = context.environments.runtimeOf(here.target);
    const begin = () => passOver(runtime, here, context, removals, request);
    const ended = await patience.wait(key, begin, request.patienceMs);
    if (ended !== undefined) {
      const pass = here.formerly === undefined ? ended : withUnread(ended, lastEnded.get(key));
      places.saw(key, pass.snapshot);
      lastEnded.set(key, pass);
      return pass;
    }
    const silence = runtime.silence();
    // Slow is shown as it was last seen; of what no longer answers at all nothing is known.
    const known = silence === undefined ? lastEnded.get(key) : undefined;
    return { ...(known ?? unseenAsYet(here, context, silence)), outcomes: [], isOverdue: true };
  }

  return {
    async passOverAll(wanted, request) {
      const declared = wantedByEnvironment(wanted);
      const moved = places.declare(wanted.expansion);
      // What failed or was disputed there says nothing of another place.
      context.failures.forgetOthers(
        declared.map(({ target }) => target.name).filter((name) => !moved.includes(name)),
      );
      const passes = await Promise.all(declared.map((here) => patientlyOver(here, request)));
      const left = places.left();
      const known = [...declared, ...left].map(({ target }) => target);
      context.environments.keepOnly(known);
      const keys = new Set(known.map(placeKey));
      for (const key of lastEnded.keys()) if (!keys.has(key)) lastEnded.delete(key);
      const behind = left.map(async (here) => leftBehind(here.formerly, await patientlyOver(here, request)));
      return [...passes, ...(await Promise.all(behind))];
    },
  };
}
