import type { DescribePrefixListsCommandOutput } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Needs } from '../../controller/core/outputs.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Observed } from '../../controller/core/resource.ts';
import type { SecurityGroupRule } from '../../controller/core/security-group-rule.ts';
import { securityGroupKind } from '../../controller/kinds/security-group/index.ts';
import type { SecurityGroupSpec, SecurityGroupState } from '../../controller/kinds/security-group/model.ts';
import { desiredOf, doneOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { needsByKind, nothingFound, nothingNeeded } from '../support/kinds/known.ts';
import { NO_WORK } from '../../controller/plan/work.ts';

const UDP: SecurityGroupRule = { protocol: 'udp', fromPort: 2000, toPort: 2000, peer: '172.31.0.0/16' };
const HTTPS: SecurityGroupRule = { protocol: 'tcp', fromPort: 443, toPort: 443, peer: '0.0.0.0/0' };
const EVERYTHING: SecurityGroupRule = { protocol: '-1', fromPort: null, toPort: null, peer: '0.0.0.0/0' };

function group(spec: Partial<SecurityGroupSpec> = {}) {
  return desiredOf<SecurityGroupSpec>(
    { kind: 'security-group', name: spec.name ?? 'xray' },
    {
      name: 'xray',
      description: 'Traffic of the daemon service xray',
      environment: environmentId('default'),
      ingress: [UDP, { ...UDP, protocol: 'tcp', description: 'sampling' }],
      egress: [HTTPS],
      ...spec,
    },
  );
}

let world: SandboxAws;
let needs: Needs;
let driver: ReturnType<typeof securityGroupKind.driver>;
beforeEach(async () => {
  world = sandboxAws();
  needs = await needsIn(world);
  driver = securityGroupKind.driver(world.context);
});

async function observe(desired = [group()], scope: 'these' | 'all-owned' = 'these') {
  const { items } = await world.run(driver.observe({ desired, scope, needs, findings: nothingFound }));
  return items[0] as Observed<SecurityGroupState>;
}

function begin(desired = group()) {
  return world.run(driver.create(desired, tagsFor(world, desired), needs));
}

/** Creates it as passes do: where EC2 does not know the new group everywhere yet, an update gives it its rules. */
async function create(desired = group()) {
  const begun = await begin(desired);
  await world.becomeKnown();
  if (begun.type === 'done') return begun;
  const seen = await observe([desired]);
  return world.run(
    driver.update(desired, seen, { changes: changesOf(seen, desired), upkeep: [] }, seen.tags, needs),
  );
}

function changesOf(observed: Observed<SecurityGroupState>, desired = group()) {
  return securityGroupKind.model.diff(desired, observed, needs);
}

async function repair(observed: Observed<SecurityGroupState>, desired = group()) {
  const update = driver.update(
    desired,
    observed,
    { changes: changesOf(observed, desired), upkeep: [] },
    observed.tags,
    needs,
  );
  const repaired = doneOf(await world.run(update));
  await world.becomeKnown();
  return repaired;
}

describe('a new group', () => {
  test('takes four requests, has no default egress, and is as wanted', async () => {
    world.resetRequests();
    const made = doneOf(await create());
    expect(world.mutations()).toEqual([
      'ec2:CreateSecurityGroup',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupIngress',
    ]);
    expect(changesOf(made)).toEqual([]);
    const seen = await observe();
    expect(changesOf(seen)).toEqual([]);
    expect(seen).toMatchObject({ owner: 'us', outputs: made.outputs });
    expect(seen.arn).toMatch(/^arn:aws:ec2:us-east-1:385605022855:security-group\/sg-/);
  });

  test('keeps the default egress where it is wanted', async () => {
    const open = group({ egress: [EVERYTHING], ingress: [] });
    expect(changesOf(doneOf(await create(open)), open)).toEqual([]);
    expect(changesOf(await observe([open]), open)).toEqual([]);
    const everywhere = { ...EVERYTHING, peer: '::/0' };
    const both = group({ name: 'both', egress: [EVERYTHING, everywhere], ingress: [] });
    world.resetRequests();
    await create(both);
    expect(world.mutations()).toEqual(['ec2:CreateSecurityGroup', 'ec2:AuthorizeSecurityGroupEgress']);
    expect(changesOf(await observe([both]), both)).toEqual([]);
  });

  test.each([
    'ec2:RevokeSecurityGroupEgress',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:AuthorizeSecurityGroupEgress',
  ])(
    'that EC2 does not know everywhere yet (%s) is ours, and is repaired by an update',
    async (operation) => {
      world.failNext(operation, 'InvalidGroup.NotFound');
      expect(await begin()).toMatchObject({
        type: 'started',
        message: expect.stringContaining('InvalidGroup.NotFound'),
      });
      await world.becomeKnown();
      const half = await observe();
      expect(half.owner).toBe('us');
      expect(changesOf(await repair(half))).toEqual([]);
      expect(changesOf(await observe())).toEqual([]);
    },
  );

  test('in a VPC without IPv6 loses its one default rule, which costs more only the first time', async () => {
    const { Vpc } = (await world.sandbox.call({
      service: 'ec2',
      operation: 'CreateVpc',
      input: { CidrBlock: '10.0.0.0/16' },
      region: 'us-east-1',
    })) as { readonly Vpc: { readonly VpcId: string } };
    const known = needs;
    needs = needsByKind({
      environment: { ...known(environmentId('default'))!, vpcId: Vpc.VpcId },
    });
    const revocations: number[] = [];
    for (const name of ['xray', 'otel']) {
      world.resetRequests();
      await create(group({ name }));
      revocations.push(world.mutations().filter((call) => call === 'ec2:RevokeSecurityGroupEgress').length);
      expect(changesOf(await observe([group({ name })]), group({ name }))).toEqual([]);
    }
    expect(revocations).toEqual([3, 1]);
  });

  test('whose name is taken is looked at again', async () => {
    await create();
    expect(await begin()).toMatchObject({ type: 'started' });
  });

  test('gets its other rules where one exists already', async () => {
    world.failNext('ec2:AuthorizeSecurityGroupIngress', 'InvalidPermission.Duplicate');
    await create();
    expect(changesOf(await observe())).toEqual([]);
  });
});

describe('a group whose rules name itself and a prefix list', () => {
  const SELF: SecurityGroupRule = { protocol: 'tcp', fromPort: 7946, toPort: 7946, peer: 'self' };

  async function gossiping() {
    const Filters = [{ Name: 'prefix-list-name', Values: ['com.amazonaws.us-east-1.s3'] }];
    const { PrefixLists } = (await world.sandbox.call({
      service: 'ec2',
      operation: 'DescribePrefixLists',
      input: { Filters },
      region: 'us-east-1',
    })) as DescribePrefixListsCommandOutput;
    const peer = PrefixLists?.[0]?.PrefixListId ?? '';
    return group({ ingress: [SELF], egress: [SELF, { ...HTTPS, peer }] });
  }

  test('has them in EC2 by its own id and the list, and is then as wanted', async () => {
    const wanted = await gossiping();
    await create(wanted);
    const seen = await observe([wanted]);
    expect(seen.state.ingress).toMatchObject([{ ...SELF, peer: seen.state.id }]);
    const peers = [seen.state.id, wanted.spec.egress[1]?.peer];
    expect(new Set(seen.state.egress.map(({ peer }) => peer))).toEqual(new Set(peers));
    expect(changesOf(seen, wanted)).toEqual([]);
  });

  test('gets them back where somebody took them away, and loses them where git does', async () => {
    const wanted = await gossiping();
    await create(wanted);
    const { state } = await observe([wanted]);
    const SecurityGroupRuleIds = state.ingress.flatMap(({ id }) => id ?? []);
    await world.aws.ec2.revokeSecurityGroupIngress({ GroupId: state.id, SecurityGroupRuleIds });
    const changed = await observe([wanted]);
    expect(changesOf(changed, wanted)).toMatchObject([
      { path: 'ingress[tcp 7946 self]', from: null, to: 'allowed' },
    ]);
    expect(changesOf(await repair(changed, wanted), wanted)).toEqual([]);
    expect(changesOf(await observe([wanted]), wanted)).toEqual([]);
    const without = group({ ingress: [UDP], egress: [HTTPS] });
    expect(changesOf(await repair(await observe([without]), without), without)).toEqual([]);
    expect(changesOf(await observe([without]), without)).toEqual([]);
  });

  test('goes although it names itself', async () => {
    const wanted = await gossiping();
    await create(wanted);
    expect(await world.run(driver.delete(await observe([wanted])))).toEqual({ type: 'gone' });
  });
});

describe('a group that somebody changed', () => {
  test('gets missing rules before it loses surplus ones', async () => {
    await create();
    const GroupId = (await observe()).state.id;
    const everywhere = {
      IpProtocol: 'udp',
      FromPort: 2000,
      ToPort: 2000,
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    };
    await world.aws.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions: [everywhere] });
    const own = { IpProtocol: 'udp', FromPort: 2000, ToPort: 2000, IpRanges: [{ CidrIp: '172.31.0.0/16' }] };
    await world.aws.ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions: [own] });
    await world.becomeKnown();
    const changed = await observe();
    world.resetRequests();
    expect(changesOf(await repair(changed))).toEqual([]);
    expect(world.mutations()).toEqual([
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupIngress',
    ]);
    expect(changesOf(await observe())).toEqual([]);
  });

  test('gets a description back without a rule being touched', async () => {
    await create();
    const described = group({ ingress: [{ ...UDP, description: 'segments' }] });
    const seen = await observe([described]);
    world.resetRequests();
    await repair(seen, described);
    expect(world.mutations()).toEqual([
      'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
      'ec2:RevokeSecurityGroupIngress',
    ]);
    expect(changesOf(await observe([described]), described)).toEqual([]);
  });

  test('keeps a drift that is ignored', async () => {
    await create();
    world.resetRequests();
    await world.run(driver.update(group({ ingress: [] }), await observe(), NO_WORK, {}, needs));
    expect(world.mutations()).toEqual([]);
  });
});

