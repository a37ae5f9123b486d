import { textOutput } from '../core/outputs.ts';
import type { Claim } from '../core/ownership.ts';
import { environmentId, resourceKey } from '../core/resource.ts';
import type { Snapshot } from './snapshot.ts';

/** As whom we act in an environment: with its region, where that was looked up. */
export function claimIn(
  environment: string,
  { owner, snapshot }: { readonly owner: string; readonly snapshot: Snapshot },
): Claim {
  const place = snapshot.items.get(resourceKey(environmentId(environment)))?.outputs;
  const region = textOutput(place, 'region');
  return { owner, environment, ...(region === undefined ? {} : { region }) };
}
