import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../controller/http/limits.ts';
import { reportOf } from '../support/reports/reports.ts';
import { testServer } from '../support/reports/server.ts';

const GENEROUS: Limits = {
  connections: 256,
  pipelined: 8,
  pace: { perSecond: 1000, atOnce: 1000 },
  answerMs: 240_000,
};
const GET_STATUS = 'GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

let end: () => Promise<void>;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await end();
});

/** A server under these limits that listens, and a way to connect to it. */
async function listening(limits: Partial<Limits>, objects = 1) {
  const report = reportOf();
  const [object] = report.objects;
  const many = Array.from({ length: objects }, () => ({ ...object!, message: 'x'.repeat(1000) }));
  const { app } = testServer({ report: { ...report, objects: many } }, {}, { ...GENEROUS, ...limits });
  end = () => app.close();
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    async socket(): Promise<Socket> {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    },
    health: () => fetch(`http://127.0.0.1:${port}/healthz`).then(({ status }) => status),
  };
}

/** All that is answered until the server ends the connection, or enough of it. */
async function answersOn(socket: Socket, isEnough: (text: string) => boolean = () => false): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (isEnough(text)) socket.destroy();
  });
  await once(socket, 'close');
  return text;
}

describe('connections', () => {
  it('that say nothing give way to a probe when there are too many', async () => {
    const server = await listening({ connections: 4 });
    const silent = [
      await server.socket(),
      await server.socket(),
      await server.socket(),
      await server.socket(),
    ];
    const cutOff = once(silent[0]!, 'close');
    expect(await server.health()).toBe(200);
    await cutOff;
    expect(silent.map(({ destroyed }) => destroyed)).toEqual([true, false, false, false]);
  });

  it('that never read their answers give way to a probe too', async () => {
    const server = await listening({ connections: 4 }, 8000);
    for (let index = 0; index < 6; index += 1) {
      const socket = await server.socket();
      socket.pause().write(GET_STATUS);
    }
    expect(await server.health()).toBe(200);
  });

  it('that are in use are kept before those that say nothing', async () => {
    const server = await listening({ connections: 3 });
    const used = await server.socket();
    const silent = await server.socket();
    const answered = once(used, 'data');
    used.write(GET_STATUS);
    await answered;
    const cutOff = once(silent, 'close');
    await server.socket();
    expect(await server.health()).toBe(200);
    await cutOff;
    expect(used.destroyed).toBe(false);
  });
});

describe('a probe', () => {
  it('waits for nobody, however many requests wait for their turn', async () => {
    const server = await listening({ pace: { perSecond: 0.001, atOnce: 1 } });
    const first = await server.socket();
    const answered = once(first, 'data');
    first.write(GET_STATUS);
    await answered;
    let isAnswered = false;
    const second = await server.socket();
    second.on('data', () => {
      isAnswered = true;
    });
    second.write(GET_STATUS);
    expect(await server.health()).toBe(200);
    expect(await server.health()).toBe(200);
    expect(isAnswered).toBe(false);
  });
});

describe('one connection', () => {
  it('is answered in order where it sends several requests at once', async () => {
    const server = await listening({ pipelined: 3 });
    const socket = await server.socket();
    socket.write(GET_STATUS.repeat(2) + GET_STATUS.replace('/status', '/plan'));
    const text = await answersOn(
      socket,
      (told) => told.split('HTTP/1.1 200').length === 4 && told.endsWith('}'),
    );
    expect(text.split('HTTP/1.1 200')).toHaveLength(4);
  });

  it('is cut off where it has more answers to come than it may, and others are served', async () => {
    const server = await listening({ pipelined: 3 }, 2000);
    const socket = await server.socket();
    socket.write(GET_STATUS.repeat(1500));
    await answersOn(socket);
    expect(await server.health()).toBe(200);
  });

  it('is not read on once it is cut off, whatever it has sent', async () => {
    const server = await listening({ pipelined: 3 });
    let read = 0;
    server.app.server.on('request', () => {
      read += 1;
    });
    const socket = await server.socket();
    socket.write(GET_STATUS.repeat(1500));
    await answersOn(socket);
    expect(await server.health()).toBe(200);
    expect(read).toBeLessThan(60);
  });

  it('is answered to the end where it may send many requests, and takes their answers late', async () => {
    const server = await listening({ pipelined: 500 }, 40);
    const socket = await server.socket();
    const last = GET_STATUS.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    socket.pause().write(GET_STATUS.repeat(200) + last);
    expect(await server.health()).toBe(200);
    socket.resume();
    expect((await answersOn(socket)).split('HTTP/1.1 200')).toHaveLength(202);
  });

  it('is cut off when it has not taken its answer in time', async () => {
    const server = await listening({ answerMs: 200 }, 8000);
    const cutOff = new Promise((resolve) => {
      server.app.server.once('connection', (accepted: Socket) => accepted.once('close', resolve));
    });
    const socket = await server.socket();
    socket.pause().write(GET_STATUS);
    await cutOff;
    expect(await server.health()).toBe(200);
  });
});
