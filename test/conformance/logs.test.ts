import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';

/** Sources: the CloudWatch Logs API reference; reference: hazards, others. */

const LOGS: readonly Row[] = [
  {
    aws: 'refuses a second group of one name with ResourceAlreadyExistsException',
    check: async ({ logs }, logGroupName) => {
      await logs.createLogGroup({ logGroupName });
      await refused(logs.createLogGroup({ logGroupName }), 'ResourceAlreadyExistsException', {
        message: 'The specified log group already exists',
      });
    },
  },
  {
    aws: 'refuses characters that a name cannot have with InvalidParameterException',
    moto: 'takes them',
    check: ({ logs }) =>
      refused(logs.createLogGroup({ logGroupName: 'no spaces' }), 'InvalidParameterException'),
  },
  {
    aws: 'refuses a name of 513 characters with InvalidParameterException',
    check: ({ logs }) =>
      refused(logs.createLogGroup({ logGroupName: 'x'.repeat(513) }), 'InvalidParameterException'),
  },
  {
    aws: 'refuses to delete an unknown group with ResourceNotFoundException',
    check: ({ logs }) =>
      refused(logs.deleteLogGroup({ logGroupName: 'none' }), 'ResourceNotFoundException', {
        message: 'The specified log group does not exist.',
      }),
  },
  {
    aws: 'shows a group with an ARN that ends in :* and one that does not, and no retention',
    check: async ({ logs }, logGroupName) => {
      await logs.createLogGroup({ logGroupName });
      const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName });
      const group = logGroups?.find((one) => one.logGroupName === logGroupName);
      expect(group?.retentionInDays).toBeUndefined();
      expect(group?.arn).toBe(`${group?.logGroupArn}:*`);
      expect(group?.creationTime).toBeGreaterThan(Date.UTC(2020));
    },
  },
  {
    aws: 'sets a retention and takes it away again',
    check: async ({ logs }, logGroupName) => {
      await logs.createLogGroup({ logGroupName });
      const retention = async () => {
        const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName });
        return logGroups?.[0]?.retentionInDays;
      };
      await logs.putRetentionPolicy({ logGroupName, retentionInDays: 7 });
      expect(await retention()).toBe(7);
      await logs.deleteRetentionPolicy({ logGroupName });
      expect(await retention()).toBeUndefined();
    },
  },
  {
    aws: 'refuses a retention of 8 days with InvalidParameterException',
    moto: 'takes any',
    check: async ({ logs }, logGroupName) => {
      await logs.createLogGroup({ logGroupName });
      await refused(
        logs.putRetentionPolicy({ logGroupName, retentionInDays: 8 }),
        'InvalidParameterException',
      );
    },
  },
  {
    aws: 'refuses a retention for an unknown group with ResourceNotFoundException',
    check: ({ logs }) =>
      refused(
        logs.putRetentionPolicy({ logGroupName: 'none', retentionInDays: 7 }),
        'ResourceNotFoundException',
      ),
  },
  {
    aws: 'finds groups by prefix, longer names too, in the order of names, limit to a page',
    check: async ({ logs }, name) => {
      for (const logGroupName of [`${name}-b`, `${name}-c`, `${name}-a`]) {
        await logs.createLogGroup({ logGroupName });
      }
      const first = await logs.describeLogGroups({ logGroupNamePrefix: name, limit: 2 });
      expect(first.logGroups?.map((group) => group.logGroupName)).toEqual([`${name}-a`, `${name}-b`]);
      const rest = await logs.describeLogGroups({
        logGroupNamePrefix: name,
        limit: 2,
        nextToken: first.nextToken,
      });
      expect(rest.logGroups?.map((group) => group.logGroupName)).toEqual([`${name}-c`]);
      expect(rest.nextToken).toBeUndefined();
    },
  },
  {
    aws: 'gives 50 groups a page unless told otherwise',
    check: async ({ logs }, name) => {
      for (let number = 0; number < 51; number += 1) {
        await logs.createLogGroup({ logGroupName: `${name}-${number}` });
      }
      const { logGroups, nextToken } = await logs.describeLogGroups({ logGroupNamePrefix: name });
      expect(logGroups).toHaveLength(50);
      expect(nextToken).toEqual(expect.any(String));
    },
  },
  {
    aws: 'refuses pages of more than 50 with InvalidParameterException',
    check: ({ logs }) => refused(logs.describeLogGroups({ limit: 51 }), 'InvalidParameterException'),
  },
  {
    aws: 'keeps tags by the ARN without :*, and removes them by key',
    check: async ({ logs }, logGroupName) => {
      await logs.createLogGroup({ logGroupName, tags: { team: 'platform' } });
      const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logGroupName });
      const resourceArn = logGroups?.[0]?.logGroupArn;
      await logs.tagResource({ resourceArn, tags: { stage: 'test' } });
      expect((await logs.listTagsForResource({ resourceArn })).tags).toEqual({
        team: 'platform',
        stage: 'test',
      });
      await logs.untagResource({ resourceArn, tagKeys: ['team', 'none'] });
      expect((await logs.listTagsForResource({ resourceArn })).tags).toEqual({ stage: 'test' });
    },
  },
  {
    aws: 'refuses the tags of an unknown group with ResourceNotFoundException',
    moto: 'shows none',
    check: async ({ logs, sts }) => {
      const { Account } = await sts.getCallerIdentity({});
      const resourceArn = `arn:aws:logs:us-east-1:${Account}:log-group:none`;
      await refused(logs.listTagsForResource({ resourceArn }), 'ResourceNotFoundException');
    },
  },
  {
    aws: 'refuses a second stream of one name in a group with ResourceAlreadyExistsException',
    check: async ({ logs }, logGroupName) => {
      await logs.createLogGroup({ logGroupName });
      const stream = { logGroupName, logStreamName: 'docker/xray' };
      await logs.createLogStream(stream);
      await refused(logs.createLogStream(stream), 'ResourceAlreadyExistsException');
    },
  },
  {
    aws: 'refuses a stream in an unknown group with ResourceNotFoundException',
    check: ({ logs }) =>
      refused(
        logs.createLogStream({ logGroupName: 'none', logStreamName: 'docker/xray' }),
        'ResourceNotFoundException',
      ),
  },
];

conformance('CloudWatch Logs', LOGS);
