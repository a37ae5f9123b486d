import { needsFrom } from '../core/outputs.ts';
import type { Claim } from '../core/ownership.ts';
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
  { owner, snapshot }: { readonly owner: string; readonly snapshot: Snapshot },
): Claim {
  const region = placeOf(environment, snapshot)?.region;
  return { owner, environment, ...(region === undefined ? {} : { region }) };
}
