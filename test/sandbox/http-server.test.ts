import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAwsClock } from '../../controller/aws/aws-clock.ts';
import { sdkTransports } from '../../controller/aws/clients.ts';
import { serveSandbox } from '../../sandbox/http/server.ts';
import { DEFAULT_ACCOUNT_ID, createSandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { ECS_TARGET, clientConfig, openDoor, post } from '../support/sandbox/http-door.ts';

test('a whole sandbox answers through the door, and says what it does not serve', async () => {
  const sandbox = createSandbox({ clock: new VirtualClock() });
  const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const door = { ...server, calls: [] };
  const { Vpcs } = await new EC2Client(clientConfig(door)).send(new DescribeVpcsCommand({}));
  expect(Vpcs).toMatchObject([{ IsDefault: true, CidrBlock: '172.31.0.0/16', OwnerId: DEFAULT_ACCOUNT_ID }]);
  await expect(new IAMClient(clientConfig(door)).send(new ListUsersCommand({}))).rejects.toMatchObject({
    name: 'InvalidAction',
    message: expect.stringContaining('iam:ListUsers') as string,
  });
});

test('every answer tells the time of the sandbox, which may run faster, and clients of ours hear it', async () => {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, speed: 20 });
  const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  await clock.advance(60_000);
  const awsClock = createAwsClock(clock);
  const { region, credentials, endpoint } = clientConfig({ ...server, calls: [] });
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  onTestFinished(() => void vi.unstubAllEnvs());
  const transport = sdkTransports(awsClock)({ region, endpointUrl: endpoint, ownEndpoint: true });
  const signal = new AbortController().signal;
  await transport({ service: 'ec2', operation: 'DescribeVpcs', input: {}, signal });
  expect(awsClock.now()).toBe(Math.floor(sandbox.world.now() / 1_000) * 1_000);
  expect(sandbox.world.now() - clock.now()).toBeGreaterThan(1_000_000);
});

describe('a visitor who is no AWS client', () => {
  test.each([
    ['GET', '/', 200],
    ['GET', '/anything?else=1', 404],
    ['PUT', '/bucket/key', 404],
  ])('%s %s is told that this is not AWS', async (method, path, status) => {
    const door = await openDoor({});
    const answer = await fetch(`${door.url}${path}`, { method });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain('This is the Stationkeeper sandbox and not AWS.');
  });

  test('a signed request of another protocol is told which services there are', async () => {
    const door = await openDoor({});
    const answer = await post(door, { service: 's3', body: '' });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('The request to s3 names no operation'),
    ]);
  });

  test('a port in use rejects with EADDRINUSE', async () => {
    const door = await openDoor({});
    const { port } = new URL(door.url);
    await expect(
      serveSandbox(createSandbox({ clock: new VirtualClock() }), { host: '127.0.0.1', port: Number(port) }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('closing ends open connections', async () => {
    const door = await openDoor({ 'ecs:ListClusters': () => ({}) });
    await post(door, { headers: { 'x-amz-target': `${ECS_TARGET}.ListClusters` }, body: '{}' });
    await door.close();
    await expect(fetch(door.url)).rejects.toThrow('fetch failed');
  });
});
