import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const XRAY = { cluster: 'daemons', service: 'xray' };
const BAKES_MIN = 10;

async function withConfiguration(deploymentConfiguration: DeploymentConfiguration): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ deploymentConfiguration }));
  return aws;
}

async function lastDeployment(aws: EcsSandbox) {
  const { serviceDeployments: briefs = [] } = await aws.ecs('ListServiceDeployments', XRAY);
  const { serviceDeployments = [] } = await aws.ecs('DescribeServiceDeployments', {
    serviceDeploymentArns: [briefs[0]!.serviceDeploymentArn!],
  });
  return serviceDeployments[0]!;
}

const watching = (rollback: boolean): DeploymentConfiguration => ({
  alarms: { alarmNames: ['errors'], enable: true, rollback },
});

describe('a deployment that bakes', () => {
  test('is under way until its bake time is over', async () => {
    const aws = await withConfiguration({ bakeTimeInMinutes: BAKES_MIN });
    await aws.until(async () => (await lastDeployment(aws)).lifecycleStage === 'BAKE_TIME');
    expect((await aws.service()).runningCount).toBe(2);
    expect((await aws.service()).deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    aws.advance(BAKES_MIN * 60_000);
    expect((await aws.service()).deployments?.[0]?.rolloutState).toBe('COMPLETED');
    expect((await lastDeployment(aws)).status).toBe('SUCCESSFUL');
  });

  test('fails for an alarm meanwhile', async () => {
    const aws = await withConfiguration({ ...watching(false), bakeTimeInMinutes: BAKES_MIN });
    await aws.until(async () => (await lastDeployment(aws)).lifecycleStage === 'BAKE_TIME');
    aws.sandbox.control.setAlarm('errors', 'ALARM');
    await aws.until(async () => (await aws.service()).deployments?.[0]?.rolloutState === 'FAILED');
    expect(await lastDeployment(aws)).toMatchObject({
      status: 'STOPPED',
      alarms: { status: 'TRIGGERED', alarmNames: ['errors'], triggeredAlarmNames: ['errors'] },
    });
  });
});

describe('an alarm', () => {
  test('rolls a deployment that watches it back to the last that completed', async () => {
    const aws = await withConfiguration(watching(true));
    await aws.steady();
    const before = await aws.service();
    await aws.ecs('UpdateService', { ...XRAY, taskDefinition: await aws.register() });
    aws.sandbox.control.setAlarm('errors', 'ALARM');
    await aws.steady();
    expect((await aws.service()).taskDefinition).toBe(before.taskDefinition);
    expect(await lastDeployment(aws)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because an alarm was triggered: errors.',
    });
  });

  test('that was in ALARM at the start of a deployment is not watched by it', async () => {
    const aws = await withConfiguration(watching(true));
    await aws.steady();
    aws.sandbox.control.setAlarm('errors', 'ALARM');
    await aws.ecs('UpdateService', { ...XRAY, forceNewDeployment: true });
    await aws.steady();
    expect(await lastDeployment(aws)).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } });
  });

  test('of another name, or that is watched by nobody, changes nothing', async () => {
    const aws = await withConfiguration({});
    aws.sandbox.control.setAlarm('errors', 'ALARM');
    await aws.steady();
    expect(aws.sandbox.control.alarms()).toEqual(['errors']);
    aws.sandbox.control.setAlarm('errors', 'OK');
    expect(aws.sandbox.control.alarms()).toEqual([]);
    expect((await lastDeployment(aws)).status).toBe('SUCCESSFUL');
  });
});
