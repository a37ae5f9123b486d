import type { Alarms } from './alarms.ts';
import type { ContainerRuntime } from './ecs/containers/runtime.ts';
import type { AccountState, RegionState } from './state.ts';
import type { Unavailables } from './unavailable.ts';
import type { World } from './world.ts';

/** What an operation sees: the simulated world, and the caller's account and region in it. */
export interface CallContext {
  readonly world: World;
  /** What tasks name and do not get at. */
  readonly unavailable: Unavailables;
  /** What of CloudWatch is in ALARM. */
  readonly alarms: Alarms;
  /** What runs containers for real, where anything does. */
  readonly runtime: ContainerRuntime;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string | undefined;
  /** What is global in the account: IAM. */
  readonly account: AccountState;
  /** What is regional. */
  readonly state: RegionState;
  /** What is regional in the account, by Region, where somebody has looked. */
  readonly regions: () => ReadonlyMap<string, RegionState>;
  /** Every account that somebody has called, by id: STS is where they meet. */
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** What another account holds in the Region of the call; undefined where nobody has looked yet. */
  readonly stateOf: (accountId: string) => RegionState | undefined;
}

/** One AWS operation: synchronous over the state; throws AwsError. */
export type Operation<Input, Output> = (input: Input, context: CallContext) => Output;