describe('reading groups', () => {
  test('costs two requests for all of them', async () => {
    for (const name of ['xray', 'otel', 'statsd']) await create(group({ name }));
    world.resetRequests();
    const desired = ['xray', 'otel', 'statsd'].map((name) => group({ name }));
    const { items } = await world.run(
      driver.observe({ desired, scope: 'these', needs, findings: nothingFound }),
    );
    expect(items.length).toBe(3);
    expect(world.requests.map(({ operation }) => operation)).toEqual([
      'DescribeSecurityGroups',
      'DescribeSecurityGroupRules',
    ]);
  });

  test('finds a group by its name in any case', async () => {
    await create(group({ name: 'XRay' }));
    expect((await observe([group({ name: 'xray' })])).id.name).toBe('xray');
  });

  test('finds what we own and no manifest wants, and nothing of others', async () => {
    await create();
    await makeForeignGroup('theirs');
    const { items } = await world.run(
      driver.observe({ desired: [], scope: 'all-owned', needs, findings: nothingFound }),
    );
    expect(items.map(({ id }) => id.name)).toEqual(['xray']);
  });

  test('leaves every group unseen while the VPC is not known', async () => {
    const { items, unseen } = await world.run(
      driver.observe({ desired: [group()], scope: 'these', needs: nothingNeeded, findings: nothingFound }),
    );
    expect(items).toEqual([]);
    expect(unseen).toEqual([{ id: group().id, why: 'the VPC of the environment default is not known' }]);
  });
});

