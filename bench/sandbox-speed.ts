import { performance } from 'node:perf_hooks';
import { createSandbox } from '../sandbox/sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { VirtualClock } from '../sandbox/virtual-clock.ts';

const GROUPS = 200;
const ROUNDS = 4000;

type Send = (service: string, operation: string, input: object) => Promise<object>;

/**
 * Simple operations a second, by this process: a mix of reads of one thing and small writes, one after the other, in an
 * account with some hundred resources.
 */
export async function measureSandboxSpeed(): Promise<number> {
  const sandbox = createSandbox({ clock: new VirtualClock(), quotas: 'off' });
  const send = sender(sandbox);
  const groupIds = await populate(send);
  const startedAt = performance.now();
  let calls = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = `thing-${round % GROUPS}`;
    for (const [service, operation, input] of mix(name, groupIds[round % GROUPS]!, round)) {
      await send(service, operation, input);
      calls += 1;
    }
  }
  return calls / ((performance.now() - startedAt) / 1000);
}

function sender(sandbox: Sandbox): Send {
  return (service, operation, input) => sandbox.call({ service, operation, input, region: 'us-east-1' });
}

async function populate(send: Send): Promise<readonly string[]> {
  const { Vpcs: [vpc] = [] } = (await send('ec2', 'DescribeVpcs', {})) as {
    readonly Vpcs?: readonly { readonly VpcId?: string }[];
  };
  const groupIds: string[] = [];
  for (let index = 0; index < GROUPS; index += 1) {
    const name = `thing-${index}`;
    const { GroupId = '' } = (await send('ec2', 'CreateSecurityGroup', {
      GroupName: name,
      Description: name,
      VpcId: vpc?.VpcId,
    })) as { readonly GroupId?: string };
    groupIds.push(GroupId);
    await send('logs', 'CreateLogGroup', { logGroupName: name });
    await send('ecs', 'CreateCluster', { clusterName: name });
    await send('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: TRUST });
  }
  return groupIds;
}

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
  ],
});

function mix(
  name: string,
  groupId: string,
  round: number,
): readonly (readonly [service: string, operation: string, input: object])[] {
  return [
    ['ecs', 'DescribeClusters', { clusters: [name] }],
    ['ecs', 'UpdateCluster', { cluster: name, settings: [{ name: 'containerInsights', value: 'disabled' }] }],
    ['ec2', 'DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [groupId] }] }],
    ['ec2', 'CreateTags', { Resources: [groupId], Tags: [{ Key: 'round', Value: String(round) }] }],
    ['iam', 'GetRole', { RoleName: name }],
    ['iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'one', PolicyDocument: POLICY }],
    ['logs', 'PutRetentionPolicy', { logGroupName: name, retentionInDays: 7 }],
    ['logs', 'DescribeLogGroups', { logGroupNamePrefix: name, limit: 1 }],
    ['sts', 'GetCallerIdentity', {}],
  ];
}

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['xray:PutTraceSegments'], Resource: ['*'] }],
});
