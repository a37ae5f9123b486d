import { beforeEach, describe, expect, it } from 'vitest';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const SERVICE = 'application-autoscaling';
const RESOURCE = 'service/daemons/xray';
const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: RESOURCE,
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const CPU = 'ECSServiceAverageCPUUtilization';
const TRACKING = {
  ...TARGET,
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 50,
    PredefinedMetricSpecification: { PredefinedMetricType: CPU },
  },
} as const;
const MINUTE = 60_000;

let aws: EcsSandbox;

beforeEach(async () => {
  aws = await ecsSandbox();
  const taskDefinition = await aws.register();
  await aws.ecs('CreateService', aws.serviceInput({ taskDefinition, desiredCount: 1 }));
});

/** AWS's error code and message. */
async function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'not refused',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

function register(MinCapacity: number, MaxCapacity: number, more: { Tags?: Record<string, string> } = {}) {
  return aws.call(SERVICE, 'RegisterScalableTarget', { ...TARGET, MinCapacity, MaxCapacity, ...more });
}

async function desired(): Promise<number | undefined> {
  return (await aws.service()).desiredCount;
}

function say(value: number): void {
  aws.sandbox.control.setMetric({ resourceId: RESOURCE, metric: CPU, value });
}

describe('a scalable target', () => {
  it('is what was registered, and makes its service-linked role', async () => {
    const { ScalableTargetARN } = await register(1, 4, { Tags: { team: 'a' } });
    const { ScalableTargets } = await aws.call(SERVICE, 'DescribeScalableTargets', {
      ServiceNamespace: 'ecs',
      ResourceIds: [RESOURCE],
    });
    expect(ScalableTargets).toMatchObject([{ ...TARGET, MinCapacity: 1, MaxCapacity: 4, ScalableTargetARN }]);
    const RoleName = 'AWSServiceRoleForApplicationAutoScaling_ECSService';
    expect((await aws.call('iam', 'GetRole', { RoleName })).Role?.Arn).toBe(ScalableTargets?.[0]?.RoleARN);
    const tags = await aws.call(SERVICE, 'ListTagsForResource', { ResourceARN: ScalableTargetARN });
    expect(tags.Tags).toEqual({ team: 'a' });
  });

  it('moves a desired count outside of its bounds to the nearest of them at once, and tells so', async () => {
    await register(3, 4);
    expect(await desired()).toBe(3);
    await register(1, 2);
    expect(await desired()).toBe(2);
    const { ScalingActivities } = await aws.call(SERVICE, 'DescribeScalingActivities', {
      ServiceNamespace: 'ecs',
    });
    expect(
      ScalingActivities?.map(({ Description, Cause, StatusCode }) => [Description, Cause, StatusCode]),
    ).toEqual([
      ['Setting desired count to 2.', 'maximum capacity was set to 2', 'Successful'],
      ['Setting desired count to 3.', 'minimum capacity was set to 3', 'Successful'],
    ]);
  });

  it('keeps what a second registration does not write', async () => {
    await register(1, 4);
    await aws.call(SERVICE, 'RegisterScalableTarget', { ...TARGET, MaxCapacity: 9 });
    const { ScalableTargets } = await aws.call(SERVICE, 'DescribeScalableTargets', {
      ServiceNamespace: 'ecs',
    });
    expect(ScalableTargets).toMatchObject([{ MinCapacity: 1, MaxCapacity: 9 }]);
  });

  it('goes with its policies when it is deregistered, and with its service', async () => {
    await register(1, 4);
    await aws.call(SERVICE, 'PutScalingPolicy', TRACKING);
    await aws.call(SERVICE, 'DeregisterScalableTarget', TARGET);
    const policies = await aws.call(SERVICE, 'DescribeScalingPolicies', { ServiceNamespace: 'ecs' });
    expect(policies.ScalingPolicies).toEqual([]);
    await register(1, 4);
    await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
    const targets = await aws.call(SERVICE, 'DescribeScalableTargets', { ServiceNamespace: 'ecs' });
    expect(targets.ScalableTargets).toEqual([]);
  });

  it('is listed by its tags', async () => {
    const { ScalableTargetARN = '' } = await register(1, 4, { Tags: { team: 'a' } });
    aws.advance(AWS_TIMING.tagging.visibility.most);
    const filter = { ResourceTypeFilters: ['application-autoscaling:scalable-target'] };
    const arns = async () =>
      (await aws.call('tagging', 'GetResources', filter)).ResourceTagMappingList?.map(
        ({ ResourceARN, Tags }) => [ResourceARN, Tags],
      );
    expect(await arns()).toEqual([[ScalableTargetARN, [{ Key: 'team', Value: 'a' }]]]);
    await aws.call('tagging', 'UntagResources', { ResourceARNList: [ScalableTargetARN], TagKeys: ['team'] });
    aws.advance(AWS_TIMING.tagging.visibility.most);
    expect(await arns()).toEqual([[ScalableTargetARN, []]]);
  });

  it.each([
    [{ MinCapacity: 1 }, 'Minimum and maximum capacity must be specified for a new scalable target'],
    [{ MinCapacity: 5, MaxCapacity: 4 }, 'Maximum capacity cannot be less than minimum capacity'],
    [
      { MinCapacity: 1, MaxCapacity: 4, ResourceId: 'service/daemons/other' },
      "ECS service doesn't exist: service/daemons/other",
    ],
    [
      { MinCapacity: 1, MaxCapacity: 4, ResourceId: 'xray' },
      'Unsupported service namespace, resource type or scalable dimension',
    ],
  ])('is refused as AWS does: %j', async (changes, message) => {
    const refused = refusalOf(aws.call(SERVICE, 'RegisterScalableTarget', { ...TARGET, ...changes }));
    expect(await refused).toBe(`ValidationException: ${message}`);
  });

  it('that is not there cannot be deregistered, given a policy or tagged', async () => {
    const identity = `service namespace: ecs, resource ID: ${RESOURCE}, scalable dimension: ecs:service:DesiredCount`;
    expect(await refusalOf(aws.call(SERVICE, 'DeregisterScalableTarget', TARGET))).toBe(
      `ObjectNotFoundException: No scalable target found for ${identity}`,
    );
    expect(await refusalOf(aws.call(SERVICE, 'PutScalingPolicy', TRACKING))).toBe(
      `ObjectNotFoundException: No scalable target registered for ${identity}`,
    );
    const ResourceARN = 'arn:aws:application-autoscaling:us-east-1:385605022855:scalable-target/none';
    expect(await refusalOf(aws.call(SERVICE, 'TagResource', { ResourceARN, Tags: { a: 'b' } }))).toContain(
      'ResourceNotFoundException',
    );
  });
});

