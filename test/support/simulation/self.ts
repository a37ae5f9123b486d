import type { Self } from '../../../controller/core/self.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import { daemonsOf } from './commit.ts';
import type { Commit } from './commit.ts';
import { regionOf } from './wanted.ts';

/** The self of a daemon's task as ECS's task metadata tells it. */
export function selfOf(commit: Commit, name: string): Self {
  const daemon = daemonsOf(commit).find(({ metadata }) => metadata.name === name)!;
  const { region } = regionOf(daemon, commit);
  const { cluster } = daemon.spec;
  return { type: 'seen', region, accountId: DEFAULT_ACCOUNT_ID, cluster, service: name, family: name };
}
