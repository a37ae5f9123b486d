import { createSocket } from 'node:dgram';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { BatchGetTracesCommand, XRayClient } from '@aws-sdk/client-xray';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MANIFESTS, run, scratchFolder, startController, startSandbox } from '../support/programs/cli.ts';
import type { StatusReport } from '../../controller/status/schema.ts';
import { daemon } from '../support/reports/converged.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const PATIENCE = { timeout: 120_000, interval: 50 };
const IMAGE = 'public.ecr.aws/xray/aws-xray-daemon';
const onLinux = skippedFor(
  process.platform === 'linux' ? undefined : 'Linux alone has all of 127.0.0.0/8 as addresses of its own',
);

function expectHealthy(report: StatusReport): void {
  expect(daemon(report, 'xray')).toMatchObject({ sync: 'Synced', health: 'Healthy' });
}

/** A daemon that starts a process of its own, tells both ids, and stays whatever it is told. */
const DAEMON = `
import { spawn } from 'node:child_process';
process.on('SIGTERM', () => {});
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
console.log('processes ' + process.pid + ' ' + child.pid + ' at ' + process.argv[2]);
setInterval(() => {}, 1000);
`;

/** Writes to a file what it gets at port 2000 of its address; sends to another address where it is told one. */
const APP = `
import { createSocket } from 'node:dgram';
import { appendFileSync } from 'node:fs';
const [own, arrived, to] = process.argv.slice(2);
const server = createSocket('udp4');
server.on('message', (message, from) => appendFileSync(arrived, message + ' from ' + from.address + '\\n'));
server.bind(2000, own);
const client = createSocket('udp4');
if (to) setInterval(() => client.send('a segment', 2000, to), 50);
`;

/** A folder with the manifest of the X-Ray daemon alone. */
function xrayManifests(): string {
  const manifests = scratchFolder();
  copyFileSync(join(MANIFESTS, 'xray.yaml'), join(manifests, 'xray.yaml'));
  return manifests;
}

function clientConfig(sandboxUrl: string) {
  return {
    endpoint: sandboxUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
  };
}

describe('the controller on a sandbox of processes', onLinux, () => {
  async function started() {
    const folder = scratchFolder();
    const script = join(folder, 'daemon.mjs');
    writeFileSync(script, DAEMON);
    const controller = await startController([
      xrayManifests(),
      '--sandbox',
      '--runtime',
      'process',
      '--run',
      `${IMAGE}='${process.execPath}' ${script} {address}:{port}`,
      '--interval',
      '1s',
    ]);
    const logs = new CloudWatchLogsClient(clientConfig(controller.sandboxUrl!));
    /** Of every daemon that was ever started, with its own child. */
    const seen = async (): Promise<readonly (readonly number[])[]> => {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: '/stationkeeper/xray' }),
      );
      return events.flatMap(({ message = '' }) => {
        const [, own, child] = /^processes (\d+) (\d+) at 127\.31\.\d+\.\d+:2000$/.exec(message) ?? [];
        return own === undefined ? [] : [[Number(own), Number(child)]];
      });
    };
    await controller.untilStatus(expectHealthy);
    await vi.waitFor(async () => expect(await seen()).toHaveLength(2), PATIENCE);
    return { controller, seen };
  }

  it('replaces one that is killed, and all that it had started goes with it', async () => {
    const { controller, seen } = await started();
    const [[own, child] = []] = await seen();
    process.kill(own!, 'SIGKILL');
    await vi.waitFor(() => expect([own!, child!].filter(isRunning)).toEqual([]), PATIENCE);
    await vi.waitFor(async () => expect((await seen()).length).toBeGreaterThan(2), PATIENCE);
    const report = await controller.untilStatus(expectHealthy);
    expect(daemon(report, 'xray').instances).toHaveLength(2);
    controller.kill('SIGKILL');
    await controller.ended;
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'no process outlives it, ended by %s',
    async (signal) => {
      const { controller, seen } = await started();
      const groups = (await seen()).map(([own]) => own!);
      expect(groups.flatMap(membersOf).length).toBeGreaterThanOrEqual(4);
      controller.kill(signal);
      await controller.ended;
      await vi.waitFor(() => expect(groups.flatMap(membersOf)).toEqual([]), PATIENCE);
    },
  );
});

it(
  'what is sent to the X-Ray daemon over UDP is a trace, by the stand-in that comes with the sandbox',
  onLinux,
  async () => {
    const args = [xrayManifests(), '--sandbox', '--runtime', 'process', '--interval', '1s'];
    const controller = await startController(args);
    await controller.untilStatus(expectHealthy);
    const told = controller.log().map(({ message = '' }) => message);
    expect(told.filter((line) => line.includes('stand-in'))).toEqual([
      `Containers of ${IMAGE} run as Stationkeeper's stand-in for the X-Ray daemon, which is not AWS's; --run '${IMAGE}=COMMAND' puts another program in its place.`,
      expect.stringMatching(/^Containers of amazon\/aws-xray-daemon run as Stationkeeper's stand-in/),
    ]);
    const logs = new CloudWatchLogsClient(clientConfig(controller.sandboxUrl!));
    const own = await vi.waitFor(async () => {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: '/stationkeeper/xray' }),
      );
      const said = events.map(({ message }) => message ?? '');
      expect(said).toHaveLength(2);
      return said;
    }, PATIENCE);
    const [, address] =
      /stand-in for the X-Ray daemon, which is not AWS's: it takes segments at (127\.31\.\d+\.\d+):2000\/udp/.exec(
        own[0]!,
      ) ?? [];

    const now = Math.floor(Date.now() / 1000);
    const traceId = `1-${now.toString(16)}-${'0'.repeat(23)}1`;
    const segment = {
      name: 'web',
      id: '0000000000000001',
      trace_id: traceId,
      start_time: now,
      end_time: now + 0.1,
    };
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.send(`{"format": "json", "version": 1}\n${JSON.stringify(segment)}`, 2000, address);
    const xray = new XRayClient(clientConfig(controller.sandboxUrl!));
    await vi.waitFor(async () => {
      const { Traces } = await xray.send(new BatchGetTracesCommand({ TraceIds: [traceId] }));
      expect(Traces).toMatchObject([{ Id: traceId, Segments: [{ Id: '0000000000000001' }] }]);
    }, PATIENCE);

    const sampling = await fetch(`http://${address}:2000/GetSamplingRules`, { method: 'POST' });
    expect(await sampling.json()).toMatchObject({
      SamplingRuleRecords: [{ SamplingRule: { RuleName: 'Default' } }],
    });

    controller.kill('SIGTERM');
    expect(await controller.ended).toMatchObject({ code: 0 });
  },
);

