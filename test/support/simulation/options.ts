import type { WorldCall, WorldOptions } from '../world/world.ts';
import type { Commit } from './commit.ts';
import type { Weather } from './faults.ts';
import type { FleetAsked } from './fleet-script.ts';
import type { GIT_EDITS } from './git-edits.ts';
import type { ScriptEvent } from './happening.ts';

/** Makes the call, another one, or none, and answers. */
export type Mutant = (call: WorldCall, go: (call: WorldCall) => Promise<object>) => Promise<object>;

export interface RunOptions extends Pick<WorldOptions, 'faulty' | 'pruneBudget'>, FleetAsked {
  /** A fault of the controller's own, as it shows in its calls. */
  readonly mutant?: Mutant;
  /** What git says, as a faulty reader has it. */
  readonly misread?: (commit: Commit) => Commit;
  /** What people do most in git; by default all of it alike. */
  readonly edits?: readonly (keyof typeof GIT_EDITS)[];
  /** Default: what the seed says. */
  readonly script?: readonly ScriptEvent[];
  /** People keep changing tags while the controller looks. */
  readonly retagsMuch?: boolean;
  /** The daemon that the controller itself runs as, on ECS. */
  readonly runsAs?: string;
  /** It is not told so. */
  readonly selfless?: boolean;
  /** The weather of every spell. */
  readonly weather?: readonly Weather[];
}
