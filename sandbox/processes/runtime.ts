import { statSync } from 'node:fs';
import type {
  ContainerCheck,
  ContainerEvents,
  ContainerLaunch,
  ContainerRuntime,
} from '../ecs/containers/runtime.ts';
import type { World } from '../world.ts';
import { atTask, inBlock } from './addresses.ts';
import { createChecks, NO_SUCH_PROGRAM } from './checks.ts';
import { findProgram, tryGroup } from './group.ts';
import type { Group, GroupCommand } from './group.ts';
import { createLines } from './lines.ts';
import { commandFor, filled } from './mapping.ts';
import type { ImageCommand } from './mapping.ts';
import { createRelay } from './relay/relay.ts';
import type { Enforcement, Relay, RelayOptions } from './relay/relay.ts';
import { exposedPorts, groupSendingFrom } from './sockets.ts';

export interface ProcessOptions {
  readonly commands: readonly ImageCommand[];
  /** Commands that stand for the health checks of an image's containers. */
  readonly healthChecks: readonly ImageCommand[];
  /** Of 127.0.0.0/8: where tasks are on this machine. */
  readonly taskNetwork: string;
  /** From where on commands are named, and where they run. */
  readonly folder: string;
  /** Of this program; a process gets only what makes programs run. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The sandbox's URL. */
  readonly endpoint: () => string;
  /** `host:port` where the sandbox's names resolve, where they do. */
  readonly dns?: () => string | undefined;
  /** Undefined: processes of tasks are reached by whoever likes. */
  readonly enforcement?: Enforcement | undefined;
  /** One line for people. */
  readonly tell: (line: string) => void;
}

export interface Processes {
  readonly runtime: ContainerRuntime;
  /** Where a task is on this machine. */
  readonly addressOf: (address: string) => string;
  /** Lets a world go on by itself, as processes do. */
  drive(world: World): void;
  /** Ends all processes: asks them, and kills them soon after. */
  close(this: void): Promise<void>;
}

interface Running {
  readonly launch: ContainerLaunch;
  readonly group: Group;
  /** What is "here" to it. */
  readonly here: Parameters<typeof atTask>[1];
  readonly surroundings: Omit<GroupCommand, 'command'>;
  /** What stands for its health checks, where something does. */
  readonly healthCheck: readonly string[] | undefined;
  /** Ports that others than this machine reach, as they were told. */
  exposed: string;
  /** It was told that this machine has not the program of its health check. */
  lacksCheck: boolean;
}

