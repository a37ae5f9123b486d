import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

async function withPages(): Promise<EcsSandbox> {
  const aws = await ecsSandbox();
  await aws.register();
  await aws.ecs('CreateCluster', { clusterName: 'others' });
  await aws.register({ family: 'other' });
  return aws;
}

test('the token of a page leads to the next one, in its own operation', async () => {
  const aws = await withPages();
  const first = await aws.ecs('ListClusters', { maxResults: 1 });
  const second = await aws.ecs('ListClusters', { maxResults: 1, nextToken: first.nextToken });
  expect([first.clusterArns, second.clusterArns].flat()).toHaveLength(2);
  expect(second.nextToken).toBeUndefined();
});

test('the token of another operation is refused, as the operation refuses what is none', async () => {
  const aws = await withPages();
  const { nextToken } = await aws.ecs('ListClusters', { maxResults: 1 });
  const invalid = 'InvalidParameterException: Invalid token.';
  expect(await aws.refusal('ListTaskDefinitions', { nextToken })).toBe(invalid);
  expect(await aws.refusal('ListTaskDefinitionFamilies', { nextToken })).toBe(invalid);
  await expect(aws.call('iam', 'ListRoles', { Marker: nextToken })).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Invalid Marker.',
  });
  await expect(aws.call('ec2', 'DescribeSubnets', { NextToken: nextToken })).rejects.toMatchObject({
    name: 'InvalidNextToken',
  });
  await expect(aws.call('logs', 'DescribeLogGroups', { nextToken })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(
    aws.call('servicediscovery', 'ListNamespaces', { NextToken: nextToken }),
  ).rejects.toMatchObject({
    name: 'InvalidInput',
  });
  await expect(aws.call('tagging', 'GetResources', { PaginationToken: nextToken })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
