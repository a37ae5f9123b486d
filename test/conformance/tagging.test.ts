import { expect } from 'vitest';
import { conformance, eventually } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import { createCluster } from '../support/aws/ecs-calls.ts';

/** Source: the API reference of the Resource Groups Tagging API. */

const TAGGED: readonly Row[] = [
  {
    aws: 'finds what has a tag of any of the values, of every service, with all tags of it',
    check: async (aws, name) => {
      const { cluster } = await createCluster(aws, name);
      const tags = [
        { key: 'row', value: name },
        { key: 'team', value: 'platform' },
      ];
      await aws.ecs.tagResource({ resourceArn: cluster?.clusterArn, tags });
      await aws.logs.createLogGroup({ logGroupName: name, tags: { row: name } });
      await eventually(async () => {
        const { ResourceTagMappingList } = await aws.tagging.getResources({
          TagFilters: [{ Key: 'row', Values: [name, 'another'] }],
        });
        const found = ResourceTagMappingList?.toSorted((a, b) =>
          a.ResourceARN!.localeCompare(b.ResourceARN!),
        );
        expect(found).toMatchObject([
          {
            ResourceARN: cluster?.clusterArn,
            Tags: expect.arrayContaining([{ Key: 'team', Value: 'platform' }]),
          },
          { ResourceARN: expect.stringMatching(new RegExp(`:log-group:${name}$`)) },
        ]);
      });
    },
  },
  {
    aws: 'looks only among the types that are asked for',
    check: async (aws, name) => {
      const { cluster } = await createCluster(aws, name);
      await aws.ecs.tagResource({ resourceArn: cluster?.clusterArn, tags: [{ key: 'row', value: name }] });
      await aws.logs.createLogGroup({ logGroupName: name, tags: { row: name } });
      await eventually(async () => {
        const { ResourceTagMappingList } = await aws.tagging.getResources({
          TagFilters: [{ Key: 'row', Values: [name] }],
          ResourceTypeFilters: ['ecs:cluster'],
        });
        expect(ResourceTagMappingList?.map((one) => one.ResourceARN)).toEqual([cluster?.clusterArn]);
      });
    },
  },
];

conformance('GetResources', TAGGED);
