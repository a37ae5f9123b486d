import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/ecs-sandbox.ts';

const ARN = 'arn:aws:ecs:us-east-1:385605022855:cluster/daemons';
const TAGS = [{ key: 'team', value: 'platform' }];

test('a cluster is described without settings and tags unless they are asked for', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('TagResource', { resourceArn: ARN, tags: TAGS });
  const plain = await aws.ecs('DescribeClusters', { clusters: ['daemons', 'other'] });
  expect(plain.clusters).toMatchObject([
    { clusterArn: ARN, clusterName: 'daemons', status: 'ACTIVE', settings: [], tags: [], statistics: [] },
  ]);
  expect(plain.failures).toEqual([
    { arn: 'arn:aws:ecs:us-east-1:385605022855:cluster/other', reason: 'MISSING' },
  ]);
  const whole = await aws.ecs('DescribeClusters', { clusters: [ARN], include: ['SETTINGS', 'TAGS'] });
  expect(whole.clusters).toMatchObject([
    { settings: [{ name: 'containerInsights', value: 'disabled' }], tags: TAGS },
  ]);
});

test('creating an existing cluster answers with it, and refuses other settings', async () => {
  const aws = await ecsSandbox();
  const { cluster } = await aws.ecs('CreateCluster', { clusterName: 'daemons' });
  expect(cluster?.clusterArn).toBe(ARN);
  const settings = [{ name: 'containerInsights' as const, value: 'enhanced' }];
  expect(await aws.refusal('CreateCluster', { clusterName: 'daemons', settings })).toMatch(
    /^InvalidParameterException: Arguments on this idempotent request are inconsistent/,
  );
  const updated = await aws.ecs('UpdateCluster', { cluster: 'daemons', settings });
  expect(updated.cluster?.settings).toEqual(settings);
  const insights = [{ name: 'containerInsights' as const, value: 'some' }];
  expect(await aws.refusal('UpdateClusterSettings', { cluster: 'daemons', settings: insights })).toBe(
    'InvalidParameterException: Invalid setting value: some.',
  );
});

test('a deleted cluster is INACTIVE, refused for use, and can be made anew', async () => {
  const aws = await ecsSandbox();
  const { cluster } = await aws.ecs('DeleteCluster', { cluster: 'daemons' });
  expect(cluster?.status).toBe('INACTIVE');
  expect((await aws.ecs('DescribeClusters', { clusters: ['daemons'] })).clusters?.[0]?.status).toBe(
    'INACTIVE',
  );
  expect((await aws.ecs('ListClusters', {})).clusterArns).toEqual([]);
  expect(await aws.refusal('CreateService', aws.serviceInput())).toBe(
    'ClusterNotFoundException: The referenced cluster was inactive.',
  );
  await aws.ecs('CreateCluster', { clusterName: 'daemons' });
  expect((await aws.ecs('ListClusters', {})).clusterArns).toEqual([ARN]);
});

test('an unknown cluster is refused by its own code', async () => {
  const aws = await ecsSandbox();
  const refused = 'ClusterNotFoundException: Cluster not found.';
  expect(await aws.refusal('DeleteCluster', { cluster: 'other' })).toBe(refused);
  expect(await aws.refusal('ListServices', {})).toBe(refused);
  expect(await aws.refusal('ListTasks', { cluster: ARN.replace('us-east-1', 'us-east-2') })).toBe(refused);
  expect(await aws.refusal('CreateCluster', { clusterName: 'a b' })).toBe(
    'InvalidParameterException: Invalid cluster name.',
  );
});

test('a capacity provider strategy of the cluster replaces the launch type', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('PutClusterCapacityProviders', {
    cluster: 'daemons',
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
  });
  await aws.ecs('CreateService', aws.serviceInput({ launchType: undefined }));
  await aws.steady();
  const service = await aws.service();
  expect(service.launchType).toBeUndefined();
  expect(service.capacityProviderStrategy).toEqual([{ capacityProvider: 'FARGATE', weight: 1 }]);
});

test('services, definitions and clusters are tagged, untagged and listed by ARN', async () => {
  const aws = await ecsSandbox();
  const { service } = await aws.ecs('CreateService', aws.serviceInput({ tags: TAGS }));
  for (const resourceArn of [ARN, service!.serviceArn!, service!.taskDefinition!]) {
    await aws.ecs('TagResource', { resourceArn, tags: [...TAGS, { key: 'stage', value: 'test' }] });
    expect((await aws.ecs('ListTagsForResource', { resourceArn })).tags).toEqual([
      { key: 'team', value: 'platform' },
      { key: 'stage', value: 'test' },
    ]);
    await aws.ecs('UntagResource', { resourceArn, tagKeys: ['team'] });
    expect((await aws.ecs('ListTagsForResource', { resourceArn })).tags).toEqual([
      { key: 'stage', value: 'test' },
    ]);
  }
});

test.each([
  ['a reserved key', [{ key: 'aws:owner', value: 'x' }]],
  ['a key twice', [...TAGS, ...TAGS]],
  ['an empty key', [{ key: '', value: 'x' }]],
  ['a long value', [{ key: 'team', value: 'x'.repeat(257) }]],
  ['51 tags', Array.from({ length: 51 }, (_, index) => ({ key: `tag-${index}`, value: '' }))],
])('%s is refused', async (_, tags) => {
  const aws = await ecsSandbox();
  expect(await aws.refusal('TagResource', { resourceArn: ARN, tags })).toMatch(
    /^InvalidParameterException: /,
  );
  expect((await aws.ecs('ListTagsForResource', { resourceArn: ARN })).tags).toEqual([]);
});
