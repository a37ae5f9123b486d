import type { IpPermission } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const HTTP: IpPermission = {
  IpProtocol: 'tcp',
  FromPort: 80,
  ToPort: 80,
  IpRanges: [{ CidrIp: '0.0.0.0/0' }],
};

/** After this long every read shows what was made. */
const VISIBLE_MS = 500;

async function newGroup(ec2: ServiceSandbox<'ec2'>, GroupName = 'web', VpcId?: string): Promise<string> {
  const { GroupId = '' } = await ec2.call('CreateSecurityGroup', { GroupName, Description: 'test', VpcId });
  ec2.advance(VISIBLE_MS);
  return GroupId;
}

async function otherVpc(ec2: ServiceSandbox<'ec2'>): Promise<string> {
  return (await ec2.call('CreateVpc', { CidrBlock: '10.0.0.0/16' })).Vpc?.VpcId ?? '';
}

async function rulesOf(ec2: ServiceSandbox<'ec2'>, groupId: string, egress = false) {
  ec2.advance(VISIBLE_MS);
  const { SecurityGroupRules = [] } = await ec2.call('DescribeSecurityGroupRules', {
    Filters: [{ Name: 'group-id', Values: [groupId] }],
  });
  return SecurityGroupRules.filter((rule) => rule.IsEgress === egress);
}

describe('CreateSecurityGroup', () => {
  it('allows all egress and no ingress', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    expect(await rulesOf(ec2, GroupId)).toEqual([]);
    expect(await rulesOf(ec2, GroupId, true)).toMatchObject([
      { IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' },
    ]);
  });

  it('a name is taken once per VPC, whatever its case', async () => {
    const ec2 = serviceSandbox('ec2');
    await newGroup(ec2, 'web');
    expect(await ec2.refusal('CreateSecurityGroup', { GroupName: 'WEB', Description: 'x' })).toMatchObject({
      name: 'InvalidGroup.Duplicate',
      message: expect.stringMatching(/^The security group 'WEB' already exists for VPC 'vpc-\w+'$/) as string,
    });
    await newGroup(ec2, 'web', await otherVpc(ec2));
  });

  it.each([
    ['InvalidParameterValue', { GroupName: 'sg-web', Description: 'x' }],
    ['InvalidGroup.Reserved', { GroupName: 'default', Description: 'x' }],
    ['InvalidParameterValue', { GroupName: 'wäb', Description: 'x' }],
    ['InvalidParameterValue', { GroupName: 'w'.repeat(256), Description: 'x' }],
    ['InvalidParameterValue', { GroupName: 'web', Description: 'tab\t' }],
    ['InvalidParameterValue', { GroupName: 'web', Description: 'x'.repeat(256) }],
    ['InvalidParameterValue', { GroupName: 'SG-web', Description: 'x' }],
    ['InvalidGroup.Reserved', { GroupName: 'Default', Description: 'x' }],
    ['MissingParameter', { GroupName: ' ', Description: 'x' }],
    ['MissingParameter', { GroupName: 'web', Description: undefined }],
    ['InvalidVpcID.NotFound', { GroupName: 'web', Description: 'x', VpcId: 'vpc-0' }],
    [
      'InvalidParameterValue',
      { GroupName: 'web', Description: 'x', TagSpecifications: [{ ResourceType: 'vpc' as const }] },
    ],
  ])('%s for %o', async (name, input) => {
    expect(await serviceSandbox('ec2').refusal('CreateSecurityGroup', input)).toMatchObject({ name });
  });
});

