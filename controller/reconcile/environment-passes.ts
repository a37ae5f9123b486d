import type { Snapshot } from '../plan/snapshot.ts';
import { passOver, unseenAsYet } from './environment-pass.ts';
import type { EnvironmentPass, EnvironmentRequest } from './environment-pass.ts';
import { createPatience } from './memory/patience.ts';
import { createRetiredEnvironments } from './memory/retired-environments.ts';
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
  const retired = createRetiredEnvironments();

  async function patientlyOver(here: WantedHere, request: EnvironmentRequest): Promise<EnvironmentPass> {
    const { name } = here.target;
    const runtime = context.environments.runtimeOf(here.target);
    const begin = () => passOver(runtime, here, context, request);
    const ended = await patience.wait(name, begin, request.patienceMs);
    if (ended !== undefined) {
      lastEnded.set(name, ended);
      return ended;
    }
    const silence = runtime.silence();
    // Slow is shown as it was last seen; of what no longer answers at all nothing is known.
    const known = silence === undefined ? lastEnded.get(name) : undefined;
    return { ...(known ?? unseenAsYet(here, context, silence)), outcomes: [], isOverdue: true };
  }

  return {
    async passOverAll(wanted, request) {
      const all = [
        ...wantedByEnvironment(wanted),
        ...retired.besides(wanted.expansion, (name) => ownsAny(lastEnded.get(name)?.snapshot)),
      ];
      const names = all.map(({ target }) => target.name);
      context.failures.forgetOthers(names);
      for (const name of lastEnded.keys()) if (!names.includes(name)) lastEnded.delete(name);
      return Promise.all(all.map((here) => patientlyOver(here, request)));
    },
  };
}

function ownsAny(snapshot: Snapshot | undefined): boolean {
  return [...(snapshot?.items.values() ?? [])].some(({ manifest }) => manifest !== undefined);
}
