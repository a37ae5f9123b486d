import { AwsError } from './error.ts';
import { OPERATIONS } from './operations.ts';
import { createAccountState, createRegionState } from './state.ts';
import type { AccountState, RegionState } from './state.ts';
import type { TimingChanges } from './timing.ts';
import { World } from './world.ts';
import type { SandboxClock } from './world.ts';

export interface SandboxRequest {
  /** `ecs`, `servicediscovery`, `ec2`, `iam`, `logs`, `sts`, `tagging`. */
  readonly service: string;
  /** As AWS names it: `DescribeServices`. */
  readonly operation: string;
  readonly input: object;
  readonly region: string;
  /** Default: the sandbox's own account. */
  readonly accountId?: string;
  /** Who calls, where the request was signed. */
  readonly accessKeyId?: string;
}

/** What an operation sees: the simulated world, and the caller's account and region in it. */
export interface CallContext {
  readonly world: World;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string | undefined;
  /** What is global in the account: IAM. */
  readonly account: AccountState;
  /** What is regional. */
  readonly state: RegionState;
}

/** One AWS operation: synchronous over the state; throws AwsError. */
export type Operation<Input, Output> = (input: Input, context: CallContext) => Output;

export interface Sandbox {
  /** Performs one AWS call. Rejects with AwsError. Input and output are copies: nobody shares the sandbox's state. */
  call(request: SandboxRequest): Promise<object>;
  /** How often each operation was called, `ecs:DescribeServices` → count. */
  readonly requestCounts: ReadonlyMap<string, number>;
  readonly world: World;
}

export interface SandboxOptions {
  readonly clock: SandboxClock;
  readonly seed?: number;
  /** Simulated seconds per second of the clock. */
  readonly speed?: number;
  /** What takes longer or less than in AWS. */
  readonly timing?: TimingChanges;
  readonly accountId?: string;
  /** The account has never used ECS: its service-linked role has yet to be made (reference: hazards, first ECS use). */
  readonly newAccount?: boolean;
}

export const DEFAULT_ACCOUNT_ID = '385605022855';

/** An AWS inside the process: one state object, one clock, one function per operation. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { clock, seed = 1, speed = 1, timing } = options;
  const world = new World({ clock, seed, speed, timing });
  const ownAccountId = options.accountId ?? DEFAULT_ACCOUNT_ID;
  const accounts = new Map<string, AccountState>();
  const regions = new Map<string, RegionState>();
  const requestCounts = new Map<string, number>();

  function contextOf(request: SandboxRequest): CallContext {
    const accountId = request.accountId ?? ownAccountId;
    const account =
      accounts.get(accountId) ??
      createAccountState({ world, accountId, newAccount: options.newAccount ?? false });
    accounts.set(accountId, account);
    const key = `${accountId}/${request.region}`;
    const state = regions.get(key) ?? createRegionState({ world, accountId, region: request.region });
    regions.set(key, state);
    return { world, region: request.region, accountId, accessKeyId: request.accessKeyId, account, state };
  }

  return {
    world,
    requestCounts,
    // oxlint-disable-next-line typescript/require-await -- async so that a refusal is a rejection, as over the wire
    async call(request) {
      world.settle();
      const counted = `${request.service}:${request.operation}`;
      requestCounts.set(counted, (requestCounts.get(counted) ?? 0) + 1);
      const operation = operationOf(request.service, request.operation);
      return structuredClone(operation(structuredClone(request.input), contextOf(request)));
    },
  };
}

function operationOf(service: string, name: string): Operation<object, object> {
  const operations: Readonly<Record<string, unknown>> | undefined = (
    OPERATIONS as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  )[service];
  const operation =
    operations !== undefined && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (typeof operation !== 'function') {
    throw new AwsError('UnknownOperationException', `The sandbox does not serve ${service}:${name}.`, 400);
  }
  return operation as Operation<object, object>;
}
