import type { Shell } from '../world/shell.ts';

/** An application on Fargate in the default VPC that sends to the X-Ray daemon of a shell. */
export interface Application {
  /** Of its security group, which has nothing but this egress rule. */
  readonly group: string;
  readonly egressRule: string;
  readonly subnet: string;
  readonly vpc: string;
  call<Answer>(service: string, operation: string, input: object): Promise<Answer>;
}

const STARTED_AFTER_MS = 120_000;

/** Starts it, in the last subnet of the VPC, alone there but for the daemon. */
export async function startApplication({
  sandbox,
  clock,
}: Pick<Shell, 'sandbox' | 'clock'>): Promise<Application> {
  const call = async <Answer>(service: string, operation: string, input: object): Promise<Answer> =>
    (await clock.run(sandbox.call({ service, operation, input, region: 'us-east-1' }))) as Answer;
  const { Subnets } = await call<{ Subnets: { SubnetId: string; VpcId: string }[] }>(
    'ec2',
    'DescribeSubnets',
    {
      Filters: [{ Name: 'default-for-az', Values: ['true'] }],
    },
  );
  const { SubnetId: subnet, VpcId: vpc } = Subnets.at(-1)!;
  const { GroupId: group } = await call<{ GroupId: string }>('ec2', 'CreateSecurityGroup', {
    GroupName: 'app',
    Description: 'an application',
    VpcId: vpc,
  });
  await clock.advance(20_000);
  const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  const { SecurityGroupRules } = await call<{ SecurityGroupRules: { SecurityGroupRuleId: string }[] }>(
    'ec2',
    'DescribeSecurityGroupRules',
    { Filters: [{ Name: 'group-id', Values: [group] }] },
  );
  await call('ec2', 'RevokeSecurityGroupEgress', {
    GroupId: group,
    SecurityGroupRuleIds: SecurityGroupRules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId),
  });
  const made = await call<{ SecurityGroupRules: { SecurityGroupRuleId: string }[] }>(
    'ec2',
    'AuthorizeSecurityGroupEgress',
    { GroupId: group, IpPermissions },
  );
  await call('ecs', 'RegisterTaskDefinition', {
    family: 'app',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'example.org/app:1' }],
  });
  await call('ecs', 'CreateCluster', { clusterName: 'applications' });
  await call('ecs', 'CreateService', {
    cluster: 'applications',
    serviceName: 'app',
    taskDefinition: 'app',
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [subnet], securityGroups: [group], assignPublicIp: 'ENABLED' },
    },
  });
  await clock.advance(STARTED_AFTER_MS);
  return { group, egressRule: made.SecurityGroupRules[0]?.SecurityGroupRuleId ?? '', subnet, vpc, call };
}