describe('a scaling policy', () => {
  beforeEach(async () => {
    await register(1, 6);
  });

  it('of target tracking has the alarms that AWS makes for it, one where it does not scale in', async () => {
    const { Alarms = [] } = await aws.call(SERVICE, 'PutScalingPolicy', TRACKING);
    expect(Alarms.map(({ AlarmName = '' }) => AlarmName.split('-').slice(0, 3).join('-'))).toEqual([
      `TargetTracking-${RESOURCE}-AlarmHigh`,
      `TargetTracking-${RESOURCE}-AlarmLow`,
    ]);
    const configuration = { ...TRACKING.TargetTrackingScalingPolicyConfiguration, DisableScaleIn: true };
    const changed = await aws.call(SERVICE, 'PutScalingPolicy', {
      ...TRACKING,
      TargetTrackingScalingPolicyConfiguration: configuration,
    });
    expect(changed.Alarms).toEqual([Alarms[0]]);
  });

  it.each([
    ['two metrics', { CustomizedMetricSpecification: { MetricName: 'a', Namespace: 'b', Statistic: 'Sum' } }],
    [
      'a metric of another service',
      { PredefinedMetricSpecification: { PredefinedMetricType: 'KafkaBrokerStorageUtilization' } },
    ],
    [
      'requests of no load balancer',
      { PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' } },
    ],
    ['a label of CPU', { PredefinedMetricSpecification: { PredefinedMetricType: CPU, ResourceLabel: 'a' } }],
    ['a negative cooldown', { ScaleInCooldown: -1 }],
  ] as const)('with %s is refused', async (_, changes) => {
    const configuration = { ...TRACKING.TargetTrackingScalingPolicyConfiguration, ...changes };
    const refused = refusalOf(
      aws.call(SERVICE, 'PutScalingPolicy', {
        ...TRACKING,
        TargetTrackingScalingPolicyConfiguration: configuration,
      }),
    );
    expect(await refused).toContain('ValidationException');
  });

  it('is the only one that tracks its metric', async () => {
    await aws.call(SERVICE, 'PutScalingPolicy', TRACKING);
    const second = aws.call(SERVICE, 'PutScalingPolicy', { ...TRACKING, PolicyName: 'other' });
    expect(await refusalOf(second)).toBe(
      'ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    );
  });

  it('of steps is kept and shown', async () => {
    const StepScalingPolicyConfiguration = {
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0.5, ScalingAdjustment: 1 }],
    } as const;
    await aws.call(SERVICE, 'PutScalingPolicy', {
      ...TARGET,
      PolicyName: 'steps',
      StepScalingPolicyConfiguration: {
        ...StepScalingPolicyConfiguration,
        StepAdjustments: [...StepScalingPolicyConfiguration.StepAdjustments],
      },
    });
    const { ScalingPolicies } = await aws.call(SERVICE, 'DescribeScalingPolicies', {
      ServiceNamespace: 'ecs',
      ResourceId: RESOURCE,
    });
    expect(ScalingPolicies).toMatchObject([{ PolicyName: 'steps', StepScalingPolicyConfiguration }]);
    await aws.call(SERVICE, 'DeleteScalingPolicy', { ...TARGET, PolicyName: 'steps' });
    const again = aws.call(SERVICE, 'DeleteScalingPolicy', { ...TARGET, PolicyName: 'steps' });
    expect(await refusalOf(again)).toContain('ObjectNotFoundException: No scaling policy found for');
  });

  it('scales out after its alarm and each cooldown, up to the maximum, and in again', async () => {
    await aws.steady();
    await aws.call(SERVICE, 'PutScalingPolicy', TRACKING);
    say(100);
    aws.advance(2 * MINUTE);
    expect(await desired()).toBe(1);
    aws.advance(2 * MINUTE);
    expect(await desired()).toBe(2);
    aws.advance(3 * MINUTE);
    expect(await desired()).toBe(2);
    aws.advance(2 * MINUTE);
    expect(await desired()).toBe(4);
    aws.advance(20 * MINUTE);
    expect(await desired()).toBe(6);
    await aws.steady();
    say(10);
    aws.advance(14 * MINUTE);
    expect(await desired()).toBe(6);
    aws.advance(2 * MINUTE);
    expect(await desired()).toBe(2);
    aws.advance(10 * MINUTE);
    expect(await desired()).toBe(1);
  });

  it('leaves the count alone near its target, and where scaling in is disabled or suspended', async () => {
    await aws.ecs('UpdateService', { cluster: 'daemons', service: 'xray', desiredCount: 3 });
    await aws.steady();
    const configuration = { ...TRACKING.TargetTrackingScalingPolicyConfiguration, DisableScaleIn: true };
    await aws.call(SERVICE, 'PutScalingPolicy', {
      ...TRACKING,
      TargetTrackingScalingPolicyConfiguration: configuration,
    });
    say(5);
    aws.advance(60 * MINUTE);
    expect(await desired()).toBe(3);
    await aws.call(SERVICE, 'PutScalingPolicy', TRACKING);
    say(48);
    aws.advance(60 * MINUTE);
    expect(await desired()).toBe(3);
    const SuspendedState = { DynamicScalingInSuspended: true };
    await aws.call(SERVICE, 'RegisterScalableTarget', { ...TARGET, SuspendedState });
    say(5);
    aws.advance(60 * MINUTE);
    expect(await desired()).toBe(3);
  });

  it('that nobody has put can have no metric', async () => {
    expect(() => say(10)).toThrow(`No policy of ${RESOURCE} tracks ${CPU}; it has no policies.`);
    expect(await desired()).toBe(1);
  });
});

describe('a scheduled action', () => {
  it('is kept, shown and deleted', async () => {
    await register(1, 4);
    const action = {
      ...TARGET,
      ScheduledActionName: 'night',
      Schedule: 'cron(0 22 * * ? *)',
      ScalableTargetAction: { MaxCapacity: 1 },
    };
    await aws.call(SERVICE, 'PutScheduledAction', action);
    const shown = await aws.call(SERVICE, 'DescribeScheduledActions', { ServiceNamespace: 'ecs' });
    expect(shown.ScheduledActions).toMatchObject([action]);
    await aws.call(SERVICE, 'DeleteScheduledAction', { ...TARGET, ScheduledActionName: 'night' });
    const gone = await aws.call(SERVICE, 'DescribeScheduledActions', { ServiceNamespace: 'ecs' });
    expect(gone.ScheduledActions).toEqual([]);
  });
});
