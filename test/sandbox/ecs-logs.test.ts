import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import { AWSLOGS, awslogs } from '../support/sandbox/task-definition-refusals.ts';

test.each([
  ['a group', { 'awslogs-group': '/else where', 'awslogs-create-group': 'true' }, "'logGroupName'"],
  ['a stream', { 'awslogs-group': '/aws/elsewhere', 'awslogs-stream-prefix': 'a:b' }, "'logStreamName'"],
])('%s by a name that CloudWatch Logs has not keeps tasks from starting', async (_what, options, says) => {
  const aws = await ecsSandbox();
  await aws.call('logs', 'CreateLogGroup', { logGroupName: '/aws/elsewhere' });
  await aws.register(awslogs({ ...AWSLOGS, ...options }));
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  await aws.until(async () => (await stopped(aws)).length > 0);
  const { tasks = [] } = await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: await stopped(aws) });
  expect(tasks[0]).toMatchObject({ stopCode: 'TaskFailedToStart' });
  expect(tasks[0]?.stoppedReason).toMatch(/^ResourceInitializationError: .*InvalidParameterException/);
  expect(tasks[0]?.stoppedReason).toContain(says);
});

async function stopped(aws: Awaited<ReturnType<typeof ecsSandbox>>): Promise<string[]> {
  const { taskArns = [] } = await aws.ecs('ListTasks', { cluster: 'daemons', desiredStatus: 'STOPPED' });
  return taskArns;
}
