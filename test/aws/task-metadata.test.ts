import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it, test } from 'vitest';
import { ownTaskIn, readOwnTask } from '../../controller/aws/task-metadata.ts';
import { createSelfReader } from '../../controller/cli/self.ts';
import type { Log } from '../../controller/core/ports.ts';
import { endless } from '../support/aws/endless.ts';
import { serveTaskMetadata, taskMetadata } from '../support/aws/task-metadata.ts';
import type { TaskMetadataServer } from '../support/aws/task-metadata.ts';
import { SILENT_LOG } from '../support/world/world.ts';

const HERE = { region: 'us-east-1', accountId: '385605022855', cluster: 'platform' };
const ON_FARGATE = { ...HERE, family: 'stationkeeper', taskId: '158d1c8083dd49d6b527399fd6414f5c' };

let server: TaskMetadataServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serving(answer: RequestListener): Promise<string> {
  server = await serveTaskMetadata(answer);
  return server.uri;
}

describe('the metadata of a task', () => {
  it.each([
    ['as Fargate gives it', {}, ON_FARGATE],
    ['with a service', { ServiceName: 'keeper' }, { ...ON_FARGATE, service: 'keeper' }],
    ['with an empty service', { ServiceName: '' }, ON_FARGATE],
    ['with the name of the cluster alone', { Cluster: 'platform' }, ON_FARGATE],
    [
      'with an old task ARN, in China',
      { TaskARN: 'arn:aws-cn:ecs:cn-north-1:385605022855:task/158d' },
      { ...ON_FARGATE, region: 'cn-north-1', taskId: '158d' },
    ],
    ['without a family', { Family: undefined }, { ...HERE, taskId: ON_FARGATE.taskId }],
  ])('%s', (_how, overrides, task) => {
    expect(ownTaskIn(taskMetadata(overrides))).toEqual(task);
  });

  it.each([
    null,
    'text',
    [],
    {},
    taskMetadata({ Cluster: undefined }),
    taskMetadata({ TaskARN: 7 }),
    taskMetadata({ TaskARN: 'arn:aws:ecs:us-east-1:385605022855:cluster/platform' }),
  ])('that is none names no task: %j', (metadata) => {
    expect(ownTaskIn(metadata)).toBeUndefined();
  });
});

describe('a host that is asked in which task this runs', () => {
  const PATIENT_MS = 30_000;

  it.each<[string, RequestListener, string, number?]>([
    ['refuses', (_request, response) => response.writeHead(500).end(), 'it answered 500'],
    ['babbles', (_request, response) => response.end('<html>'), 'its answer is no JSON'],
    ['tells of something else', (_request, response) => response.end('{}'), 'its answer names no task'],
    [
      'sends elsewhere',
      (_request, response) => response.writeHead(302, { location: '/' }).end(),
      'does not answer',
    ],
    ['is silent', () => undefined, 'does not answer', 200],
    ['never ends', (_request, response) => endless(response), 'answered with more than 1048576 bytes'],
  ])('and %s is told as such', async (_how, answer, why, timeoutMs = PATIENT_MS) => {
    await expect(readOwnTask(await serving(answer), timeoutMs)).rejects.toMatchObject({
      code: 'TaskMetadataUnavailable',
      retry: 'backoff',
      message: expect.stringContaining(why) as string,
    });
  });
});

describe('what a process knows of itself', () => {
  const nowhere = { ownService: undefined, taskMetadataUri: undefined, log: SILENT_LOG };

  test('is nothing outside ECS', async () => {
    expect(await createSelfReader(nowhere)()).toBeUndefined();
  });

  test('is what somebody said, without asking the host', async () => {
    const ownService = { ...HERE, service: 'keeper' };
    const taskMetadataUri = await serving((_request, response) => response.writeHead(500).end());
    expect(await createSelfReader({ ...nowhere, ownService, taskMetadataUri })()).toEqual({
      type: 'seen',
      ...ownService,
    });
  });

  test('is asked for until the host tells, and then no more; each answer is logged once', async () => {
    let asked = 0;
    const logged: string[] = [];
    const tell: Log['info'] = (_fields, message) => void logged.push(message);
    const taskMetadataUri = await serving((_request, response) => {
      asked += 1;
      if (asked < 3) response.writeHead(503).end();
      else response.end(JSON.stringify(taskMetadata()));
    });
    const read = createSelfReader({
      ...nowhere,
      taskMetadataUri,
      log: { ...SILENT_LOG, info: tell, warn: tell },
    });
    const why = 'the task metadata endpoint of ECS failed: it answered 503';
    expect(await read()).toEqual({ type: 'unseen', why });
    expect(await read()).toEqual({ type: 'unseen', why });
    expect(await read()).toEqual({ type: 'seen', ...ON_FARGATE });
    expect(await read()).toEqual({ type: 'seen', ...ON_FARGATE });
    expect(asked).toBe(3);
    expect(logged).toEqual(['failed', 'protecting']);
  });
});
