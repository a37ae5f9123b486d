import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECSClient, DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StatusReport } from '../../controller/status/schema.ts';
import { MANIFESTS, run, scratchFolder, startController } from '../support/programs/cli.ts';
import type { Controller } from '../support/programs/cli.ts';
import { daemon, expectConverged } from '../support/reports/converged.ts';

/** One controller for all that follows, which leaves it as it was. */
describe('the controller', () => {
  const token = 'a-token-of-the-test';
  let controller: Controller;
  let ecs: ECSClient;

  beforeAll(async () => {
    const tokenFile = join(scratchFolder(), 'token');
    writeFileSync(tokenFile, `${token}\n`);
    controller = await startController([MANIFESTS, '--sandbox', '--token-file', tokenFile]);
    ecs = new ECSClient({
      endpoint: controller.sandboxUrl!,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    });
  });

  const reconcile = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${controller.url}/reconcile`, { method: 'POST', headers });

  it('has both daemons Synced and Healthy, with instances and endpoint', async () => {
    const report = await controller.untilStatus(expectConverged);
    expect(report.summary).toMatchObject({ total: 4, ready: 4, outOfSync: 0 });
    const xray = daemon(report, 'xray');
    expect(xray.endpoint).toBe('xray.services.dockerinaws.org:2000');
    expect(xray.instances).toHaveLength(2);
    for (const instance of xray.instances) {
      expect(instance).toMatchObject({ port: 2000, health: 'HEALTHY', task: 'RUNNING' });
      expect(instance.ipv4).toMatch(/^172\.31\.\d+\.\d+$/);
    }
    expect((await fetch(`${controller.url}/readyz`)).status).toBe(200);
  });

  it('shows in a table, as JSON and in detail what is Ready, with exit code 0', async () => {
    const server = ['--server', controller.url];
    const [table, json, detail] = await Promise.all([
      run(['status', ...server]),
      run(['status', '--output', 'json', ...server]),
      run(['status', 'DaemonService/xray', ...server]),
    ]);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/^NAME +KIND +ENVIRONMENT +SYNC +HEALTH +READY +REVISION +MESSAGE$/m);
    expect(table.stdout).toMatch(
      /^xray +DaemonService +default +Synced +Healthy +True +\w{7} +2 of 2 tasks running$/m,
    );
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect((JSON.parse(json.stdout) as StatusReport).objects).toHaveLength(4);
    expect(detail).toMatchObject({ code: 0, stderr: '' });
    expect(detail.stdout).toContain('xray.services.dockerinaws.org:2000');
  });

  it('refuses to show what it does not know, and names what it knows', async () => {
    const { code, stderr } = await run(['status', 'xry', '--server', controller.url]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: no object is named "xry"; there are: .*xray.*\n$/);
  });

  it('asks for a pass only for the token', async () => {
    const without = await reconcile({});
    const wrong = await reconcile({ authorization: 'Bearer another' });
    expect([without.status, wrong.status]).toEqual([401, 401]);
    const { pass } = await controller.status();
    expect((await reconcile({ authorization: `Bearer ${token}` })).status).toBe(202);
    await controller.untilStatus((report) => expect(report.pass.number).toBeGreaterThan(pass.number));
  });

  it('reports what somebody changed in AWS with both values and since when, and puts it right', async () => {
    const since = new Date().toISOString();
    const service = { cluster: 'xray-daemon-cluster', service: 'xray' };
    await ecs.send(new UpdateServiceCommand({ ...service, desiredCount: 1 }));
    await reconcile({ authorization: `Bearer ${token}` });

    const healed = await controller.untilStatus((report) => {
      expect(serviceOf(report)).toMatchObject({ state: 'InSync', drift: [{ healedAt: expect.any(String) }] });
      expectConverged(report);
    });
    const [drift, ...more] = serviceOf(healed).drift;
    expect(more).toEqual([]);
    expect(drift).toMatchObject({ path: 'desiredCount', desired: 2, actual: 1 });
    expect(drift!.since >= since && drift!.since <= drift!.healedAt!).toBe(true);
    expect(daemon(healed, 'xray').instances).toHaveLength(2);
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: service.cluster, services: ['xray'] }),
    );
    expect(services?.[0]).toMatchObject({ desiredCount: 2 });
  });

  function serviceOf(report: StatusReport) {
    return daemon(report, 'xray').resources.find(({ id }) => id === 'service/xray')!;
  }

  it('ends at SIGTERM with exit code 0, long before its next pass', async () => {
    const before = Date.now();
    controller.kill('SIGTERM');
    const { code, stdout } = await controller.ended;
    // A machine that has time for it takes less than the 10 s that are promised.
    expect(Date.now() - before).toBeLessThan(45_000);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(controller.log().at(-1)).toMatchObject({ level: 'info', msg: 'stopped' });
  });
});
