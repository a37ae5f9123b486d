import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { measureConvergence } from './convergence.ts';
import type { Measurement } from './convergence.ts';
import { measureManyEnvironments } from './environments.ts';
import {
  HOSTS,
  MANY_ENVIRONMENTS,
  fleetBesideOthers,
  fleetInEnvironments,
  fleetOnFargate,
  fleetOnHosts,
  fleetWithPreflight,
} from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { measureHttpUnderAbuse } from './http.ts';
import { measureSandboxSpeed } from './sandbox-speed.ts';
import { measureStart } from './start.ts';

/** Fleets by what tells a child which one is its own. */
const ON_FARGATE = [1, 10, 100, 1000].map(String);
const ON_HOSTS = 'hosts';
const WITH_PREFLIGHT = 'preflight';
const BESIDE_OTHERS = 'others';
const IN_ENVIRONMENTS = 'environments';
/** Of the program; here and there another number of Environments may follow. */
const PROGRAM = 'program';
/**
 * What a container of 300 MB would set, beside the program itself: without a limit V8 lets garbage pile up as the machine's memory allows, and
 * the figure would tell about the machine.
 */
const HEAP_LIMITS = ['--max-semi-space-size=8', '--max-old-space-size=215'];
/** The AWS of 120 Environments is in the process, too: what the program takes by itself is measured apart. */
const ROOM_FOR_ENVIRONMENTS = ['--max-semi-space-size=8', '--max-old-space-size=700'];

interface Target {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
}

/** Each fleet in a process of its own, so that one's memory does not count for another. */
function measureInChild(fleet: string): Measurement {
  const limits = fleet === IN_ENVIRONMENTS ? ROOM_FOR_ENVIRONMENTS : HEAP_LIMITS;
  const child = spawnSync(process.execPath, [...limits, fileURLToPath(import.meta.url), fleet], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`the fleet ${fleet} failed:\n${child.stderr}`);
  return JSON.parse(child.stdout) as Measurement;
}

function fleetOf(argument: string, environments: number): Fleet {
  if (argument === ON_HOSTS) return fleetOnHosts();
  if (argument === WITH_PREFLIGHT) return fleetWithPreflight(1000);
  if (argument === IN_ENVIRONMENTS) return fleetInEnvironments(environments);
  return argument === BESIDE_OTHERS ? fleetBesideOthers(1000) : fleetOnFargate(Number(argument));
}

function rowName(fleet: string, daemons: number): string {
  if (fleet === ON_HOSTS) return `${daemons} on ${HOSTS} hosts`;
  if (fleet === WITH_PREFLIGHT) return `${daemons} with preflight`;
  if (fleet === IN_ENVIRONMENTS) return `${daemons} in ${MANY_ENVIRONMENTS} Environments`;
  return fleet === BESIDE_OTHERS ? `${daemons} beside ${daemons} services of others` : String(daemons);
}

