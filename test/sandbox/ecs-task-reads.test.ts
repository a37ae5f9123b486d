import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const INVALID = 'InvalidParameterException: ';
const UNKNOWN = '0123456789abcdef'.repeat(2);

async function running(desiredCount = 2): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount }));
  await aws.steady();
  return aws;
}

test('tasks are listed by service, family, launch type and what started them', async () => {
  const aws = await running();
  const [task] = await aws.tasks();
  const count = async (filter: object) =>
    (await aws.ecs('ListTasks', { cluster: 'daemons', ...filter })).taskArns?.length;
  expect(await count({})).toBe(2);
  expect(await count({ serviceName: 'xray', family: 'xray', launchType: 'FARGATE' })).toBe(2);
  expect(await count({ startedBy: task?.startedBy })).toBe(2);
  expect(await count({ family: 'other' })).toBe(0);
  expect(await count({ launchType: 'EC2' })).toBe(0);
  expect(await count({ desiredStatus: 'PENDING' })).toBe(0);
});

test.each<[string, object, string]>([
  ['an unknown service', { serviceName: 'other' }, 'ServiceNotFoundException: Service not found.'],
  ['an unknown cluster', { cluster: 'other' }, 'ClusterNotFoundException: Cluster not found.'],
  ['startedBy among other filters', { startedBy: 'a', family: 'xray' }, INVALID],
  ['an unknown desired status', { desiredStatus: 'DONE' }, INVALID],
  ['an unknown launch type', { launchType: 'LAMBDA' }, INVALID],
  ['101 tasks a page', { maxResults: 101 }, INVALID],
  ['a startedBy of 129 characters', { startedBy: 'a'.repeat(129) }, `${INVALID}startedBy longer than 128.`],
  ['a token of elsewhere', { nextToken: 'other' }, INVALID],
])('listing with %s is refused', async (_, filter, refusal) => {
  const aws = await ecsSandbox();
  expect(await aws.refusal('ListTasks', { cluster: 'daemons', ...filter })).toContain(refusal);
});

test('tasks are listed a hundred to a page', async () => {
  const aws = await running(101);
  const first = await aws.ecs('ListTasks', { cluster: 'daemons', serviceName: 'xray' });
  const second = await aws.ecs('ListTasks', {
    cluster: 'daemons',
    serviceName: 'xray',
    nextToken: first.nextToken,
  });
  expect([first.taskArns?.length, second.taskArns?.length]).toEqual([100, 1]);
  expect(new Set([...first.taskArns!, ...second.taskArns!]).size).toBe(101);
  expect(second.nextToken).toBeUndefined();
});

test('a task that does not exist is a failure of the answer; one of another cluster is refused', async () => {
  const aws = await ecsSandbox();
  const described = await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: [UNKNOWN] });
  expect(described).toEqual({
    tasks: [],
    failures: [{ arn: `arn:aws:ecs:us-east-1:385605022855:task/daemons/${UNKNOWN}`, reason: 'MISSING' }],
  });
  const other = { cluster: 'daemons', task: `arn:aws:ecs:us-east-1:385605022855:task/other/${UNKNOWN}` };
  expect(await aws.refusal('DescribeTasks', { cluster: 'daemons', tasks: [other.task] })).toBe(
    `${INVALID}Invalid identifier: Identifier is for cluster other. Your cluster is daemons`,
  );
  expect(await aws.refusal('StopTask', other)).toContain(INVALID);
  expect(await aws.refusal('StopTask', { cluster: 'daemons', task: UNKNOWN })).toBe(
    `${INVALID}The referenced task was not found.`,
  );
});

test('from 1 to 100 tasks are described at once', async () => {
  const aws = await ecsSandbox();
  const tasks = Array.from({ length: 101 }, (_, index) => String(index));
  expect(await aws.refusal('DescribeTasks', { cluster: 'daemons', tasks })).toBe(
    `${INVALID}taskIds can have at most 100 items.`,
  );
  expect(await aws.refusal('DescribeTasks', { cluster: 'daemons', tasks: [] })).toBe(
    `${INVALID}Tasks cannot be empty.`,
  );
});

test('stopping a task deletes its tags', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ enableECSManagedTags: true }));
  await aws.steady();
  const [task] = await aws.tasks();
  const stopped = await aws.ecs('StopTask', {
    cluster: 'daemons',
    task: task?.taskArn,
    reason: 'maintenance',
  });
  expect(stopped.task).toMatchObject({
    desiredStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'maintenance',
    tags: [],
  });
});

test.each([
  ['nothing', ''],
  ['the None that the AWS CLI prints where there is no task', 'None'],
  ['an id that is cut short', UNKNOWN.slice(1)],
  ['an ARN with a line end behind it', `arn:aws:ecs:us-east-1:385605022855:task/daemons/${UNKNOWN}\r`],
])('a task id has 32 or 36 characters: %s is refused', async (_, task) => {
  const aws = await ecsSandbox();
  const refusal = `${INVALID}taskId length should be one of [32,36]`;
  expect(await aws.refusal('DescribeTasks', { cluster: 'daemons', tasks: [task] })).toBe(refusal);
  expect(await aws.refusal('StopTask', { cluster: 'daemons', task })).toBe(refusal);
});

test('an identifier with a slash too many is refused: of a cluster, a service, a task', async () => {
  const aws = await ecsSandbox();
  const refusal = `${INVALID}Invalid identifier: Unexpected number of separators`;
  const nested = `${'arn:aws:ecs:us-east-1:385605022855:cluster/'.repeat(2)}daemons`;
  expect(await aws.refusal('DescribeClusters', { clusters: [nested] })).toBe(refusal);
  expect(await aws.refusal('ListTasks', { cluster: 'daemons/xray' })).toBe(refusal);
  expect(await aws.refusal('DescribeServices', { cluster: 'daemons', services: ['a/b/c'] })).toBe(refusal);
  expect(await aws.refusal('StopTask', { cluster: 'daemons', task: 'a/b/c' })).toBe(refusal);
});

test('a task and its containers are named as Fargate names them', async () => {
  const aws = await running(1);
  const [task] = await aws.tasks();
  const id = task?.taskArn?.split('/').at(-1);
  const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
  expect(task?.containers?.[0]).toMatchObject({
    containerArn: expect.stringMatching(
      new RegExp(`^arn:aws:ecs:us-east-1:385605022855:container/daemons/${id}/${uuid}$`),
    ) as string,
    runtimeId: expect.stringMatching(new RegExp(`^${id}-\\d{10}$`)) as string,
    imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
  });
  expect(task?.overrides?.containerOverrides).toEqual([{ name: 'xray' }]);
  const address = task?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '';
  expect(task?.attachments?.[0]?.details).toContainEqual({
    name: 'privateDnsName',
    value: `ip-${address.replaceAll('.', '-')}.ec2.internal`,
  });
});
