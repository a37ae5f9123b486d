import { expect } from 'vitest';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import { LOG_GROUP, PARAMETER, TASK_ROLE } from './row.ts';
import type { Call, DriftRow } from './row.ts';

function rule(call: Call, operation: string, port: number, group: object, protocol = 'udp') {
  return call('ec2', operation, {
    ...group,
    IpPermissions: [
      {
        IpProtocol: protocol,
        FromPort: port,
        ToPort: port,
        IpRanges: [{ CidrIp: port === 2000 ? '172.31.0.0/16' : '0.0.0.0/0' }],
      },
    ],
  });
}

async function groupId(call: Call): Promise<string> {
  const { SecurityGroups } = await call('ec2', 'DescribeSecurityGroups', {
    Filters: [{ Name: 'group-name', Values: ['xray'] }],
  });
  return (SecurityGroups as { GroupId: string }[])[0]!.GroupId;
}

function policyFor(actions: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
}

/** Drifts of roles, log groups and security groups. */
export const IAM_LOGS_AND_EC2_DRIFTS: Readonly<Record<string, DriftRow>> = {
  // Role
  'a policy that allows more': {
    meddle: (call) =>
      call('iam', 'PutRolePolicy', {
        RoleName: 'xray-task',
        PolicyName: 'stationkeeper',
        PolicyDocument: policyFor(['xray:PutTelemetryRecords', 'xray:PutTraceSegments', 's3:GetObject']),
      }),
    resource: TASK_ROLE,
    path: 'inlinePolicies[stationkeeper].Statement[0].Action',
    desired: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    actual: ['s3:GetObject', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  },
  'a policy that is missing': {
    meddle: (call) => call('iam', 'DeleteRolePolicy', { RoleName: 'xray-task', PolicyName: 'stationkeeper' }),
    resource: TASK_ROLE,
    path: 'inlinePolicies[stationkeeper]',
    desired: expect.objectContaining({ Version: '2012-10-17' }),
    actual: null,
  },
  'a policy too many': {
    meddle: (call) =>
      call('iam', 'PutRolePolicy', {
        RoleName: 'xray-task',
        PolicyName: 'extra',
        PolicyDocument: policyFor(['s3:GetObject']),
      }),
    resource: TASK_ROLE,
    path: 'inlinePolicies[extra]',
    desired: null,
    actual: expect.objectContaining({ Version: '2012-10-17' }),
  },
  'a role that may read another secret': {
    meddle: (call) =>
      call('iam', 'PutRolePolicy', {
        RoleName: 'xray-task',
        PolicyName: 'stationkeeper',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
              Resource: PARAMETER,
            },
          ],
        }),
      }),
    resource: TASK_ROLE,
    path: 'inlinePolicies[stationkeeper].Statement[0].Resource',
    desired: ['*'],
    actual: ['(sensitive)'],
  },
  'another trust policy': {
    meddle: (call) =>
      call('iam', 'UpdateAssumeRolePolicy', {
        RoleName: 'xray-task',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
    resource: TASK_ROLE,
    path: 'trustPolicy.Statement[0].Principal',
    desired: { Service: ['ecs-tasks.amazonaws.com'] },
    actual: { Service: ['ec2.amazonaws.com'] },
  },
  'a missing label of a role': {
    meddle: (call) => call('iam', 'UntagRole', { RoleName: 'xray-task', TagKeys: ['team'] }),
    resource: TASK_ROLE,
    path: 'tags.team',
    desired: 'platform',
    actual: null,
  },
  // Log group
  'another retention': {
    meddle: (call) => call('logs', 'PutRetentionPolicy', { logGroupName: LOG_GROUP, retentionInDays: 30 }),
    resource: `log-group/${LOG_GROUP}`,
    path: 'retentionInDays',
    desired: 7,
    actual: 30,
  },
  'no retention': {
    meddle: (call) => call('logs', 'DeleteRetentionPolicy', { logGroupName: LOG_GROUP }),
    resource: `log-group/${LOG_GROUP}`,
    path: 'retentionInDays',
    desired: 7,
    actual: null,
  },
  'another label of a log group': {
    meddle: async (call) =>
      call('logs', 'TagResource', {
        resourceArn: `arn:aws:logs:us-east-1:${DEFAULT_ACCOUNT_ID}:log-group:${LOG_GROUP}`,
        tags: { team: 'search' },
      }),
    resource: `log-group/${LOG_GROUP}`,
    path: 'tags.team',
    desired: 'platform',
    actual: 'search',
  },
  // Security group
  'a missing ingress rule': {
    meddle: async (call) => rule(call, 'RevokeSecurityGroupIngress', 2000, { GroupId: await groupId(call) }),
    resource: 'security-group/xray',
    path: 'ingress[udp 2000 172.31.0.0/16]',
    desired: 'allowed',
    actual: null,
  },
  'an ingress rule too many': {
    meddle: async (call) =>
      rule(call, 'AuthorizeSecurityGroupIngress', 22, { GroupId: await groupId(call) }, 'tcp'),
    resource: 'security-group/xray',
    path: 'ingress[tcp 22 0.0.0.0/0]',
    desired: null,
    actual: 'allowed',
  },
  "a rule's other description": {
    meddle: async (call) =>
      call('ec2', 'UpdateSecurityGroupRuleDescriptionsIngress', {
        GroupId: await groupId(call),
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: 2000,
            ToPort: 2000,
            IpRanges: [{ CidrIp: '172.31.0.0/16', Description: 'mine' }],
          },
        ],
      }),
    resource: 'security-group/xray',
    path: 'ingress[tcp 2000 172.31.0.0/16]',
    desired: 'allowed: sampling rules',
    actual: 'allowed: mine',
  },
  'a missing egress rule': {
    meddle: async (call) =>
      rule(call, 'RevokeSecurityGroupEgress', 443, { GroupId: await groupId(call) }, 'tcp'),
    resource: 'security-group/xray',
    path: 'egress[tcp 443 0.0.0.0/0]',
    desired: 'allowed',
    actual: null,
  },
  'an egress rule too many': {
    meddle: async (call) =>
      rule(call, 'AuthorizeSecurityGroupEgress', 25, { GroupId: await groupId(call) }, 'tcp'),
    resource: 'security-group/xray',
    path: 'egress[tcp 25 0.0.0.0/0]',
    desired: null,
    actual: 'allowed',
  },
  'a missing label of a security group': {
    meddle: async (call) =>
      call('ec2', 'DeleteTags', { Resources: [await groupId(call)], Tags: [{ Key: 'team' }] }),
    resource: 'security-group/xray',
    path: 'tags.team',
    desired: 'platform',
    actual: null,
  },
};
