import { DEFAULT_ACCOUNT_ID, createSandbox } from '../sandbox/sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { commandFor, unknownPlaceholders } from '../sandbox/processes/mapping.ts';
import type { Enforcement } from '../sandbox/processes/relay/relay.ts';
import { createProcesses } from '../sandbox/processes/runtime.ts';
import type { Processes, ProcessOptions } from '../sandbox/processes/runtime.ts';
import { Outside } from '../sandbox/outside.ts';
import { STAND_INS } from '../sandbox/processes/stand-ins.ts';
import type { CommandContext } from './cli/context.ts';
import type { Address } from './config/values.ts';
import type { Config, GlobalConfig, ProcessesConfig } from './config/commands.ts';
import { StationkeeperError } from './core/errors.ts';
import type { Clock } from './core/ports.ts';
import { sandboxTransport } from './sandbox-transport.ts';

/** Where there is no AWS: a sandbox in this process, for its own commands or to be talked to from outside. */

const SANDBOX_REGION = 'us-east-1';

/** Where containers run as processes. */
export interface Machine {
  /** As Node names it. */
  readonly platform: string;
  /** From where on commands are named. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line for people. */
  readonly tell: (line: string) => void;
}

interface OwnSandbox {
  readonly clock: CommandContext['awsClock'];
  /** By default calls go to us-east-1. */
  transport(region: string | undefined): CommandContext['transport'];
  /** Lets others in. @throws {StationkeeperError} CannotListen */
  open(at: DoorsAt): Promise<SandboxDoors>;
}

/** @throws {StationkeeperError} UnsupportedRuntime, UnknownPlaceholder */
export function ownSandbox(
  world: GlobalConfig['sandboxWorld'],
  clock: Clock,
  local?: { readonly processes: ProcessesConfig; readonly machine: Machine },
): OwnSandbox {
  let at: { readonly url: string; readonly dns: string | undefined } = { url: '', dns: undefined };
  const networkOf: Enforcement['networkOf'] = ({ accountId, region }) => {
    sandbox.world.settle();
    return sandbox.places.regions.get(`${accountId}/${region}`)?.ec2;
  };
  const enforcement = local?.processes.enforcement;
  const outside = enforcement === undefined ? undefined : new Outside(enforcement.consumer);
  const enforced = outside === undefined ? undefined : { outside, networkOf, now: () => clock.monotonic() };
  const processes =
    local === undefined
      ? undefined
      : processesOn(local.machine, local.processes, {
          endpoint: () => at.url,
          dns: () => at.dns,
          enforcement: enforced,
        });
  const runtime = processes === undefined ? {} : { runtime: processes.runtime };
  const sandbox: Sandbox = createSandbox({
    clock,
    ...world,
    ...runtime,
    ...(outside === undefined ? {} : { outside }),
  });
  return {
    clock: sandbox.world,
    transport: (region = SANDBOX_REGION) =>
      sandboxTransport(sandbox, { region, accountId: DEFAULT_ACCOUNT_ID }),
    async open(where) {
      const doors = await openDoors(sandbox, where, processes);
      at = doors;
      processes?.drive(sandbox.world);
      return {
        ...doors,
        async close() {
          await processes?.close();
          await doors.close();
        },
      };
    },
  };
}

function processesOn(
  { platform, folder, env, tell }: Machine,
  { commands, healthChecks, taskNetwork }: ProcessesConfig,
  around: Pick<ProcessOptions, 'endpoint' | 'dns' | 'enforcement'>,
): Processes {
  if (platform !== 'linux') {
    throw new StationkeeperError({
      code: 'UnsupportedRuntime',
      retry: 'never',
      message: `--runtime process runs on Linux alone, where every address of 127.0.0.0/8 is this machine's; on ${platform} leave it out, and containers run as nothing`,
    });
  }
  knowsPlaceholders('--run', commands);
  knowsPlaceholders('--health-check', healthChecks);
  tell(
    `Containers run as processes of this machine at addresses of ${taskNetwork}, where their images have a command; all others run as nothing.`,
  );
  if (around.enforcement !== undefined) tell(enforcementTold(around.enforcement.outside));
  for (const { image, command } of commands) tell(`Containers of ${image} run as: ${command.join(' ')}`);
  for (const { image, command } of healthChecks) {
    tell(`The health checks of ${image} run as: ${command.join(' ')}`);
  }
  const standIns = STAND_INS.filter(({ image }) => commandFor(commands, image) === undefined);
  for (const { image } of standIns) {
    tell(
      `Containers of ${image} run as Stationkeeper's stand-in for the X-Ray daemon, which is not AWS's; --run '${image}=COMMAND' puts another program in its place.`,
    );
  }
  return createProcesses({
    commands: [...standIns, ...commands],
    healthChecks,
    taskNetwork,
    folder,
    environment: env,
    ...around,
    tell,
  });
}

