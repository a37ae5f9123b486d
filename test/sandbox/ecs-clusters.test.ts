import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';

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
  expect(service.capacityProviderStrategy).toEqual([{ capacityProvider: 'FARGATE', weight: 1, base: 0 }]);
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

test.each<[string, string, string]>([
  ['an unknown cluster', ARN.replace('daemons', 'other'), 'ClusterNotFoundException: Cluster not found.'],
  [
    'an unknown service',
    ARN.replace('cluster/daemons', 'service/daemons/other'),
    'InvalidParameterException: The specified service is not found. Verify that the resource exists and try again.',
  ],
  [
    'an unknown revision',
    ARN.replace('cluster/daemons', 'task-definition/xray:9'),
    'InvalidParameterException: The specified task definition is not found. Verify that the resource exists and try again.',
  ],
  [
    'a name instead of an ARN',
    'daemons',
    'InvalidParameterException: The specified resource ARN is invalid. Specify a full ARN and try again.',
  ],
])('the tags of %s are refused', async (_, resourceArn, refusal) => {
  const aws = await ecsSandbox();
  expect(await aws.refusal('ListTagsForResource', { resourceArn })).toBe(refusal);
  expect(await aws.refusal('TagResource', { resourceArn, tags: TAGS })).toBe(refusal);
});

test('AWS keeps its own tags on a task', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput({ enableECSManagedTags: true }));
  await aws.steady();
  const [task] = await aws.tasks();
  const untag = { resourceArn: task?.taskArn, tagKeys: ['aws:ecs:serviceName'] };
  expect(await aws.refusal('UntagResource', untag)).toContain('InvalidParameterException: ');
});

test.each([
  ['a reserved key', [{ key: 'aws:owner', value: 'x' }]],
  ['a reserved value', [{ key: 'owner', value: 'AWS:x' }]],
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

test('statistics are answered only where they are asked for', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  const describe = async (include: 'STATISTICS'[]) =>
    (await aws.ecs('DescribeClusters', { clusters: ['daemons'], include })).clusters?.[0];
  expect(await describe([])).toMatchObject({ statistics: [], runningTasksCount: 2, activeServicesCount: 1 });
  expect((await describe(['STATISTICS']))?.statistics).toEqual([
    { name: 'runningEC2TasksCount', value: '0' },
    { name: 'runningFargateTasksCount', value: '2' },
    { name: 'pendingEC2TasksCount', value: '0' },
    { name: 'pendingFargateTasksCount', value: '0' },
    { name: 'activeEC2ServiceCount', value: '0' },
    { name: 'activeFargateServiceCount', value: '1' },
  ]);
});

test('at most a hundred clusters are described at once', async () => {
  const aws = await ecsSandbox();
  const clusters = Array.from({ length: 101 }, (_, index) => `cluster-${index}`);
  expect(await aws.refusal('DescribeClusters', { clusters })).toBe(
    'InvalidParameterException: clusters can have at most 100 items.',
  );
  const { failures } = await aws.ecs('DescribeClusters', { clusters: clusters.slice(1) });
  expect(failures).toHaveLength(100);
});

test('clusters are listed a hundred to a page; another size is refused beyond that', async () => {
  const aws = await ecsSandbox();
  for (let index = 0; index < 100; index++) await aws.ecs('CreateCluster', { clusterName: `c-${index}` });
  const first = await aws.ecs('ListClusters', {});
  expect(first.clusterArns).toHaveLength(100);
  const second = await aws.ecs('ListClusters', { nextToken: first.nextToken });
  expect(second).toEqual({ clusterArns: [ARN] });
  for (const input of [{ maxResults: 101 }, { maxResults: 0 }, { nextToken: 'other' }]) {
    expect(await aws.refusal('ListClusters', input)).toContain('InvalidParameterException: ');
  }
});

test('a cluster with services is not deleted; one without is, and again without effect', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  await aws.steady();
  expect(await aws.refusal('DeleteCluster', { cluster: 'daemons' })).toBe(
    'ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.',
  );
  await aws.ecs('DeleteService', { cluster: 'daemons', service: 'xray', force: true });
  await aws.until(async () => (await aws.service()).status === 'INACTIVE');
  const deleted = await aws.ecs('DeleteCluster', { cluster: 'daemons' });
  expect(deleted.cluster).toMatchObject({ status: 'INACTIVE', activeServicesCount: 0 });
  expect(await aws.refusal('DeleteCluster', { cluster: 'daemons' })).toBe('accepted');
});

