import type { CapacityProviderStrategyItem, CreateCapacityProviderCommandInput } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import { AUTO_SCALING_GROUP, providerInput } from '../support/sandbox/hosts.ts';

const INVALID = 'InvalidParameterException: ';
/** The longest that attaching, changing and deleting take (sandbox/timing.ts). */
const LONGEST_CHANGE_MS = 20_000;

async function withHosts(): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.ecs('CreateCapacityProvider', providerInput());
  return aws;
}

const associate = (providers: string[], strategy: CapacityProviderStrategyItem[] = []) => ({
  cluster: 'daemons',
  capacityProviders: providers,
  defaultCapacityProviderStrategy: strategy,
});

async function cluster(aws: EcsSandbox) {
  const { clusters = [] } = await aws.ecs('DescribeClusters', {
    clusters: ['daemons'],
    include: ['ATTACHMENTS'],
  });
  return clusters[0]!;
}

describe('a capacity provider of an Auto Scaling group', () => {
  test('has AWS’s defaults, and is described beside those of Fargate', async () => {
    const aws = await withHosts();
    const { capacityProviders = [] } = await aws.ecs('DescribeCapacityProviders', {});
    expect(capacityProviders.map(({ name }) => name)).toEqual(['FARGATE', 'FARGATE_SPOT', 'hosts']);
    expect(capacityProviders[2]).toEqual({
      capacityProviderArn: 'arn:aws:ecs:us-east-1:385605022855:capacity-provider/hosts',
      name: 'hosts',
      status: 'ACTIVE',
      type: 'EC2_AUTOSCALING',
      autoScalingGroupProvider: {
        autoScalingGroupArn: AUTO_SCALING_GROUP,
        managedScaling: {
          status: 'DISABLED',
          targetCapacity: 100,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: 10_000,
          instanceWarmupPeriod: 300,
        },
        managedTerminationProtection: 'DISABLED',
        managedDraining: 'ENABLED',
      },
      tags: [],
    });
  });

  test('is changed after a while, and busy until then; what is left out stays', async () => {
    const aws = await withHosts();
    const change = {
      name: 'hosts',
      autoScalingGroupProvider: { managedScaling: { status: 'ENABLED' as const } },
    };
    const { capacityProvider } = await aws.ecs('UpdateCapacityProvider', change);
    expect(capacityProvider?.updateStatus).toBe('UPDATE_IN_PROGRESS');
    expect(await aws.refusal('UpdateCapacityProvider', change)).toMatch(/^UpdateInProgressException: /);
    aws.advance(LONGEST_CHANGE_MS);
    const { capacityProviders } = await aws.ecs('DescribeCapacityProviders', {
      capacityProviders: ['hosts'],
    });
    expect(capacityProviders).toMatchObject([
      {
        updateStatus: 'UPDATE_COMPLETE',
        autoScalingGroupProvider: { managedScaling: { status: 'ENABLED', targetCapacity: 100 } },
      },
    ]);
  });

  test('is deleted after a while, stays describable, and can be made anew', async () => {
    const aws = await withHosts();
    await aws.ecs('DeleteCapacityProvider', { capacityProvider: 'hosts' });
    aws.advance(LONGEST_CHANGE_MS);
    const { capacityProviders } = await aws.ecs('DescribeCapacityProviders', {
      capacityProviders: ['hosts'],
    });
    expect(capacityProviders).toMatchObject([{ status: 'INACTIVE', updateStatus: 'DELETE_COMPLETE' }]);
    expect(await aws.refusal('DeleteCapacityProvider', { capacityProvider: 'hosts' })).toMatch(
      /^ClientException: The specified capacity provider does not exist/,
    );
    expect(await aws.refusal('CreateCapacityProvider', providerInput())).toBe('accepted');
  });

  test('is not deleted while a cluster has it', async () => {
    const aws = await withHosts();
    await aws.ecs('PutClusterCapacityProviders', associate(['hosts']));
    expect(await aws.refusal('DeleteCapacityProvider', { capacityProvider: 'hosts' })).toBe(
      'ClientException: The specified capacity provider is in use and cannot be removed.',
    );
  });

  test('has tags of its own', async () => {
    const aws = await withHosts();
    const resourceArn = 'arn:aws:ecs:us-east-1:385605022855:capacity-provider/hosts';
    await aws.ecs('TagResource', { resourceArn, tags: [{ key: 'team', value: 'platform' }] });
    const { capacityProviders } = await aws.ecs('DescribeCapacityProviders', {
      capacityProviders: ['hosts'],
      include: ['TAGS'],
    });
    expect(capacityProviders?.[0]?.tags).toEqual([{ key: 'team', value: 'platform' }]);
  });

  test.each<[string, Partial<CreateCapacityProviderCommandInput>, string]>([
    [
      'the name of Fargate',
      { name: 'Fargate-2' },
      `${INVALID}The specified capacity provider name is invalid.`,
    ],
    [
      'no Auto Scaling group',
      { autoScalingGroupProvider: undefined },
      `${INVALID}An Auto Scaling group must be specified for the capacity provider.`,
    ],
    [
      'a group of another account',
      {
        autoScalingGroupProvider: {
          autoScalingGroupArn: AUTO_SCALING_GROUP.replace('385605022855', '111122223333'),
        },
      },
      `${INVALID}The specified Auto Scaling group ARN is invalid.`,
    ],
    [
      'a target of nothing',
      {
        autoScalingGroupProvider: {
          autoScalingGroupArn: AUTO_SCALING_GROUP,
          managedScaling: { targetCapacity: 0 },
        },
      },
      `${INVALID}targetCapacity must be between 1 and 100.`,
    ],
    [
      'protection without scaling',
      {
        autoScalingGroupProvider: {
          autoScalingGroupArn: AUTO_SCALING_GROUP,
          managedTerminationProtection: 'ENABLED',
        },
      },
      `${INVALID}The managed termination protection setting for the capacity provider is invalid.`,
    ],
    ['a name in use', {}, 'ClientException: The specified capacity provider already exists.'],
  ])('with %s is refused', async (_, changes, refusal) => {
    const aws = await withHosts();
    expect(await aws.refusal('CreateCapacityProvider', providerInput(changes))).toContain(refusal);
  });
});