describe('CreateSecurityGroup, in its limits', () => {
  it('trims the spaces at the end of a name, and takes 255 characters', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2, 'web  ');
    const { SecurityGroups = [] } = await ec2.call('DescribeSecurityGroups', { GroupIds: [GroupId] });
    expect(SecurityGroups).toMatchObject([{ GroupName: 'web' }]);
    await newGroup(ec2, 'w'.repeat(255));
  });

  it.each([
    [
      { GroupName: 'web', Description: "an app's" },
      'Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
    ],
    [
      { GroupName: 'web', Description: 'für' },
      'Value (für) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.',
    ],
    [
      { GroupName: 'sg-1', Description: 'x' },
      "Invalid value 'sg-1' for groupName. Group names may not be in the format sg-*",
    ],
  ])('says what is wrong with %o', async (input, message) => {
    expect(await serviceSandbox('ec2').refusal('CreateSecurityGroup', input)).toMatchObject({ message });
  });

  it('makes 2,500 groups in a Region, the default ones among them (Amazon VPC quotas)', async () => {
    const ec2 = serviceSandbox('ec2');
    for (let index = 1; index < 2500; index++) await newGroup(ec2, `g${index}`);
    expect(await ec2.refusal('CreateSecurityGroup', { GroupName: 'a', Description: 'a' })).toMatchObject({
      name: 'SecurityGroupLimitExceeded',
      message: expect.stringMatching(
        /^The maximum number of security groups for VPC 'vpc-\w+' has been reached\.$/,
      ) as string,
    });
  });

  it('allows all egress over IPv6 too where the VPC has IPv6', async () => {
    const ec2 = serviceSandbox('ec2');
    const CidrBlock = '10.0.0.0/16';
    const { Vpc } = await ec2.call('CreateVpc', { CidrBlock, AmazonProvidedIpv6CidrBlock: true });
    expect(Vpc?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock).toMatch(/^2600:1f18:\w+:\w+::\/56$/);
    const GroupId = await newGroup(ec2, 'web', Vpc?.VpcId);
    const rules = await rulesOf(ec2, GroupId, true);
    expect(new Set(rules.map(({ CidrIpv4, CidrIpv6 }) => CidrIpv4 ?? CidrIpv6))).toEqual(
      new Set(['0.0.0.0/0', '::/0']),
    );
  });
});

describe('DeleteSecurityGroup', () => {
  it('is refused while a rule of another group names it, but not for its own', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2, 'a');
    const other = await newGroup(ec2, 'b');
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }];
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId: other, IpPermissions });
    expect(await ec2.refusal('DeleteSecurityGroup', { GroupId })).toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.call('RevokeSecurityGroupIngress', { GroupId: other, IpPermissions });
    await ec2.call('DeleteSecurityGroup', { GroupId });
    expect(await ec2.refusal('DeleteSecurityGroup', { GroupId })).toMatchObject({
      name: 'InvalidGroup.NotFound',
    });
    await newGroup(ec2, 'a');
  });

  it('is refused for the default group', async () => {
    const ec2 = serviceSandbox('ec2');
    const { SecurityGroups = [] } = await ec2.call('DescribeSecurityGroups', { GroupNames: ['default'] });
    expect(await ec2.refusal('DeleteSecurityGroup', { GroupId: SecurityGroups[0]?.GroupId })).toMatchObject({
      name: 'CannotDelete',
    });
  });
});