function tableRow(fleet: string, { daemons, first, idle, peakMemoryMb }: Measurement): string {
  const perDaemon = (requests: number): string => `${requests} (${(requests / daemons).toFixed(2)})`;
  const cells = [
    rowName(fleet, daemons),
    perDaemon(first.requests),
    `${(first.wallMs / 1000).toFixed(2)} s`,
    `${(first.cpuMs / 1000).toFixed(2)} s`,
    perDaemon(idle.requests),
    `${idle.wallMs.toFixed(0)} ms`,
    `${idle.cpuMs.toFixed(0)} ms`,
    `${peakMemoryMb.toFixed(0)} MB`,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function main(): Promise<number> {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  write(
    '| daemons | first convergence: requests (per daemon) | wall | CPU | idle pass: requests (per daemon) | wall | CPU | peak memory |',
  );
  write('|--:|--:|--:|--:|--:|--:|--:|--:|');
  const measurements = [...ON_FARGATE, ON_HOSTS, WITH_PREFLIGHT, BESIDE_OTHERS, IN_ENVIRONMENTS].map(
    (fleet) => {
      const measurement = measureInChild(fleet);
      write(tableRow(fleet, measurement));
      return measurement;
    },
  );
  const startMs = await measureStart();
  write(`\nStart to the first 200 of /readyz: ${startMs.toFixed(0)} ms`);
  const http = await measureHttpUnderAbuse();
  write(
    `HTTP under abuse, 1,000 daemons: /healthz answered ${http.probes} times, at worst in ${http.worstHealthMs.toFixed(0)} ms; GET /status ${http.statusPerSecond.toFixed(0)} a second; ${http.passes} passes meanwhile`,
  );
  const many = await measureManyEnvironments(MANY_ENVIRONMENTS);
  write(
    `The program with ${MANY_ENVIRONMENTS} Environments, its AWS in another process: all ready after ${(many.convergedAfterMs / 1000).toFixed(0)} s; resident ${many.peakMemoryMb.toFixed(0)} MB at most, ${many.idleMemoryMb.toFixed(0)} MB with nothing to do; /healthz answered ${many.probes} times, at worst in ${many.worstHealthMs.toFixed(0)} ms`,
  );
  const operationsPerSecond = await measureSandboxSpeed();
  write(`Simple operations of the sandbox: ${operationsPerSecond.toFixed(0)} a second\n`);

  const [largest, onHosts, withPreflight, besideOthers, inEnvironments] = measurements.slice(-5) as [
    Measurement,
    Measurement,
    Measurement,
    Measurement,
    Measurement,
  ];
  const targets: readonly Target[] = [
    {
      name: 'idle pass, requests per daemon',
      measured: largest.idle.requests / largest.daemons,
      limit: 0.3,
      unit: '',
    },
    { name: 'idle pass, CPU', measured: largest.idle.cpuMs / 1000, limit: 2, unit: ' s' },
    {
      name: 'first convergence, requests per daemon',
      measured: largest.first.requests / largest.daemons,
      limit: 16,
      unit: '',
    },
    {
      name: 'idle pass on hosts, requests per daemon',
      measured: onHosts.idle.requests / onHosts.daemons,
      // Beside one for every hundred instances, and for every hundred tasks, of which each instance has one.
      limit: 0.35 + (2 * HOSTS) / 100 / onHosts.daemons,
      unit: '',
    },
    {
      name: 'idle pass on hosts, CPU',
      measured: onHosts.idle.cpuMs / 1000,
      // As much for each thing that is read and judged as on Fargate.
      limit: (2 * onHosts.readEach) / largest.readEach,
      unit: ' s',
    },
    {
      name: 'preflight in an idle pass, requests per daemon',
      measured: (withPreflight.idle.requests - largest.idle.requests) / withPreflight.daemons,
      limit: 0.01,
      unit: '',
    },
    {
      name: 'idle pass beside services of others, requests per daemon',
      measured: besideOthers.idle.requests / besideOthers.daemons,
      // Looking for who uses the daemons is to cost 0.02 at the most, and stands in no other limit.
      limit: 0.3,
      unit: '',
    },
    {
      name: 'idle pass, requests per Environment',
      measured: inEnvironments.idle.requests / MANY_ENVIRONMENTS,
      limit: 14,
      unit: '',
    },
    { name: 'resident with 120 Environments', measured: many.peakMemoryMb, limit: 384, unit: ' MB' },
    {
      name: '/healthz with 120 Environments, at worst',
      measured: many.worstHealthMs,
      limit: 100,
      unit: ' ms',
    },
    { name: 'peak memory', measured: largest.peakMemoryMb, limit: 300, unit: ' MB' },
    { name: 'start to /readyz', measured: startMs / 1000, limit: 2, unit: ' s' },
    { name: '/healthz under abuse, at worst', measured: http.worstHealthMs, limit: 100, unit: ' ms' },
    { name: 'first convergence, wall', measured: largest.first.wallMs / 1000, limit: 20, unit: ' s' },
    {
      name: 'a simple operation of the sandbox',
      measured: 1e6 / operationsPerSecond,
      limit: 200,
      unit: ' µs',
    },
  ];
  const missed = targets.filter((target) => target.measured > target.limit);
  for (const { name, measured, limit, unit } of targets) {
    write(
      `${measured <= limit ? 'ok    ' : 'MISSED'} ${name}: ${measured.toFixed(2)}${unit}, at most ${Number(limit.toFixed(2))}${unit}`,
    );
  }
  return missed.length === 0 ? 0 : 1;
}

const [, , fleet, count = String(MANY_ENVIRONMENTS)] = process.argv;
if (fleet === undefined) {
  process.exitCode = await main();
} else {
  const measured =
    fleet === PROGRAM
      ? await measureManyEnvironments(Number(count))
      : await measureConvergence(fleetOf(fleet, Number(count)));
  process.stdout.write(JSON.stringify(measured));
}
