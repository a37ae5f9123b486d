import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ContainerPort } from '../../sandbox/ecs/containers/runtime.ts';
import { inBlock } from '../../sandbox/processes/addresses.ts';
import { createRelay } from '../../sandbox/processes/relay/relay.ts';
import { Outside } from '../../sandbox/outside.ts';
import { createProcesses } from '../../sandbox/processes/runtime.ts';
import { DEFAULT_ACCOUNT_ID } from '../../sandbox/sandbox.ts';
import { skippedFor } from '../support/runs/skipped.ts';
import { allow, denyAnswers, twoTasks } from '../support/sandbox/relayed.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const TASK_NETWORK = '127.77.0.0/16';
const EGRESS = "lost at egress rule: no rule of the sender's security groups lets it out.";
const onLinux = skippedFor(
  process.platform === 'linux' ? undefined : 'Linux alone has all of 127.0.0.0/8 as addresses of its own',
);

const place = { accountId: DEFAULT_ACCOUNT_ID, region: 'us-east-1' };
const UDP: ContainerPort = { protocol: 'udp', port: 2000 };
const TCP: ContainerPort = { protocol: 'tcp', port: 2000 };

function launchAt(address: string, ports: readonly ContainerPort[]) {
  return {
    ...place,
    id: `task-at-${address}/xray`,
    name: 'xray',
    image: 'xray',
    taskId: 'task',
    group: 'service:xray',
    address,
    hasOwnInterface: true,
    ports,
    entryPoint: [],
    command: [],
    workingDirectory: undefined,
    environment: {},
  };
}

const here = (address: string): string => inBlock(address, TASK_NETWORK);

/** Two tasks, and a relay to the second, behind which an echo of the test's listens; the first may be the consumer. */
async function relayed({ isConsumer = false }: { readonly isConsumer?: boolean } = {}) {
  const there = await twoTasks();
  const { ec2, addresses, groups, subnets } = there;
  const told: string[] = [];
  const seen: string[] = [];
  const consumer = { securityGroupIds: [groups[0]], subnetId: subnets[0] };
  const outside = new Outside(isConsumer ? consumer : undefined);
  const relay = createRelay({
    taskNetwork: TASK_NETWORK,
    outside,
    networkOf: ({ accountId, region }) => ec2.sandbox.places.regions.get(`${accountId}/${region}`)?.ec2,
    now: () => 0,
    taskSendingFrom: () => undefined,
    tell: (line) => void told.push(line),
  });
  onTestFinished(() => relay.closeAll());
  const bound = relay.behind(addresses[1]);
  const udp = createSocket('udp4', (message, { address, port }) => {
    seen.push(`${address} ${String(message)}`);
    udp.send(`echo of ${String(message)}`, port, address);
  });
  udp.bind(2000, bound);
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    seen.push(`${socket.remoteAddress}`);
    socket.pipe(socket);
  }).listen(2000, bound);
  onTestFinished(() => {
    udp.close();
    tcp.close();
  });
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  relay.open(launchAt(addresses[1], [UDP, TCP]), 'Container xray');

  /** A client at an address of this machine. */
  async function client(address: string) {
    const answers: string[] = [];
    const socket = createSocket('udp4', (message, { address: from }) => {
      answers.push(`${from} ${String(message)}`);
    });
    onTestFinished(() => void socket.close());
    socket.bind(0, address);
    await once(socket, 'listening');
    const send = (): void => socket.send('hello', 2000, here(addresses[1]));
    const untilAnswered = (): Promise<void> =>
      vi.waitFor(() => {
        send();
        if (answers.length === 0) throw new Error('nothing has come back');
      }, PATIENCE);
    return { answers, port: socket.address().port, send, untilAnswered };
  }

  /** What a connection gets back for a word. */
  async function over(address: string): Promise<string> {
    const socket = connect({ host: here(addresses[1]), port: 2000, localAddress: address });
    onTestFinished(() => void socket.destroy());
    socket.write('hello');
    return new Promise((done) => {
      socket.on('error', ({ message }) => done(message));
      socket.on('data', (data) => done(String(data)));
    });
  }
  return { ...there, told, seen, client, over, relay, outside, consumer };
}

