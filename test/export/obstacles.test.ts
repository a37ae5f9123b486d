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
    ['the DAEMON strategy', { schedulingStrategy: 'DAEMON' }, 'its scheduling strategy is DAEMON'],
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
      'alarms',
      { deploymentConfiguration: { alarms: { alarmNames: ['errors'], enable: true, rollback: true } } },
      'its deployments watch alarms',
    ],
    ['a load balancer', { loadBalancers: [{ containerName: 'xray' }] }, 'it is behind a load balancer'],
    ['two registries', { serviceRegistries: [{}, {}] }, 'it has 2 service registries'],
    [
      'volumes',
      { deployments: [{ status: 'PRIMARY', volumeConfigurations: [{ name: 'disk' }] }] },
      'it has volumes',
    ],
    [
      'Service Connect',
      { deployments: [{ status: 'PRIMARY', serviceConnectConfiguration: { enabled: true } }] },
      'it is in Service Connect',
    ],
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

  it('is told and left as it is where nothing ever touches it', () => {
    const { obstacles, notes } = exportSettings({
      ...PLAIN,
      propagateTags: 'TASK_DEFINITION',
      healthCheckGracePeriodSeconds: 30,
    });
    expect(obstacles).toEqual([]);
    expect(notes).toEqual([
      'propagateTags: TASK_DEFINITION, healthCheckGracePeriodSeconds: 30 stays as it is: no manifest says it',
    ]);
  });
});
