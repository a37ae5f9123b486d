import { beforeEach, describe, expect, test } from 'vitest';
import { environmentKind } from '../../controller/kinds/environment/index.ts';
import type { EnvironmentSpec } from '../../controller/kinds/environment/model.ts';
import { desiredOf } from '../support/kinds/desired.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { nothingFound, nothingNeeded } from '../support/kinds/known.ts';

let world: SandboxAws;
beforeEach(() => {
  world = sandboxAws();
});

function environment(spec: Partial<EnvironmentSpec> = {}) {
  const id = { kind: 'environment', name: 'default' } as const;
  return desiredOf<EnvironmentSpec>(
    id,
    { vpc: 'default', subnets: 'default', ...spec },
    { management: 'external' },
  );
}

function lookUp(spec: Partial<EnvironmentSpec> = {}) {
  const driver = environmentKind.driver(world.context);
  return driver.observe({
    desired: [environment(spec)],
    scope: 'all-owned',
    needs: nothingNeeded,
    findings: nothingFound,
  });
}

async function call(operation: string, input: object): Promise<Record<string, Record<string, string>>> {
  const answer = await world.sandbox.call({ service: 'ec2', operation, input, region: 'us-east-1' });
  return answer as Record<string, Record<string, string>>;
}

async function makeVpc(tags: Readonly<Record<string, string>> = {}): Promise<string> {
  const { Vpc } = await call('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  await tag(Vpc?.['VpcId'], tags);
  return Vpc?.['VpcId'] ?? '';
}

async function makeSubnet(
  VpcId: string,
  cidr: string,
  tags: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { Subnet } = await call('CreateSubnet', { VpcId, CidrBlock: cidr });
  await tag(Subnet?.['SubnetId'], tags);
  return Subnet?.['SubnetId'] ?? '';
}

async function tag(id: string | undefined, tags: Readonly<Record<string, string>>): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await call('CreateTags', { Resources: [id], Tags });
}

describe('the default environment', () => {
  test('is the default VPC with its default subnets, in the account of the credentials', async () => {
    const { items, unseen } = await lookUp();
    expect(unseen).toEqual([]);
    expect(items[0]?.outputs).toMatchObject({
      accountId: '385605022855',
      partition: 'aws',
      region: 'us-east-1',
      vpcId: expect.stringMatching(/^vpc-/),
    });
    expect(items[0]?.outputs['subnetIds']).toHaveLength(3);
  });

  test('asks who we are once, and for the network in every pass', async () => {
    const driver = environmentKind.driver(world.context);
    const request = {
      desired: [environment()],
      scope: 'these',
      needs: nothingNeeded,
      findings: nothingFound,
    } as const;
    await driver.observe(request);
    await driver.observe(request);
    expect(world.requests.map((each) => each.operation)).toEqual([
      'GetCallerIdentity',
      'DescribeVpcs',
      'DescribeSubnets',
      'DescribeVpcs',
      'DescribeSubnets',
    ]);
  });

  test('asks again who we are after a failure', async () => {
    const driver = environmentKind.driver(world.context);
    const request = {
      desired: [environment()],
      scope: 'these',
      needs: nothingNeeded,
      findings: nothingFound,
    } as const;
    world.failNext('sts:GetCallerIdentity', 'ExpiredToken');
    await expect(world.run(driver.observe(request))).rejects.toMatchObject({ code: 'ExpiredToken' });
    await expect(driver.observe(request)).resolves.toMatchObject({ unseen: [] });
  });
});

describe('another account', () => {
  test('is refused before anything else is asked, naming both accounts', async () => {
    const refused = lookUp({ account: '111122223333' });
    await expect(refused).rejects.toMatchObject({ code: 'WrongAccount', retry: 'never' });
    await expect(refused).rejects.toThrow(/111122223333.*385605022855/);
    expect(world.requests.map((each) => each.operation)).toEqual(['GetCallerIdentity']);
  });

  test('is noticed when the credentials come to be of it while we run, and when they are right again', async () => {
    const accounts = ['385605022855', '111122223333', '385605022855'];
    const getCallerIdentity = () => {
      const Account = accounts.shift() ?? '';
      return Promise.resolve({ Account, Arn: `arn:aws:iam::${Account}:user/somebody`, $metadata: {} });
    };
    const aws = { ...world.aws, sts: { getCallerIdentity } };
    const driver = environmentKind.driver({ ...world.context, aws });
    const desired = [environment({ account: '385605022855' })];
    const observe = () =>
      driver.observe({ desired, scope: 'these', needs: nothingNeeded, findings: nothingFound });
    await expect(observe()).resolves.toMatchObject({ unseen: [] });
    await expect(observe()).rejects.toMatchObject({ code: 'WrongAccount' });
    await expect(observe()).resolves.toMatchObject({ unseen: [] });
  });

  test('is none where the account is as expected', async () => {
    await expect(lookUp({ account: '385605022855' })).resolves.toMatchObject({ unseen: [] });
  });
});

