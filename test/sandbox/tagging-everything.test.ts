import { expect, it } from 'vitest';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const key = 'team';
const FILTER = { TagFilters: [{ Key: key }] };

/** The kinds of what GetResources lists with our tag. */
async function listed(aws: EcsSandbox): Promise<readonly string[]> {
  aws.advance(AWS_TIMING.tagging.visibility.most);
  const { ResourceTagMappingList = [] } = await aws.call('tagging', 'GetResources', FILTER);
  const kinds = ResourceTagMappingList.map(({ ResourceARN = '' }) => {
    const [, , service, , , resource = ''] = ResourceARN.split(':');
    return `${service}:${resource.split('/')[0]}`;
  });
  return [...new Set(kinds)].toSorted();
}

it('whatever is made with tags is listed, and whatever is deleted is not', async () => {
  const aws = await ecsSandbox();
  const { call } = aws;
  const tags = [{ key, value: 'a' }];
  const Tags = [{ Key: key, Value: 'a' }];
  const { Vpcs = [] } = await call('ec2', 'DescribeVpcs', {});
  const { GroupId = '' } = await call('ec2', 'CreateSecurityGroup', {
    GroupName: 'tagged',
    Description: 'tagged',
    VpcId: Vpcs[0]?.VpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  });
  const { SecurityGroupRules = [] } = await call('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [{ IpProtocol: 'udp', FromPort: 1, ToPort: 1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    TagSpecifications: [{ ResourceType: 'security-group-rule', Tags }],
  });
  await call('logs', 'CreateLogGroup', { logGroupName: '/tagged', tags: { [key]: 'a' } });
  await call('ecr', 'CreateRepository', { repositoryName: 'tagged', tags: Tags });
  await call('ssm', 'PutParameter', { Name: '/tagged', Type: 'String', Value: 'x', Tags });
  await call('secretsmanager', 'CreateSecret', { Name: 'tagged', Tags });
  const namespace = { Name: 'tagged.local', Vpc: Vpcs[0]?.VpcId, Tags };
  await call('servicediscovery', 'CreatePrivateDnsNamespace', namespace);
  aws.advance(AWS_TIMING.servicediscovery.namespaceOperation.most + 1000);
  const { Namespaces = [] } = await call('servicediscovery', 'ListNamespaces', {});
  const [{ Id: NamespaceId = '' } = {}] = Namespaces;
  const { Service } = await call('servicediscovery', 'CreateService', { Name: 'x', NamespaceId, Tags });
  const { cluster } = await aws.ecs('CreateCluster', { clusterName: 'tagged', tags });
  const taskDefinition = await aws.register({ tags });
  await aws.ecs('CreateService', aws.serviceInput({ taskDefinition, tags, propagateTags: 'SERVICE' }));
  await aws.steady();
  const instance = { instanceId: 'i-0123456789abcdef0', instanceType: 'm5.large' };
  const { containerInstance } = await aws.ecs('RegisterContainerInstance', {
    cluster: 'daemons',
    instanceIdentityDocument: JSON.stringify(instance),
    tags,
  });

  const all = [
    'ec2:security-group',
    'ec2:security-group-rule',
    'ecr:repository',
    'ecs:cluster',
    'ecs:container-instance',
    'ecs:service',
    'ecs:task',
    'ecs:task-definition',
    'logs:log-group',
    'secretsmanager:secret',
    'servicediscovery:namespace',
    'servicediscovery:service',
    'ssm:parameter',
  ];
  expect(await listed(aws)).toEqual(all);

  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
  aws.advance(10 * 60_000);
  const { containerInstanceArn } = containerInstance!;
  await aws.ecs('DeregisterContainerInstance', {
    cluster: 'daemons',
    containerInstance: containerInstanceArn,
  });
  await aws.ecs('DeleteCluster', { cluster: cluster?.clusterArn });
  await aws.ecs('DeregisterTaskDefinition', { taskDefinition });
  await aws.ecs('DeleteTaskDefinitions', { taskDefinitions: [taskDefinition] });
  aws.advance(AWS_TIMING.ecs.taskDefinitionDeletion.most);
  const family = { familyPrefix: 'xray', status: 'DELETE_IN_PROGRESS' } as const;
  expect((await aws.ecs('ListTaskDefinitions', family)).taskDefinitionArns).toEqual([]);
  const SecurityGroupRuleIds = SecurityGroupRules.map((rule) => rule.SecurityGroupRuleId ?? '');
  await call('ec2', 'RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds });
  await call('ec2', 'DeleteSecurityGroup', { GroupId });
  await call('logs', 'DeleteLogGroup', { logGroupName: '/tagged' });
  await call('ecr', 'DeleteRepository', { repositoryName: 'tagged' });
  await call('ssm', 'DeleteParameter', { Name: '/tagged' });
  await call('secretsmanager', 'DeleteSecret', { SecretId: 'tagged', ForceDeleteWithoutRecovery: true });
  await call('servicediscovery', 'DeleteService', { Id: Service?.Id });
  await call('servicediscovery', 'DeleteNamespace', { Id: NamespaceId });
  aws.advance(AWS_TIMING.servicediscovery.namespaceOperation.most + 1000);
  expect(await listed(aws)).toEqual([]);
});
