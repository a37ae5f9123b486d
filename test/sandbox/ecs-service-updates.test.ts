import type { UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const INVALID = 'InvalidParameterException: ';
const XRAY = { cluster: 'daemons', service: 'xray' };

type Changes =
  | Partial<UpdateServiceCommandInput>
  | ((aws: EcsSandbox) => Promise<Partial<UpdateServiceCommandInput>>);

const percent = (minimumHealthyPercent: number, maximumPercent: number) => ({
  deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
});

describe('UpdateService', () => {
  test.each<[string, Changes, string]>([
    ['an unknown service', { service: 'other' }, 'ServiceNotFoundException: Service not found.'],
    [
      'a service of another cluster',
      { service: 'arn:aws:ecs:us-east-1:385605022855:service/other/xray' },
      `${INVALID}Invalid identifier: Identifier is for cluster other. Your cluster is daemons`,
    ],
    ['an unknown cluster', { cluster: 'other' }, 'ClusterNotFoundException: Cluster not found.'],
    ['an unknown revision', { taskDefinition: 'xray:9' }, 'ClientException: TaskDefinition not found.'],
    [
      'both percentages 100',
      percent(100, 100),
      `${INVALID}Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.`,
    ],
    [
      'a maximum of 100 while rebalancing',
      percent(50, 100),
      `${INVALID}AvailabilityZoneRebalancing does not support maximumPercent <= 100`,
    ],
    ['a negative desired count', { desiredCount: -1 }, `${INVALID}DesiredCount can not be lesser than 0`],
    [
      'another controller',
      { deploymentController: { type: 'EXTERNAL' } },
      `${INVALID}The deployment controller EXTERNAL is not available. The sandbox does not have it.`,
    ],
    [
      'placement strategies',
      { placementStrategy: [{ type: 'random' }] },
      `${INVALID}Placement strategies are not supported with FARGATE launch type.`,
    ],
    [
      'another operating system',
      async (aws) => ({
        taskDefinition: await aws.register({
          cpu: '1024',
          memory: '2048',
          runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
        }),
      }),
      `${INVALID}The platform family of a service cannot be changed.`,
    ],
  ])('refuses %s and changes nothing', async (_, changes, refusal) => {
    const aws = await ecsSandbox();
    await aws.ecs('CreateService', aws.serviceInput());
    const before = await aws.service();
    const input = { ...XRAY, ...(typeof changes === 'function' ? await changes(aws) : changes) };
    expect(await aws.refusal('UpdateService', input)).toBe(refusal);
    expect(await aws.service()).toEqual(before);
  });

  test('clears with empty lists, and keeps what is left out', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('CreateService', aws.serviceInput({ healthCheckGracePeriodSeconds: 20 }));
    await aws.steady();
    const { service } = await aws.ecs('UpdateService', {
      ...XRAY,
      placementConstraints: [],
      placementStrategy: [],
      loadBalancers: [],
      serviceRegistries: [],
      serviceConnectConfiguration: { enabled: false },
    });
    expect(service).toMatchObject({
      healthCheckGracePeriodSeconds: 20,
      deployments: [{ status: 'PRIMARY' }],
    });
  });

  test('goes from the launch type to a capacity provider strategy and back, without a deployment', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('PutClusterCapacityProviders', {
      cluster: 'daemons',
      capacityProviders: ['FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    });
    await aws.ecs('CreateService', aws.serviceInput());
    await aws.steady();
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    const there = await aws.ecs('UpdateService', { ...XRAY, capacityProviderStrategy: strategy });
    expect(there.service).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
      deployments: [{}],
    });
    expect(there.service).not.toHaveProperty('launchType');
    const back = await aws.ecs('UpdateService', { ...XRAY, capacityProviderStrategy: [] });
    expect(back.service).toMatchObject({ launchType: 'FARGATE', deployments: [{}] });
  });
});
