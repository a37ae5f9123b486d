import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import type { SdkClients } from '../support/aws/sdk.ts';

/** Sources: the IAM and STS API references; reference: hazards, others. */

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' }],
});

const createRole = ({ iam }: SdkClients, RoleName: string, more: { readonly Path?: string } = {}) =>
  iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST, ...more });

/** The ARN of a new managed policy. */
async function createPolicy({ iam }: SdkClients, PolicyName: string): Promise<string> {
  const { Policy } = await iam.createPolicy({ PolicyName, PolicyDocument: POLICY });
  return Policy?.Arn ?? '';
}

const IAM: readonly Row[] = [
  {
    aws: 'answers a new role with its ARN, its id and its trust policy URL-encoded',
    check: async (aws, name) => {
      const { Role } = await createRole(aws, name, { Path: '/daemons/' });
      expect(Role).toMatchObject({
        RoleName: name,
        Path: '/daemons/',
        Arn: expect.stringMatching(new RegExp(`^arn:aws:iam::\\d{12}:role/daemons/${name}$`)),
        RoleId: expect.stringMatching(/^AROA\w{17}$/),
        CreateDate: expect.any(Date),
      });
      expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(JSON.parse(TRUST));
      expect((await aws.iam.getRole({ RoleName: name })).Role?.AssumeRolePolicyDocument).toMatch(/^%7B/);
    },
  },
  {
    aws: 'refuses a second role of one name with EntityAlreadyExists 409',
    check: async (aws, name) => {
      await createRole(aws, name);
      await refused(createRole(aws, name), 'EntityAlreadyExists', {
        status: 409,
        message: `Role with name ${name} already exists.`,
      });
    },
  },
  {
    aws: 'refuses a role whose name differs in case only, with EntityAlreadyExists',
    moto: 'tells names apart by case',
    check: async (aws, name) => {
      await createRole(aws, name);
      await refused(createRole(aws, name.toUpperCase()), 'EntityAlreadyExists', { status: 409 });
    },
  },
  {
    aws: 'refuses a trust policy that is not JSON with MalformedPolicyDocument',
    moto: 'takes it',
    check: (aws, name) =>
      refused(
        aws.iam.createRole({ RoleName: name, AssumeRolePolicyDocument: '{' }),
        'MalformedPolicyDocument',
      ),
  },
  {
    aws: 'refuses a character that a name cannot have with ValidationError',
    moto: 'takes it',
    check: (aws) => refused(createRole(aws, 'no spaces'), 'ValidationError'),
  },
  {
    aws: 'refuses a name of 65 characters with ValidationError',
    moto: 'takes it',
    check: (aws) => refused(createRole(aws, 'x'.repeat(65)), 'ValidationError'),
  },
  {
    aws: 'refuses a session shorter than an hour with ValidationError',
    moto: 'takes it',
    check: ({ iam }, name) =>
      refused(
        iam.createRole({ RoleName: name, AssumeRolePolicyDocument: TRUST, MaxSessionDuration: 3599 }),
        'ValidationError',
      ),
  },
  {
    aws: 'knows no role of an unknown name: NoSuchEntity 404',
    check: async ({ iam }) => {
      await refused(iam.getRole({ RoleName: 'none' }), 'NoSuchEntity', { status: 404 });
      await refused(iam.deleteRole({ RoleName: 'none' }), 'NoSuchEntity', { status: 404 });
    },
  },
  {
    aws: 'changes trust policy, description and session duration in place',
    check: async (aws, name) => {
      const { iam } = aws;
      await createRole(aws, name);
      const other = TRUST.replace('ecs-tasks', 'ecs');
      await iam.updateAssumeRolePolicy({ RoleName: name, PolicyDocument: other });
      await iam.updateRole({ RoleName: name, Description: 'of a daemon', MaxSessionDuration: 7200 });
      const { Role } = await iam.getRole({ RoleName: name });
      expect(Role).toMatchObject({ Description: 'of a daemon', MaxSessionDuration: 7200 });
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('"ecs.amazonaws.com"');
    },
  },
  {
    aws: 'gives an inline policy back URL-encoded, lists its name, and replaces it by its name',
    check: async (aws, name) => {
      const { iam } = aws;
      await createRole(aws, name);
      const policy = { RoleName: name, PolicyName: 'inline' };
      await iam.putRolePolicy({ ...policy, PolicyDocument: POLICY });
      await iam.putRolePolicy({ ...policy, PolicyDocument: POLICY.replace('Segments', 'Telemetry') });
      const { PolicyDocument } = await iam.getRolePolicy(policy);
      expect(decodeURIComponent(PolicyDocument ?? '')).toContain('xray:PutTraceTelemetry');
      expect((await iam.listRolePolicies({ RoleName: name })).PolicyNames).toEqual(['inline']);
    },
  },
  {
    aws: 'knows no inline policy of an unknown name: NoSuchEntity 404',
    check: async (aws, name) => {
      await createRole(aws, name);
      const policy = { RoleName: name, PolicyName: 'none' };
      await refused(aws.iam.getRolePolicy(policy), 'NoSuchEntity', { status: 404 });
      await refused(aws.iam.deleteRolePolicy(policy), 'NoSuchEntity', { status: 404 });
    },
  },
  {
    aws: 'refuses an inline policy without an effect with MalformedPolicyDocument',
    check: async (aws, name) => {
      await createRole(aws, name);
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Action: 's3:*', Resource: '*' }],
      });
      await refused(
        aws.iam.putRolePolicy({ RoleName: name, PolicyName: 'inline', PolicyDocument }),
        'MalformedPolicyDocument',
      );
    },
  },
  {
    aws: 'attaches a managed policy, a second time to no effect, and detaches it',
    check: async (aws, name) => {
      const { iam } = aws;
      await createRole(aws, name);
      const PolicyArn = await createPolicy(aws, name);
      await iam.attachRolePolicy({ RoleName: name, PolicyArn });
      await iam.attachRolePolicy({ RoleName: name, PolicyArn });
      expect((await iam.listAttachedRolePolicies({ RoleName: name })).AttachedPolicies).toEqual([
        { PolicyName: name, PolicyArn },
      ]);
      await iam.detachRolePolicy({ RoleName: name, PolicyArn });
      expect((await iam.listAttachedRolePolicies({ RoleName: name })).AttachedPolicies).toEqual([]);
    },
  },
  {
    aws: 'refuses to attach an unknown policy, or to detach one that is not attached, with NoSuchEntity 404',
    check: async (aws, name) => {
      await createRole(aws, name);
      const { Account } = await aws.sts.getCallerIdentity({});
      const unknown = { RoleName: name, PolicyArn: `arn:aws:iam::${Account}:policy/none` };
      await refused(aws.iam.attachRolePolicy(unknown), 'NoSuchEntity', { status: 404 });
      const known = { RoleName: name, PolicyArn: await createPolicy(aws, name) };
      await refused(aws.iam.detachRolePolicy(known), 'NoSuchEntity', { status: 404 });
    },
  },
  {
    aws: 'refuses to delete a role with an inline policy with DeleteConflict 409',
    check: async (aws, name) => {
      await createRole(aws, name);
      await aws.iam.putRolePolicy({ RoleName: name, PolicyName: 'inline', PolicyDocument: POLICY });
      await refused(aws.iam.deleteRole({ RoleName: name }), 'DeleteConflict', {
        status: 409,
        message: 'Cannot delete entity, must delete policies first.',
      });
    },
  },
  {
    aws: 'refuses to delete a role with an attached policy with DeleteConflict 409',
    check: async (aws, name) => {
      await createRole(aws, name);
      await aws.iam.attachRolePolicy({ RoleName: name, PolicyArn: await createPolicy(aws, name) });
      await refused(aws.iam.deleteRole({ RoleName: name }), 'DeleteConflict', {
        status: 409,
        message: 'Cannot delete entity, must detach all policies first.',
      });
    },
  },
  {
    aws: 'lists roles page by page, MaxItems to a page, without their tags',
    moto: 'lists the newest first',
    check: async (aws, name) => {
      const { iam } = aws;
      const Path = `/${name}/`;
      for (const RoleName of [`${name}-a`, `${name}-b`, `${name}-c`]) {
        await createRole(aws, RoleName, { Path });
        await iam.tagRole({ RoleName, Tags: [{ Key: 'team', Value: 'platform' }] });
      }
      const first = await iam.listRoles({ PathPrefix: Path, MaxItems: 2 });
      expect(first).toMatchObject({ IsTruncated: true, Marker: expect.any(String) });
      expect(first.Roles?.map((role) => role.RoleName)).toEqual([`${name}-a`, `${name}-b`]);
      const rest = await iam.listRoles({ PathPrefix: Path, MaxItems: 2, Marker: first.Marker });
      expect(rest.IsTruncated).toBe(false);
      expect(rest.Roles?.map((role) => [role.RoleName, role.Tags])).toEqual([[`${name}-c`, undefined]]);
    },
  },
  {
    aws: 'shows a role with its tags and both kinds of policies in GetAccountAuthorizationDetails',
    check: async (aws, name) => {
      const { iam } = aws;
      await createRole(aws, name);
      await iam.tagRole({ RoleName: name, Tags: [{ Key: 'team', Value: 'platform' }] });
      await iam.putRolePolicy({ RoleName: name, PolicyName: 'inline', PolicyDocument: POLICY });
      const PolicyArn = await createPolicy(aws, name);
      await iam.attachRolePolicy({ RoleName: name, PolicyArn });
      const { RoleDetailList } = await iam.getAccountAuthorizationDetails({ Filter: ['Role'] });
      expect(RoleDetailList?.find((role) => role.RoleName === name)).toMatchObject({
        Tags: [{ Key: 'team', Value: 'platform' }],
        RolePolicyList: [{ PolicyName: 'inline' }],
        AttachedManagedPolicies: [{ PolicyArn }],
      });
    },
  },
  {
    aws: 'overwrites a tag of the same key, and removes tags by key',
    check: async (aws, name) => {
      const { iam } = aws;
      await createRole(aws, name);
      const tag = (Key: string, Value: string) => iam.tagRole({ RoleName: name, Tags: [{ Key, Value }] });
      await tag('team', 'platform');
      await tag('team', 'search');
      await tag('stage', 'test');
      await iam.untagRole({ RoleName: name, TagKeys: ['stage', 'none'] });
      expect((await iam.listRoleTags({ RoleName: name })).Tags).toEqual([{ Key: 'team', Value: 'search' }]);
    },
  },
  {
    aws: 'makes the service-linked role of ECS once: the second is refused with InvalidInput',
    check: async ({ iam }) => {
      const make = () => iam.createServiceLinkedRole({ AWSServiceName: 'ecs.amazonaws.com' });
      await make().catch(() => undefined);
      await refused(make(), 'InvalidInput', { message: /has been taken in this account/ });
    },
    moto: 'makes it again',
  },
];

