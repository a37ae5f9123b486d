import { needsFrom } from '../core/outputs.ts';
import type { Claim } from '../core/ownership.ts';
import type { SourceClaim } from '../core/sources.ts';
import { environmentId } from '../core/reference.ts';
import type { EnvironmentOutputs } from '../core/reference.ts';
import { seenIn } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** Where an environment is; undefined while that is not looked up. */
export function placeOf(environment: string, snapshot: Snapshot): EnvironmentOutputs | undefined {
  return needsFrom(seenIn(snapshot))(environmentId(environment));
}

/** Who asks as whom we act: what a plan is made from, which is immutable. */
interface Asking {
  readonly owner: string;
  readonly source?: SourceClaim;
  readonly snapshot: Snapshot;
}

/** A plan asks for the same claim with every rule and resource. */
const claims = new WeakMap<Asking, Map<string, Claim>>();

/** As whom we act in an environment: with its Region, once that is looked up. */
export function claimIn(environment: string, asking: Asking): Claim {
  const here = claims.get(asking) ?? new Map<string, Claim>();
  claims.set(asking, here);
  const claim = here.get(environment) ?? claimOf(environment, asking);
  here.set(environment, claim);
  return claim;
}

function claimOf(environment: string, { owner, source, snapshot }: Asking): Claim {
  const region = placeOf(environment, snapshot)?.region;
  return {
    owner,
    environment,
    ...(source === undefined ? {} : { source }),
    ...(region === undefined ? {} : { region }),
  };
}
