import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import { createCluster } from '../support/aws/ecs-calls.ts';
import type { SdkClients } from '../support/aws/sdk.ts';

/** Sources: the ECS API reference and developer guide (container instances, attributes, cluster query language). */

const WANTS_MACHINE = 'wants the machine to be one of its own EC2';

/** An instance that an agent registers in a new cluster. */
async function register({ ecs }: SdkClients, cluster: string): Promise<ContainerInstance> {
  await ecs.createCluster({ clusterName: cluster });
  const { containerInstance } = await ecs.registerContainerInstance({
    cluster,
    instanceIdentityDocument: JSON.stringify({
      instanceId: 'i-0123456789abcdef0',
      instanceType: 'm5.large',
      availabilityZone: 'us-east-1a',
    }),
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: 7680 },
    ],
    attributes: [{ name: 'stack', value: 'prod' }],
  });
  return containerInstance!;
}

const INSTANCES: readonly Row[] = [
  {
    aws: 'lists none of a new cluster',
    check: async (aws, name) => {
      await createCluster(aws, name);
      expect((await aws.ecs.listContainerInstances({ cluster: name })).containerInstanceArns).toEqual([]);
    },
  },
  {
    aws: 'answers 200 for an unknown instance that is described, and MISSING among the failures',
    moto: 'has an internal error where the cluster never had any',
    check: async (aws, cluster) => {
      await createCluster(aws, cluster);
      const { containerInstances, failures } = await aws.ecs.describeContainerInstances({
        cluster,
        containerInstances: ['b7d1e1a2c3d4e5f60718293a4b5c6d7e'],
      });
      expect(containerInstances).toEqual([]);
      expect(failures).toMatchObject([{ reason: 'MISSING' }]);
    },
  },
  {
    aws: 'refuses those of an unknown cluster with ClusterNotFoundException',
    moto: 'lists none',
    check: ({ ecs }, cluster) => refused(ecs.listContainerInstances({ cluster }), 'ClusterNotFoundException'),
  },
  {
    aws: 'registers one by its identity document, and describes it as ACTIVE with its agent connected',
    moto: WANTS_MACHINE,
    check: async (aws, cluster) => {
      const { containerInstanceArn } = await register(aws, cluster);
      const { containerInstances } = await aws.ecs.describeContainerInstances({
        cluster,
        containerInstances: [containerInstanceArn!],
      });
      expect(containerInstances).toMatchObject([
        { ec2InstanceId: 'i-0123456789abcdef0', status: 'ACTIVE', agentConnected: true },
      ]);
      expect(containerInstances?.[0]?.registeredAt).toBeInstanceOf(Date);
    },
  },
  {
    aws: 'lists those of a status, and those that an expression is true of',
    moto: WANTS_MACHINE,
    check: async (aws, cluster) => {
      const { containerInstanceArn } = await register(aws, cluster);
      await aws.ecs.updateContainerInstancesState({
        cluster,
        containerInstances: [containerInstanceArn!],
        status: 'DRAINING',
      });
      const listed = async (input: object) =>
        (await aws.ecs.listContainerInstances({ cluster, ...input })).containerInstanceArns;
      expect(await listed({ status: 'ACTIVE' })).toEqual([]);
      expect(await listed({ status: 'DRAINING' })).toEqual([containerInstanceArn]);
      expect(await listed({ filter: 'attribute:stack == prod' })).toEqual([containerInstanceArn]);
      expect(await listed({ filter: 'not (attribute:stack == prod)' })).toEqual([]);
    },
  },
  {
    aws: 'puts, lists and deletes attributes',
    moto: WANTS_MACHINE,
    check: async (aws, cluster) => {
      const { containerInstanceArn: targetId } = await register(aws, cluster);
      const named = { cluster, targetType: 'container-instance', attributeName: 'rack' } as const;
      await aws.ecs.putAttributes({ cluster, attributes: [{ name: 'rack', value: '7', targetId }] });
      expect((await aws.ecs.listAttributes(named)).attributes).toEqual([
        { name: 'rack', value: '7', targetId },
      ]);
      await aws.ecs.deleteAttributes({ cluster, attributes: [{ name: 'rack', targetId }] });
      expect((await aws.ecs.listAttributes(named)).attributes).toEqual([]);
    },
  },
  {
    aws: 'keeps a cluster with one from being deleted, and lets go of it once it is deregistered',
    moto: WANTS_MACHINE,
    check: async (aws, cluster) => {
      const { containerInstanceArn: containerInstance } = await register(aws, cluster);
      await refused(aws.ecs.deleteCluster({ cluster }), 'ClusterContainsContainerInstancesException');
      await aws.ecs.deregisterContainerInstance({ cluster, containerInstance });
      expect((await aws.ecs.deleteCluster({ cluster })).cluster?.status).toBe('INACTIVE');
    },
  },
];

conformance('ECS, of container instances,', INSTANCES);
