import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StatusReport } from '../../controller/status/schema.ts';
import {
  ANY_CREDENTIALS,
  MANIFESTS,
  run,
  scratchFolder,
  startController,
  startSandbox,
} from '../support/programs/cli.ts';
import type { Controller } from '../support/programs/cli.ts';
import type { Ended } from '../support/programs/command.ts';
import { daemon, expectConverged } from '../support/reports/converged.ts';
import { createGitRepository } from '../support/git/repository.ts';
import { callsBy, sdkClients } from '../support/aws/sdk.ts';
import type { SdkClients } from '../support/aws/sdk.ts';
import { makeOwnNeeds } from '../support/sandbox/fetched.ts';
import { serveTaskMetadata, taskMetadata } from '../support/aws/task-metadata.ts';
import type { TaskMetadataServer } from '../support/aws/task-metadata.ts';

const SHIPPED = readFileSync(join(MANIFESTS, '..', 'deploy', 'ecs', 'stationkeeper.yaml'), 'utf8');
const OTHER = 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n';
const NEW_IMAGE = '385605022855.dkr.ecr.us-east-1.amazonaws.com/stationkeeper:0.2.0';
const RUNNING = { status: 'ACTIVE', desiredCount: 1, runningCount: 1 };
const OWN = { cluster: 'platform', services: ['stationkeeper'] };

/** Applied from a laptop; then each test pushes to what it reads, and goes on where the last one ended. */
describe('the controller of deploy/ecs, started as ECS starts it', () => {
  const repository = createGitRepository();
  const manifest = SHIPPED.replace(/STATIONKEEPER_GIT_URL: .*/, `STATIONKEEPER_GIT_URL: ${repository.url}`);
  let aws: SdkClients;
  let env: Readonly<Record<string, string>>;
  let metadata: TaskMetadataServer;
  let controller: Controller;
  let applied: Ended;

  beforeAll(async () => {
    const sandbox = await startSandbox(['--speed', '60']);
    aws = sdkClients(sandbox.url);
    await makeOwnNeeds(callsBy(aws));
    env = { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: sandbox.url };
    repository.commit({ 'live/stationkeeper.yaml': manifest, 'live/other.yaml': OTHER });
    applied = await run(['apply', clone()], env);

    const { taskArns = [] } = await aws.ecs.listTasks({ cluster: 'platform', serviceName: 'stationkeeper' });
    metadata = await serveTaskMetadata((_request, response) =>
      response.end(JSON.stringify(taskMetadata({ TaskARN: taskArns[0] }))),
    );
    const container = await runningContainer();
    const variables = (container.environment ?? []).map(
      ({ name = '', value = '' }) => [name, value] as const,
    );
    // The repository of the test asks for no token.
    const secrets = (container.secrets ?? [])
      .map(({ name = '' }) => [name, 'a-secret-of-the-test'] as const)
      .filter(([name]) => name !== 'STATIONKEEPER_GIT_TOKEN');
    controller = await startController(['--interval', '1s', '--git-cache', scratchFolder()], {
      ...Object.fromEntries([...variables, ...secrets]),
      ...env,
      ECS_CONTAINER_METADATA_URI_V4: metadata.uri,
    });
    await controller.untilStatus(expectConverged);
  });
  afterAll(async () => {
    await metadata.close();
    repository.remove();
  });

  /** The folder of manifests in a clone of the repository, as a laptop has it. */
  function clone(): string {
    const folder = scratchFolder();
    execFileSync('git', ['clone', '--quiet', repository.url, folder]);
    return join(folder, 'live');
  }

  async function ownService() {
    const { services = [] } = await aws.ecs.describeServices(OWN);
    return services[0]!;
  }

  async function runningContainer() {
    const { taskDefinition } = await ownService();
    const described = await aws.ecs.describeTaskDefinition({ taskDefinition });
    return described.taskDefinition!.containerDefinitions![0]!;
  }

  function readyOf(report: StatusReport) {
    return daemon(report, 'stationkeeper').conditions.find(({ type }) => type === 'Ready');
  }

  /** That this commit was read, and its own object is not Ready, for this reason and with what to do instead. */
  function heldAt(commit: string, reason: string): (report: StatusReport) => void {
    return (report) => {
      expect(report.source.revision).toBe(commit);
      expect(readyOf(report)).toMatchObject({
        status: 'False',
        reason,
        message: expect.stringContaining('only "stationkeeper apply" from elsewhere'),
      });
    };
  }

  it('is applied from a laptop, which tells where it is found', async () => {
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toContain('endpoint stationkeeper.platform.internal:8080');
    expect((await runningContainer()).command).toEqual(['run']);
  });

  it('knows itself, is Ready, and is found through Cloud Map', async () => {
    const report = await controller.status();
    expect(report.controller.self).toEqual({ cluster: 'platform', family: 'stationkeeper' });
    expect(daemon(report, 'stationkeeper')).toMatchObject({
      endpoint: 'stationkeeper.platform.internal:8080',
      instances: [{ health: 'HEALTHY', task: 'RUNNING' }],
    });
    const { Instances = [] } = await aws.cloudMap.discoverInstances({
      NamespaceName: 'platform.internal',
      ServiceName: 'stationkeeper',
    });
    expect(Instances.map(({ Attributes }) => Attributes?.['AWS_INSTANCE_IPV4'])).toEqual([
      daemon(report, 'stationkeeper').instances[0]?.ipv4,
    ]);
  });

  it('heals what somebody changes of it', async () => {
    await aws.ecs.updateService({ cluster: 'platform', service: 'stationkeeper', desiredCount: 3 });
    await vi.waitFor(async () => expect(await ownService()).toMatchObject({ desiredCount: 1 }), {
      timeout: 180_000,
      interval: 100,
    });
    await controller.untilStatus(expectConverged);
  });

  it('stays where its manifest goes from git, and tells what to do', async () => {
    const commit = repository.commit({ 'live/stationkeeper.yaml': null });
    await controller.untilStatus(heldAt(commit, 'DeletionHeld'));
    expect(await ownService()).toMatchObject(RUNNING);
    repository.commit({ 'live/stationkeeper.yaml': manifest });
    await controller.untilStatus(expectConverged);
  });

  it('keeps its task where git says desiredCount 0, and tells what to do', async () => {
    const text = manifest.replace('desiredCount: 1', 'desiredCount: 0');
    const commit = repository.commit({ 'live/stationkeeper.yaml': text });
    await controller.untilStatus(heldAt(commit, 'ChangesPending'));
    expect(await ownService()).toMatchObject(RUNNING);
  });

  it('rolls another image of itself out', async () => {
    const text = manifest.replace(/image: .*/, `image: ${NEW_IMAGE}`);
    const commit = repository.commit({ 'live/stationkeeper.yaml': text });
    await controller.untilStatus((report) => {
      expect(report.source.revision).toBe(commit);
      expectConverged(report);
    });
    expect((await runningContainer()).image).toBe(NEW_IMAGE);
  });

  it('ends well when ECS stops it, and is then removed from a laptop', async () => {
    controller.kill('SIGTERM');
    expect(await controller.ended).toMatchObject({ code: 0 });
    repository.commit({ 'live/stationkeeper.yaml': null });
    expect(await run(['apply', clone()], env)).toMatchObject({ code: 0 });
    const { services = [] } = await aws.ecs.describeServices(OWN).catch(() => ({ services: [] }));
    expect(services.filter(({ status }) => status === 'ACTIVE')).toEqual([]);
  });
});
