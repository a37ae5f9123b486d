import { beforeEach, describe, expect, test } from 'vitest';
import type { DaemonServiceManifestSpec } from '../../controller/manifest/schema/daemon-service.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const CPU = 'ECSServiceAverageCPUUtilization';
const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/main/xray',
  ScalableDimension: 'ecs:service:DesiredCount',
};
type Scaling = Exclude<DaemonServiceManifestSpec['scaling'], 'external' | undefined>;
type Policy = NonNullable<Scaling['targetTracking']>[number];

const POLICY: Policy = {
  targetValue: 60,
  predefinedMetricSpecification: { predefinedMetricType: CPU },
};
const SCALING: Scaling = {
  min: 2,
  max: 6,
  targetTracking: [POLICY],
};

type Written = DocumentOverrides<'DaemonService'>;

function write(world: World, written: Written | undefined): void {
  const documents = written === undefined ? [cluster()] : [cluster(), daemonService(written)];
  world.files.set('all.yaml', yamlOf(...documents));
}

async function settled(written: Written): Promise<World> {
  const world = createWorld({ files: { 'all.yaml': yamlOf(cluster(), daemonService(written)) } });
  await rest(world);
  return world;
}

async function rest(world: World) {
  await world.settle();
  await world.clock.advance(180_000);
  const results = await world.settle();
  world.calls.length = 0;
  return results.at(-1)!;
}

async function desiredCount(world: World): Promise<unknown> {
  const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
    cluster: 'main',
    services: ['xray'],
  });
  return (services as readonly { readonly desiredCount: number }[])[0]?.desiredCount;
}

async function setDesiredCount(world: World, count: number): Promise<void> {
  await callsTo(world.sandbox)('ecs', 'UpdateService', {
    cluster: 'main',
    service: 'xray',
    desiredCount: count,
  });
}

async function targets(world: World): Promise<readonly object[]> {
  const answer = await callsTo(world.sandbox)('application-autoscaling', 'DescribeScalableTargets', {
    ServiceNamespace: 'ecs',
  });
  return answer['ScalableTargets'] as readonly object[];
}

async function policies(world: World): Promise<readonly object[]> {
  const answer = await callsTo(world.sandbox)('application-autoscaling', 'DescribeScalingPolicies', {
    ServiceNamespace: 'ecs',
  });
  return answer['ScalingPolicies'] as readonly object[];
}

describe('a service that others scale', () => {
  test('begins with its desired count, which is nobody’s to correct after that', async () => {
    const world = await settled({ scaling: 'external', desiredCount: 3 });
    expect(await desiredCount(world)).toBe(3);
    await setDesiredCount(world, 5);
    await rest(world);
    expect(await desiredCount(world)).toBe(5);
    write(world, { scaling: 'external', desiredCount: 1 });
    const { plan } = await rest(world);
    expect(await desiredCount(world)).toBe(5);
    expect(stepsOf(plan)).toEqual([]);
  });

  test('is well with as many tasks as they want, and its status says whose that is', async () => {
    const world = await settled({ scaling: 'external', desiredCount: 1 });
    await setDesiredCount(world, 2);
    const { plan } = await rest(world);
    const service = plan.steps.find(({ id }) => id.kind === 'service');
    const observed = service !== undefined && 'observed' in service ? service.observed : undefined;
    expect(observed?.health).toEqual({
      status: 'Healthy',
      message: '2 of 2 tasks running; others scale it',
    });
  });

  test('gets the desired count of its manifest again once the manifest says nothing of scaling', async () => {
    const world = await settled({ scaling: 'external', desiredCount: 1 });
    await setDesiredCount(world, 4);
    write(world, { desiredCount: 1 });
    await rest(world);
    expect(await desiredCount(world)).toBe(1);
  });
});

