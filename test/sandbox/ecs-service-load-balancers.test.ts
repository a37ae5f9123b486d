import type {
  CreateServiceCommandInput,
  LoadBalancer,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { CreateTargetGroupCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import {
  LONGEST_PROVISIONING_MS,
  makeTargetGroup,
  makeTargetGroups,
} from '../support/sandbox/target-groups.ts';
import type { CallsBalancing } from '../support/sandbox/target-groups.ts';

const INVALID = 'InvalidParameterException: ';
const XRAY = { cluster: 'daemons', service: 'xray' };
const DRAINS_S = 30;

/** A target group `gateway` of UDP that a network load balancer forwards to, unless it is not to. */
async function behindBalancer(
  aws: EcsSandbox,
  { targetType = 'ip', forwards = true }: { targetType?: 'ip' | 'instance'; forwards?: boolean } = {},
): Promise<string> {
  const call: CallsBalancing = (operation, input) =>
    aws.call(
      'elasticloadbalancing',
      operation as 'CreateTargetGroup',
      input as CreateTargetGroupCommandInput,
    );
  const { Subnets = [] } = await aws.call('ec2', 'DescribeSubnets', {});
  const vpcId = Subnets[0]!.VpcId!;
  const group = { Name: 'gateway', Protocol: 'UDP', Port: 2000, TargetType: targetType } as const;
  const subnets = aws.subnets.slice(0, 2);
  const [arn] = forwards
    ? await makeTargetGroups(call, { vpcId, subnets }, [group])
    : [await makeTargetGroup(call, { ...group, VpcId: vpcId })];
  await call('ModifyTargetGroupAttributes', {
    TargetGroupArn: arn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(DRAINS_S) }],
  });
  aws.advance(LONGEST_PROVISIONING_MS);
  return arn!;
}

const balanced = (targetGroupArn: string, changes: Partial<LoadBalancer> = {}) => ({
  loadBalancers: [{ targetGroupArn, containerName: 'xray', containerPort: 2000, ...changes }],
});

async function targets(aws: EcsSandbox, TargetGroupArn: string) {
  const answer = await aws.call('elasticloadbalancing', 'DescribeTargetHealth', { TargetGroupArn });
  return (answer.TargetHealthDescriptions ?? []).map(
    ({ Target, TargetHealth }) => [Target?.Id, TargetHealth?.State] as const,
  );
}

const addressOf = (task: {
  containers?:
    | { networkInterfaces?: { privateIpv4Address?: string | undefined }[] | undefined }[]
    | undefined;
}) => task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;

async function messages(aws: EcsSandbox): Promise<string> {
  return ((await aws.service()).events ?? []).map(({ message }) => message).join('\n');
}

const withImage = (image: string): Partial<RegisterTaskDefinitionCommandInput> => ({
  containerDefinitions: taskDefinitionInput().containerDefinitions!.map((each) => ({ ...each, image })),
});

