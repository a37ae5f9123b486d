import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { ListServicesCommand as ListDiscoveryServices } from '@aws-sdk/client-servicediscovery';
import { beforeEach, expect, it } from 'vitest';
import { MANIFESTS, scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import { MOTO_ACCOUNT, READ, useMotoStack } from '../support/aws/moto/stack.ts';

const moto = useMotoStack();

beforeEach(() => moto.reset());

it('removes what a removed manifest made, and only releases its log group', async () => {
  const xray = readFileSync(join(MANIFESTS, 'xray.yaml'), 'utf8');
  const folder = writeFiles(scratchFolder(), {
    'xray.yaml': xray,
    'otel-collector.yaml': readFileSync(join(MANIFESTS, 'otel-collector.yaml'), 'utf8'),
  });
  expect(await moto.stationkeeper('apply', folder, '--no-wait')).toMatchObject({ code: 0, stderr: '' });

  rmSync(join(folder, 'otel-collector.yaml'));
  const { code, stdout, stderr } = await moto.stationkeeper('apply', folder, '--no-wait');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('log-group/stationkeeper/otel-collector: released\n');

  const { aws } = moto;
  const { SecurityGroups: groups } = await aws.ec2.send(new DescribeSecurityGroupsCommand({}));
  const { Roles: roles } = await aws.iam.send(new ListRolesCommand({}));
  const { Services: discovery } = await aws.cloudMap.send(new ListDiscoveryServices({}));
  const { taskDefinitionArns } = await aws.ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  const { services } = await aws.ecs.send(
    new DescribeServicesCommand({ cluster: 'xray-daemon-cluster', services: ['xray', 'otel-collector'] }),
  );
  expect(groups?.map((group) => group.GroupName)).not.toContain('otel-collector');
  expect(groups?.map((group) => group.GroupName)).toContain('xray');
  expect(
    roles
      ?.map((role) => role.RoleName)
      .filter((name) => /otel|xray/.test(name ?? ''))
      .toSorted(),
  ).toEqual(['xray-execution', 'xray-task']);
  expect(discovery?.map((service) => service.Name)).toEqual(['xray']);
  expect(taskDefinitionArns?.map((arn) => arn.split('/')[1])).toEqual(['xray:1']);
  expect(services?.filter(({ status }) => status === 'ACTIVE').map((service) => service.serviceName)).toEqual(
    ['xray'],
  );
  const { logGroups } = await aws.logs.send(new DescribeLogGroupsCommand({}));
  expect(logGroups?.map((group) => group.logGroupName)).toContain('/stationkeeper/otel-collector');
  const { tags } = await aws.logs.send(
    new ListTagsForResourceCommand({
      resourceArn: `arn:aws:logs:us-east-1:${MOTO_ACCOUNT}:log-group:/stationkeeper/otel-collector`,
    }),
  );
  expect(Object.keys(tags ?? {}).filter((key) => key.startsWith('stationkeeper:'))).toEqual([
    'stationkeeper:released-from',
  ]);

  expect((await moto.stationkeeper('plan', folder, '--detailed-exitcode')).code).toBe(0);
});

it('converges two accounts and two regions side by side, each with what is its own', async () => {
  const roleArn = 'arn:aws:iam::111122223333:role/stationkeeper';
  const folder = writeFiles(scratchFolder(), {
    'all.yaml': yamlOf(
      environment({ name: 'home', region: 'us-east-1', account: MOTO_ACCOUNT }),
      environment({ name: 'away', region: 'eu-west-1', account: '111122223333', roleArn }),
      cluster({ name: 'home', environment: 'home' }),
      cluster({ name: 'away', environment: 'away' }),
      daemonService({ name: 'statsd', environment: 'home', cluster: 'home' }),
      daemonService({ name: 'collector', environment: 'away', cluster: 'away' }),
    ),
  });
  const { code, stderr } = await moto.stationkeeper('apply', folder, '--no-wait');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

  const away = new ECSClient({
    endpoint: moto.url,
    region: 'eu-west-1',
    credentials: fromTemporaryCredentials({
      params: { RoleArn: roleArn },
      masterCredentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      clientConfig: { endpoint: moto.url, region: 'eu-west-1' },
    }),
  });
  const there = await away.send(new ListServicesCommand({ cluster: 'away' }));
  const here = await moto.aws.ecs.send(new ListServicesCommand({ cluster: 'home' }));
  expect(there.serviceArns).toEqual(['arn:aws:ecs:eu-west-1:111122223333:service/away/collector']);
  expect(here.serviceArns).toEqual([`arn:aws:ecs:us-east-1:${MOTO_ACCOUNT}:service/home/statsd`]);

  const again = await moto.stationkeeper('plan', folder, '--detailed-exitcode');
  expect(again).toMatchObject({ code: 0, stderr: '' });
});

it('touches nothing in an account that is not the one the manifests name', async () => {
  moto.proxy.reset();
  const folder = writeFiles(scratchFolder(), {
    'all.yaml': yamlOf(environment({ account: '999999999999' }), cluster()),
  });
  const { code, stderr } = await moto.stationkeeper('apply', folder, '--no-wait');
  expect(code).toBe(1);
  expect(stderr).toContain('is in account 999999999999');
  const asked = moto.proxy.requests.map(({ operation }) => operation);
  expect(asked).toContain('GetCallerIdentity');
  expect(asked.filter((operation) => !READ.test(operation))).toEqual([]);
});