describe('authorising', () => {
  it.each<[string, IpPermission, object]>([
    [
      'host bits of a CIDR are cleared',
      { ...HTTP, IpRanges: [{ CidrIp: '100.68.0.18/18' }] },
      { CidrIpv4: '100.68.0.0/18' },
    ],
    [
      'IPv6 is written in its shortest form',
      { ...HTTP, IpRanges: [], Ipv6Ranges: [{ CidrIpv6: '2001:DB8:0::1/32' }] },
      { CidrIpv6: '2001:db8::/32' },
    ],
    ['protocol 6 is tcp', { ...HTTP, IpProtocol: '6' }, { IpProtocol: 'tcp', FromPort: 80 }],
    ['protocol 17 is udp', { ...HTTP, IpProtocol: '17' }, { IpProtocol: 'udp' }],
    ['a protocol has a name in any case', { ...HTTP, IpProtocol: 'TCP' }, { IpProtocol: 'tcp' }],
    [
      'all protocols have no ports, whatever is said',
      { ...HTTP, IpProtocol: '-1', FromPort: 0, ToPort: 0 },
      { FromPort: -1, ToPort: -1 },
    ],
    [
      'protocol -1 drops ports',
      { ...HTTP, IpProtocol: '-1' },
      { IpProtocol: '-1', FromPort: -1, ToPort: -1 },
    ],
    ['other protocols have no ports', { ...HTTP, IpProtocol: '50' }, { IpProtocol: '50', FromPort: -1 }],
    [
      'ICMP has type and code',
      { ...HTTP, IpProtocol: '1', FromPort: 8, ToPort: -1 },
      { IpProtocol: 'icmp', FromPort: 8, ToPort: -1 },
    ],
  ])('%s', async (_rule, permission, shown) => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const answer = await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission] });
    expect(answer).toMatchObject({ Return: true, SecurityGroupRules: [{ ...shown, IsEgress: false }] });
    expect(await rulesOf(ec2, GroupId)).toMatchObject([shown]);
    expect(
      await ec2.refusal('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission] }),
    ).toMatchObject({ name: 'InvalidPermission.Duplicate' });
  });

  it('a duplicate is refused whatever its description, and nothing of the call is done', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] });
    const described = { ...HTTP, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'all' }] };
    const https = { ...HTTP, FromPort: 443, ToPort: 443 };
    const IpPermissions = [https, described];
    expect(await ec2.refusal('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions })).toMatchObject({
      name: 'InvalidPermission.Duplicate',
      message: 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
    });
    expect(await rulesOf(ec2, GroupId)).toHaveLength(1);
  });

  it.each<[string, IpPermission]>([
    ['InvalidParameterValue', { ...HTTP, FromPort: 81 }],
    ['InvalidParameterValue', { ...HTTP, ToPort: 65536 }],
    ['InvalidParameterValue', { ...HTTP, FromPort: undefined, ToPort: undefined }],
    ['InvalidParameterValue', { ...HTTP, IpProtocol: 'tcpp' }],
    ['InvalidParameterValue', { ...HTTP, IpProtocol: '256' }],
    ['InvalidParameterValue', { ...HTTP, IpRanges: [{ CidrIp: '10.0.0.0' }] }],
    ['InvalidParameterValue', { ...HTTP, IpRanges: [{ CidrIp: '10.0.0.0/33' }] }],
    ['InvalidParameterValue', { ...HTTP, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'ä' }] }],
    ['InvalidParameterValue', { ...HTTP, IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '10.0.0.1/8' }] }],
    ['InvalidGroup.NotFound', { ...HTTP, UserIdGroupPairs: [{ GroupId: 'sg-0' }] }],
    ['InvalidPrefixListID.NotFound', { ...HTTP, PrefixListIds: [{ PrefixListId: 'pl-0' }] }],
    ['InvalidPrefixListId.Malformed', { ...HTTP, PrefixListIds: [{ PrefixListId: 'pl-x' }] }],
    ['MissingParameter', { ...HTTP, IpRanges: [] }],
    ['MissingParameter', { ...HTTP, IpProtocol: undefined }],
  ])('%s for %o', async (name, permission) => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const refused = await ec2.refusal('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [permission],
    });
    expect(refused).toMatchObject({ name });
    expect(await rulesOf(ec2, GroupId)).toEqual([]);
  });

  it.each<[string, IpPermission]>([
    ['peer: 10.0.0.0/8, ALL, ALLOW', { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    [
      'peer: 10.0.0.0/8, UDP, from port: 2000, to port: 2001, ALLOW',
      { IpProtocol: '17', FromPort: 2000, ToPort: 2001, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
    ],
    [
      'peer: 10.0.0.0/8, ICMP, type: ALL, code: ALL, ALLOW',
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
    ],
  ])('a duplicate is named as "%s"', async (text, permission) => {
    const ec2 = serviceSandbox('ec2');
    const authorize = { GroupId: await newGroup(ec2), IpPermissions: [permission] };
    await ec2.call('AuthorizeSecurityGroupIngress', authorize);
    expect(await ec2.refusal('AuthorizeSecurityGroupIngress', authorize)).toMatchObject({
      message: `the specified rule "${text}" already exists`,
    });
  });

  it('a group of another VPC or account is no peer', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2, 'a');
    const elsewhere = await newGroup(ec2, 'b', await otherVpc(ec2));
    for (const pair of [{ GroupId: elsewhere }, { GroupId, UserId: '111122223333' }]) {
      const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [pair] }];
      expect(await ec2.refusal('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions })).toMatchObject({
        name: 'InvalidGroup.NotFound',
        message: 'You have specified two resources that belong to different networks.',
      });
    }
  });

  it("one of AWS's prefix lists is a peer, and counts for as many rules as it weighs", async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const { PrefixLists = [] } = await ec2.call('DescribeManagedPrefixLists', {
      Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.us-east-1.vpc-lattice'] }],
    });
    const PrefixListId = PrefixLists[0]?.PrefixListId ?? '';
    const IpRanges = Array.from({ length: 51 }, (_, index) => ({ CidrIp: `10.0.${index}.0/24` }));
    const list = { ...HTTP, IpRanges: [], PrefixListIds: [{ PrefixListId }] };
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ ...HTTP, IpRanges }] });
    const IpPermissions = [list];
    expect(await ec2.refusal('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions })).toMatchObject({
      name: 'RulesPerSecurityGroupLimitExceeded',
    });
    await ec2.call('AuthorizeSecurityGroupEgress', { GroupId, IpPermissions });
    expect(await rulesOf(ec2, GroupId, true)).toContainEqual(expect.objectContaining({ PrefixListId }));
  });

  it('the limit counts IPv4 and IPv6 apart (Amazon VPC quotas)', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const IpRanges = Array.from({ length: 60 }, (_, index) => ({ CidrIp: `10.0.${index}.0/24` }));
    const Ipv6Ranges = Array.from({ length: 60 }, (_, index) => ({ CidrIpv6: `2001:db8:${index}::/48` }));
    await ec2.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [{ ...HTTP, IpRanges, Ipv6Ranges }],
    });
    const UserIdGroupPairs = [{ GroupId }];
    const IpPermissions = [{ ...HTTP, IpRanges: [], UserIdGroupPairs }];
    expect(await ec2.refusal('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions })).toMatchObject({
      name: 'RulesPerSecurityGroupLimitExceeded',
    });
  });

  it('60 rules per direction are the limit', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const ranges = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ CidrIp: `10.0.${index}.0/24` }));
    const authorize = { GroupId, IpPermissions: [{ ...HTTP, IpRanges: ranges(61) }] };
    expect(await ec2.refusal('AuthorizeSecurityGroupIngress', authorize)).toMatchObject({
      name: 'RulesPerSecurityGroupLimitExceeded',
    });
    await ec2.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [{ ...HTTP, IpRanges: ranges(60) }],
    });
  });

  it('the old flat form is one rule, and a source group alone is all TCP, UDP and ICMP', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    await ec2.call('AuthorizeSecurityGroupIngress', {
      GroupName: 'web',
      IpProtocol: 'udp',
      FromPort: 2000,
      ToPort: 2000,
      CidrIp: '172.31.0.0/16',
    });
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, SourceSecurityGroupName: 'default' });
    const rules = await rulesOf(ec2, GroupId);
    expect(rules.map((rule) => [rule.IpProtocol, rule.FromPort, rule.ToPort])).toEqual(
      expect.arrayContaining([
        ['udp', 2000, 2000],
        ['tcp', 0, 65535],
        ['udp', 0, 65535],
        ['icmp', -1, -1],
      ]),
    );
  });

  it('rules get ids, and the tags that the request gives them', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const { SecurityGroupRules = [] } = await ec2.call('AuthorizeSecurityGroupEgress', {
      GroupId,
      IpPermissions: [HTTP],
      TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'a', Value: '1' }] }],
    });
    ec2.advance(VISIBLE_MS);
    expect(SecurityGroupRules[0]?.SecurityGroupRuleId).toMatch(/^sgr-[0-9a-f]{17}$/);
    const found = await ec2.call('DescribeSecurityGroupRules', {
      Filters: [{ Name: 'tag:a', Values: ['1'] }],
    });
    expect(found.SecurityGroupRules).toEqual(SecurityGroupRules);
  });
});

