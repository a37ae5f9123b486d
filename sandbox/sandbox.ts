import { Alarms } from './alarms.ts';
import { requestsOf } from './authorization/requests.ts';
import { ServiceControlPolicies } from './authorization/service-control-policies.ts';
import type { IamRequest } from './authorization/statements.ts';
import type { CallContext, Operation } from './call.ts';
import { createControl } from './control/control.ts';
import type { SandboxControl } from './control/control.ts';
import { ConnectionLost } from './control/connection-lost.ts';
import { Faults, isRead } from './control/faults.ts';
import type { InjectedFault } from './control/faults.ts';
import { History } from './control/history.ts';
import { RequestLog } from './control/request-log.ts';
import { NOTHING_RUNS } from './ecs/containers/runtime.ts';
import type { ContainerRuntime } from './ecs/containers/runtime.ts';
import { AwsError } from './error.ts';
import { OPERATIONS } from './operations.ts';
import type { Outside } from './outside.ts';
import { emptyPlaces, regionKey, stateAt } from './places.ts';
import type { Places } from './places.ts';
import { Throttle } from './throttle.ts';
import type { QuotaScale } from './throttle.ts';
import { withBoundTokens, withOwnTokens } from './page-tokens.ts';
import { plainCopy } from './plain-copy.ts';
import { requireRegion } from './regions.ts';
import { seededRandom } from './seeded-random.ts';
import { fasterBy, timingWith } from './timing.ts';
import type { TimingChanges } from './timing.ts';
import { Unavailables } from './unavailable.ts';
import { World } from './world.ts';
import type { BreakerCounting } from './world.ts';
import type { SandboxClock } from './world.ts';

export interface SandboxRequest {
  /** As `OPERATIONS` names it: `ecs`. */
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

export interface Sandbox {
  /**
   * Performs one AWS call. Rejects with AwsError, or ConnectionLost where a fault says so. Input and output are copies:
   * nobody shares the sandbox's state. `signal`: the caller has gone, and nothing that hangs for it is kept.
   */
  call(request: SandboxRequest, options?: { readonly signal?: AbortSignal }): Promise<object>;
  /** What AWS would ask IAM about a call; nothing is performed. */
  asks(request: SandboxRequest): readonly IamRequest[];
  /** How often each operation was called, `ecs:DescribeServices` → count. */
  readonly requestCounts: ReadonlyMap<string, number>;
  readonly world: World;
  readonly control: SandboxControl;
  /** All that it holds, as it is now. */
  readonly places: Places;
  /** Counts up whenever any of that may have changed: while it stays, all is as it was. */
  version(): number;
}

export interface SandboxOptions {
  readonly clock: SandboxClock;
  /** Of ids, times and faults. */
  readonly seed?: number;
  /** Simulated seconds per second of the clock. */
  readonly speed?: number;
  /** What takes longer or less than in AWS. */
  readonly timing?: TimingChanges;
  /** AWS's token buckets, times this; `off`: nothing is throttled. Default: 1. */
  readonly quotas?: QuotaScale;
  /** What a task must have been so that its exit does not count against the circuit breaker. Default: healthy. */
  readonly breaker?: BreakerCounting;
  readonly accountId?: string;
  /** The account has never used ECS: its service-linked role has yet to be made (reference: hazards, first ECS use). */
  readonly newAccount?: boolean;
  /**
   * What runs containers for real; by default nothing does. Simulated time is then the clock's own, and `speed` shortens only what AWS takes time
   * for, as no process can be made to run faster.
   */
  readonly runtime?: ContainerRuntime;
  /** What counts for traffic from outside of tasks, where `runtime` lets security groups decide what arrives. */
  readonly outside?: Outside;
}

export const DEFAULT_ACCOUNT_ID = '385605022855';

/** An AWS inside the process: one state object, one clock, one function per operation. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { clock, seed = 1, speed = 1, timing, breaker, newAccount = false } = options;
  const ownAccountId = options.accountId ?? DEFAULT_ACCOUNT_ID;
  const { runtime = NOTHING_RUNS } = options;
  const world = new World(
    runtime === NOTHING_RUNS
      ? { clock, seed, speed, timing, breaker }
      : { clock, seed, speed: 1, timing: fasterBy(speed, timingWith(timing)), breaker },
  );
  const places = emptyPlaces();
  const throttle = new Throttle(options.quotas ?? 1);
  const log = new RequestLog();
  // A stream of their own: a fault that may happen does not change the ids of what is created.
  const faults = new Faults(seededRandom(seed ^ 0x5f356495));
  const history = new History<Places>();
  const unavailable = new Unavailables();
  const alarms = new Alarms();
  const policies = new ServiceControlPolicies();
  const hanging = new Set<() => void>();
  let writes = 0;
  /** Places that somebody has looked at: the first look makes them. */
  let known = 0;

