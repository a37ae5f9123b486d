import { describe, expect, it } from 'vitest';
import { quotaOf } from '../../sandbox/quotas.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import type { QuotaScale } from '../../sandbox/throttle.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

type Call = readonly [service: string, operation: string, input?: object];

function bench(quotas?: QuotaScale) {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, ...(quotas === undefined ? {} : { quotas }) });
  const outcome = (
    [service, operation, input = {}]: Call,
    where: { readonly region?: string; readonly accountId?: string } = {},
  ): Promise<string> =>
    sandbox.call({ service, operation, input, region: 'us-east-1', ...where }).then(
      () => 'OK',
      (error: unknown) => {
        const { name, statusCode } = error as { readonly name: string; readonly statusCode: number };
        return `${statusCode} ${name}`;
      },
    );
  /** How many calls in a row are not throttled, and what the next one is answered. */
  const burst = async (call: Call): Promise<readonly [number, string]> => {
    for (let calls = 0; ; calls += 1) {
      const answered = await outcome(call);
      if (/Throttl|RequestLimit/.test(answered)) return [calls, answered];
      if (calls > 5000) return [calls, 'never'];
    }
  };
  return { sandbox, clock, outcome, burst };
}

describe('the published token buckets, each with its burst and AWS’s error', () => {
  it.each([
    [['ecs', 'DescribeClusters'], 50, '400 ThrottlingException'],
    [['ecs', 'RegisterTaskDefinition'], 20, '400 ThrottlingException'],
    [['ecs', 'DeleteTaskDefinitions'], 5, '400 ThrottlingException'],
    [['ecs', 'UpdateService'], 50, '400 ThrottlingException'],
    [['ecs', 'ListServices'], 100, '400 ThrottlingException'],
    [['ecs', 'StopTask'], 100, '400 ThrottlingException'],
    [['ecs', 'DescribeContainerInstances'], 100, '400 ThrottlingException'],
    [['ecs', 'PutAttributes'], 100, '400 ThrottlingException'],
    [['ecs', 'SubmitTaskStateChange'], 200, '400 ThrottlingException'],
    [['ec2', 'DescribeVpcs'], 100, '503 RequestLimitExceeded'],
    [['ec2', 'DescribeSecurityGroups'], 50, '503 RequestLimitExceeded'],
    [['ec2', 'DescribeSecurityGroups', { MaxResults: 5 }], 100, '503 RequestLimitExceeded'],
    [['ec2', 'AuthorizeSecurityGroupIngress'], 50, '503 RequestLimitExceeded'],
    [['ec2', 'CreateTags'], 100, '503 RequestLimitExceeded'],
    [['servicediscovery', 'DiscoverInstances'], 2000, '400 RequestLimitExceeded'],
    [['servicediscovery', 'ListNamespaces'], 5, '400 ThrottlingException'],
    [['servicediscovery', 'CreateService'], 50, '400 ThrottlingException'],
    [['logs', 'PutRetentionPolicy'], 5, '400 ThrottlingException'],
    [['logs', 'DescribeLogGroups'], 10, '400 ThrottlingException'],
    [['ecr', 'PutImage'], 10, '400 ThrottlingException'],
    [['ssm', 'GetParameters'], 40, '400 ThrottlingException'],
    [['secretsmanager', 'ListSecrets'], 100, '400 ThrottlingException'],
    [['sts', 'GetCallerIdentity'], 600, '400 Throttling'],
  ] as const)('%j: %i', async (call, most, refusal) => {
    expect(await bench().burst(call)).toEqual([most, refusal]);
  });

  it('are shared by the actions of a group, by account and region', async () => {
    const { outcome, burst } = bench();
    await burst(['ecs', 'RegisterTaskDefinition']);
    expect(await outcome(['ecs', 'DeregisterTaskDefinition'])).toBe('400 ThrottlingException');
    expect(await outcome(['ecs', 'ListClusters'])).toBe('OK');
    expect(await outcome(['ecs', 'DeregisterTaskDefinition'], { region: 'eu-west-1' })).not.toContain(
      'Throttl',
    );
    expect(await outcome(['ecs', 'DeregisterTaskDefinition'], { accountId: '111122223333' })).not.toContain(
      'Throttl',
    );
  });

  it('are refilled as time passes, up to the burst', async () => {
    const { clock, burst } = bench();
    const register: Call = ['ecs', 'RegisterTaskDefinition'];
    await burst(register);
    await clock.advance(3_000);
    expect((await burst(register))[0]).toBe(3);
    await clock.advance(3_600_000);
    expect((await burst(register))[0]).toBe(20);
  });

  it('are adjustable, and off where nobody wants them', async () => {
    expect((await bench(0.1).burst(['ecs', 'DescribeClusters']))[0]).toBe(5);
    expect((await bench(2).burst(['ecs', 'DescribeClusters']))[0]).toBe(100);
    expect((await bench('off').burst(['ecs', 'DescribeClusters']))[1]).toBe('never');
  });

  it('are none where AWS publishes none', () => {
    expect(quotaOf('iam', 'CreateRole', {})).toBeUndefined();
    expect(quotaOf('tagging', 'GetResources', {})).toBeUndefined();
    expect(quotaOf('xray', 'PutTraceSegments', {})).toBeUndefined();
  });
});
