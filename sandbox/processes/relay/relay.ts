import type { Packet } from '../../ec2/packets.ts';
import type { Ec2State } from '../../ec2/state.ts';
import type { ContainerLaunch, ContainerPort } from '../../ecs/containers/runtime.ts';
import type { Outside } from '../../outside.ts';
import type { Place } from '../../place.ts';
import { hiddenBlock, inBlock } from '../addresses.ts';
import type { Door, Doorkeeper, Source } from './door.ts';
import { createFlowTable } from './flows.ts';
import { lossTold, senderAt } from './judgement.ts';
import type { Sender } from './judgement.ts';
import { openTcpDoor } from './tcp.ts';
import { endFlows, openUdpDoor } from './udp.ts';
import type { UdpFlow } from './udp.ts';

/** What makes security groups count. */
export interface Enforcement {
  readonly outside: Outside;
  /** The network of an account's Region as it is now; undefined where nobody has looked there. */
  readonly networkOf: (place: Place) => Ec2State | undefined;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

export interface RelayOptions extends Enforcement {
  readonly taskNetwork: string;
  /** The API's address of the task whose process sends from there; undefined where none does. */
  readonly taskSendingFrom: (protocol: Packet['protocol'], source: Source) => string | undefined;
  readonly tell: (line: string) => void;
}

/** A container of a task that has an interface of its own. */
type Reached = ContainerLaunch & { readonly address: string };

/** Lets through to tasks what security groups and network ACLs do. */
export interface Relay {
  /** Where the processes of a task are bound, that is at an address on this machine. */
  behind(address: string): string;
  /** Listens at the ports of a container; `name`: as people are told of it. */
  open(launch: Reached, name: string): void;
  /** Lets nothing through to a container any more. */
  close(id: string): void;
  closeAll(): void;
}

/** UDP flows at once; each that passes takes a socket. */
const MAX_FLOWS = 256;
/** EC2 tracks a UDP flow as long with answers (Idle connection tracking timeout, EC2 user guide). */
const IDLE_FLOW_MS = 180_000;
/** What was told lately is not told again. */
const MAX_TOLD = 1000;
const TOLD_MS = 600_000;
const SWEEP_MS = 5000;
/** Of one container. */
const MAX_PORTS = 100;

export function createRelay(options: RelayOptions): Relay {
  const { taskNetwork, outside, networkOf, now, tell } = options;
  const hidden = hiddenBlock(taskNetwork);
  const doors = new Map<string, readonly Door[]>();
  const flows = createFlowTable<UdpFlow>({ limit: MAX_FLOWS, idleMs: IDLE_FLOW_MS });
  const told = createFlowTable<string>({ limit: MAX_TOLD, idleMs: TOLD_MS });
  let sweep: NodeJS.Timeout | undefined;

  const here = (address: string): string => inBlock(address, taskNetwork);

  function open(launch: Reached, name: string): void {
    sweep ??= setInterval(() => {
      endFlows(flows.removeIdle(now()));
      told.removeIdle(now());
    }, SWEEP_MS).unref();
    if (launch.ports.length > MAX_PORTS) {
      tell(
        `${name} has ${launch.ports.length} ports, of which the sandbox relays the first ${MAX_PORTS}: nothing reaches the others.`,
      );
    }
    const address = here(launch.address);
    const opened = launch.ports.slice(0, MAX_PORTS).map(({ protocol, port }) => {
      const entrance = { protocol, address, port, behind: inBlock(address, hidden) };
      const keeper = keeperOf(launch, { protocol, port }, name);
      return protocol === 'udp'
        ? openUdpDoor(entrance, keeper, { flows, now })
        : openTcpDoor(entrance, keeper);
    });
    doors.set(launch.id, opened);
  }

  function keeperOf(
    { address, accountId, region }: Reached,
    { protocol, port }: ContainerPort,
    name: string,
  ): Doorkeeper {
    const place = `${address}:${port}/${protocol}`;
    const tellOnce = (key: string, line: string): void => {
      if (told.use(key, now()) === line) return;
      told.put(key, line, now());
      tell(line);
    };
    return {
      senderAt: (source) => senderOf(protocol, source),
      lets(sender, fromPort, isAnswer = false) {
        const network = networkOf({ accountId, region });
        const judged = { protocol, sender, fromPort, toAddress: address, toPort: port, isAnswer };
        const why =
          network === undefined
            ? `nothing is in ${region}`
            : lossTold(network, { taskNetwork, consumer: outside.consumer }, judged);
        const key = `${sender.here} ${place} ${isAnswer}`;
        if (why === undefined) {
          told.remove(key);
          return true;
        }
        const who = shownSender(sender);
        const what = isAnswer
          ? `sends no answer from ${place} to ${who}`
          : `gets ${protocol === 'udp' ? 'no datagram' : 'no connection'} at ${place} from ${who}`;
        tellOnce(key, `${name} ${what}: ${why}.`);
        return false;
      },
      failed: ({ message }) =>
        tellOnce(
          place,
          `The sandbox cannot relay to ${name} at ${here(address)}:${port}/${protocol}: ${message}.`,
        ),
    };
  }

  /** A process that bound its socket to no address of its task sends from this machine's, and is known by its socket. */
  function senderOf(protocol: Packet['protocol'], source: Source): Sender {
    const sender = senderAt(source.address, taskNetwork);
    if (sender.type === 'task') return sender;
    const address = options.taskSendingFrom(protocol, source);
    return address === undefined ? sender : { type: 'task', here: here(address), address };
  }

  function shownSender(sender: Sender): string {
    if (sender.type === 'task') return `the task at ${sender.here}`;
    const { consumer } = outside;
    return consumer === undefined
      ? sender.here
      : `${sender.here}, which counts as ${consumer.securityGroupIds.join(', ')}`;
  }

  function close(id: string): void {
    for (const door of doors.get(id) ?? []) door.close();
    doors.delete(id);
    if (doors.size > 0) return;
    clearInterval(sweep);
    sweep = undefined;
  }

  return {
    behind: (address) => inBlock(address, hidden),
    open,
    close,
    closeAll() {
      for (const id of doors.keys()) close(id);
    },
  };
}
