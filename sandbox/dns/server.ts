import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { seededRandom } from '../seeded-random.ts';
import { answerMessage } from './message.ts';
import type { Exchange } from './message.ts';
import { resolve } from './resolve.ts';
import type { Zone } from './zone.ts';

/** What names are resolved from. */
export interface DnsSource {
  /** Lets everything happen that is due by now. */
  settle(): void;
  /** Of every account and Region. */
  zones(): Iterable<Zone>;
}

export interface DnsServer {
  /** `127.0.0.1:5353`, `[::1]:5353`; the port is that of UDP and of TCP. */
  readonly address: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 100;
const IDLE_MS = 10_000;
const MAX_UNREAD_BYTES = 1024 * 1024;
/** A free port of UDP can be taken in TCP. */
const FREE_PORT_TRIES = 20;

/**
 * Answers DNS queries for the zones of a sandbox, over UDP and TCP. Port 0 takes any port that is free in both; a
 * port in use rejects with Node's EADDRINUSE error. `seed`: of the choice among many answers, which touches nothing
 * else.
 */
export async function serveDns(
  source: DnsSource,
  options: { readonly host: string; readonly port: number; readonly seed?: number },
): Promise<DnsServer> {
  const random = seededRandom(options.seed ?? 1);
  const { address: host, family } = await lookup(options.host);
  const answer = (transport: Exchange['transport'], message: Buffer): Buffer | undefined =>
    answerMessage(message, {
      transport,
      resolve: (question) => {
        source.settle();
        return resolve(question, source.zones(), random);
      },
    });
  const connections = new Set<Socket>();
  const { udp, tcp, port } = await bind(
    { host, port: options.port },
    {
      udp: () => createSocket(family === 6 ? 'udp6' : 'udp4'),
      tcp: () => createServer((socket) => serveConnection(socket, { connections, answer })),
    },
  );
  tcp.maxConnections = MAX_CONNECTIONS;
  udp.on('error', () => undefined);
  tcp.on('error', () => undefined);
  udp.on('message', (message, { address, port: from }) => {
    const reply = answer('udp', message);
    if (reply !== undefined) udp.send(reply, from, address, () => undefined);
  });
  return {
    address: `${family === 6 ? `[${host}]` : host}:${port}`,
    close: async () => {
      for (const connection of connections) connection.destroy();
      await Promise.all([closeUdp(udp), closeTcp(tcp)]);
    },
  };
}

interface Bound {
  readonly udp: UdpSocket;
  readonly tcp: Server;
  readonly port: number;
}

async function bind(
  { host, port }: { readonly host: string; readonly port: number },
  create: { readonly udp: () => UdpSocket; readonly tcp: () => Server },
): Promise<Bound> {
  for (let tries = 1; ; tries++) {
    const udp = create.udp();
    const tcp = create.tcp();
    try {
      udp.bind({ port, address: host, exclusive: true });
      await once(udp, 'listening');
      const bound = udp.address().port;
      tcp.listen({ port: bound, host });
      await once(tcp, 'listening');
      return { udp, tcp, port: bound };
    } catch (error) {
      await closeUdp(udp);
      if (port !== 0 || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

/** Serves one TCP connection, where each message stands behind its length (RFC 1035, 4.2.2). Answers come in the order of the questions. */
function serveConnection(
  socket: Socket,
  server: {
    readonly connections: Set<Socket>;
    readonly answer: (transport: 'tcp', message: Buffer) => Buffer | undefined;
  },
): void {
  let received = Buffer.alloc(0);
  server.connections.add(socket);
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => server.connections.delete(socket));
  socket.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const length = received.readUInt16BE(0);
      const reply = server.answer('tcp', received.subarray(2, 2 + length));
      received = received.subarray(2 + length);
      // Nobody who asks without reading the answers shall fill our memory.
      if (reply === undefined || socket.writableLength > MAX_UNREAD_BYTES) {
        socket.destroy();
        return;
      }
      const framed = Buffer.alloc(2);
      framed.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([framed, reply]));
    }
  });
}

function closeUdp(socket: UdpSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve());
  });
}

function closeTcp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
