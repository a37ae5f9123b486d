import { expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';

test('a new service runs its tasks within half a minute, each with an address of its own', async () => {
  const aws = await ecsSandbox();
  const { service } = await aws.ecs('CreateService', aws.serviceInput());
  expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 0, events: [] });
  expect(service?.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }]);
  aws.advance(35_000);
  expect(await aws.service()).toMatchObject({ runningCount: 2, pendingCount: 0 });
  expect((await aws.service()).deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS' }]);
  aws.advance(45_000);
  const running = await aws.service();
  expect(running.deployments).toMatchObject([
    {
      rolloutState: 'COMPLETED',
      rolloutStateReason: `ECS deployment ${running.deployments?.[0]?.id} completed.`,
    },
  ]);
  expect(running.events?.map(({ message }) => message)).toEqual([
    '(service xray) has reached a steady state.',
    `(service xray) (deployment ${running.deployments?.[0]?.id}) deployment completed.`,
    expect.stringMatching(/^\(service xray\) has started 2 tasks: \(task \w{32}\) \(task \w{32}\)\.$/),
  ]);
  const tasks = await aws.tasks();
  const addresses = tasks.map((task) => task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address);
  expect(new Set(addresses).size).toBe(2);
  expect(new Set(tasks.map(({ availabilityZone }) => availabilityZone)).size).toBe(2);
  expect(tasks[0]).toMatchObject({ lastStatus: 'RUNNING', group: 'service:xray', cpu: '256', memory: '512' });
});

test('a task passes through every phase that ECS names', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  const seen: string[] = [];
  let taskArn = '';
  const look = async () => {
    const [task] = taskArn === '' ? await aws.tasks() : ((await describe(taskArn)).tasks ?? []);
    if (task === undefined) return;
    taskArn = task.taskArn!;
    if (seen.at(-1) !== task.lastStatus) seen.push(task.lastStatus!);
  };
  const describe = (arn: string) => aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: [arn] });
  await aws.until(() => look().then(() => seen.at(-1) === 'RUNNING'));
  await aws.ecs('StopTask', { cluster: 'daemons', task: taskArn, reason: 'maintenance' });
  await aws.until(() => look().then(() => seen.at(-1) === 'STOPPED'));
  expect(seen).toEqual([
    'PROVISIONING',
    'PENDING',
    'ACTIVATING',
    'RUNNING',
    'DEACTIVATING',
    'STOPPING',
    'DEPROVISIONING',
    'STOPPED',
  ]);
  expect((await describe(taskArn)).tasks?.[0]).toMatchObject({
    stopCode: 'UserInitiated',
    stoppedReason: 'maintenance',
    containers: [{ lastStatus: 'STOPPED', exitCode: 0 }],
  });
});

test('a stopped task is replaced; its interface is in use for a while, and with it the security group', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  const [victim] = await aws.tasks();
  await aws.ecs('StopTask', { cluster: 'daemons', task: victim!.taskArn });
  expect((await aws.service()).runningCount).toBe(1);
  await aws.until(async () => (await aws.service()).runningCount === 2);
  const survivors = await aws.tasks();
  expect(survivors.map(({ taskArn }) => taskArn)).not.toContain(victim!.taskArn);
  const interfaces = async () =>
    (await aws.call('ec2', 'DescribeNetworkInterfaces', {})).NetworkInterfaces ?? [];
  await aws.until(async () => (await aws.stopped())[0]?.lastStatus === 'STOPPED');
  expect(await interfaces()).toHaveLength(3);
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
  const deletion = () => aws.call('ec2', 'DeleteSecurityGroup', { GroupId: aws.securityGroup });
  await expect(deletion()).rejects.toMatchObject({ name: 'DependencyViolation' });
  aws.advance(60_000);
  expect(await interfaces()).toEqual([]);
  await deletion();
});

test('a stopped task stays visible for an hour', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 1 }));
  await aws.steady();
  const [victim] = await aws.tasks();
  await aws.ecs('StopTask', { cluster: 'daemons', task: victim!.taskArn });
  aws.advance(30_000);
  const stopped = { cluster: 'daemons', desiredStatus: 'STOPPED' } as const;
  expect((await aws.ecs('ListTasks', stopped)).taskArns).toEqual([victim!.taskArn]);
  aws.advance(61 * 60_000);
  expect((await aws.ecs('ListTasks', stopped)).taskArns).toEqual([]);
  const gone = await aws.ecs('DescribeTasks', { cluster: 'daemons', tasks: [victim!.taskArn!] });
  expect(gone).toEqual({ tasks: [], failures: [{ arn: victim!.taskArn, reason: 'MISSING' }] });
});

test('a converged service plans nothing more', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  aws.advance(60_000);
  expect(aws.sandbox.world.untilNextEvent()).toBeUndefined();
});

test('a task without a health check is UNKNOWN, one with a passing check is HEALTHY', async () => {
  const aws = await ecsSandbox();
  const containers = taskDefinitionInput().containerDefinitions!;
  const healthCheck = { command: ['CMD', '/healthcheck'] };
  await aws.register({ family: 'checked', containerDefinitions: [{ ...containers[0], healthCheck }] });
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.ecs('CreateService', aws.serviceInput({ serviceName: 'checked', taskDefinition: 'checked' }));
  await aws.steady('xray');
  await aws.steady('checked');
  expect((await aws.tasks('xray')).map(({ healthStatus }) => healthStatus)).toEqual(['UNKNOWN', 'UNKNOWN']);
  expect((await aws.tasks('checked')).map(({ healthStatus }) => healthStatus)).toEqual([
    'HEALTHY',
    'HEALTHY',
  ]);
});

test('tasks spread over the subnets of their service', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 2 * aws.subnets.length }));
  await aws.steady();
  const used = (await aws.tasks()).map(
    ({ attachments }) => attachments?.[0]?.details?.find(({ name }) => name === 'subnetId')?.value,
  );
  for (const subnet of aws.subnets) expect(used.filter((other) => other === subnet)).toHaveLength(2);
});

test.each([
  ['SERVICE', { 'aws:ecs:clusterName': 'daemons', 'aws:ecs:serviceName': 'xray', team: 'platform' }],
  ['NONE', { 'aws:ecs:clusterName': 'daemons', 'aws:ecs:serviceName': 'xray' }],
] as const)(
  'tasks get the tags of propagateTags %s, and the managed ones',
  async (propagateTags, expected) => {
    const aws = await ecsSandbox();
    const tags = [{ key: 'team', value: 'platform' }];
    await aws.ecs('CreateService', aws.serviceInput({ propagateTags, tags, enableECSManagedTags: true }));
    await aws.steady();
    const [task] = await aws.tasks();
    const listed = await aws.ecs('ListTagsForResource', { resourceArn: task!.taskArn });
    expect(Object.fromEntries((listed.tags ?? []).map(({ key, value }) => [key, value]))).toEqual(expected);
  },
);
