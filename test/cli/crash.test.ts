import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { ListServicesCommand, ListTaskDefinitionsCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  ListNamespacesCommand,
  ListServicesCommand as ListDiscoveryServices,
} from '@aws-sdk/client-servicediscovery';
import { expect, it, vi } from 'vitest';
import { ANY_CREDENTIALS, MANIFESTS, startController, startSandbox } from '../support/programs/cli.ts';
import { expectConverged } from '../support/reports/converged.ts';
import { sdkClients } from '../support/aws/sdk.ts';
import type { SdkClients } from '../support/aws/sdk.ts';

/** Names of all there is of each kind, so that nothing made twice stays hidden. */
async function everything({ ecs, ec2, iam, logs, cloudMap }: SdkClients) {
  const cluster = 'xray-daemon-cluster';
  const names = (arns: readonly string[] | undefined) =>
    (arns ?? []).map((arn) => arn.slice(arn.lastIndexOf('/') + 1)).toSorted();
  return {
    services: names((await ecs.send(new ListServicesCommand({ cluster }))).serviceArns),
    taskDefinitions: names((await ecs.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns),
    tasks: (await ecs.send(new ListTasksCommand({ cluster }))).taskArns?.length,
    groups: (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.map(
      (one) => one.GroupName,
    ).toSorted(),
    roles: (await iam.send(new ListRolesCommand({}))).Roles?.map((role) => role.RoleName)
      .filter((name) => !name?.startsWith('AWSServiceRole'))
      .toSorted(),
    logGroups: (await logs.send(new DescribeLogGroupsCommand({}))).logGroups
      ?.map((one) => one.logGroupName)
      .toSorted(),
    namespaces: (await cloudMap.send(new ListNamespacesCommand({}))).Namespaces?.map((one) => one.Name),
    discoveryServices: (await cloudMap.send(new ListDiscoveryServices({}))).Services?.map(
      (one) => one.Name,
    ).toSorted(),
  };
}

it('reaches the same end, with nothing made twice, when it is killed in the middle of a first convergence', async () => {
  const sandbox = await startSandbox(['--speed', '20']);
  const env = { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: sandbox.url };
  for (const resource of ['role/', 'service/']) {
    const victim = await startController([MANIFESTS], env);
    await vi.waitFor(
      () => expect(victim.log().some((line) => line.resource?.startsWith(resource) === true)).toBe(true),
      { timeout: 120_000, interval: 2 },
    );
    victim.kill('SIGKILL');
    expect((await victim.ended).code).toBe(null);
  }

  const survivor = await startController([MANIFESTS], env);
  await survivor.untilStatus(expectConverged);
  expect(await everything(sdkClients(sandbox.url))).toEqual({
    services: ['otel-collector', 'xray'],
    taskDefinitions: ['otel-collector:1', 'xray:1'],
    tasks: 4,
    groups: ['default', 'otel-collector', 'xray'],
    roles: ['otel-collector-execution', 'otel-collector-task', 'xray-execution', 'xray-task'],
    logGroups: ['/stationkeeper/otel-collector', '/stationkeeper/xray'],
    namespaces: ['services.dockerinaws.org'],
    discoveryServices: ['otel-collector', 'xray'],
  });
});

it('serves an AWS of its own that says what it is, and ends with exit code 0', async () => {
  const sandbox = await startSandbox(['--seed', '7']);
  expect(sandbox.stdout()).toContain('The Stationkeeper sandbox, which is not AWS, answers at ');
  expect(await (await fetch(sandbox.url)).text()).toContain('not AWS');
  const { ec2 } = sdkClients(sandbox.url);
  const { SecurityGroups: groups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  expect(groups?.map((group) => group.GroupName)).toEqual(['default']);
  sandbox.kill('SIGTERM');
  expect(await sandbox.ended).toMatchObject({ code: 0 });
});