describe('a VPC', () => {
  test('is found by id, its subnets by ids in any order', async () => {
    const vpc = await makeVpc();
    const ids = [await makeSubnet(vpc, '10.0.0.0/24'), await makeSubnet(vpc, '10.0.1.0/24')];
    const { items } = await lookUp({ vpc: { id: vpc }, subnets: { ids: ids.toReversed() } });
    expect(items[0]?.outputs).toMatchObject({ vpcId: vpc, subnetIds: ids.toSorted() });
  });

  test('is found by tags, and so are its subnets', async () => {
    await makeVpc({ Name: 'other' });
    const vpc = await makeVpc({ Name: 'main' });
    await makeSubnet(vpc, '10.0.0.0/24', { Tier: 'private' });
    const open = await makeSubnet(vpc, '10.0.1.0/24', { Tier: 'public' });
    const { items } = await lookUp({
      vpc: { tags: { Name: 'main' } },
      subnets: { tags: { Tier: 'public' } },
    });
    expect(items[0]?.outputs).toMatchObject({ vpcId: vpc, subnetIds: [open] });
  });

  test('is not found by what EC2 takes for a wildcard', async () => {
    await makeVpc({ Name: 'main' });
    const lookingUp = lookUp({ vpc: { tags: { Name: 'm*' } } });
    await expect(lookingUp).rejects.toMatchObject({ code: 'VpcNotFound' });
  });

  test.each<[string, Partial<EnvironmentSpec>, string, RegExp]>([
    ['an unknown id', { vpc: { id: 'vpc-0' } }, 'VpcNotFound', /VPC vpc-0 .*spec\.vpc/],
    ['tags that nothing has', { vpc: { tags: { Name: 'x' } } }, 'VpcNotFound', /tagged Name=x/],
    ['an unknown subnet', { subnets: { ids: ['subnet-0'] } }, 'SubnetsNotFound', /subnet-0/],
    ['subnet tags that nothing has', { subnets: { tags: { T: 'x' } } }, 'SubnetsNotFound', /T=x/],
  ])('%s is an error that says what to correct', async (_what, spec, code, message) => {
    const lookingUp = lookUp(spec);
    await expect(lookingUp).rejects.toMatchObject({ code, retry: 'never' });
    await expect(lookingUp).rejects.toThrow(message);
  });

  test('tagged like another is refused, naming both', async () => {
    const ids = [await makeVpc({ Name: 'main' }), await makeVpc({ Name: 'main' })];
    const lookingUp = lookUp({ vpc: { tags: { Name: 'main' } } });
    await expect(lookingUp).rejects.toMatchObject({ code: 'VpcAmbiguous' });
    for (const id of ids) await expect(lookingUp).rejects.toThrow(id);
  });

  test('that is not the default one has no default subnets', async () => {
    const vpc = await makeVpc();
    await makeSubnet(vpc, '10.0.0.0/24');
    await expect(lookUp({ vpc: { id: vpc } })).rejects.toMatchObject({ code: 'SubnetsUnclear' });
  });

  test("does not take another VPC's subnets", async () => {
    const elsewhere = await makeSubnet(await makeVpc(), '10.0.0.0/24');
    await expect(lookUp({ subnets: { ids: [elsewhere] } })).rejects.toMatchObject({
      code: 'SubnetsNotFound',
    });
  });
});

test('an environment is never changed', async () => {
  const driver = environmentKind.driver(world.context);
  const { items } = await lookUp();
  const [observed] = items;
  expect(environmentKind.model.diff(environment(), observed!, () => undefined)).toEqual([]);
  await expect(driver.delete(observed!)).rejects.toMatchObject({ code: 'InternalError' });
  await expect(driver.tag(observed!, {}, [])).rejects.toMatchObject({ code: 'InternalError' });
  expect(world.mutations()).toEqual([]);
});
