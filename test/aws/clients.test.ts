import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sdkTransports } from '../../controller/aws/clients.ts';
import { openDoor } from '../../controller/aws/door.ts';
import { endless } from '../support/aws/endless.ts';
import { serveSandbox } from '../../sandbox/http/server.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const MIB = 1024 * 1024;

let sent: () => number;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  sent = endless(response);
});

beforeEach(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'anybody';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'anything';
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterEach(() => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  server.closeAllConnections();
  server.close();
});

describe('an answer that does not end', () => {
  test('is cut off after 32 MiB, said to be too long, and not asked for at once again', async () => {
    const { port } = server.address() as AddressInfo;
    const codes: string[] = [];
    const aws = openDoor({
      transport: sdkTransports({ told: () => undefined })({
        region: 'eu-west-1',
        endpointUrl: `http://127.0.0.1:${port}`,
        ownEndpoint: true,
      }),
      clock: new VirtualClock(),
      random: () => 0.5,
      onRequest: ({ code }) => codes.push(code),
    });
    await expect(aws.tagging.getResources({})).rejects.toMatchObject({
      code: 'AnswerTooLong',
      retry: 'backoff',
      operation: 'tagging:GetResources',
      message: expect.stringContaining('the answer to tagging:GetResources has more than 32 MiB'),
    });
    expect(codes).toEqual(['AnswerTooLong']);
    expect(sent()).toBeLessThan(48 * MIB);
  });
});

test('targets in one Region share the sockets to it', async () => {
  const sandbox = createSandbox({ clock: new VirtualClock(), quotas: 'off' });
  const aws = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => aws.close());
  const transportTo = sdkTransports({ told: () => undefined });
  const { port } = new URL(aws.url);
  let connections = 0;
  const relay = createTcpServer((client) => {
    connections += 1;
    const upstream = connect(Number(port), '127.0.0.1');
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => {
    relay.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void relay.close());
  const endpointUrl = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  for (const account of ['111111111111', '222222222222', '333333333333']) {
    const roleArn = `arn:aws:iam::${account}:role/keeper`;
    const door = openDoor({
      transport: transportTo({ region: 'eu-west-1', endpointUrl, ownEndpoint: true, roleArn }),
      clock: new VirtualClock(),
      random: () => 0.5,
    });
    await door.ecs.listClusters({});
    await door.ec2.describeVpcs({});
  }
  expect(connections).toBe(1);
});
