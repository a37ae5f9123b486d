import { BY_HAND } from '../drifts/by-hand.ts';
import { serviceOf } from '../drifts/meddling.ts';
import type { Call, Meddling } from '../drifts/meddling.ts';
import { callsTo } from '../world/account.ts';
import type { World } from '../world/world.ts';
import { AwsError } from '../../../sandbox/error.ts';
import type { Chance } from './chance.ts';
import type { Live } from './live.ts';
import { whereIs } from './regions.ts';

/** What people do by hand to what is ours, with the AWS CLI: all that the tables of drifts know, and more. What AWS refuses them stays as it is. */
export const MEDDLING: Readonly<Record<string, Meddling>> = {
  ...BY_HAND,
  'adds a rule': {
    of: 'security-group',
    touch: (call, { id }, chance) =>
      call('ec2', 'AuthorizeSecurityGroupIngress', {
        GroupId: id,
        IpPermissions: [rule('tcp', 22, chance.one(['10.0.0.0/8', '192.168.7.0/24']))],
      }),
  },
  'removes a rule': {
    of: 'security-group',
    touch: async (call, { id }, chance) => {
      const Filters = [{ Name: 'group-id', Values: [id] }];
      const { SecurityGroupRules } = await call('ec2', 'DescribeSecurityGroupRules', { Filters });
      const rules = SecurityGroupRules as {
        readonly SecurityGroupRuleId: string;
        readonly IsEgress: boolean;
      }[];
      const one = chance.any(rules);
      if (one === undefined) return;
      const operation = one.IsEgress ? 'RevokeSecurityGroupEgress' : 'RevokeSecurityGroupIngress';
      await call('ec2', operation, { GroupId: id, SecurityGroupRuleIds: [one.SecurityGroupRuleId] });
    },
  },
  'deletes the group': {
    of: 'security-group',
    touch: (call, { id }) => call('ec2', 'DeleteSecurityGroup', { GroupId: id }),
  },
  'changes the count': {
    of: 'service',
    touch: (call, one, chance) =>
      call('ecs', 'UpdateService', { ...serviceOf(one), desiredCount: chance.whole(0, 5) }),
  },
  'stops a task': {
    of: 'service',
    touch: async (call, one, chance) => {
      const { cluster, service } = serviceOf(one);
      const { taskArns } = await call('ecs', 'ListTasks', { cluster, serviceName: service });
      const task = chance.any(taskArns as string[]);
      if (task !== undefined) await call('ecs', 'StopTask', { cluster, task });
    },
  },
  'deletes the service': {
    of: 'service',
    touch: (call, one) => call('ecs', 'DeleteService', { ...serviceOf(one), force: true }),
  },
  'registers a revision in the family': {
    of: 'task-definition',
    touch: (call, { name }) =>
      call('ecs', 'RegisterTaskDefinition', {
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'main', image: 'example.org/by-hand:1' }],
      }),
  },
  'deregisters the revision': {
    of: 'task-definition',
    touch: (call, { arn }) => call('ecs', 'DeregisterTaskDefinition', { taskDefinition: arn }),
  },
  'deletes the log group': {
    of: 'log-group',
    touch: (call, { name }) => call('logs', 'DeleteLogGroup', { logGroupName: name }),
  },
  'changes the policy': {
    of: 'role',
    touch: (call, { name }, chance) =>
      call('iam', 'PutRolePolicy', {
        RoleName: name,
        PolicyName: chance.one(['stationkeeper', 'by-hand']),
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        }),
      }),
  },
  'attaches a managed policy': {
    of: 'role',
    touch: (call, { name }) =>
      call('iam', 'AttachRolePolicy', {
        RoleName: name,
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      }),
  },
  'deregisters the instances': {
    of: 'discovery-service',
    touch: (call, { id }) => deregisterInstances(call, id),
  },
  'deletes the discovery service': {
    of: 'discovery-service',
    touch: async (call, { id }) => {
      await deregisterInstances(call, id);
      await call('servicediscovery', 'DeleteService', { Id: id });
    },
  },
};

/** Does it; false where AWS refuses. */
export async function meddle(world: World, one: Live, { touch }: Meddling, chance: Chance): Promise<boolean> {
  try {
    await touch(callsTo(world.sandbox, whereIs(one.region)), one, chance);
    return true;
  } catch (thrown) {
    if (thrown instanceof AwsError) return false;
    throw thrown;
  }
}

/** Sets tags, or takes them away. */
export async function retag(
  world: World,
  one: Pick<Live, 'kind' | 'region' | 'name' | 'id' | 'arn'>,
  tags: Readonly<Record<string, string>>,
  removed: readonly string[] = [],
): Promise<void> {
  const call = callsTo(world.sandbox, whereIs(one.region));
  const upper = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const lower = Object.entries(tags).map(([key, value]) => ({ key, value }));
  const isSet = upper.length > 0;
  const isRemoved = removed.length > 0;
  switch (one.kind) {
    case 'security-group':
      if (isSet) await call('ec2', 'CreateTags', { Resources: [one.id], Tags: upper });
      if (isRemoved)
        await call('ec2', 'DeleteTags', { Resources: [one.id], Tags: removed.map((Key) => ({ Key })) });
      return;
    case 'role':
      if (isSet) await call('iam', 'TagRole', { RoleName: one.name, Tags: upper });
      if (isRemoved) await call('iam', 'UntagRole', { RoleName: one.name, TagKeys: removed });
      return;
    case 'log-group':
      if (isSet) await call('logs', 'TagResource', { resourceArn: one.arn, tags });
      if (isRemoved) await call('logs', 'UntagResource', { resourceArn: one.arn, tagKeys: removed });
      return;
    case 'namespace':
    case 'discovery-service':
      if (isSet) await call('servicediscovery', 'TagResource', { ResourceARN: one.arn, Tags: upper });
      if (isRemoved)
        await call('servicediscovery', 'UntagResource', { ResourceARN: one.arn, TagKeys: removed });
      return;
    case 'scalable-target':
      if (isSet) await call('application-autoscaling', 'TagResource', { ResourceARN: one.arn, Tags: tags });
      if (isRemoved) {
        await call('application-autoscaling', 'UntagResource', { ResourceARN: one.arn, TagKeys: removed });
      }
      return;
    case 'cluster':
    case 'service':
    case 'task-definition':
    case 'environment':
      if (isSet) await call('ecs', 'TagResource', { resourceArn: one.arn, tags: lower });
      if (isRemoved) await call('ecs', 'UntagResource', { resourceArn: one.arn, tagKeys: removed });
  }
}

async function deregisterInstances(call: Call, ServiceId: string): Promise<void> {
  const { Instances } = await call('servicediscovery', 'ListInstances', { ServiceId });
  for (const { Id } of Instances as { readonly Id: string }[]) {
    await call('servicediscovery', 'DeregisterInstance', { ServiceId, InstanceId: Id });
  }
}

function rule(IpProtocol: string, port: number, CidrIp: string): object {
  return { IpProtocol, FromPort: port, ToPort: port, IpRanges: [{ CidrIp }] };
}
