import { performance } from 'node:perf_hooks';
import type { AwsPlace } from '../controller/aws/clients.ts';
import type { Transport } from '../controller/aws/transport.ts';
import { DEFAULT_PRUNE_BUDGET } from '../controller/plan/prune-rules.ts';
import { KINDS } from '../controller/kinds/index.ts';
import { createEnvironments } from '../controller/reconcile/environments.ts';
import { createFailures } from '../controller/reconcile/memory/failures.ts';
import { createPassRunner } from '../controller/reconcile/pass.ts';
import { manifestsReader } from '../controller/reconcile/wanted.ts';
import { createPauses } from '../controller/reconcile/next-look.ts';
import type { PassResult } from '../controller/reconcile/pass-result.ts';
import type { Source } from '../controller/source/source.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { VirtualClock } from '../sandbox/virtual-clock.ts';
import type { Fleet } from './fleet.ts';

/** What one phase cost. */
export interface Cost {
  readonly passes: number;
  readonly requests: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface Measurement extends Pick<Fleet, 'daemons' | 'readEach'> {
  /** From an empty account until every task runs and nothing is left to do. */
  readonly first: Cost;
  /** A pass over the converged world, after one to warm up: the mean of several, as garbage is not collected in each. */
  readonly idle: Cost;
  /** Of the whole process, sandbox included. */
  readonly peakMemoryMb: number;
}

/** The controller's default. */
const INTERVAL_MS = 60_000;
const LONGEST_CONVERGENCE_PASSES = 200;

/**
 * Converges a fleet on a sandbox in this process, in virtual time: waiting costs nothing, work costs
 * what it costs.
 */
export async function measureConvergence(fleet: Fleet): Promise<Measurement> {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, quotas: 'off' });
  await fleet.prepare?.(sandbox);
  let requests = 0;
  const transportTo = (place: AwsPlace): Transport => {
    const { region = 'us-east-1', roleArn } = place;
    const account = roleArn === undefined ? {} : { accountId: roleArn.split(':')[4]! };
    return ({ service, operation, input }) => {
      requests += 1;
      return sandbox.call({ service, operation, input, region, ...account });
    };
  };
  const controller = new AbortController();
  const environments = createEnvironments({
    kinds: KINDS,
    owner: 'stationkeeper',
    clock,
    awsClock: clock,
    random: Math.random,
    transport: transportTo,
    onRequest: () => undefined,
    signal: controller.signal,
  });
  const runPass = createPassRunner({
    readFiles: manifestsReader(),
    source: fleetSource(fleet),
    environments,
    failures: createFailures(clock, Math.random),
    clock,
    awsClock: clock,
    owner: 'stationkeeper',
    mode: 'enforce',
    scope: 'all-owned',
    pruneBudget: DEFAULT_PRUNE_BUDGET,
    requestCount: () => requests,
  });
  const pass = (): Promise<PassResult> =>
    clock.run(runPass({ dryRun: false, confirmed: new Set(), signal: controller.signal }));

  const first = await measure(
    () => requests,
    async () => {
      let passes = 0;
      const pauses = createPauses(INTERVAL_MS);
      for (let pauseMs: number | undefined = 0; pauseMs !== undefined; passes += 1) {
        if (passes === LONGEST_CONVERGENCE_PASSES) throw new Error(`not converged after ${passes} passes`);
        await clock.advance(pauseMs);
        const result = await pass();
        const [invalid] = result.wanted.errors;
        if (invalid !== undefined) throw new Error(`${invalid.file}: ${invalid.message}`);
        const failed = result.outcomes.find((outcome) => outcome.result === 'failed');
        if (failed !== undefined) throw failed.error ?? new Error('an outcome failed');
        pauseMs = result.lookAgainInMs === undefined ? undefined : pauses.after(result);
      }
      return passes;
    },
  );
  await pass();
  const idle = await measure(
    () => requests,
    async () => {
      for (let passes = 0; passes < fleet.idle.passes; passes += 1) {
        await clock.advance(fleet.idle.everyMs);
        const result = await pass();
        if (result.changes > 0) throw new Error('a pass with nothing to do made changes');
      }
      return fleet.idle.passes;
    },
  );
  return {
    daemons: fleet.daemons,
    readEach: fleet.readEach,
    first,
    idle: perPass(idle),
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
  };
}

function perPass({ passes, requests, wallMs, cpuMs }: Cost): Cost {
  return { passes: 1, requests: requests / passes, wallMs: wallMs / passes, cpuMs: cpuMs / passes };
}

async function measure(requests: () => number, work: () => Promise<number>): Promise<Cost> {
  const before = { requests: requests(), at: performance.now(), cpu: process.cpuUsage() };
  const passes = await work();
  const cpu = process.cpuUsage(before.cpu);
  return {
    passes,
    requests: requests() - before.requests,
    wallMs: performance.now() - before.at,
    cpuMs: (cpu.user + cpu.system) / 1000,
  };
}

function fleetSource({ daemons, files }: Fleet): Source {
  const snapshot = { revision: `fleet-of-${daemons}`, files, named: [], errors: [], ignored: [] };
  return {
    type: 'directory',
    url: 'bench',
    read: () => Promise.resolve({ type: 'fresh', snapshot }),
    head: () => Promise.resolve(snapshot.revision),
  };
}