conformance('IAM', IAM);

const STS: readonly Row[] = [
  {
    aws: 'tells the caller its account, user id and ARN',
    check: async ({ sts }) => {
      const { Account, Arn, UserId } = await sts.getCallerIdentity({});
      expect(Account).toMatch(/^\d{12}$/);
      expect(Arn).toMatch(new RegExp(`^arn:aws:(iam|sts)::${Account}:`));
      expect(UserId).toMatch(/^A\w{19}/);
    },
  },
  {
    aws: 'gives credentials of an hour for a role, and the session its name',
    check: async ({ sts }, name) => {
      const RoleArn = `arn:aws:iam::111122223333:role/${name}`;
      const { Credentials, AssumedRoleUser } = await sts.assumeRole({ RoleArn, RoleSessionName: 'session' });
      expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::111122223333:assumed-role/${name}/session`);
      expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
      const minutes = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000;
      expect(minutes).toBeGreaterThan(50);
    },
  },
  {
    aws: 'refuses a session name with a space with ValidationError',
    moto: 'takes it',
    check: ({ sts }) =>
      refused(
        sts.assumeRole({ RoleArn: 'arn:aws:iam::111122223333:role/x', RoleSessionName: 'no spaces' }),
        'ValidationError',
      ),
  },
];

conformance('STS', STS);