describe('revoking', () => {
  it('what does not match is refused and nothing revoked, except in a default VPC', async () => {
    const ec2 = serviceSandbox('ec2');
    const absent = { ...HTTP, FromPort: 81, ToPort: 81 };
    const inDefault = await newGroup(ec2, 'a');
    const inOther = await newGroup(ec2, 'b', await otherVpc(ec2));
    for (const GroupId of [inDefault, inOther]) {
      await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] });
    }
    const IpPermissions = [HTTP, absent];
    const refused = await ec2.refusal('RevokeSecurityGroupIngress', { GroupId: inOther, IpPermissions });
    expect(refused).toMatchObject({
      name: 'InvalidPermission.NotFound',
      message: 'The specified rule does not exist in this security group.',
    });
    expect(await rulesOf(ec2, inOther)).toHaveLength(1);
    const answer = await ec2.call('RevokeSecurityGroupIngress', { GroupId: inDefault, IpPermissions });
    expect(answer).toMatchObject({ Return: true, UnknownIpPermissions: [{ FromPort: 81, ToPort: 81 }] });
    expect(await rulesOf(ec2, inDefault)).toEqual([]);
  });

  it('needs rules, by what they allow or by their ids, and one group', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const [rule] = await rulesOf(ec2, GroupId, true);
    const SecurityGroupRuleIds = [rule?.SecurityGroupRuleId ?? ''];
    expect(await ec2.refusal('RevokeSecurityGroupEgress', { GroupId })).toMatchObject({
      name: 'MissingParameter',
      message: "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.",
    });
    expect(
      await ec2.refusal('RevokeSecurityGroupEgress', {
        GroupId,
        SecurityGroupRuleIds,
        IpPermissions: [HTTP],
      }),
    ).toMatchObject({ name: 'InvalidParameterCombination' });
    expect(
      await ec2.refusal('RevokeSecurityGroupIngress', { GroupId, GroupName: 'web', IpPermissions: [HTTP] }),
    ).toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('goes by rule id too, of the right group and direction', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const other = await newGroup(ec2, 'other');
    const [rule] = await rulesOf(ec2, GroupId, true);
    const SecurityGroupRuleIds = [rule?.SecurityGroupRuleId ?? ''];
    for (const attempt of [
      ec2.refusal('RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds }),
      ec2.refusal('RevokeSecurityGroupEgress', { GroupId: other, SecurityGroupRuleIds }),
    ]) {
      expect(await attempt).toMatchObject({ name: 'InvalidSecurityGroupRuleId.NotFound' });
    }
    const answer = await ec2.call('RevokeSecurityGroupEgress', { GroupId, SecurityGroupRuleIds });
    expect(answer.RevokedSecurityGroupRules).toMatchObject([
      { GroupId, IsEgress: true, CidrIpv4: '0.0.0.0/0' },
    ]);
    expect(await rulesOf(ec2, GroupId, true)).toEqual([]);
  });
});

