import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { exportSettings } from '../../controller/export/service.ts';

const PLAIN: Service = {
  serviceName: 'xray',
  status: 'ACTIVE',
  launchType: 'FARGATE',
  schedulingStrategy: 'REPLICA',
  platformFamily: 'Linux',
  desiredCount: 1,
  deploymentController: { type: 'ECS' },
  deploymentConfiguration: {
    strategy: 'ROLLING',
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: { enable: false, rollback: false },
    alarms: { alarmNames: [], enable: false, rollback: false },
  },
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
  loadBalancers: [],
  serviceRegistries: [],
  deployments: [{ status: 'PRIMARY', serviceConnectConfiguration: { enabled: false } }],
};

describe('what of an ECS service no manifest can say', () => {
  it('is nothing of a plain one on Fargate', () => {
    expect(exportSettings(PLAIN).obstacles).toEqual([]);
  });

  it('is nothing of one on the network of its hosts', () => {
    const { networkConfiguration: _none, ...service } = PLAIN;
    expect(exportSettings({ ...service, launchType: 'EC2' }).obstacles).toEqual([]);
  });

  it.each<[string, Service, string]>([
    ['Managed Instances', { launchType: 'MANAGED_INSTANCES' }, 'its launch type is MANAGED_INSTANCES'],
    [
      'CodeDeploy',
      { deploymentController: { type: 'CODE_DEPLOY' } },
      'its deployments are controlled by CODE_DEPLOY',
    ],
    [
      'blue/green',
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      'its deployment strategy is BLUE_GREEN',
    ],
    [
      'lifecycle hooks',
      { deploymentConfiguration: { lifecycleHooks: [{ targetType: 'PAUSE' }] } },
      'its deployments have lifecycle hooks',
    ],
    [
      'a load balancer that shifts traffic',
      { loadBalancers: [{ containerName: 'xray', advancedConfiguration: { roleArn: 'arn' } }] },
      'it has loadBalancers.advancedConfiguration',
    ],
    ['two registries', { serviceRegistries: [{}, {}] }, 'it has 2 service registries'],
    [
      'VPC Lattice',
      {
        deployments: [
          {
            status: 'PRIMARY',
            vpcLatticeConfigurations: [{ roleArn: '', targetGroupArn: '', portName: '' }],
          },
        ],
      },
      'it is in VPC Lattice',
    ],
  ])('is %s', (_what, over, says) => {
    expect(exportSettings({ ...PLAIN, ...over }).obstacles).toEqual([says]);
  });

  it('is not said of tags as the language has them, and is said of others', () => {
    const tagsOf = (propagateTags?: Service['propagateTags']) =>
      exportSettings({ ...PLAIN, ...(propagateTags && { propagateTags }) }).spec.propagateTags;
    expect(tagsOf('SERVICE')).toBeUndefined();
    expect(tagsOf('TASK_DEFINITION')).toBe('TASK_DEFINITION');
    expect(tagsOf()).toBe('NONE');
  });
});

describe('what of an ECS service a manifest says', () => {
  const DEPLOYED = {
    ...PLAIN,
    launchType: undefined,
    capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
    healthCheckGracePeriodSeconds: 30,
    loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'xray', containerPort: 2000 }],
    deploymentConfiguration: {
      ...PLAIN.deploymentConfiguration,
      alarms: { alarmNames: ['errors'], enable: true, rollback: false },
      bakeTimeInMinutes: 5,
    },
    deployments: [
      {
        status: 'PRIMARY',
        volumeConfigurations: [
          { name: 'disk', managedEBSVolume: { roleArn: 'arn:role', sizeInGiB: 5, iops: 3000 } },
        ],
        serviceConnectConfiguration: { enabled: true, namespace: 'shop', services: [{ portName: 'otlp' }] },
      },
    ],
  } satisfies Service;

  it('is where its tasks run and what leads to them, of the service and of its deployment', () => {
    const { spec, obstacles } = exportSettings(DEPLOYED);
    expect(obstacles).toEqual([]);
    expect(spec).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      healthCheckGracePeriodSeconds: 30,
      loadBalancers: DEPLOYED.loadBalancers,
      volumeConfigurations: DEPLOYED.deployments[0]!.volumeConfigurations,
      serviceConnectConfiguration: DEPLOYED.deployments[0]!.serviceConnectConfiguration,
      deployment: { alarms: DEPLOYED.deploymentConfiguration.alarms, bakeTimeInMinutes: 5 },
    });
    expect(spec).not.toHaveProperty('launchType');
  });
});
