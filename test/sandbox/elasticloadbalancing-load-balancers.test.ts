import type { CreateLoadBalancerCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { loadBalancing } from '../support/sandbox/load-balancing.ts';
import { LONGEST_PROVISIONING_MS } from '../support/sandbox/target-groups.ts';
import type { LoadBalancing } from '../support/sandbox/load-balancing.ts';

/** The longest until the interfaces of a deleted load balancer are gone (sandbox/timing.ts). */
const LONGEST_DETACHMENT_MS = 60_000;

async function described({ elb }: LoadBalancing, arn: string) {
  const { LoadBalancers = [] } = await elb.call('DescribeLoadBalancers', { LoadBalancerArns: [arn] });
  return LoadBalancers[0]!;
}

describe('a load balancer', () => {
  test('is provisioning for a while, and then active', async () => {
    const { elb, subnets } = await loadBalancing();
    const input = { Name: 'gateway', Type: 'network' as const, Subnets: subnets.slice(0, 2) };
    const { LoadBalancers = [] } = await elb.call('CreateLoadBalancer', input);
    expect(LoadBalancers).toMatchObject([
      {
        Type: 'network',
        Scheme: 'internet-facing',
        State: { Code: 'provisioning' },
        IpAddressType: 'ipv4',
        SecurityGroups: [],
        AvailabilityZones: [{ SubnetId: subnets[0] }, { SubnetId: subnets[1] }],
      },
    ]);
    elb.advance(LONGEST_PROVISIONING_MS);
    const after = await elb.call('DescribeLoadBalancers', { Names: ['gateway'] });
    expect(after.LoadBalancers?.[0]?.State).toEqual({ Code: 'active' });
  });

  test('has AWS’s ARN and name in DNS, by its type', async () => {
    const aws = await loadBalancing();
    const network = await described(aws, await aws.balancer());
    expect(network.LoadBalancerArn).toMatch(
      /^arn:aws:elasticloadbalancing:us-east-1:385605022855:loadbalancer\/net\/gateway\/[0-9a-f]{16}$/,
    );
    expect(network.DNSName).toMatch(/^gateway-[0-9a-f]{16}\.elb\.us-east-1\.amazonaws\.com$/);
    const application = await described(aws, await aws.balancer({ Name: 'page', Type: 'application' }));
    expect(application.LoadBalancerArn).toContain(':loadbalancer/app/page/');
    expect(application.DNSName).toMatch(/^internal-page-\d+\.us-east-1\.elb\.amazonaws\.com$/);
  });

  test('is made once by the same request, and refused by another one of its name', async () => {
    const aws = await loadBalancing();
    const arn = await aws.balancer();
    expect(await aws.balancer()).toBe(arn);
    const other = { Name: 'gateway', Type: 'network' as const, Subnets: [...aws.subnets] };
    expect(await aws.refusal('CreateLoadBalancer', other)).toMatchObject({
      name: 'DuplicateLoadBalancerName',
      message: "A load balancer with the same name 'gateway' exists, but with different settings",
    });
  });

  test.each<[string, (aws: LoadBalancing) => Partial<CreateLoadBalancerCommandInput>, string, string]>([
    [
      'a name of 33 characters',
      () => ({ Name: 'x'.repeat(33) }),
      'ValidationError',
      "cannot be longer than '32' characters",
    ],
    ['an underscore in its name', () => ({ Name: 'a_b' }), 'ValidationError', 'alphanumeric'],
    ['AWS’s prefix', () => ({ Name: 'internal-a' }), 'ValidationError', "cannot begin with 'internal-'"],
    ['no subnet', () => ({ Subnets: [] }), 'ValidationError', 'at least one subnet'],
    [
      'an unknown subnet',
      () => ({ Subnets: ['subnet-1'] }),
      'SubnetNotFound',
      "The subnet ID 'subnet-1' does not exist",
    ],
    [
      'one zone for an application',
      ({ subnets }) => ({ Type: 'application', Subnets: subnets.slice(0, 1) }),
      'ValidationError',
      'At least two subnets in two different Availability Zones must be specified',
    ],
    [
      'a subnet twice',
      ({ subnets }) => ({ Subnets: [subnets[0]!, subnets[0]!] }),
      'InvalidConfigurationRequest',
      'cannot be attached to multiple subnets in the same Availability Zone',
    ],
    [
      'an unknown security group',
      () => ({ SecurityGroups: ['sg-1'] }),
      'InvalidSecurityGroup',
      'One or more security groups are invalid',
    ],
    ['the type gateway', () => ({ Type: 'gateway' }), 'ValidationError', "type 'gateway' are not available"],
  ])('with %s is refused', async (_, changes, code, message) => {
    const aws = await loadBalancing();
    const input = { Name: 'a', Type: 'network' as const, Subnets: aws.subnets.slice(0, 2), ...changes(aws) };
    const refused = await aws.refusal('CreateLoadBalancer', input);
    expect(refused.name).toBe(code);
    expect(refused.message).toContain(message);
  });

  test('is deleted with its listeners, and once more without a word; protected it is not', async () => {
    const aws = await loadBalancing();
    const LoadBalancerArn = await aws.balancer();
    const ListenerArn = await aws.listener(LoadBalancerArn, await aws.group());
    const protect = (Value: string) =>
      aws.elb.call('ModifyLoadBalancerAttributes', {
        LoadBalancerArn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value }],
      });
    await protect('true');
    expect((await aws.refusal('DeleteLoadBalancer', { LoadBalancerArn })).name).toBe('OperationNotPermitted');
    await protect('false');
    await aws.elb.call('DeleteLoadBalancer', { LoadBalancerArn });
    await aws.elb.call('DeleteLoadBalancer', { LoadBalancerArn });
    expect(await aws.refusal('DescribeLoadBalancers', { LoadBalancerArns: [LoadBalancerArn] })).toMatchObject(
      {
        name: 'LoadBalancerNotFound',
        message: 'One or more load balancers not found',
      },
    );
    expect((await aws.refusal('DescribeListeners', { ListenerArns: [ListenerArn] })).name).toBe(
      'ListenerNotFound',
    );
  });

  test('holds its security groups by its interfaces until a while after its end', async () => {
    const aws = await loadBalancing();
    const ec2 = aws.elb.other('ec2');
    const { GroupId } = await ec2.call('CreateSecurityGroup', {
      GroupName: 'lb',
      Description: 'lb',
      VpcId: aws.vpcId,
    });
    const LoadBalancerArn = await aws.balancer({ SecurityGroups: [GroupId!] });
    expect((await ec2.refusal('DeleteSecurityGroup', { GroupId })).name).toBe('DependencyViolation');
    await aws.elb.call('DeleteLoadBalancer', { LoadBalancerArn });
    expect((await ec2.refusal('DeleteSecurityGroup', { GroupId })).name).toBe('DependencyViolation');
    aws.elb.advance(LONGEST_DETACHMENT_MS);
    await ec2.call('DeleteSecurityGroup', { GroupId });
    const { NetworkInterfaces } = await ec2.call('DescribeNetworkInterfaces', {});
    expect(NetworkInterfaces).toEqual([]);
  });

  test.each([
    ['network', 'network_load_balancer', 'ELB net/'],
    ['application', 'interface', 'ELB app/'],
  ] as const)(
    'of type %s has interfaces of the type %s, which are its own',
    async (Type, InterfaceType, begin) => {
      const aws = await loadBalancing();
      await aws.balancer({ Name: 'front', Type });
      const { NetworkInterfaces = [] } = await aws.elb.other('ec2').call('DescribeNetworkInterfaces', {
        Filters: [{ Name: 'requester-id', Values: ['amazon-elb'] }],
      });
      expect(NetworkInterfaces[0]).toMatchObject({
        InterfaceType,
        Description: expect.stringContaining(begin) as string,
        Attachment: { InstanceOwnerId: 'amazon-elb' },
      });
    },
  );

  test('moves to other groups and subnets, of a network only where it was made with groups', async () => {
    const aws = await loadBalancing();
    const { SecurityGroups = [] } = await aws.elb.other('ec2').call('DescribeSecurityGroups', {});
    const groups = [SecurityGroups[0]!.GroupId!];
    const without = await aws.balancer();
    expect(
      (await aws.refusal('SetSecurityGroups', { LoadBalancerArn: without, SecurityGroups: groups })).name,
    ).toBe('InvalidConfigurationRequest');
    const LoadBalancerArn = await aws.balancer({ Name: 'page', Type: 'application' });
    await aws.elb.call('SetSecurityGroups', { LoadBalancerArn, SecurityGroups: groups });
    await aws.elb.call('SetSubnets', { LoadBalancerArn, Subnets: aws.subnets.slice(0, 3) });
    await aws.elb.call('SetIpAddressType', { LoadBalancerArn, IpAddressType: 'dualstack' });
    expect(await described(aws, LoadBalancerArn)).toMatchObject({
      SecurityGroups: groups,
      AvailabilityZones: [{}, {}, {}],
      IpAddressType: 'dualstack',
    });
  });

  test('leaves subnets alone that have fewer than 8 addresses, and stays where it is', async () => {
    const aws = await loadBalancing();
    const ec2 = aws.elb.other('ec2');
    const { Subnet } = await ec2.call('CreateSubnet', {
      VpcId: aws.vpcId,
      CidrBlock: '172.31.200.0/28',
      AvailabilityZone: 'us-east-1c',
    });
    const [first = ''] = aws.subnets;
    const Subnets = [first, Subnet!.SubnetId!];
    const arns: string[] = [];
    for (const Name of ['a', 'b', 'c', 'd']) arns.push(await aws.balancer({ Name, Subnets }));
    const interfaces = async () =>
      ((await ec2.call('DescribeNetworkInterfaces', {})).NetworkInterfaces ?? []).length;
    expect(await interfaces()).toBe(8);
    const refusal = {
      name: 'InvalidSubnet',
      message: `Not enough IP space available in ${Subnets[1]}. ELB requires at least 8 free IP addresses in each subnet.`,
    };
    const more = { Name: 'e', Type: 'network' as const, Subnets };
    expect(await aws.refusal('CreateLoadBalancer', more)).toMatchObject(refusal);
    const elsewhere = await aws.balancer({ Name: 'f', Subnets: [first] });
    expect(
      await aws.refusal('SetSubnets', { LoadBalancerArn: elsewhere, Subnets, IpAddressType: 'dualstack' }),
    ).toMatchObject(refusal);
    expect(await described(aws, elsewhere)).toMatchObject({
      AvailabilityZones: [{ SubnetId: first }],
      IpAddressType: 'ipv4',
    });
    // A balancer that is in the subnet has its addresses there.
    await aws.elb.call('SetSubnets', { LoadBalancerArn: arns[0], Subnets });
    expect(await interfaces()).toBe(9);
  });

  test('has attributes by its type; an unknown one is refused, and with it all', async () => {
    const aws = await loadBalancing();
    const LoadBalancerArn = await aws.balancer();
    const change = (Key: string, Value: string) => ({
      LoadBalancerArn,
      Attributes: [
        { Key: 'load_balancing.cross_zone.enabled', Value: 'true' },
        { Key, Value },
      ],
    });
    expect(
      await aws.refusal('ModifyLoadBalancerAttributes', change('idle_timeout.timeout_seconds', '30')),
    ).toMatchObject({
      name: 'ValidationError',
      message: "Load balancer attribute key 'idle_timeout.timeout_seconds' is not recognized",
    });
    const valueOf = async () => {
      const { Attributes = [] } = await aws.elb.call('DescribeLoadBalancerAttributes', { LoadBalancerArn });
      return Attributes.find(({ Key }) => Key === 'load_balancing.cross_zone.enabled')?.Value;
    };
    expect(await valueOf()).toBe('false');
    await aws.elb.call('ModifyLoadBalancerAttributes', change('deletion_protection.enabled', 'true'));
    expect(await valueOf()).toBe('true');
  });
});

describe('load balancers', () => {
  test('come in pages', async () => {
    const aws = await loadBalancing();
    const arns = [await aws.balancer({ Name: 'a' }), await aws.balancer({ Name: 'b' })];
    const first = await aws.elb.call('DescribeLoadBalancers', { PageSize: 1 });
    const second = await aws.elb.call('DescribeLoadBalancers', { PageSize: 1, Marker: first.NextMarker });
    const all = [...(first.LoadBalancers ?? []), ...(second.LoadBalancers ?? [])];
    expect(all.map(({ LoadBalancerArn }) => LoadBalancerArn)).toEqual(arns);
    expect(second.NextMarker).toBeUndefined();
  });

  test.each([
    ['unknown names', { Names: ['other'] }, 'LoadBalancerNotFound', "Load balancers '[other]' not found"],
    [
      'names and ARNs',
      { Names: ['a'], LoadBalancerArns: ['b'] },
      'ValidationError',
      'Load balancer names and load balancer ARNs cannot be specified at the same time',
    ],
  ])('by %s are refused', async (_, input, name, message) => {
    const aws = await loadBalancing();
    expect(await aws.refusal('DescribeLoadBalancers', input)).toMatchObject({ name, message });
  });
});
