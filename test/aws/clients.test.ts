import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sdkTransport } from '../../controller/aws/clients.ts';
import { openDoor } from '../../controller/aws/door.ts';
import { endless } from '../support/aws/endless.ts';
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
      transport: sdkTransport(
        { region: 'eu-west-1', endpointUrl: `http://127.0.0.1:${port}`, ownEndpoint: true },
        { told: () => undefined },
      ),
      clock: new VirtualClock(),
      random: () => 0.5,
      onRequest: ({ code }) => codes.push(code),
    });
    await expect(aws.tagging.getResources({})).rejects.toMatchObject({
      code: 'AnswerTooLong',
      retry: 'backoff',
      operation: 'tagging:GetResources',
      message: expect.stringContaining('tagging:GetResources was answered with more than 32 MiB'),
    });
    expect(codes).toEqual(['AnswerTooLong']);
    expect(sent()).toBeLessThan(48 * MIB);
  });
});