describe('changing rules', () => {
  it('a rule keeps its id, two can change places, and none can become another', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const https = { ...HTTP, FromPort: 443, ToPort: 443 };
    const { SecurityGroupRules: [first, second] = [] } = await ec2.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [HTTP, https],
    });
    const change = (id: string | undefined, port: number) => ({
      SecurityGroupRuleId: id,
      SecurityGroupRule: { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIpv4: '0.0.0.0/0' },
    });
    await ec2.call('ModifySecurityGroupRules', {
      GroupId,
      SecurityGroupRules: [change(first?.SecurityGroupRuleId, 443), change(second?.SecurityGroupRuleId, 80)],
    });
    const ports = new Map(
      (await rulesOf(ec2, GroupId)).map((rule) => [rule.SecurityGroupRuleId, rule.FromPort]),
    );
    expect(ports.get(first?.SecurityGroupRuleId)).toBe(443);
    expect(ports.get(second?.SecurityGroupRuleId)).toBe(80);
    const SecurityGroupRules = [change(first?.SecurityGroupRuleId, 80)];
    expect(await ec2.refusal('ModifySecurityGroupRules', { GroupId, SecurityGroupRules })).toMatchObject({
      name: 'InvalidPermission.Duplicate',
    });
    await ec2.call('ModifySecurityGroupRules', {
      GroupId,
      SecurityGroupRules: [change(first?.SecurityGroupRuleId, 8080)],
    });
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https] });
    await ec2.call('RevokeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [HTTP, https, { ...HTTP, FromPort: 8080, ToPort: 8080 }],
    });
    expect(await rulesOf(ec2, GroupId)).toEqual([]);
  });

  it('a rule about a block becomes none about a group', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    const { SecurityGroupRules: [rule] = [] } = await ec2.call('AuthorizeSecurityGroupIngress', {
      GroupId,
      IpPermissions: [HTTP],
    });
    const change = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, ReferencedGroupId: GroupId };
    const SecurityGroupRules = [
      { SecurityGroupRuleId: rule?.SecurityGroupRuleId, SecurityGroupRule: change },
    ];
    expect(await ec2.refusal('ModifySecurityGroupRules', { GroupId, SecurityGroupRules })).toMatchObject({
      message: 'You may not specify a referenced group id for an existing IPv4 CIDR rule.',
    });
  });

  it('a description changes in place', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [HTTP] });
    const described = { ...HTTP, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'all' }] };
    await ec2.call('UpdateSecurityGroupRuleDescriptionsIngress', { GroupId, IpPermissions: [described] });
    expect(await rulesOf(ec2, GroupId)).toMatchObject([{ Description: 'all' }]);
    expect(
      await ec2.refusal('UpdateSecurityGroupRuleDescriptionsEgress', { GroupId, IpPermissions: [described] }),
    ).toMatchObject({ name: 'InvalidPermission.NotFound' });
  });
});