describe('a service behind a load balancer', () => {
  test('has its tasks as targets, and is steady once they are healthy', async () => {
    const aws = await ecsSandbox();
    const group = await behindBalancer(aws);
    await aws.ecs('CreateService', aws.serviceInput(balanced(group)));
    await aws.steady();
    const addresses = (await aws.tasks()).map(addressOf);
    expect(new Map(await targets(aws, group))).toEqual(new Map(addresses.map((each) => [each, 'healthy'])));
    const service = await aws.service();
    expect(service).toMatchObject({ ...balanced(group), healthCheckGracePeriodSeconds: 0 });
    expect(await messages(aws)).toContain(`(service xray) registered 1 targets in (target-group ${group})`);
    const { serviceRevisions } = await aws.ecs('DescribeServiceRevisions', {
      serviceRevisionArns: [service.currentServiceRevisions![0]!.arn!],
    });
    expect(serviceRevisions?.[0]?.loadBalancers).toEqual(balanced(group).loadBalancers);
  });

  test('lets the target of a task that stops drain, and the task wait for it', async () => {
    const aws = await ecsSandbox();
    const group = await behindBalancer(aws);
    await aws.ecs('CreateService', aws.serviceInput({ ...balanced(group), desiredCount: 1 }));
    await aws.steady();
    const [task] = await aws.tasks();
    await aws.ecs('UpdateService', { ...XRAY, desiredCount: 0 });
    await aws.until(async () => (await aws.tasks()).length === 0);
    expect(await targets(aws, group)).toEqual([[addressOf(task!), 'draining']]);
    expect((await aws.stopped())[0]?.lastStatus).toBe('DEACTIVATING');
    const text = await messages(aws);
    expect(text).toContain(`(service xray) deregistered 1 targets in (target-group ${group})`);
    expect(text).toContain('has begun draining connections on 1 tasks.');
    aws.advance(DRAINS_S * 1000);
    expect(await targets(aws, group)).toEqual([]);
  });

  test('can be taken from it by a deployment, and put behind it by another', async () => {
    const aws = await ecsSandbox();
    const group = await behindBalancer(aws);
    await aws.ecs('CreateService', aws.serviceInput(balanced(group)));
    await aws.steady();
    await aws.ecs('UpdateService', { ...XRAY, loadBalancers: [] });
    expect((await aws.service()).deployments).toHaveLength(2);
    await aws.steady();
    expect((await aws.service()).loadBalancers).toEqual([]);
    await aws.ecs('UpdateService', { ...XRAY, ...balanced(group) });
    await aws.steady();
    expect((await targets(aws, group)).filter(([, state]) => state === 'healthy')).toHaveLength(2);
  });

  test('loses tasks that the load balancer finds unhealthy, after the grace period, to the circuit breaker', async () => {
    const aws = await ecsSandbox();
    const group = await behindBalancer(aws);
    await aws.register(withImage('public.ecr.aws/xray/aws-xray-daemon:fail-target'));
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    await aws.ecs(
      'CreateService',
      aws.serviceInput({
        ...balanced(group),
        healthCheckGracePeriodSeconds: 200,
        deploymentConfiguration: { deploymentCircuitBreaker },
      }),
    );
    await aws.until(async () => (await aws.stopped()).length > 0);
    const [task] = await aws.stopped();
    expect(task).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Task failed ELB health checks in (target-group ${group})`,
    });
    expect(Number(task?.stoppingAt) - Number(task?.startedAt)).toBeGreaterThanOrEqual(200_000);
    expect(await messages(aws)).toMatch(
      /\(port 2000\) is unhealthy in \(target-group .*\) due to \(reason Health checks failed\)/,
    );
    await aws.until(async () => (await aws.service()).deployments?.[0]?.rolloutState === 'FAILED');
    expect((await aws.service()).deployments?.[0]?.rolloutStateReason).toContain('circuit breaker');
  });

  test.each<[string, (group: string) => Partial<CreateServiceCommandInput>, string]>([
    [
      'a group that is not there',
      (group) => balanced(`${group}0`),
      'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
    ],
    [
      'an unknown container',
      (group) => balanced(group, { containerName: 'other' }),
      'The container other does not exist in the task definition.',
    ],
    [
      'an unknown port',
      (group) => balanced(group, { containerPort: 80 }),
      'The container xray did not have a container port 80 defined.',
    ],
    [
      'no container',
      (group) => balanced(group, { containerName: undefined }),
      'Container name should not be null or empty.',
    ],
    [
      'six groups',
      (group) => ({ loadBalancers: Array.from({ length: 6 }, () => balanced(group).loadBalancers[0]!) }),
      'load balancers can have at most 5 items.',
    ],
  ])('is refused with %s', async (_, changes, refusal) => {
    const aws = await ecsSandbox();
    const group = await behindBalancer(aws);
    expect(await aws.refusal('CreateService', aws.serviceInput(changes(group)))).toBe(INVALID + refusal);
  });

  test('is refused for a group of instances, and for one that nothing forwards to', async () => {
    const aws = await ecsSandbox();
    const instances = await behindBalancer(aws, { targetType: 'instance' });
    expect(await aws.refusal('CreateService', aws.serviceInput(balanced(instances)))).toBe(
      `${INVALID}The provided target group ${instances} has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.`,
    );
    const other = await ecsSandbox();
    const idle = await behindBalancer(other, { forwards: false });
    expect(await other.refusal('CreateService', other.serviceInput(balanced(idle)))).toBe(
      `${INVALID}The target group with targetGroupArn ${idle} does not have an associated load balancer.`,
    );
  });
});