it(
  'with --enforce-groups a datagram arrives once both groups let it, and until then it is told why not',
  onLinux,
  async () => {
    const folder = scratchFolder();
    const arrived = join(folder, 'arrived');
    writeFileSync(arrived, '');
    writeFileSync(join(folder, 'app.mjs'), APP);
    const app = `'${process.execPath}' ${join(folder, 'app.mjs')} {address} ${arrived}`;
    const flags = ['--runtime', 'process', '--enforce-groups', '--task-network', '127.78.0.0/16'];
    const sandbox = await startSandbox([...flags, '--run', `app=${app}`]);
    const ec2 = new EC2Client(clientConfig(sandbox.url));
    const ecs = new ECSClient(clientConfig(sandbox.url));
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const [{ SubnetId = '', VpcId = '' } = {}] = Subnets;
    const newGroup = async (GroupName: string): Promise<string> => {
      const made = await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: 'test', VpcId }));
      return made.GroupId ?? '';
    };
    const [client, server] = [await newGroup('client'), await newGroup('server')];
    const everything = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: client, IpPermissions: everything }));
    const udp = { IpProtocol: 'udp', FromPort: 2000, ToPort: 2000 };
    const fromClient = [{ ...udp, UserIdGroupPairs: [{ GroupId: client }] }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: server, IpPermissions: fromClient }));
    await ecs.send(new CreateClusterCommand({}));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'app',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'app', image: 'app', portMappings: [{ containerPort: 2000, protocol: 'udp' }] },
        ],
      }),
    );
    /** A task of a group, whose address it answers once its process runs. */
    const runTask = async (group: string, command: readonly string[]): Promise<string> => {
      const { tasks: [task] = [] } = await ecs.send(
        new RunTaskCommand({
          taskDefinition: 'app',
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: [SubnetId], securityGroups: [group] } },
          overrides: { containerOverrides: [{ name: 'app', command: [...command] }] },
        }),
      );
      const id = task?.taskArn?.split('/').at(-1);
      const told = new RegExp(`of task ${id} .* reached at (127\\.78\\.\\d+\\.\\d+)`);
      return vi.waitFor(() => {
        const [, address] = told.exec(sandbox.stdout()) ?? [];
        expect(address).toBeDefined();
        return address!;
      }, PATIENCE);
    };
    const to = await runTask(server, []);
    const from = await runTask(client, [to]);
    const lost = `from the task at ${from}: lost at egress rule: no rule of the sender's security groups lets it out.`;
    await vi.waitFor(() => expect(sandbox.stdout()).toContain(lost), PATIENCE);
    expect(readFileSync(arrived, 'utf8')).toBe('');
    await ec2.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId: client,
        IpPermissions: [{ ...udp, IpRanges: [{ CidrIp: '172.31.0.0/16' }] }],
      }),
    );
    await vi.waitFor(
      () => expect(readFileSync(arrived, 'utf8')).toContain(`a segment from ${from}\n`),
      PATIENCE,
    );
    expect(sandbox.stdout().split(lost)).toHaveLength(2);
    // What the test sends comes from outside of tasks, and counts as the client once it has said so.
    const consumer = { securityGroupIds: [client], subnetId: SubnetId };
    await fetch(`${sandbox.url}/_sandbox/consumer`, { method: 'PUT', body: JSON.stringify(consumer) });
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    await vi.waitFor(() => {
      socket.send('a segment', 2000, to);
      expect(readFileSync(arrived, 'utf8')).toContain('a segment from 127.0.0.1\n');
    }, PATIENCE);
    sandbox.kill('SIGTERM');
    expect(await sandbox.ended).toMatchObject({ code: 0 });
  },
);

it('a placeholder that stands for nothing is told before anything starts', onLinux, async () => {
  const ended = await run(['sandbox', '--runtime', 'process', '--run', 'xray=./xray -b {adress}:2000']);
  expect(ended).toMatchObject({
    code: 1,
    stderr:
      'error: --run has {adress}, which stands for nothing; there are {address}, {port}, {region}, {endpoint} and {dns}\n',
  });
});

/** Whether a process is there, and no zombie. */
function isRunning(pid: number): boolean {
  return statusOf(String(pid)) !== undefined;
}

/** Processes of a group that are no zombies. */
function membersOf(group: number): readonly number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && statusOf(pid) === group)
    .map(Number);
}

/** The group of a process that is there. */
function statusOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(group);
  } catch {
    return undefined;
  }
}