describe('describing', () => {
  it('DescribeSecurityGroups shows the peers of one protocol and port range together', async () => {
    const ec2 = serviceSandbox('ec2');
    const GroupId = await newGroup(ec2);
    for (const CidrIp of ['10.0.0.0/8', '172.31.0.0/16']) {
      const IpPermissions = [{ ...HTTP, IpRanges: [{ CidrIp }] }];
      await ec2.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    }
    const { SecurityGroups = [] } = await ec2.call('DescribeSecurityGroups', { GroupIds: [GroupId] });
    expect(SecurityGroups[0]?.IpPermissions).toMatchObject([
      { FromPort: 80, IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '172.31.0.0/16' }] },
    ]);
  });

  it('pages hold MaxResults of what the filters let pass, and every group comes once', async () => {
    const ec2 = serviceSandbox('ec2');
    const made = await Promise.all(Array.from({ length: 12 }, (_, index) => newGroup(ec2, `web-${index}`)));
    const seen: string[] = [];
    const sizes: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ec2.call('DescribeSecurityGroups', {
        Filters: [{ Name: 'group-name', Values: ['web-*'] }],
        MaxResults: 5,
        NextToken,
      });
      sizes.push(page.SecurityGroups?.length ?? 0);
      seen.push(...(page.SecurityGroups ?? []).map((group) => group.GroupId ?? ''));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(sizes).toEqual([5, 5, 2]);
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  it.each([
    [{ MaxResults: 4 }, 'InvalidParameterValue'],
    [{ MaxResults: 1001 }, 'InvalidParameterValue'],
    [{ NextToken: 'nonsense' }, 'InvalidNextToken'],
    [{ GroupIds: ['sg-0'] }, 'InvalidGroup.NotFound'],
    [{ GroupNames: ['nobody'] }, 'InvalidGroup.NotFound'],
    [
      { Filters: [{ Name: 'group-id', Values: Array.from({ length: 201 }, () => 'sg-0') }] },
      'FilterLimitExceeded',
    ],
  ])('%o is refused as %s', async (input, name) => {
    expect(await serviceSandbox('ec2').refusal('DescribeSecurityGroups', input)).toMatchObject({ name });
  });

  it('an unknown id is refused as a rule, and merely not found as a filter', async () => {
    const ec2 = serviceSandbox('ec2');
    expect(
      await ec2.refusal('DescribeSecurityGroupRules', { SecurityGroupRuleIds: ['sgr-0'] }),
    ).toMatchObject({ name: 'InvalidSecurityGroupRuleId.NotFound' });
    expect(await rulesOf(ec2, 'sg-0')).toEqual([]);
  });
});
