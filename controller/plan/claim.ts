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

/** As whom we act in an environment: with its Region, once that is looked up. */
export function claimIn(
  environment: string,
  {
    owner,
    source,
    snapshot,
  }: { readonly owner: string; readonly source?: SourceClaim; readonly snapshot: Snapshot },
): Claim {
  const region = placeOf(environment, snapshot)?.region;
  return {
    owner,
    environment,
    ...(source === undefined ? {} : { source }),
    ...(region === undefined ? {} : { region }),
  };
}