describe('a relay to a task', onLinux, () => {
  it('drops a datagram that a group does not let through, tells it once, and lets it through from the rule on', async () => {
    const { ec2, addresses, groups, told, seen, client } = await relayed();
    await allow(ec2, 'ingress', groups[1]);
    const { send, answers } = await client(here(addresses[0]));
    await vi.waitFor(() => {
      send();
      expect(told).toHaveLength(1);
    }, PATIENCE);
    expect(told).toEqual([
      `Container xray gets no datagram at 10.1.1.4:2000/udp from the task at 127.77.0.4: ${EGRESS}`,
    ]);
    expect(seen).toEqual([]);
    await allow(ec2, 'egress', groups[0]);
    send();
    await vi.waitFor(() => expect(answers).toContain('127.77.1.4 echo of hello'), PATIENCE);
    expect(seen).toContain('127.77.0.4 hello');
    expect(told).toHaveLength(1);
  });

  it('tells again what is lost once more after it arrived', async () => {
    const { ec2, addresses, groups, told, client } = await relayed();
    await allow(ec2, 'ingress', groups[1]);
    await allow(ec2, 'egress', groups[0]);
    const { send, untilAnswered } = await client(here(addresses[0]));
    await untilAnswered();
    expect(told).toEqual([]);
    await ec2.call('RevokeSecurityGroupIngress', {
      GroupId: groups[1],
      IpPermissions: [
        { IpProtocol: 'udp', FromPort: 2000, ToPort: 2000, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      ],
    });
    await vi.waitFor(() => {
      send();
      expect(told).toHaveLength(1);
    }, PATIENCE);
    expect(told[0]).toContain("lost at ingress rule: no rule of the task's security groups lets it in");
  });

  it('drops an answer that a network ACL does not let back', async () => {
    const { ec2, vpc, subnets, addresses, groups, told, seen, client } = await relayed();
    await allow(ec2, 'ingress', groups[1]);
    await allow(ec2, 'egress', groups[0]);
    await denyAnswers(ec2, vpc, subnets[1]);
    const { send, answers } = await client(here(addresses[0]));
    await vi.waitFor(() => {
      send();
      expect(told).toHaveLength(1);
    }, PATIENCE);
    expect(told[0]).toBe(
      'Container xray sends no answer from 10.1.1.4:2000/udp to the task at 127.77.0.4: lost at network ACL out: the network ACL of the subnet that it, or its answer, leaves does not allow it.',
    );
    expect(seen).toContain('127.77.0.4 hello');
    expect(answers).toEqual([]);
  });

  it('resets a connection that may not be made, and lets one through that may', async () => {
    const { ec2, addresses, groups, told, seen, over } = await relayed();
    await allow(ec2, 'ingress', groups[1], 'tcp');
    expect(await over(here(addresses[0]))).toMatch(/ECONNRESET|EPIPE/);
    expect(told).toEqual([
      `Container xray gets no connection at 10.1.1.4:2000/tcp from the task at 127.77.0.4: ${EGRESS}`,
    ]);
    await allow(ec2, 'egress', groups[0], 'tcp');
    expect(await over(here(addresses[0]))).toBe('hello');
    expect(seen).toEqual(['127.77.0.4']);
  });

  it('drops what comes from outside of tasks without a consumer', async () => {
    const { told, client, over } = await relayed();
    const { send } = await client('127.0.0.1');
    await vi.waitFor(() => {
      send();
      expect(told).toHaveLength(1);
    }, PATIENCE);
    expect(told[0]).toBe(
      'Container xray gets no datagram at 10.1.1.4:2000/udp from 127.0.0.1: it comes from no task, and neither --consumer nor PUT /_sandbox/consumer says whose security groups and subnet count.',
    );
    expect(await over('127.0.0.1')).toMatch(/ECONNRESET|EPIPE/);
  });

  it('counts what comes from outside of tasks as the consumer', async () => {
    const { ec2, groups, told, seen, client } = await relayed({ isConsumer: true });
    await allow(ec2, 'ingress', groups[1]);
    const { send, answers } = await client('127.0.0.1');
    await vi.waitFor(() => {
      send();
      expect(told).toHaveLength(1);
    }, PATIENCE);
    expect(told[0]).toBe(
      `Container xray gets no datagram at 10.1.1.4:2000/udp from 127.0.0.1, which counts as ${groups[0]}: ${EGRESS}`,
    );
    await allow(ec2, 'egress', groups[0]);
    send();
    await vi.waitFor(() => expect(answers).toContain('127.77.1.4 echo of hello'), PATIENCE);
    expect(seen).toContain('127.0.0.1 hello');
  });

  it('counts what comes from outside of tasks as whoever is named later', async () => {
    const { ec2, groups, told, client, outside, consumer } = await relayed();
    await allow(ec2, 'ingress', groups[1]);
    await allow(ec2, 'egress', groups[0]);
    const { send, answers } = await client('127.0.0.1');
    await vi.waitFor(() => {
      send();
      expect(told).toHaveLength(1);
    }, PATIENCE);
    outside.countAs(consumer);
    await vi.waitFor(() => {
      send();
      expect(answers).toContain('127.77.1.4 echo of hello');
    }, PATIENCE);
    outside.countAs(undefined);
    await vi.waitFor(() => {
      send();
      expect(told).toHaveLength(2);
    }, PATIENCE);
  });

  it('listens nowhere any more once it is closed, and tells where somebody else does', async () => {
    const { relay, addresses, told, client, ec2, groups } = await relayed();
    await allow(ec2, 'ingress', groups[1]);
    await allow(ec2, 'egress', groups[0]);
    const { untilAnswered } = await client(here(addresses[0]));
    await untilAnswered();
    relay.closeAll();
    const udp = createSocket('udp4');
    const tcp = createServer();
    onTestFinished(() => {
      udp.close();
      tcp.close();
    });
    udp.bind(2000, here(addresses[1]));
    tcp.listen(2000, here(addresses[1]));
    await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
    relay.open(launchAt(addresses[1], [UDP, TCP]), 'Container xray');
    await vi.waitFor(() => expect(told).toHaveLength(2), PATIENCE);
    expect(told.toSorted()).toEqual([
      'The sandbox cannot relay to Container xray at 127.77.1.4:2000/tcp: listen EADDRINUSE: address already in use 127.77.1.4:2000.',
      'The sandbox cannot relay to Container xray at 127.77.1.4:2000/udp: bind EADDRINUSE 127.77.1.4:2000.',
    ]);
  });
});

describe('a process of a task that sends', onLinux, () => {
  it('is known by its socket, wherever that is bound', async () => {
    const { ec2, addresses, groups } = await twoTasks();
    await allow(ec2, 'egress', groups[0]);
    await allow(ec2, 'ingress', groups[1]);
    const told: string[] = [];
    const script = `const [own, to] = process.argv.slice(1);
      const server = require('node:dgram').createSocket('udp4');
      server.on('message', (m, from) => console.log(from.address + ' ' + m));
      server.bind(2000, own, () => console.log('bound'));
      if (to) for (const address of [undefined, own]) {
        const client = require('node:dgram').createSocket('udp4');
        client.bind(0, address, () => setInterval(() => client.send(address ? 'bound' : 'anywhere', 2000, to), 50));
      }`;
    const processes = createProcesses({
      commands: [{ image: 'xray', command: [process.execPath, '-e', script, '{address}'] }],
      healthChecks: [],
      taskNetwork: TASK_NETWORK,
      folder: '/',
      environment: { PATH: process.env['PATH'] },
      endpoint: () => 'http://127.0.0.1:4566',
      enforcement: {
        outside: new Outside(),
        networkOf: ({ accountId, region }) => ec2.sandbox.places.regions.get(`${accountId}/${region}`)?.ec2,
        now: () => performance.now(),
      },
      tell: (line) => void told.push(line),
    });
    onTestFinished(() => processes.close());
    const [from, to] = addresses.map((address) => {
      const lines: string[] = [];
      const start = (command: readonly string[]): void =>
        processes.runtime.start(
          { ...launchAt(address, [UDP]), command },
          {
            started: () => undefined,
            failed: (reason) => void lines.push(reason),
            exited: (exitCode) => void lines.push(String(exitCode)),
            wrote: (written) => void lines.push(...written),
          },
        );
      return { lines, start };
    });
    to!.start([]);
    await vi.waitFor(() => expect(to!.lines).toContain('bound'), PATIENCE);
    from!.start([here(addresses[1])]);
    await vi.waitFor(() => expect(new Set(to!.lines).size).toBe(3), PATIENCE);
    expect(new Set(to!.lines)).toEqual(new Set(['bound', '127.77.0.4 anywhere', '127.77.0.4 bound']));
    expect(told).toEqual([
      expect.stringMatching(
        /^Container xray of task task \(service:xray\) runs as process \d+ at 127\.205\.1\.4, reached at 127\.77\.1\.4: /,
      ),
      expect.stringMatching(/ at 127\.205\.0\.4, reached at 127\.77\.0\.4: /),
    ]);
  });
});