describe('a service that Application Auto Scaling scales', () => {
  let world: World;
  beforeEach(async () => {
    world = await settled({ scaling: SCALING });
  });

  test('is registered with its policies after it is made, begins with the minimum, and needs no more passes', async () => {
    expect(await targets(world)).toMatchObject([{ ...TARGET, MinCapacity: 2, MaxCapacity: 6 }]);
    expect(await policies(world)).toMatchObject([
      {
        PolicyName: CPU,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: CPU },
        },
      },
    ]);
    expect(await desiredCount(world)).toBe(2);
    await world.pass();
    expect(world.mutations()).toEqual([]);
  });

  test('is left where it has been scaled to', async () => {
    world.sandbox.control.setMetric({ resourceId: TARGET.ResourceId, metric: CPU, value: 120 });
    await world.clock.advance(4 * 60_000);
    expect(await desiredCount(world)).toBe(4);
    const { plan } = await rest(world);
    expect(plan.steps.filter(({ type }) => type !== 'keep')).toEqual([]);
  });

  test('gets its bounds and policies back, and loses policies that nobody wrote', async () => {
    const call = callsTo(world.sandbox);
    await call('application-autoscaling', 'RegisterScalableTarget', {
      ...TARGET,
      MinCapacity: 1,
      MaxCapacity: 9,
    });
    await call('application-autoscaling', 'PutScalingPolicy', {
      ...TARGET,
      PolicyName: 'memory',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 10,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
      },
    });
    await call('application-autoscaling', 'DeleteScalingPolicy', { ...TARGET, PolicyName: CPU });
    await rest(world);
    expect(await targets(world)).toMatchObject([{ MinCapacity: 2, MaxCapacity: 6 }]);
    expect(await policies(world)).toMatchObject([{ PolicyName: CPU }]);
  });

  test('keeps step scaling policies of others', async () => {
    await callsTo(world.sandbox)('application-autoscaling', 'PutScalingPolicy', {
      ...TARGET,
      PolicyName: 'steps',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    });
    await rest(world);
    expect((await policies(world)).length).toBe(2);
  });

  test('keeps of a policy what is ignored in it', async () => {
    const configuration = {
      TargetValue: 60,
      ScaleInCooldown: 30,
      PredefinedMetricSpecification: { PredefinedMetricType: CPU },
    };
    const annotations = { 'stationkeeper.dev/ignore-drift': `targetTracking[${CPU}].scaleInCooldown` };
    write(world, { scaling: SCALING, annotations });
    await rest(world);
    await callsTo(world.sandbox)('application-autoscaling', 'PutScalingPolicy', {
      ...TARGET,
      PolicyName: CPU,
      TargetTrackingScalingPolicyConfiguration: configuration,
    });
    await rest(world);
    write(world, { scaling: { ...SCALING, targetTracking: [{ ...POLICY, targetValue: 70 }] }, annotations });
    await rest(world);
    expect(await policies(world)).toMatchObject([
      { TargetTrackingScalingPolicyConfiguration: { ...configuration, TargetValue: 70 } },
    ]);
  });

  test('is deregistered where the manifest says no more that it is scaled, and gets its desired count', async () => {
    write(world, { desiredCount: 1 });
    await rest(world);
    expect(await targets(world)).toEqual([]);
    expect(await desiredCount(world)).toBe(1);
  });

  test('goes after its scalable target', async () => {
    write(world, undefined);
    await world.settle();
    const deletions = world.mutations().filter((name) => /Deregister|DeleteService$/.test(name));
    expect(deletions.slice(0, 2)).toEqual([
      'application-autoscaling:DeregisterScalableTarget',
      'ecs:DeleteService',
    ]);
    expect(await targets(world)).toEqual([]);
  });

  test('is registered again where somebody deregistered it', async () => {
    await callsTo(world.sandbox)('application-autoscaling', 'DeregisterScalableTarget', TARGET);
    await rest(world);
    expect(await targets(world)).toMatchObject([{ MinCapacity: 2 }]);
  });
});

describe('a scalable target that somebody else registered', () => {
  async function foreign(): Promise<World> {
    const world = await settled({ scaling: 'external' });
    await callsTo(world.sandbox)('application-autoscaling', 'RegisterScalableTarget', {
      ...TARGET,
      MinCapacity: 1,
      MaxCapacity: 3,
    });
    return world;
  }

  test('is held and never changed', async () => {
    const world = await foreign();
    write(world, { scaling: SCALING });
    const { plan } = await rest(world);
    expect(plan.steps.find(({ id }) => id.kind === 'scalable-target')).toMatchObject({
      type: 'hold',
      why: 'not-ours',
    });
    expect(await targets(world)).toMatchObject([{ MinCapacity: 1, MaxCapacity: 3 }]);
  });

  test('is taken over where the manifest adopts', async () => {
    const world = await foreign();
    write(world, {
      scaling: SCALING,
      annotations: { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' },
    });
    await rest(world);
    expect(await targets(world)).toMatchObject([{ MinCapacity: 2, MaxCapacity: 6 }]);
    write(world, { desiredCount: 2 });
    await rest(world);
    expect(await targets(world)).toEqual([]);
  });
});

test('nothing is asked of Application Auto Scaling where nothing is scaled', async () => {
  const world = await settled({ desiredCount: 1 });
  await world.pass();
  const asked = new Set(world.calls.map(({ service }) => service));
  expect(asked.has('application-autoscaling')).toBe(false);
});
