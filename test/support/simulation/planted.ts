import type { Environments } from '../../../controller/reconcile/environments.ts';
import type { Failures } from '../../../controller/reconcile/memory/failures.ts';
import type { PassContext } from '../../../controller/reconcile/pass-context.ts';
import type { KindDriver } from '../../../controller/kinds/kind.ts';
import type { KindName, Tags } from '../../../controller/core/resource.ts';
import type { Effect } from '../../../sandbox/control/faults.ts';
import type { Commit, Daemon } from './commit.ts';
import type { Mutant, RunOptions } from './options.ts';
import type { Happening, ScriptEvent } from './happening.ts';

/** A fault of the kind that the invariants exist for, planted from outside: the controller itself knows nothing of it. */
export interface Planted {
  /** A world in which it shows soon; it is looked for in others where that one has changed. */
  readonly seed: number;
  /** The invariant that notices it. */
  readonly caughtBy: string;
  readonly fault: RunOptions;
}

export const OURS = {
  'stationkeeper:owner': 'stationkeeper',
  'stationkeeper:environment': 'default',
} as const;

/** Whatever there is is taken for ours, for the eyes of the planner and right before a change. */
export function claiming(claimed: (tags: Tags) => Tags): Pick<RunOptions, 'faulty'> {
  return withDrivers((driver) => ({
    ...driver,
    async observe(request) {
      const seen = await driver.observe(request);
      return {
        ...seen,
        items: seen.items.map((item) => ({ ...item, owner: 'us', tags: claimed(item.tags) }) as const),
      };
    },
    async tagsNow(observed) {
      const tags = await driver.tagsNow(observed);
      return tags && claimed(tags);
    },
  }));
}

export function withDrivers(
  faulty: (driver: KindDriver, kind: KindName) => KindDriver,
): Pick<RunOptions, 'faulty'> {
  return {
    faulty: (context) => {
      const { environments } = context;
      const known = new Map<unknown, ReturnType<Environments['runtimeOf']>>();
      const runtimeOf: Environments['runtimeOf'] = (target) => {
        const runtime = environments.runtimeOf(target);
        const before = known.get(runtime);
        if (before !== undefined) return before;
        const drivers = new Map([...runtime.drivers].map(([kind, driver]) => [kind, faulty(driver, kind)]));
        const mutated = { ...runtime, drivers };
        known.set(runtime, mutated);
        return mutated;
      };
      return { ...context, environments: { ...environments, runtimeOf } };
    },
  };
}

/** Calls of these operations go out with another input. */
export function sending(
  operations: readonly string[],
  change: (input: Readonly<Record<string, unknown>>) => object,
): Mutant {
  return (call, go) =>
    operations.includes(call.name)
      ? go({ ...call, input: change(call.input) as Readonly<Record<string, unknown>> })
      : go(call);
}

export function allDaemons(change: (daemon: Daemon) => Daemon): (commit: Commit) => Commit {
  return (commit) => ({
    ...commit,
    documents: new Map(
      [...commit.documents].map(([file, document]) => [
        file,
        document.kind === 'DaemonService' ? change(document as Daemon) : document,
      ]),
    ),
  });
}

export function denied(): Effect {
  return { effect: 'fail', code: 'AccessDeniedException', status: 403 };
}

/** Its memory of what failed is another. */
export function remembering(
  other: (failures: Failures, context: PassContext) => Partial<Failures>,
): Pick<RunOptions, 'faulty'> {
  return {
    faulty: (context) => ({
      ...context,
      failures: { ...context.failures, ...other(context.failures, context) },
    }),
  };
}

/** What failed is tried again every second. */
export const IMPATIENT = remembering((failures, { clock }) => ({
  setbacks: () =>
    new Map(
      [...failures.setbacks()].map(([key, setback]) => [
        key,
        { ...setback, nextAttemptAt: Math.min(setback.nextAttemptAt, clock.monotonic() + 1_000) },
      ]),
    ),
  review(environment, desired, snapshot) {
    for (const { id } of failures.setbacks().values())
      if (id.environment === environment) failures.succeeded(id);
    failures.review(environment, desired, snapshot);
  },
}));

/** Git is believed for as long as a pass lasts. */
export function headStays({ source, ...context }: PassContext): PassContext {
  let read = '';
  return {
    ...context,
    source: {
      ...source,
      async read(signal) {
        const reading = await source.read(signal);
        read = reading.snapshot?.revision ?? '';
        return reading;
      },
      head: () => Promise.resolve(read),
    },
  };
}

/** Of whichever VPC a hosted zone is, it is taken for the default one's. */
export function zonesOfTheDefaultVpc(): Mutant {
  const vpcs = new Map<string, string>();
  return async ({ region, ...call }, go) => {
    const answer = await go({ region, ...call });
    if (call.name === 'ec2:DescribeVpcs') {
      const { Vpcs = [] } = answer as { readonly Vpcs?: readonly { VpcId: string; IsDefault: boolean }[] };
      for (const { VpcId, IsDefault } of Vpcs) if (IsDefault) vpcs.set(region, VpcId);
    }
    if (call.name !== 'route53:GetHostedZone') return answer;
    return { ...answer, VPCs: [{ VPCId: vpcs.get(region), VPCRegion: region }] };
  };
}

interface Lasting {
  readonly lastsMs?: number;
}
type Written = (Happening extends infer One
  ? One extends Lasting
    ? Omit<One, 'lastsMs'> & Lasting
    : One
  : never) &
  Partial<Pick<ScriptEvent, 'atCall' | 'seed'>> & { readonly at: number };

/** What a rare fault needs to show, one after the other; `at`: seconds from the start. */
export function written(...events: readonly Written[]): readonly ScriptEvent[] {
  return events.map(({ at, atCall = 0, seed = 1, ...happening }, index) => ({
    number: index + 1,
    at: at * 1_000,
    atCall,
    seed,
    happening: { lastsMs: 0, ...happening } as Happening,
  }));
}
