import { describe, expect, it } from 'vitest';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/main/xray',
  ScalableDimension: 'ecs:service:DesiredCount',
};

async function plannedFrom(world: World, text: string): Promise<readonly string[]> {
  world.files.clear();
  world.files.set('exported.yaml', text);
  world.restart();
  const { plan, wanted } = await world.pass({ dryRun: true });
  expect(wanted.errors).toEqual([]);
  return stepsOf(plan);
}

describe('the export of a service that is scaled', () => {
  it('says that others scale it, and how, and plans nothing', async () => {
    const world = createWorld({ files: { 'all.yaml': yamlOf(cluster(), daemonService()) } });
    await world.settle();
    const call = callsTo(world.sandbox);
    await call('application-autoscaling', 'RegisterScalableTarget', {
      ...TARGET,
      MinCapacity: 2,
      MaxCapacity: 6,
    });
    await call('application-autoscaling', 'PutScalingPolicy', {
      ...TARGET,
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 55,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    });
    await world.clock.advance(300_000);
    const { out, err } = await exportFrom(world);
    expect(out).toContain('scaling: external');
    expect(err).toContain(
      'Application Auto Scaling scales it from 2 to 6 tasks by cpu 55, as somebody else registered it, and this stays as it is.',
    );
    expect(await plannedFrom(world, out)).toEqual([]);
  });

  it('says all of what is ours, and plans nothing', async () => {
    const scaling = {
      min: 2,
      max: 6,
      targetTracking: [
        {
          policyName: 'queue',
          targetValue: 7.5,
          scaleInCooldown: 60,
          disableScaleIn: true,
          customizedMetricSpecification: {
            metrics: [
              {
                id: 'depth',
                returnData: false,
                metricStat: {
                  metric: { metricName: 'Depth', namespace: 'Queue', dimensions: { Name: 'a' } },
                  stat: 'Sum',
                },
              },
              { id: 'each', expression: 'depth / 2' },
            ],
          },
        },
      ],
    };
    const world = createWorld({ files: { 'all.yaml': yamlOf(cluster(), daemonService({ scaling })) } });
    await world.settle();
    await world.clock.advance(300_000);
    const { out } = await exportFrom(world);
    expect(out).toContain('policyName: queue');
    expect(await plannedFrom(world, out)).toEqual([]);
  });
});
