import { expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';

const ID = 'b7d1e1a2c3d4e5f60718293a4b5c6d7e';

test('a cluster on Fargate has no container instances', async () => {
  const aws = await ecsSandbox();
  expect(await aws.ecs('ListContainerInstances', { cluster: 'daemons' })).toEqual({
    containerInstanceArns: [],
  });
  expect(
    await aws.ecs('DescribeContainerInstances', { cluster: 'daemons', containerInstances: [ID] }),
  ).toEqual({
    containerInstances: [],
    failures: [
      {
        arn: `arn:aws:ecs:us-east-1:385605022855:container-instance/daemons/${ID}`,
        reason: 'MISSING',
      },
    ],
  });
});

test.each([
  ['ListContainerInstances', { cluster: 'other' }, /^ClusterNotFoundException: /],
  [
    'ListContainerInstances',
    { cluster: 'daemons', status: 'GONE' as 'ACTIVE' },
    /^InvalidParameterException: /,
  ],
  ['ListContainerInstances', { cluster: 'daemons', maxResults: 101 }, /^InvalidParameterException: /],
  [
    'DescribeContainerInstances',
    { cluster: 'other', containerInstances: [ID] },
    /^ClusterNotFoundException: /,
  ],
  [
    'DescribeContainerInstances',
    { cluster: 'daemons', containerInstances: [] },
    /^InvalidParameterException: /,
  ],
] as const)('%s refuses %o', async (operation, input, refusal) => {
  const aws = await ecsSandbox();
  expect(await aws.refusal(operation, input as never)).toMatch(refusal);
});
