import type { Socket } from 'node:net';
import { finished } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A probe: it is answered before all else. */
    isProbe?: true;
  }
}

export interface Limits {
  /** Connections at a time; with one more, the one that was answered the longest ago is cut off. */
  readonly connections: number;
  /** Requests of one connection that wait for their answers; with one more it is cut off. */
  readonly pipelined: number;
  /** Of requests that are answered; probes do not wait for their turn. */
  readonly pace: Pace;
  /** From the request's arrival until the answer has left, after which the connection is cut off. */
  readonly answerMs: number;
}

/**
 * Bounds what clients can make the server hold, whatever they do. A newcomer is let in at the cost of who says nothing or reads
 * nothing, so that a probe is always answered.
 */
export function limitClients(app: FastifyInstance, { connections, pipelined, pace, answerMs }: Limits): void {
  /** The one that was answered the longest ago first. */
  const sockets = new Set<Socket>();
  const waiting = new WeakMap<Socket, number>();
  const inTurn = createPace(pace);

  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    parseBitByBit(socket);
    const [oldest] = sockets;
    if (sockets.size > connections && oldest !== undefined) cutOff(oldest);
  });

  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    const before = waiting.get(socket) ?? 0;
    if (before >= pipelined) cutOff(socket);
    // Node goes on parsing the bit that it was given.
    if (socket.destroyed) {
      reply.hijack();
      return;
    }
    waiting.set(socket, before + 1);
    const deadline = setTimeout(() => cutOff(socket), answerMs);
    finished(reply.raw, () => {
      clearTimeout(deadline);
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      if (sockets.delete(socket)) sockets.add(socket);
    });
    if (request.routeOptions.config.isProbe === true) done();
    else inTurn(socket, done);
  });
}

/** Five requests without headers to speak of: few are parsed in vain once the connection is cut off. */
const BIT_BYTES = 256;

/**
 * Has Node parse what came in one piece bit by bit, and no more of it once the connection is cut off or ended. It would make a request and
 * an answer of each of the thousand and more that fit into a piece, and an error of each that is lost.
 */
function parseBitByBit(socket: Socket): void {
  for (const parse of socket.listeners('data')) {
    socket.on('data', (piece: Buffer) => {
      for (let at = 0; at < piece.length && socket.writable; at += BIT_BYTES) {
        // Node has as many answers waiting as it takes, and says when it goes on.
        if (socket.isPaused()) {
          socket.unshift(piece.subarray(at));
          return;
        }
        parse.call(socket, piece.subarray(at, at + BIT_BYTES));
      }
    });
    socket.off('data', parse as (piece: Buffer) => void);
  }
}

/** Node makes an error of each request that is lost with a connection, of which there may be thousands: their stacks tell nothing. */
function cutOff(socket: Socket): void {
  if (socket.destroyed) return;
  const { stackTraceLimit } = Error;
  socket.prependOnceListener('close', () => {
    Error.stackTraceLimit = 0;
  });
  socket.once('close', () => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  socket.destroy();
}