/** @throws {StationkeeperError} UnknownPlaceholder */
function knowsPlaceholders(flag: string, commands: ProcessesConfig['commands']): void {
  const unknown = commands.flatMap(unknownPlaceholders);
  if (unknown.length === 0) return;
  throw new StationkeeperError({
    code: 'UnknownPlaceholder',
    retry: 'never',
    message: `${flag} has ${unknown.join(', ')}, which stands for nothing; there are {address}, {port}, {region}, {endpoint} and {dns}`,
  });
}

function enforcementTold({ consumer }: Outside): string {
  const outside =
    consumer === undefined
      ? 'packets from outside of tasks are dropped until --consumer or PUT /_sandbox/consumer names their security groups and subnet'
      : `for packets from outside of tasks ${[...consumer.securityGroupIds, consumer.subnetId].join(', ')} count`;
  return `Security groups and network ACLs decide what gets through to tasks; ${outside}.`;
}

/** Serves a sandbox until it is asked to stop. */
export async function sandboxCommand(
  config: Extract<Config, { command: 'sandbox' }>,
  { clock, terminal, stop }: Pick<CommandContext, 'clock' | 'terminal' | 'stop'>,
  machine: Omit<Machine, 'tell'>,
): Promise<number> {
  const { listen, dns, sandboxWorld, processes } = config;
  const { speed, seed, quotas, newAccount } = sandboxWorld;
  const tell = (line: string): void => terminal.out(`${line}\n`);
  const local = processes === undefined ? undefined : { processes, machine: { ...machine, tell } };
  const doors = await ownSandbox(sandboxWorld, clock, local).open({ listen, listenFlag: '--listen', dns });
  const account = `${newAccount ? 'new account' : 'account'} ${DEFAULT_ACCOUNT_ID}`;
  const throttling = quotas === 'off' ? 'no quotas' : `quotas AWS's${quotas === 1 ? '' : ` times ${quotas}`}`;
  terminal.out(
    `The Stationkeeper sandbox, which is not AWS, answers at ${doors.url} (${account}, speed ${speed}, seed ${seed}, ${throttling}).\n`,
  );
  terminal.out(`Point a client at it: AWS_ENDPOINT_URL=${doors.url} with any credentials.\n`);
  terminal.out(`Meddle with it: ${doors.url}/_sandbox/\n`);
  if (doors.dns !== undefined) terminal.out(`Its names resolve at ${doors.dns}.\n`);
  await new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await doors.close();
  return 0;
}

interface SandboxDoors {
  readonly url: string;
  /** `host:port` of the name server, where one was asked for. */
  readonly dns: string | undefined;
  close(): Promise<void>;
}

interface DoorsAt {
  readonly listen: Address;
  /** Chooses another port. */
  readonly listenFlag: string;
  readonly dns: Address | undefined;
}

async function openDoors(
  sandbox: Sandbox,
  at: DoorsAt,
  processes: Processes | undefined,
): Promise<SandboxDoors> {
  const { serveSandbox } = await import('../sandbox/http/server.ts');
  const http = await listening(serveSandbox(sandbox, at.listen), at.listen, at.listenFlag);
  if (at.dns === undefined) return { url: http.url, dns: undefined, close: () => http.close() };
  const { serveDns } = await import('../sandbox/dns/server.ts');
  const { allZones } = await import('../sandbox/route53/zones.ts');
  const { zoneOnMachine } = await import('../sandbox/processes/zones.ts');
  const zones = {
    settle: () => sandbox.world.settle(),
    *zones() {
      for (const zone of allZones(sandbox.places)) {
        yield processes === undefined ? zone : zoneOnMachine(zone, sandbox.places, processes.addressOf);
      }
    },
  };
  const dns = await listening(serveDns(zones, at.dns), at.dns, '--dns');
  return {
    url: http.url,
    dns: dns.address,
    close: async () => {
      await Promise.all([http.close(), dns.close()]);
    },
  };
}

/** What opens a port, or an error that says which flag to change. */
function listening<T>(opening: Promise<T>, { host, port }: Address, flag: string): Promise<T> {
  return opening.catch((thrown: { readonly code?: string; readonly message: string }) => {
    throw new StationkeeperError({
      code: 'CannotListen',
      retry: 'never',
      message: `the sandbox cannot listen on ${host}:${port} (${thrown.code ?? thrown.message}); choose another ${flag}`,
      cause: thrown,
    });
  });
}
