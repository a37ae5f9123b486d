import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveSandbox } from '../../sandbox/http/server.ts';
import { Outside } from '../../sandbox/outside.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import { clientConfig } from '../support/sandbox/http-door.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Served {
  readonly sandbox: Sandbox;
  readonly url: string;
  readonly ecs: ECSClient;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

async function served(options: Partial<SandboxOptions> = {}): Promise<Served> {
  const sandbox = createSandbox({ clock: new VirtualClock(), ...options });
  return { sandbox, ...(await serve(sandbox)) };
}

async function serve(sandbox: Sandbox): Promise<Omit<Served, 'sandbox'>> {
  const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
  const ecs = new ECSClient(clientConfig({ ...server, calls: [] }));
  onTestFinished(async () => {
    ecs.destroy();
    await server.close();
  });
  return {
    url: server.url,
    ecs,
    async ask(method, path, body) {
      const answer = await fetch(`${server.url}/_sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
  };
}

function listClusters(ecs: ECSClient): Promise<string> {
  return ecs.send(new ListClustersCommand({})).then(
    () => 'OK',
    (error: unknown) => (error as Error & { readonly code?: string }).code ?? (error as Error).name,
  );
}

describe('control over HTTP', () => {
  it('tells what it serves, and that it is not AWS', async () => {
    const { ask } = await served();
    const { status, body } = await ask('GET', '/');
    expect(status).toBe(200);
    expect(body).toMatchObject({ about: expect.stringContaining('not AWS') as string });
    expect(Object.keys((body as { routes: object }).routes)).toContain('POST /_sandbox/faults');
  });

  it('shows what exists, without one record twice', async () => {
    const { sandbox, ask } = await served();
    await sandbox.call({
      service: 'ecs',
      operation: 'CreateCluster',
      input: { clusterName: 'daemons' },
      region: 'eu-west-1',
    });
    const { body } = await ask('GET', '/state');
    expect(body).toMatchObject({
      now: '2026-11-22T09:00:00.000Z',
      accounts: { '385605022855': { iam: {} } },
      regions: {
        '385605022855/eu-west-1': {
          ecs: { clusters: { daemons: { name: 'daemons', status: 'ACTIVE', services: {} } } },
        },
      },
    });
  });

  it('logs requests with their outcome and without what they carried, and counts them', async () => {
    const { ask, ecs } = await served();
    await listClusters(ecs);
    await ask('POST', '/faults', { operation: 'ecs:ListClusters', effect: 'fail', code: 'ServerException' });
    await listClusters(ecs);
    const { body } = await ask('GET', '/requests');
    const common = { at: '2026-11-22T09:00:00.000Z', accountId: '385605022855', region: 'us-east-1' };
    expect(body).toEqual({
      total: 2,
      counts: { 'ecs:ListClusters': 2 },
      latest: [
        { number: 1, ...common, operation: 'ecs:ListClusters', outcome: 'OK' },
        { number: 2, ...common, operation: 'ecs:ListClusters', outcome: 'ServerException', fault: 'fail' },
      ],
    });
    expect(await ask('DELETE', '/requests')).toEqual({ status: 204, body: undefined });
    expect((await ask('GET', '/requests')).body).toMatchObject({ total: 0, counts: {}, latest: [] });
  });

  it('injects faults that real clients meet, lists and removes them', async () => {
    const { ask, ecs } = await served();
    const fault = { operation: 'ecs:ListClusters', effect: 'drop', times: 2 };
    expect(await ask('POST', '/faults', fault)).toEqual({ status: 201, body: { ...fault, id: 'fault-1' } });
    expect(await listClusters(ecs)).toBe('ECONNRESET');
    expect((await ask('GET', '/faults')).body).toEqual({ faults: [{ ...fault, id: 'fault-1', times: 1 }] });
    expect((await ask('DELETE', '/faults/fault-1')).status).toBe(204);
    expect((await ask('DELETE', '/faults/fault-1')).status).toBe(404);
    expect(await listClusters(ecs)).toBe('OK');
  });

  it('lets a call hang until the fault is removed', async () => {
    const { ask, ecs } = await served();
    await ask('POST', '/faults', { operation: '*', effect: 'hang', times: 'always' });
    const hung = listClusters(ecs);
    await expect
      .poll(async () => (await ask('GET', '/requests')).body)
      .toMatchObject({ latest: [{ outcome: 'pending' }] });
    await ask('DELETE', '/faults');
    expect(await hung).toBe('ECONNRESET');
  });

  it('makes what tasks name unavailable, lists it and makes it available again', async () => {
    const { ask, sandbox } = await served();
    const file = 'arn:aws:s3:::configs/team/xray.env';
    expect(await ask('POST', '/unavailable', { reference: file })).toEqual({
      status: 201,
      body: { reference: file, because: 'missing' },
    });
    await ask('POST', '/unavailable', { reference: 'fs-01234567', because: 'denied' });
    await ask('POST', '/unavailable', { reference: 'fs-01234567', because: 'unreachable' });
    expect((await ask('GET', '/unavailable')).body).toEqual({
      unavailable: [
        { reference: file, because: 'missing' },
        { reference: 'fs-01234567', because: 'unreachable' },
      ],
    });
    expect((await ask('DELETE', `/unavailable/${encodeURIComponent(file)}`)).status).toBe(204);
    expect(await ask('DELETE', `/unavailable/${file}`)).toEqual({
      status: 404,
      body: { message: `${file} is not unavailable.` },
    });
    expect((await ask('DELETE', '/unavailable')).status).toBe(204);
    expect(sandbox.control.unavailable()).toEqual([]);
  });

  it('makes everything available at a reset', async () => {
    const { ask, sandbox } = await served();
    sandbox.control.makeUnavailable('fs-01234567');
    expect((await ask('POST', '/reset')).status).toBe(204);
    expect(sandbox.control.unavailable()).toEqual([]);
  });

  it('makes container instances, and acts on one', async () => {
    const { ask, sandbox } = await served();
    const region = 'us-east-1';
    const call = (operation: string, input: object) =>
      sandbox.call({ service: 'ecs', operation, input, region });
    await call('CreateCluster', { clusterName: 'main' });
    const { status, body } = await ask('POST', '/instances', {
      cluster: 'main',
      count: 2,
      instanceType: 'c5.large',
      availabilityZone: 'us-east-1b',
      attributes: { stack: 'prod' },
    });
    expect(status).toBe(201);
    const { containerInstances } = body as { readonly containerInstances: ContainerInstance[] };
    expect(containerInstances).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }]);
    const id = containerInstances[0]!.containerInstanceArn!.split('/').at(-1)!;
    const after = async (action: string) => (await ask('POST', `/instances/${id}/${action}`)).body;
    expect(await after('drain')).toMatchObject({ containerInstance: { status: 'DRAINING' } });
    expect(await after('activate')).toMatchObject({ containerInstance: { status: 'ACTIVE' } });
    expect(await after('disconnect')).toMatchObject({ containerInstance: { agentConnected: false } });
    expect(await after('connect')).toMatchObject({ containerInstance: { agentConnected: true } });
    expect(await after('terminate')).toMatchObject({ containerInstance: { status: 'INACTIVE' } });
    expect(await ask('POST', `/instances/${id}/terminate`)).toMatchObject({ status: 404 });
    expect(await ask('POST', `/instances/${id}/explode`)).toMatchObject({ status: 404 });
    expect(await call('ListContainerInstances', { cluster: 'main' })).toMatchObject({
      containerInstanceArns: [containerInstances[1]!.containerInstanceArn],
    });
  });

  it('wants the ARN of a cluster whose name two Regions have', async () => {
    const { ask, sandbox } = await served();
    for (const region of ['us-east-1', 'eu-west-1']) {
      await sandbox.call({ service: 'ecs', operation: 'CreateCluster', input: {}, region });
    }
    expect(await ask('POST', '/instances')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('name it by its ARN') as string },
    });
    const cluster = 'arn:aws:ecs:eu-west-1:385605022855:cluster/default';
    expect(await ask('POST', '/instances', { cluster })).toMatchObject({ status: 201 });
  });

  it('says what counts for what comes from outside of tasks, where security groups decide', async () => {
    const atStart = { securityGroupIds: ['sg-01234567'], subnetId: 'subnet-01234567' };
    const { ask, sandbox } = await served({ outside: new Outside(atStart) });
    expect((await ask('GET', '/consumer')).body).toEqual({ consumer: atStart });
    const consumer = { securityGroupIds: ['sg-0123456789abcdef0'], subnetId: 'subnet-0123456789abcdef0' };
    expect(await ask('PUT', '/consumer', consumer)).toEqual({ status: 200, body: { consumer } });
    expect(sandbox.control.consumer()).toEqual(consumer);
    expect((await ask('DELETE', '/consumer')).status).toBe(204);
    expect((await ask('GET', '/consumer')).body).toEqual({ consumer: null });
    expect((await ask('PUT', '/consumer', { ...consumer, securityGroupIds: [] })).status).toBe(400);
    await ask('POST', '/reset');
    expect((await ask('GET', '/consumer')).body).toEqual({ consumer: atStart });
  });

  it('takes no consumer where security groups decide nothing', async () => {
    const { ask } = await served();
    const consumer = { securityGroupIds: ['sg-01234567'], subnetId: 'subnet-01234567' };
    const message =
      'Security groups decide nothing here; start the sandbox with --runtime process --enforce-groups.';
    expect(await ask('PUT', '/consumer', consumer)).toEqual({ status: 400, body: { message } });
    expect((await ask('GET', '/consumer')).body).toEqual({ consumer: null });
  });

  it('puts images into a repository', async () => {
    const { ask, sandbox } = await served();
    const region = 'us-east-1';
    const input = { repositoryName: 'xray', imageTagMutability: 'IMMUTABLE' };
    await sandbox.call({ service: 'ecr', operation: 'CreateRepository', input, region });
    const push = { repository: 'xray', tags: ['3.x'], architectures: ['amd64', 'arm64'] };
    expect(await ask('POST', '/images', push)).toMatchObject({
      status: 201,
      body: { image: { repositoryName: 'xray', imageTags: ['3.x'] } },
    });
    expect(await ask('POST', '/images', push)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('the tag is immutable') as string },
    });
    expect(await ask('POST', '/images', { repository: 'none' })).toMatchObject({ status: 404 });
    expect(await ask('POST', '/images', { tags: ['3.x'] })).toMatchObject({ status: 400 });
  });

  it('attaches service control policies, lists them, and detaches them one by one or all', async () => {
    const { ask, ecs } = await served();
    const limits = {
      name: 'limits',
      policy: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'ecs:*', Resource: '*' }] },
    };
    expect(await ask('POST', '/scp', limits)).toEqual({ status: 201, body: limits });
    expect(await listClusters(ecs)).toBe('AccessDeniedException');
    expect((await ask('GET', '/scp')).body).toMatchObject({
      policies: [{ name: 'FullAWSAccess' }, limits],
    });
    expect((await ask('DELETE', '/scp/limits')).status).toBe(204);
    expect(await ask('DELETE', '/scp/limits')).toMatchObject({ status: 404 });
    expect(await listClusters(ecs)).toBe('OK');
    await ask('POST', '/scp', limits);
    expect((await ask('DELETE', '/scp')).status).toBe(204);
    expect(await listClusters(ecs)).toBe('OK');
    await ask('POST', '/scp', limits);
    await ask('POST', '/reset');
    expect(await listClusters(ecs)).toBe('OK');
  });

  it('sets the quotas', async () => {
    const { ask, ecs } = await served();
    expect((await ask('GET', '/quotas')).body).toEqual({ scale: 1 });
    expect(await ask('PUT', '/quotas', { scale: 0.02 })).toEqual({ status: 200, body: { scale: 0.02 } });
    expect([await listClusters(ecs), await listClusters(ecs)]).toEqual(['OK', 'ThrottlingException']);
    await ask('PUT', '/quotas', { scale: 'off' });
    expect(await listClusters(ecs)).toBe('OK');
  });

  it('begins anew', async () => {
    const { sandbox, ask, ecs } = await served();
    await sandbox.call({ service: 'ecs', operation: 'CreateCluster', input: {}, region: 'us-east-1' });
    await ask('POST', '/faults', { operation: '*', effect: 'fail', code: 'Oops' });
    expect((await ask('POST', '/reset')).status).toBe(204);
    expect((await ask('GET', '/requests')).body).toMatchObject({ total: 0 });
    expect(await ecs.send(new ListClustersCommand({}))).toMatchObject({ clusterArns: [] });
  });

  it.each([
    ['POST', '/faults', '{"operation":', 'The body is not JSON.'],
    ['POST', '/faults', { operation: 'ecs:ListClusters' }, 'body'],
    ['POST', '/faults', { operation: 'nonsense', effect: 'hang' }, 'body'],
    ['POST', '/faults', { operation: '*', effect: 'explode' }, 'body'],
    ['POST', '/faults', { operation: '*', effect: 'delay', ms: -1 }, 'body'],
    ['POST', '/faults', { operation: '*', effect: 'hang', times: 0 }, 'body'],
    ['POST', '/faults', { operation: '*', effect: 'hang', probability: 2 }, 'body'],
    ['POST', '/faults', { operation: '*', effect: 'fail', code: 'a b' }, 'body'],
    ['POST', '/unavailable', { because: 'missing' }, 'reference'],
    ['POST', '/unavailable', { reference: '' }, 'reference'],
    ['POST', '/unavailable', { reference: 'fs-01234567', because: 'gone' }, 'because'],
    ['POST', '/scp', { name: 'limits' }, 'policy'],
    ['POST', '/scp', { name: 'limits', policy: { Statement: [] } }, 'Syntax errors in policy.'],
    ['PUT', '/quotas', { scale: 0 }, 'body'],
    ['POST', '/tasks/abc/stop', { exitCode: 256 }, 'body'],
    ['POST', '/instances', { count: 0 }, 'body'],
    ['POST', '/instances', { type: 't3.medium' }, 'body'],
  ])('%s %s %j is refused with a reason', async (method, path, body, reason) => {
    const { ask } = await served();
    expect(await ask(method, path, body)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(reason) as string },
    });
    expect((await ask('GET', '/faults')).body).toEqual({ faults: [] });
  });

  it('says what it does not serve', async () => {
    const { ask } = await served();
    expect(await ask('GET', '/nothing')).toMatchObject({
      status: 404,
      body: { message: expect.stringContaining('GET /_sandbox/nothing') as string },
    });
    expect(await ask('POST', '/tasks/0123/stop')).toMatchObject({ status: 404 });
    expect(await ask('POST', '/instances', { cluster: 'nowhere' })).toMatchObject({ status: 404 });
  });
});

describe('a task that is stopped from outside', () => {
  it('ends as if its container had exited, and its service replaces it', async () => {
    const ecs = await ecsSandbox();
    await ecs.ecs('CreateService', ecs.serviceInput());
    await ecs.steady();
    const { ask } = await serve(ecs.sandbox);
    const [task] = await ecs.tasks();
    const id = task!.taskArn!.slice(task!.taskArn!.lastIndexOf('/') + 1);
    const answer = await ask('POST', `/tasks/${id}/stop`, { reason: 'OutOfMemoryError', exitCode: 137 });
    expect(answer).toEqual({ status: 200, body: { taskArn: task!.taskArn } });
    const { tasks = [] } = await ecs.ecs('DescribeTasks', { cluster: 'daemons', tasks: [id] });
    expect(tasks[0]).toMatchObject({
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'OutOfMemoryError',
    });
    await ecs.steady();
    expect((await ecs.tasks()).map(({ taskArn }) => taskArn)).not.toContain(task!.taskArn);
  });
});

it('an unbounded client does not fill the memory with its requests', async () => {
  const sandbox = createSandbox({ clock: new VirtualClock(), quotas: 'off' });
  for (let calls = 0; calls < 5000; calls += 1) {
    await sandbox.call({ service: 'ecs', operation: 'ListClusters', input: {}, region: 'us-east-1' });
  }
  const { total, latest } = sandbox.control.requests();
  expect([total, latest.length, latest.at(-1)?.number]).toEqual([5000, 1000, 5000]);
});