/** How often what is due happens. */
const BEAT_MS = 50;
/** How often it is looked whether a process listens where others than this machine reach it. */
const LOOK_MS = 2000;
/** How long a process has to end by itself when the sandbox ends, or is reset. */
const LAST_MS = 2000;
/** What a program needs of the machine; whatever else it has is ECS's, or in the container's definition. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'];

/** Runs containers as processes of this machine, at loopback addresses, as far as their images have commands. Linux alone has all of 127.0.0.0/8. */
export function createProcesses(options: ProcessOptions): Processes {
  const { commands, healthChecks, taskNetwork, folder, tell } = options;
  const running = new Map<string, Running>();
  const checks = createChecks();
  let beat: NodeJS.Timeout | undefined;
  let look: NodeJS.Timeout | undefined;

  const addressOf = (address: string): string => inBlock(address, taskNetwork);
  const taskSendingFrom: RelayOptions['taskSendingFrom'] = (protocol, source) => {
    const containers = [...running.values()].filter(({ launch }) => launch.address !== undefined);
    const sending = groupSendingFrom(
      protocol,
      source,
      containers.map(({ group }) => group.pid),
    );
    return containers.find(({ group }) => group.pid === sending)?.launch.address;
  };
  const relay =
    options.enforcement === undefined
      ? undefined
      : createRelay({ ...options.enforcement, taskNetwork, taskSendingFrom, tell });

  function openTo(relayed: Relay, launch: ContainerLaunch): void {
    const { address, hasOwnInterface } = launch;
    if (address !== undefined && hasOwnInterface) relayed.open({ ...launch, address }, named(launch));
    else
      tell(
        `${named(launch)} has no network interface of its own: no security group is asked on the way to it.`,
      );
  }

  /** Nobody can be kept from it, so that it is told. */
  function tellExposed(): void {
    const containers = [...running.values()];
    if (containers.length === 0) return;
    const exposed = exposedPorts(containers.map(({ group }) => group.pid));
    for (const container of containers) {
      const ports = (exposed.get(container.group.pid) ?? []).join(', ');
      if (ports !== '' && ports !== container.exposed) {
        tell(
          `${named(container.launch)} listens at ${ports} of every address, so that others than this machine reach it: have it listen at {address}.`,
        );
      }
      container.exposed = ports;
    }
  }

  function start(launch: ContainerLaunch, events: ContainerEvents): void {
    const why = tryToStart(launch, events);
    if (why === undefined) return;
    tell(`${named(launch)} cannot start: ${why}.`);
    process.nextTick(() => events.failed(`CannotStartContainerError: ${why}`));
  }

  /** Answers why it does not start. */
  function tryToStart(launch: ContainerLaunch, events: ContainerEvents): string | undefined {
    const mapped = commandFor(commands, launch.image);
    if (mapped === undefined) return `no command stands for the image ${launch.image}`;
    const reachedAt = launch.address === undefined ? '127.0.0.1' : addressOf(launch.address);
    const other = [...running.values()].find(
      (one) =>
        one.launch.address !== undefined &&
        one.launch.address !== launch.address &&
        addressOf(one.launch.address) === reachedAt,
    );
    if (other !== undefined) {
      return `${reachedAt} on this machine is ${other.launch.address} already, of ${named(other.launch)}, and would be ${launch.address} too; use a shorter prefix in --task-network`;
    }
    const address = relay !== undefined && launch.hasOwnInterface ? relay.behind(reachedAt) : reachedAt;
    const endpoint = options.endpoint();
    const dns = options.dns?.() ?? '';
    const here = { address, sandbox: [new URL(endpoint).host, dns] };
    const port = String(launch.ports[0]?.port ?? 0);
    const values = { address, port, region: launch.region, endpoint, dns };
    const own = filled(mapped, values);
    const [name = '', ...words] = own;
    const program = findProgram(name, folder, options.environment['PATH'] ?? '');
    if (program === undefined)
      return `there is no program ${name} that can be run, which stands for the image ${launch.image}`;
    const further = [...launch.entryPoint.slice(1), ...launch.command].map((word) => atTask(word, here));
    const surroundings = {
      folder: folderOf(launch.workingDirectory) ?? folder,
      environment: environmentOf(launch, here, endpoint),
    };
    const group = tryGroup({ command: [program, ...words, ...further], ...surroundings });
    if (typeof group === 'string') return group;
    const check = commandFor(healthChecks, launch.image);
    const healthCheck = check === undefined ? undefined : filled(check, values);
    const container: Running = {
      launch,
      group,
      here,
      surroundings,
      healthCheck,
      exposed: '',
      lacksCheck: false,
    };
    running.set(launch.id, container);
    look ??= setInterval(tellExposed, LOOK_MS).unref();
    const more = further.length === 0 ? '' : `, and ${further.length} of the container's own words`;
    const door = address === reachedAt ? '' : `, reached at ${reachedAt}`;
    tell(`${named(launch)} runs as process ${group.pid} at ${address}${door}: ${own.join(' ')}${more}`);
    if (relay !== undefined) openTo(relay, launch);
    process.nextTick(() => tellIfCurrent(container, () => events.started()));
    for (const output of [group.stdout, group.stderr]) {
      const lines = createLines();
      const write = (written: readonly string[]): void => {
        if (written.length > 0) tellIfCurrent(container, () => events.wrote(written));
      };
      output.setEncoding('utf8');
      output.on('data', (text: string) => write(lines.add(text)));
      output.on('end', () => write(lines.end()));
    }
    void group.ended.then((exitCode) =>
      tellIfCurrent(container, () => {
        running.delete(launch.id);
        relay?.close(launch.id);
        tell(`${named(launch)} has ended with exit code ${exitCode}.`);
        events.exited(exitCode);
      }),
    );
    return undefined;
  }

  function tellIfCurrent(container: Running, event: () => void): void {
    if (running.get(container.launch.id) === container) event();
  }

  /** Only what is ECS's or the container's own, and never a way to the AWS that this machine's user has. */
  function environmentOf(
    { environment }: ContainerLaunch,
    here: Parameters<typeof atTask>[1],
    endpoint: string,
  ): Readonly<Record<string, string>> {
    const inherited = INHERITED.flatMap((name) => {
      const value = options.environment[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const own = Object.entries(environment).map(([name, value]) => [name, atTask(value, here)] as const);
    return {
      ...Object.fromEntries(inherited),
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...Object.fromEntries(own),
    };
  }

  async function answer(
    container: Running,
    check: ContainerCheck,
    checked: (passed: boolean) => void,
  ): Promise<void> {
    const passed = await passes(container, check);
    tellIfCurrent(container, () => checked(passed));
  }

  async function passes(container: Running, { command, timeoutMs }: ContainerCheck): Promise<boolean> {
    const { here, surroundings, healthCheck, launch } = container;
    const words = healthCheck ?? command.map((word) => atTask(word, here));
    const exitCode = await checks.run({ command: words, ...surroundings }, timeoutMs);
    if (exitCode === NO_SUCH_PROGRAM && !container.lacksCheck) {
      container.lacksCheck = true;
      tell(
        `${named(launch)} fails its health check, as this machine has no such program: ${words.join(' ')}; --health-check '${launch.image}=COMMAND' puts another command in its place.`,
      );
    }
    return exitCode === 0;
  }

  function reset(): readonly Group[] {
    const groups = [...running.values()].map(({ group }) => group);
    running.clear();
    relay?.closeAll();
    for (const group of groups) {
      group.signal('SIGTERM');
      setTimeout(() => group.kill(), LAST_MS).unref();
    }
    return [...groups, ...checks.endAll()];
  }

  return {
    addressOf,
    runtime: {
      runs: (image) => commandFor(commands, image) !== undefined,
      start,
      signal: (id, signal) => running.get(id)?.group.signal(signal),
      check(id, wanted, checked) {
        const container = running.get(id);
        if (container !== undefined) void answer(container, wanted, checked);
      },
      reset: () => void reset(),
    },
    drive(world) {
      beat ??= setInterval(() => world.settle(), BEAT_MS).unref();
    },
    async close() {
      clearInterval(beat);
      clearInterval(look);
      await Promise.all(reset().map(({ ended }) => ended));
    },
  };
}

function named({ name, taskId, group }: ContainerLaunch): string {
  return `Container ${name} of task ${taskId} (${group})`;
}

/** A container's folder where this machine has it too. */
function folderOf(workingDirectory: string | undefined): string | undefined {
  if (workingDirectory === undefined) return undefined;
  const found = statSync(workingDirectory, { throwIfNoEntry: false });
  return found?.isDirectory() === true ? workingDirectory : undefined;
}
