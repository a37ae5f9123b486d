import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { PutTelemetryRecordsCommand, PutTraceSegmentsCommand } from '@aws-sdk/client-xray';
import type { XRayClient } from '@aws-sdk/client-xray';
import type { Address, DaemonOptions } from './command-line.ts';
import { connectionErrorOf, noCounts, recordOf } from './counts.ts';
import { readDatagram } from './datagram.ts';
import { createHeld } from './held.ts';
import type { Log } from './log.ts';
import { createProxy } from './proxy.ts';

export interface DaemonSurroundings {
  readonly client: XRayClient;
  readonly log: Log;
  readonly now: () => Date;
  /** How long a document waits for others to be sent with. */
  readonly waitMs: number;
}

export interface Daemon {
  /** `host:port` where it takes datagrams. */
  readonly udp: string;
  /** `host:port` where it takes calls. */
  readonly tcp: string;
  /** Takes nothing more, and sends what it holds. */
  close(): Promise<void>;
}

const TELEMETRY_MS = 60_000;
/** What the machine keeps of datagrams while this program is busy; Linux gives at most `net.core.rmem_max`. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Takes segments and calls, and sends them to X-Ray. Throws Node's error where it cannot listen. */
export async function startDaemon(
  { bind, bindTcp, resourceArn, bufferBytes }: Omit<DaemonOptions, 'region' | 'logLevel'>,
  { client, log, now, waitMs }: DaemonSurroundings,
): Promise<Daemon> {
  const held = createHeld(bufferBytes);
  const malformed = toldOnce((why) => `A datagram ${why}; it and others like it are counted and left out.`);
  const spilled = toldOnce(
    () => `${bufferBytes} bytes of segments wait to be sent; more are counted and lost.`,
  );
  let counts = noCounts();
  let hasReceived = false;
  let waiting: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  function toldOnce(lineOf: (why: string) => string) {
    let times = 0;
    return {
      add(why = '') {
        times += 1;
        if (times === 1) log('warn', lineOf(why));
      },
      times: () => times,
    };
  }

  function take(bytes: Uint8Array): void {
    counts.received += 1;
    hasReceived = true;
    const read = readDatagram(bytes);
    if ('malformed' in read) {
      counts.rejected += 1;
      malformed.add(read.malformed);
      return;
    }
    log(
      'debug',
      `Document taken, of ${shownTrace(read.document)}: ${Buffer.byteLength(read.document)} bytes.`,
    );
    if (!held.add(read.document)) {
      counts.spilled += 1;
      spilled.add();
    }
    if (held.isFull()) void flush();
    else waiting ??= setTimeout(() => void flush(), waitMs);
  }

  /** Sends all that is held, one call after the other. */
  function flush(): Promise<void> {
    clearTimeout(waiting);
    waiting = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  async function sendAll(): Promise<void> {
    for (let batch = held.take(); batch.length > 0; batch = held.take()) await send(batch);
  }

  async function send(documents: readonly string[]): Promise<void> {
    try {
      const command = new PutTraceSegmentsCommand({ TraceSegmentDocuments: [...documents] });
      const { UnprocessedTraceSegments = [] } = await client.send(command);
      counts.sent += documents.length;
      log('debug', `Documents sent: ${documents.length}.`);
      for (const { Id, ErrorCode, Message } of UnprocessedTraceSegments) {
        log('warn', `X-Ray has not processed ${Id ?? 'a segment without an id'}: ${ErrorCode}: ${Message}`);
      }
    } catch (thrown) {
      lost(thrown as Error, 'PutTraceSegments', `documents lost: ${documents.length}`);
    }
  }

  async function report(): Promise<void> {
    if (!hasReceived) return;
    const record = recordOf(counts, now());
    counts = noCounts();
    try {
      const own = resourceArn === undefined ? {} : { ResourceARN: resourceArn };
      await client.send(new PutTelemetryRecordsCommand({ TelemetryRecords: [record], ...own }));
    } catch (thrown) {
      lost(thrown as Error, 'PutTelemetryRecords', 'reports lost: 1');
    }
  }

  function lost(error: Error, operation: string, what: string): void {
    counts.errors[connectionErrorOf(error)] += 1;
    log('error', `${operation} failed, ${what} (${error.name}: ${error.message})`);
  }

  const proxy = createProxy(client, log);
  const tcp = await listen(proxy, bindTcp);
  const socket = createSocket({
    type: isIPv6(bind.host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  });
  const udp = await bound(socket, bind).catch((thrown: unknown) => {
    proxy.close();
    throw thrown;
  });
  socket.on('message', take);
  socket.on('error', ({ message }) => log('error', `The socket for datagrams failed: ${message}.`));
  const reporting = setInterval(() => void report(), TELEMETRY_MS);

  return {
    udp,
    tcp,
    async close() {
      clearInterval(reporting);
      await Promise.all([
        new Promise<void>((resolve) => socket.close(resolve)),
        new Promise<void>((resolve) => {
          proxy.close(() => resolve());
          proxy.closeAllConnections();
        }),
      ]);
      await flush();
      await report();
      log(
        'info',
        `It ends. Malformed datagrams: ${malformed.times()}; documents without room: ${spilled.times()}.`,
      );
    },
  };
}

/** For people who look for a trace; X-Ray alone says whether the document is one. */
function shownTrace(document: string): string {
  const [, id] = /"trace_id"\s*:\s*"([^"]{1,64})"/.exec(document) ?? [];
  return id === undefined ? 'no trace that it names' : `trace ${id}`;
}

async function listen(server: Server, { host, port }: Address): Promise<string> {
  server.listen({ host, port });
  await once(server, 'listening');
  return shown(server.address() as AddressInfo);
}

async function bound(socket: Socket, { host, port }: Address): Promise<string> {
  socket.bind({ address: host, port });
  await once(socket, 'listening');
  return shown(socket.address());
}

function shown({ address, port }: AddressInfo): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
