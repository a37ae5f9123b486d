import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { seenAt } from './door.ts';
import type { Door, Doorkeeper, Entrance } from './door.ts';

/** Of one door; beyond it a connection is closed as soon as it is made. */
const MAX_CONNECTIONS = 256;

/** Relays connections that may pass. One that may not is reset once it is made: a socket that listens cannot refuse some alone. */
export function openTcpDoor({ address, port, behind }: Entrance, keeper: Doorkeeper): Door {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const source = { address: client.remoteAddress ?? '', port: client.remotePort ?? 0 };
    client.on('error', () => undefined);
    const sender = keeper.senderAt(source);
    if (!keeper.lets(sender, source.port)) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host: behind, port, localAddress: seenAt(sender), allowHalfOpen: true });
    keep(client, upstream);
    keep(upstream, client);
    client.pipe(upstream).pipe(client);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('drop', () => keeper.failed(new Error(`there are ${MAX_CONNECTIONS} connections already`)));
  server.on('error', (error) => keeper.failed(error));
  server.listen(port, address);

  /** What breaks on one side is reset on the other. */
  function keep(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on('error', () => other.resetAndDestroy());
    socket.on('close', () => sockets.delete(socket));
  }
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}
