import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import { createCluster, service } from '../support/aws/ecs-calls.ts';

/** Sources: the ECS API reference; reference: hazards, batches. */

const CLUSTERS: readonly Row[] = [
  {
    aws: 'makes an ACTIVE cluster, and answers the same one where it exists',
    check: async (aws, name) => {
      const { cluster } = await createCluster(aws, name);
      expect(cluster).toMatchObject({
        clusterName: name,
        status: 'ACTIVE',
        clusterArn: expect.stringMatching(new RegExp(`^arn:aws:ecs:us-east-1:\\d{12}:cluster/${name}$`)),
        activeServicesCount: 0,
      });
      expect((await createCluster(aws, name)).cluster?.clusterArn).toBe(cluster?.clusterArn);
    },
  },
  {
    aws: 'refuses a name with a space with InvalidParameterException',
    moto: 'takes it',
    check: (aws) => refused(createCluster(aws, 'no spaces'), 'InvalidParameterException'),
  },
  {
    aws: 'answers 200 for an unknown cluster that is described, and MISSING among the failures',
    check: async (aws, name) => {
      await createCluster(aws, name);
      const { clusters, failures } = await aws.ecs.describeClusters({ clusters: [name, 'none'] });
      expect(clusters?.map((one) => one.clusterName)).toEqual([name]);
      expect(failures).toMatchObject([{ arn: expect.stringMatching(/cluster\/none$/), reason: 'MISSING' }]);
    },
  },
  {
    aws: 'shows tags and settings only where they are asked for',
    check: async ({ ecs }, clusterName) => {
      await ecs.createCluster({ clusterName, tags: [{ key: 'team', value: 'platform' }] });
      const described = async (include: ('TAGS' | 'SETTINGS')[]) =>
        (await ecs.describeClusters({ clusters: [clusterName], include })).clusters?.[0];
      expect((await described([]))?.tags ?? []).toEqual([]);
      expect(await described(['TAGS', 'SETTINGS'])).toMatchObject({
        tags: [{ key: 'team', value: 'platform' }],
        settings: [{ name: 'containerInsights', value: 'disabled' }],
      });
    },
  },
  {
    aws: 'refuses to delete an unknown cluster with ClusterNotFoundException',
    check: ({ ecs }) => refused(ecs.deleteCluster({ cluster: 'none' }), 'ClusterNotFoundException'),
  },
  {
    aws: 'refuses to delete a cluster with services with ClusterContainsServicesException',
    moto: 'deletes it',
    check: async (aws, name) => {
      await service(aws, name);
      await refused(aws.ecs.deleteCluster({ cluster: name }), 'ClusterContainsServicesException');
    },
  },
  {
    aws: 'answers a deleted cluster as INACTIVE, and lists it no more',
    moto: 'lists it',
    check: async (aws, name) => {
      await createCluster(aws, name);
      const { cluster } = await aws.ecs.deleteCluster({ cluster: name });
      expect(cluster?.status).toBe('INACTIVE');
      expect((await aws.ecs.listClusters({})).clusterArns).not.toContain(cluster?.clusterArn);
    },
  },
  {
    aws: 'describes a deleted cluster as INACTIVE',
    check: async (aws, name) => {
      await createCluster(aws, name);
      await aws.ecs.deleteCluster({ cluster: name });
      const { clusters } = await aws.ecs.describeClusters({ clusters: [name] });
      expect(clusters?.map((cluster) => cluster.status)).toEqual(['INACTIVE']);
    },
  },
  {
    aws: 'lists clusters page by page, maxResults to a page',
    moto: 'lists all at once',
    check: async (aws, name) => {
      for (const each of ['a', 'b', 'c']) await createCluster(aws, `${name}-${each}`);
      const found: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await aws.ecs.listClusters({ maxResults: 2, ...(nextToken && { nextToken }) });
        expect(page.clusterArns?.length).toBeLessThanOrEqual(2);
        found.push(...(page.clusterArns ?? []).filter((arn) => arn.includes(`/${name}-`)));
        ({ nextToken } = page);
      } while (nextToken !== undefined);
      expect(new Set(found).size).toBe(3);
      expect(found).toHaveLength(3);
    },
  },
  {
    aws: 'refuses pages of more than 100 with InvalidParameterException',
    moto: 'takes any size',
    check: ({ ecs }) => refused(ecs.listClusters({ maxResults: 101 }), 'InvalidParameterException'),
  },
];

conformance('ECS clusters', CLUSTERS);
