import { Resolver } from 'node:dns/promises';
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { groupBy } from '../../controller/core/order.ts';
import type { StatusReport } from '../../controller/status/schema.ts';
import { lackOf, startApplication } from '../support/applications/applications.ts';
import type { Application } from '../support/applications/applications.ts';
import { startDaemons } from '../support/applications/daemons.ts';
import type { Daemons } from '../support/applications/daemons.ts';
import { COLLECTOR_FLAGS, LACK_OF_COLLECTOR, collectorManifests } from '../support/otel/collector.ts';
import { ANY_CREDENTIALS, run } from '../support/programs/cli.ts';
import { daemon } from '../support/reports/converged.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const PATIENCE = { timeout: 180_000, interval: 500 };
const SOME = 20;
const NAME = 'otel-collector.services.dockerinaws.org';

const lack =
  process.platform === 'linux'
    ? (LACK_OF_COLLECTOR ?? lackOf('opentelemetry'))
    : 'Linux alone has all of 127.0.0.0/8 as addresses of its own';

/** A process of the daemon, as it was told. */
interface Collector {
  readonly task: string;
  readonly pid: number;
  readonly address: string;
}

function expectHealthy(report: StatusReport): void {
  expect(daemon(report, 'otel-collector')).toMatchObject({ sync: 'Synced', health: 'Healthy' });
}

/** Ids of the traces of whose spans a collector has told. */
function tracesIn(log: string): readonly string[] {
  return [...log.matchAll(/^ *Trace ID +: ([0-9a-f]{32})$/gm)].map(([, id = '']) => id);
}

describe('an OpenTelemetry collector as the daemon', skippedFor(lack), () => {
  let manifests = '';
  let daemons: Daemons;
  let application: Application;
  const pressed: string[] = [];

  beforeAll(async () => {
    manifests = collectorManifests();
    daemons = await startDaemons(manifests, '127.84', ...COLLECTOR_FLAGS);
    await daemons.untilStatus(expectHealthy);
    application = await startApplication('opentelemetry', daemons.dns, {
      OTEL_SERVICE_NAME: 'shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${NAME}:4318`,
      STATSD_ADDRESS: `${NAME}:8125`,
    });
  });

  /** Presses the application's button so often. Answers the ids of the traces. */
  async function press(times: number): Promise<readonly string[]> {
    const traces: string[] = [];
    for (let time = 0; time < times; time += 1) traces.push(await application.press());
    pressed.push(...traces);
    return traces;
  }

  /** All that were ever started. */
  function collectors(): readonly Collector[] {
    return daemons.log().flatMap(({ message = '' }) => {
      const [, task = '', pid, address = ''] =
        /^Container collector of task (\w+) .* runs as process (\d+) at ([\d.]+):/.exec(message) ?? [];
      return pid === undefined ? [] : [{ task, pid: Number(pid), address }];
    });
  }

  /** Where the name leads. */
  async function resolved(): Promise<readonly string[]> {
    const resolver = new Resolver();
    resolver.setServers([daemons.dns]);
    return (await resolver.resolve4(NAME)).toSorted();
  }

  /** What each task of the daemon has logged, by its id, shortened. */
  async function logged(): Promise<ReadonlyMap<string, string>> {
    const args = ['--manifests', manifests, '--since', '1d', '--endpoint-url', daemons.sandboxUrl];
    const ended = await run(['logs', 'otel-collector', ...args], ANY_CREDENTIALS);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = ended;
    const lines = [...stdout.matchAll(/^\S+ collector (\w+) (.*)$/gm)];
    const byTask = groupBy(lines, ([, task = '']) => task);
    return new Map([...byTask].map(([task, own]) => [task, own.map(([, , line]) => line).join('\n')]));
  }

  async function expectSpansOf(traces: readonly string[]): Promise<void> {
    const seen = [...(await logged()).values()].flatMap(tracesIn);
    expect(seen).toEqual(expect.arrayContaining([...traces]));
  }

  it('runs as two tasks, which are healthy by its own health check, and its name leads to both', async () => {
    const addresses = collectors().map(({ address }) => address);
    expect(addresses).toHaveLength(2);
    // What ECS says of a task's health shows in Cloud Map a while later.
    await vi.waitFor(async () => expect(await resolved()).toEqual(addresses.toSorted()), PATIENCE);
    const ecs = new ECSClient({
      endpoint: daemons.sandboxUrl,
      region: ANY_CREDENTIALS.AWS_REGION,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    });
    const service = { cluster: 'xray-daemon-cluster', serviceName: 'otel-collector' };
    const { taskArns: tasks = [] } = await ecs.send(new ListTasksCommand(service));
    const described = await ecs.send(new DescribeTasksCommand({ cluster: service.cluster, tasks }));
    expect(described.tasks?.map(({ healthStatus }) => healthStatus)).toEqual(['HEALTHY', 'HEALTHY']);
  });

  it("shows in its log every span that an application with OpenTelemetry's SDK sends to its name", async () => {
    const traces = await press(SOME);
    await vi.waitFor(() => expectSpansOf(traces), PATIENCE);
    const log = [...(await logged()).values()].join('\n');
    expect(log).toContain('-> service.name: Str(shop)\n');
    expect(log).toMatch(/^ *Name +: add item\n *Kind +: Server$/m);
  });

  it('counts all that the application sends to its name by StatsD', async () => {
    await press(SOME);
    await vi.waitFor(async () => {
      const logs = [...(await logged()).values()];
      const counts = logs.flatMap((log) => [...log.matchAll(/-> Name: items\.added$[^]*?^Value: (\d+)$/gm)]);
      expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(pressed.length);
    }, PATIENCE);
  });

  it('is replaced where one that gets spans is killed: the name follows, and spans go on', async () => {
    const [trace = ''] = await press(1);
    const receiving = await vi.waitFor(async () => {
      const [task] = [...(await logged())].find(([, log]) => tracesIn(log).includes(trace)) ?? [];
      expect(task).toBeDefined();
      return task!;
    }, PATIENCE);
    const killed = collectors().find(({ task }) => task.startsWith(receiving))!;
    process.kill(killed.pid, 'SIGKILL');
    await vi.waitFor(async () => {
      const others = collectors().filter(({ pid }) => pid !== killed.pid);
      expect(others).toHaveLength(2);
      expect(await resolved()).toEqual(others.map(({ address }) => address).toSorted());
    }, PATIENCE);
    const traces = await press(SOME);
    await vi.waitFor(() => expectSpansOf(traces), PATIENCE);
    await daemons.untilStatus((report) => {
      expectHealthy(report);
      expect(daemon(report, 'otel-collector').instances).toHaveLength(2);
    });
  });
});
