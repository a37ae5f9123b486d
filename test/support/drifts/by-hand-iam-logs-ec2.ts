import { PARAMETER } from './row.ts';
import type { Call, SetMeddling } from './meddling.ts';

type Touch = SetMeddling['touch'];

function policyWith(actions: readonly string[], { of = '*' } = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: of }],
  });
}

function rolePolicy(PolicyName: string, PolicyDocument: string): Touch {
  return (call, { name }) => call('iam', 'PutRolePolicy', { RoleName: name, PolicyName, PolicyDocument });
}

function rule(operation: string, port: number, protocol: string, CidrIp: string): Touch {
  return (call, { id }) =>
    call('ec2', operation, {
      GroupId: id,
      IpPermissions: [{ IpProtocol: protocol, FromPort: port, ToPort: port, IpRanges: [{ CidrIp }] }],
    });
}

interface Rule {
  readonly IsEgress: boolean;
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
  readonly CidrIpv4?: string;
}

/** A rule of the group that lets something in, TCP's before others. */
async function ingressRule(call: Call, groupId: string): Promise<Rule | undefined> {
  const Filters = [{ Name: 'group-id', Values: [groupId] }];
  const { SecurityGroupRules } = await call('ec2', 'DescribeSecurityGroupRules', { Filters });
  const into = (SecurityGroupRules as readonly Rule[]).filter(
    ({ IsEgress, CidrIpv4 }) => !IsEgress && CidrIpv4 !== undefined,
  );
  return into.find(({ IpProtocol }) => IpProtocol === 'tcp') ?? into[0];
}

const READS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const TRACING = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/** What makes the drifts of roles, log groups and security groups. */
export const IAM_LOGS_AND_EC2_BY_HAND = {
  // Role
  'a policy that allows more': {
    of: 'role',
    touch: rolePolicy('stationkeeper', policyWith([...TRACING, 's3:GetObject'])),
  },
  'a policy that is missing': {
    of: 'role',
    touch: (call, { name }) =>
      call('iam', 'DeleteRolePolicy', { RoleName: name, PolicyName: 'stationkeeper' }),
  },
  'a policy too many': { of: 'role', touch: rolePolicy('extra', policyWith(['s3:GetObject'])) },
  'a role that may read another secret': {
    of: 'role',
    touch: rolePolicy('stationkeeper', policyWith(TRACING, { of: PARAMETER })),
  },
  'another trust policy': {
    of: 'role',
    touch: (call, { name }) =>
      call('iam', 'UpdateAssumeRolePolicy', {
        RoleName: name,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
  },
  'a missing label of a role': {
    of: 'role',
    touch: (call, { name }) => call('iam', 'UntagRole', { RoleName: name, TagKeys: ['team'] }),
  },
  'a managed policy too many': {
    of: 'role',
    touch: (call, { name }) => call('iam', 'AttachRolePolicy', { RoleName: name, PolicyArn: READS }),
  },
  'a managed policy that is missing': {
    of: 'role',
    touch: async (call, { name }) => {
      const { AttachedPolicies } = await call('iam', 'ListAttachedRolePolicies', { RoleName: name });
      for (const { PolicyArn } of AttachedPolicies as readonly { readonly PolicyArn: string }[]) {
        await call('iam', 'DetachRolePolicy', { RoleName: name, PolicyArn });
      }
    },
  },
  'another permissions boundary': {
    of: 'role',
    touch: (call, { name }) =>
      call('iam', 'PutRolePermissionsBoundary', { RoleName: name, PermissionsBoundary: READS }),
  },
  'no permissions boundary': {
    of: 'role',
    touch: async (call, { name }) => {
      const { Role } = await call('iam', 'GetRole', { RoleName: name });
      if ((Role as { readonly PermissionsBoundary?: object }).PermissionsBoundary === undefined) return;
      await call('iam', 'DeleteRolePermissionsBoundary', { RoleName: name });
    },
  },
  // Log group
  'another retention': {
    of: 'log-group',
    touch: (call, { name }) =>
      call('logs', 'PutRetentionPolicy', { logGroupName: name, retentionInDays: 30 }),
  },
  'no retention': {
    of: 'log-group',
    touch: (call, { name }) => call('logs', 'DeleteRetentionPolicy', { logGroupName: name }),
  },
  'another label of a log group': {
    of: 'log-group',
    touch: (call, { arn }) => call('logs', 'TagResource', { resourceArn: arn, tags: { team: 'search' } }),
  },
  // Security group
  'a missing ingress rule': {
    of: 'security-group',
    touch: rule('RevokeSecurityGroupIngress', 2000, 'udp', '172.31.0.0/16'),
  },
  'an ingress rule too many': {
    of: 'security-group',
    touch: rule('AuthorizeSecurityGroupIngress', 22, 'tcp', '0.0.0.0/0'),
  },
  "a rule's other description": {
    of: 'security-group',
    touch: async (call, { id }) => {
      const found = await ingressRule(call, id);
      if (found === undefined) return;
      const { IpProtocol, FromPort, ToPort, CidrIpv4: CidrIp } = found;
      await call('ec2', 'UpdateSecurityGroupRuleDescriptionsIngress', {
        GroupId: id,
        IpPermissions: [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp, Description: 'mine' }] }],
      });
    },
  },
  'a missing egress rule': {
    of: 'security-group',
    touch: rule('RevokeSecurityGroupEgress', 443, 'tcp', '0.0.0.0/0'),
  },
  'an egress rule too many': {
    of: 'security-group',
    touch: rule('AuthorizeSecurityGroupEgress', 25, 'tcp', '0.0.0.0/0'),
  },
  'a missing label of a security group': {
    of: 'security-group',
    touch: (call, { id }) => call('ec2', 'DeleteTags', { Resources: [id], Tags: [{ Key: 'team' }] }),
  },
} as const satisfies Readonly<Record<string, SetMeddling>>;