  function contextOf(
    {
      region,
      accountId = ownAccountId,
      accessKeyId,
    }: Pick<SandboxRequest, 'region' | 'accountId' | 'accessKeyId'>,
    from: Places,
  ): CallContext {
    const found = stateAt(from, { accountId, region }, { world, newAccount });
    const made = places.accounts.size + places.regions.size;
    if (made !== known) writes += 1;
    known = made;
    return { world, unavailable, alarms, runtime, region, accountId, accessKeyId, ...found };
  }

  function version(): number {
    return world.happened + writes;
  }

  function perform(request: SandboxRequest, fault: InjectedFault | undefined): object {
    const { service, operation: name, input } = request;
    const operation = operationOf(service, name);
    requireRegion(request.region, service);
    const context = contextOf(request, places);
    throttle.take(request, context);
    policies.check(request, context);
    if (fault?.effect === 'fail') throw new AwsError(fault.code, fault.message ?? fault.code, fault.status);
    if (!isRead(name)) writes += 1;
    const past = fault?.effect === 'lag' ? history.at(world.now() - fault.ms) : undefined;
    // Where nobody had looked by then, there is no earlier state to show.
    const seen = past?.regions.has(regionKey(context)) === true ? contextOf(request, past) : context;
    const key = `${service}:${name}`;
    return plainCopy(withBoundTokens(key, operation(plainCopy(withOwnTokens(key, input)), seen)));
  }

  /** Reads can only lag behind what was remembered. */
  function remember(fault?: InjectedFault): void {
    const longestMs = Math.max(faults.longestLagMs(), fault?.effect === 'lag' ? fault.ms : 0);
    if (longestMs === 0) history.clear();
    else history.record(places, { at: world.now(), version: version(), longestMs });
  }

  function hang(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_resolve, reject) => {
      function lose(): void {
        hanging.delete(lose);
        signal?.removeEventListener('abort', lose);
        reject(new ConnectionLost());
      }
      hanging.add(lose);
      signal?.addEventListener('abort', lose, { once: true });
    });
  }

  return {
    world,
    places,
    requestCounts: log.counts,
    control: createControl({
      world,
      places,
      throttle,
      log,
      faults,
      unavailable,
      alarms,
      policies,
      runtime,
      outside: options.outside,
      contextOf: (place) => contextOf(place, places),
      remember,
      release: () => hanging.forEach((lose) => lose()),
      wrote: () => {
        writes += 1;
      },
    }),
    version,
    asks(request) {
      world.settle();
      return requestsOf(request, contextOf(request, places));
    },
    async call(request, { signal } = {}) {
      world.settle();
      const { service, operation, region, accountId = ownAccountId } = request;
      const logged = log.add({
        at: world.date().toISOString(),
        accountId,
        region,
        operation: `${service}:${operation}`,
      });
      const fault = faults.take(service, operation);
      if (fault !== undefined) logged.fault = fault.effect;
      try {
        remember(fault);
        if (fault?.effect === 'hang') return await hang(signal);
        const output = perform(request, fault);
        if (fault?.effect === 'delay') await clock.sleep(fault.ms);
        if (fault?.effect === 'drop') throw new ConnectionLost();
        logged.outcome = 'OK';
        return output;
      } catch (thrown) {
        logged.outcome = outcomeOf(thrown);
        throw thrown;
      }
    },
  };
}

function outcomeOf(thrown: unknown): string {
  if (thrown instanceof ConnectionLost) return 'no answer';
  return thrown instanceof Error ? thrown.name : 'Error';
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
