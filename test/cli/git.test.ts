import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANIFESTS, run, scratchFolder, startController } from '../support/programs/cli.ts';
import type { Controller } from '../support/programs/cli.ts';
import { daemon, expectConverged } from '../support/reports/converged.ts';
import { createGitRepository } from '../support/git/repository.ts';
import { sdkClients } from '../support/aws/sdk.ts';
import type { SdkClients } from '../support/aws/sdk.ts';

const XRAY = readFileSync(join(MANIFESTS, 'xray.yaml'), 'utf8');
const OTEL = readFileSync(join(MANIFESTS, 'otel-collector.yaml'), 'utf8');
const NEW_IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:3.6.6';

/** One controller on one repository: each test pushes, and goes on where the last one ended. */
describe('a controller that watches a git repository', () => {
  const repository = createGitRepository();
  let controller: Controller;
  let aws: SdkClients;

  beforeAll(async () => {
    repository.commit({ 'live/xray.yaml': XRAY, 'live/otel-collector.yaml': OTEL });
    const cache = ['--git-cache', scratchFolder()];
    const git = ['--git-url', repository.url, '--path', 'live', '--interval', '1s', ...cache];
    controller = await startController([...git, '--sandbox']);
    aws = sdkClients(controller.sandboxUrl!);
    await controller.untilStatus(expectConverged);
  });
  afterAll(() => repository.remove());

  async function xrayInAws() {
    const { services } = await aws.ecs.send(
      new DescribeServicesCommand({ cluster: 'xray-daemon-cluster', services: ['xray'] }),
    );
    const { status, desiredCount, runningCount, taskDefinition } = services![0]!;
    const found = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const image = found.taskDefinition?.containerDefinitions?.[0]?.image;
    return { status, desiredCount, runningCount, image };
  }

  it('rolls a commit that changes the image out, and the revision moves', async () => {
    const before = await controller.status();
    const commit = repository.commit({ 'live/xray.yaml': XRAY.replace(/image: .*/, `image: ${NEW_IMAGE}`) });
    const after = await controller.untilStatus((report) => {
      expect(report.source).toMatchObject({ type: 'git', branch: 'main', revision: commit, errors: [] });
      expect(daemon(report, 'xray')).toMatchObject({ observedRevision: commit, lastAppliedRevision: commit });
      expectConverged(report);
    });
    expect(before.source.revision).not.toBe(commit);
    expect(await xrayInAws()).toEqual({
      status: 'ACTIVE',
      desiredCount: 2,
      runningCount: 2,
      image: NEW_IMAGE,
    });
    const tasks = (report: typeof before) => daemon(report, 'xray').instances.map(({ id }) => id);
    expect(tasks(after)).toHaveLength(2);
    expect(tasks(after).filter((task) => tasks(before).includes(task))).toEqual([]);
  });

  it('says where a broken commit is wrong, and keeps what runs', async () => {
    const commit = repository.commit({ 'live/xray.yaml': XRAY.replace('memory: 512', 'memory: 600') });
    const report = await controller.untilStatus(({ source }) =>
      expect(source).toMatchObject({
        revision: commit,
        errors: [
          {
            file: 'xray.yaml',
            line: expect.any(Number),
            path: expect.stringMatching(/^spec\.(cpu|memory)$/),
          },
        ],
      }),
    );
    expect(daemon(report, 'otel-collector')).toMatchObject({ sync: 'Synced', health: 'Healthy' });
    expect(daemon(report, 'xray').conditions).toContainEqual(
      expect.objectContaining({ type: 'Stalled', status: 'True' }),
    );
    expect(await xrayInAws()).toMatchObject({
      status: 'ACTIVE',
      desiredCount: 2,
      runningCount: 2,
      image: NEW_IMAGE,
    });
    const status = await run(['status', '--server', controller.url]);
    expect(status).toMatchObject({ code: 2, stderr: '' });
    expect(status.stdout).toMatch(/^otel-collector +DaemonService +default +Synced +Healthy +True /m);
    expect(status.stdout).toMatch(/^xray +DaemonService +default +\w+ +\w+ +False /m);
  });

  it('deletes nothing when the path vanishes, and says that the source is invalid', async () => {
    repository.commit({ 'live/xray.yaml': null, 'live/otel-collector.yaml': null, 'README.md': 'Moved.\n' });
    const report = await controller.untilStatus(({ source }) =>
      expect(source.errors).toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('SourceInvalid') }),
      ),
    );
    const { pass } = report;
    await controller.untilStatus((later) => expect(later.pass.number).toBeGreaterThan(pass.number));
    expect(await xrayInAws()).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2 });
  });

  it('goes on with the commit that mends it, and removes the daemon whose manifest is gone', async () => {
    const commit = repository.commit({ 'live/xray.yaml': XRAY });
    const report = await controller.untilStatus((later) => {
      expect(later.source).toMatchObject({ revision: commit, errors: [] });
      expect(later.objects.map(({ name }) => name)).not.toContain('otel-collector');
      expectConverged(later);
    });
    expect(report.objects).toHaveLength(3);
    const { services } = await aws.ecs.send(
      new DescribeServicesCommand({ cluster: 'xray-daemon-cluster', services: ['otel-collector'] }),
    );
    expect(services?.[0]?.status ?? 'INACTIVE').not.toBe('ACTIVE');
  });

  it('takes no request for a pass where no token is configured', async () => {
    const response = await fetch(`${controller.url}/reconcile`, { method: 'POST' });
    expect(response.status).toBe(403);
  });
});