async function makeForeignGroup(GroupName: string): Promise<void> {
  const VpcId = needs(environmentId('default'))?.['vpcId'] as string;
  await world.aws.ec2.createSecurityGroup({ GroupName, Description: 'theirs', VpcId });
}

describe('deleting a group', () => {
  test('that is gone already is safe', async () => {
    await create();
    const seen = await observe();
    expect(await world.run(driver.delete(seen))).toEqual({ type: 'gone' });
    expect(await world.run(driver.delete(seen))).toEqual({ type: 'gone' });
  });

  test('that tasks still use is waited for', async () => {
    await create();
    world.failNext('ec2:DeleteSecurityGroup', 'DependencyViolation', { times: 3 });
    const seen = await observe();
    expect(await world.run(driver.delete(seen))).toMatchObject({ type: 'started' });
    await world.clock.advance(14 * 60_000);
    expect(await world.run(driver.delete(seen))).toMatchObject({
      type: 'started',
      message: expect.stringMatching(/sg-.* is still used: .*network interfaces of stopped tasks/),
    });
    await world.clock.advance(2 * 60_000);
    await expect(world.run(driver.delete(seen))).rejects.toMatchObject({
      code: 'DependencyViolation',
      retry: 'backoff',
      message: expect.stringContaining('rules of other groups'),
    });
    expect(await world.run(driver.delete(seen))).toEqual({ type: 'gone' });
  });

  test('whose rules name a group that is not there is told so once that cannot be new any more', async () => {
    await create(group({ ingress: [] }));
    const seen = await observe();
    world.failNext('ec2:AuthorizeSecurityGroupIngress', 'InvalidGroup.NotFound', { times: 2 });
    await expect(repair(seen)).rejects.toThrow('not done: waits until EC2 knows');
    await world.clock.advance(6 * 60_000);
    await expect(repair(seen)).rejects.toMatchObject({ code: 'InvalidGroup.NotFound' });
  });
});