test('the oldest of many deleted clusters are forgotten', async () => {
  const aws = await ecsSandbox();
  for (let index = 0; index < 101; index++) {
    await aws.ecs('CreateCluster', { clusterName: `c-${index}` });
    await aws.ecs('DeleteCluster', { cluster: `c-${index}` });
  }
  const { clusters, failures } = await aws.ecs('DescribeClusters', { clusters: ['c-0', 'c-1', 'c-100'] });
  expect(clusters?.map(({ clusterName }) => clusterName)).toEqual(['c-1', 'c-100']);
  expect(failures).toMatchObject([{ reason: 'MISSING' }]);
});

const PROVIDER_REFUSED =
  'InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.';

test.each<[string, object[], string]>([
  ['a provider that the cluster has not', [{ capacityProvider: 'FARGATE' }], PROVIDER_REFUSED],
  [
    'a weight over 1000',
    [{ capacityProvider: 'FARGATE_SPOT', weight: 1001 }],
    'InvalidParameterException: weight must be between 0 and 1000.',
  ],
])('a default strategy with %s is refused', async (_, strategy, refusal) => {
  const aws = await ecsSandbox();
  const input = {
    cluster: 'daemons',
    capacityProviders: ['FARGATE_SPOT'],
    defaultCapacityProviderStrategy: strategy as { capacityProvider: string }[],
  };
  expect(await aws.refusal('PutClusterCapacityProviders', input)).toBe(refusal);
});

test.each([
  [
    'without any weight',
    [0, 0],
    [0, 0],
    'There are no capacity providers in the capacity provider strategy with a weight value greater than zero. Specify one and try again.',
  ],
  [
    'with two bases',
    [1, 1],
    [1, 1],
    'There are multiple capacity providers in the specified capacity provider strategy with a base value defined. Only one is allowed.',
  ],
])('a strategy of two providers %s is refused', async (_, weights, bases, message) => {
  const aws = await ecsSandbox();
  const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
  const defaultCapacityProviderStrategy = capacityProviders.map((capacityProvider, index) => ({
    capacityProvider,
    weight: weights[index],
    base: bases[index],
  }));
  const input = { clusterName: 'other', capacityProviders, defaultCapacityProviderStrategy };
  expect(await aws.refusal('CreateCluster', input)).toBe(`InvalidParameterException: ${message}`);
});

test("Fargate's two capacity providers are in every account", async () => {
  const aws = await ecsSandbox();
  const { capacityProviders, failures } = await aws.ecs('DescribeCapacityProviders', {
    capacityProviders: ['FARGATE', 'FARGATE_SPOT', 'other'],
  });
  expect(capacityProviders).toMatchObject([
    { name: 'FARGATE', status: 'ACTIVE' },
    { name: 'FARGATE_SPOT', status: 'ACTIVE' },
  ]);
  expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  const unknown = { cluster: 'daemons', capacityProviders: ['other'], defaultCapacityProviderStrategy: [] };
  expect(await aws.refusal('PutClusterCapacityProviders', unknown)).toBe(
    'InvalidParameterException: The specified capacity provider was not found.',
  );
});

test('a capacity provider that a service uses stays with its cluster', async () => {
  const aws = await ecsSandbox();
  const cluster = 'daemons';
  const put = (capacityProviders: string[]) => ({
    cluster,
    capacityProviders,
    defaultCapacityProviderStrategy: [],
  });
  await aws.ecs('PutClusterCapacityProviders', put(['FARGATE_SPOT']));
  const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
  await aws.ecs('CreateService', aws.serviceInput({ launchType: undefined, capacityProviderStrategy }));
  expect(await aws.refusal('PutClusterCapacityProviders', put(['FARGATE']))).toContain(
    'ResourceInUseException: ',
  );
});

test.each([
  ['of another region', ARN.replace('us-east-1', 'us-east-2'), 'Invalid Region in ARN'],
  ['of another account', ARN.replace('385605022855', '111122223333'), 'AccountIDs mismatch'],
  ['of a service', `${ARN.replace(':cluster/', ':service/')}/xray`, 'Cluster Identifier is invalid'],
  ['nobody could give', 'a b', 'Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was a b'],
])('a cluster identifier %s is refused, and is no unknown cluster', async (_, cluster, message) => {
  const aws = await ecsSandbox();
  const refusal = `InvalidParameterException: ${message}`;
  expect(await aws.refusal('DescribeClusters', { clusters: [cluster] })).toBe(refusal);
  expect(await aws.refusal('ListServices', { cluster })).toBe(refusal);
});