describe('the capacity providers of a cluster', () => {
  test('are attached after a while, in which they cannot be changed', async () => {
    const aws = await withHosts();
    await aws.ecs('PutClusterCapacityProviders', associate(['FARGATE', 'hosts']));
    expect(await cluster(aws)).toMatchObject({
      attachmentsStatus: 'UPDATE_IN_PROGRESS',
      attachments: [{ type: 'as_policy', status: 'PRECREATED' }],
    });
    expect(await aws.refusal('PutClusterCapacityProviders', associate([]))).toBe(
      'UpdateInProgressException: The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated.',
    );
    aws.advance(LONGEST_CHANGE_MS);
    expect(await cluster(aws)).toMatchObject({
      attachmentsStatus: 'UPDATE_COMPLETE',
      attachments: [{ type: 'as_policy', status: 'CREATED' }],
    });
    await aws.ecs('PutClusterCapacityProviders', associate(['FARGATE']));
    aws.advance(LONGEST_CHANGE_MS);
    expect((await cluster(aws)).attachments).toEqual([]);
  });

  test('are Fargate’s at once', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('PutClusterCapacityProviders', associate(['FARGATE', 'FARGATE_SPOT']));
    expect(await aws.refusal('PutClusterCapacityProviders', associate(['FARGATE']))).toBe('accepted');
    expect((await cluster(aws)).attachmentsStatus).toBeUndefined();
  });

  test.each<[string, string[], CapacityProviderStrategyItem[], string]>([
    ['an unknown one', ['others'], [], 'The specified capacity provider was not found.'],
    [
      'a strategy of another one',
      ['FARGATE'],
      [{ capacityProvider: 'FARGATE_SPOT' }],
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster.',
    ],
    [
      'a strategy of Fargate and hosts',
      ['FARGATE', 'hosts'],
      [
        { capacityProvider: 'FARGATE', weight: 1 },
        { capacityProvider: 'hosts', weight: 1 },
      ],
      'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.',
    ],
  ])('refuse %s', async (_, providers, strategy, refusal) => {
    const aws = await withHosts();
    expect(await aws.refusal('PutClusterCapacityProviders', associate(providers, strategy))).toContain(
      INVALID + refusal,
    );
  });

  test('run no task of a service on hosts, and say why', async () => {
    const aws = await withHosts();
    await aws.ecs(
      'PutClusterCapacityProviders',
      associate(['hosts'], [{ capacityProvider: 'hosts', weight: 1 }]),
    );
    aws.advance(LONGEST_CHANGE_MS);
    const taskDefinition = await aws.register({ requiresCompatibilities: ['EC2'] });
    await aws.ecs('CreateService', aws.serviceInput({ launchType: undefined, taskDefinition }));
    await aws.until(async () => ((await aws.service()).events ?? []).length > 0);
    const service = await aws.service();
    expect(service.capacityProviderStrategy).toEqual([{ capacityProvider: 'hosts', weight: 1, base: 0 }]);
    expect(service.launchType).toBeUndefined();
    expect(service.events?.[0]?.message).toContain('was unable to place a task');
  });
});
