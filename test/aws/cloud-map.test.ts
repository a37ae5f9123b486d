import { expect, it } from 'vitest';
import { lookAtOperation } from '../../controller/aws/cloud-map.ts';
import { isDenial } from '../../controller/core/errors.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';

it('names the statement to add where an operation of Cloud Map was refused in Route 53', async () => {
  const { aws } = sandboxAws();
  const said =
    'User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: route53:CreateHostedZone on resource: arn:aws:ec2:us-east-1:1:vpc/vpc-1';
  const refused = {
    ...aws,
    servicediscovery: {
      ...aws.servicediscovery,
      getOperation: () =>
        Promise.resolve({
          Operation: {
            Type: 'CREATE_NAMESPACE' as const,
            Status: 'FAIL' as const,
            ErrorCode: 'ACCESS_DENIED',
            ErrorMessage: said,
          },
          $metadata: {},
        }),
    },
  };
  const look = await lookAtOperation(refused, 'op-1', 'CREATE_NAMESPACE', 'create namespace example.org');
  expect(look).toMatchObject({
    status: 'failed',
    error: { code: 'ACCESS_DENIED', retry: 'backoff', isAdvised: true },
  });
  const { error } = look as Extract<typeof look, { status: 'failed' }>;
  expect(isDenial(error.code)).toBe(true);
  expect(error.message).toContain('"Action":"route53:CreateHostedZone"');
});
