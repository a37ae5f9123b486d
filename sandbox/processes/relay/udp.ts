import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { seenAt } from './door.ts';
import type { Door, Doorkeeper, Entrance, Source } from './door.ts';
import type { FlowTable } from './flows.ts';
import type { Sender } from './judgement.ts';

/** Datagrams from one address and port to a door, and the answers. */
export interface UdpFlow {
  /** That it goes through. */
  readonly door: Door;
  readonly sender: Sender;
  /** Sends to the process, and hears its answers; undefined before the first datagram that may pass. */
  upstream: Socket | undefined;
}

export function endFlows(flows: readonly UdpFlow[]): void {
  for (const { upstream } of flows) upstream?.close();
}

/** Relays each datagram that may pass, and each answer. */
export function openUdpDoor(
  { address, port, behind }: Entrance,
  keeper: Doorkeeper,
  { flows, now }: { readonly flows: FlowTable<UdpFlow>; readonly now: () => number },
): Door {
  const socket = createSocket('udp4');
  const door: Door = {
    close() {
      endFlows(flows.removeWhere((flow) => flow.door === door));
      socket.close();
    },
  };
  socket.on('error', (error) => keeper.failed(error));
  socket.on('message', (message, source) => {
    const key = `${source.address}:${source.port} ${address}:${port}`;
    const flow = flows.use(key, now()) ?? begin(key, source);
    if (!keeper.lets(flow.sender, source.port)) return;
    flow.upstream ??= open(key, flow, source);
    flow.upstream.send(message, port, behind);
  });
  socket.bind(port, address);

  function begin(key: string, source: Source): UdpFlow {
    const flow: UdpFlow = { door, sender: keeper.senderAt(source), upstream: undefined };
    endFlows(flows.put(key, flow, now()));
    return flow;
  }

  function open(key: string, flow: UdpFlow, source: Source): Socket {
    const upstream = createSocket('udp4');
    upstream.on('error', (error) => {
      keeper.failed(error);
      endFlows(flows.removeWhere((one) => one === flow));
    });
    upstream.on('message', (message, from) => {
      if (from.address !== behind || from.port !== port) return;
      flows.use(key, now());
      if (keeper.lets(flow.sender, source.port, true)) socket.send(message, source.port, source.address);
    });
    upstream.bind(0, seenAt(flow.sender));
    return upstream;
  }
  return door;
}
