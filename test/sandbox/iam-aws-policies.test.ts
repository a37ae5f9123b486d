import { describe, expect, it } from 'vitest';
import { AWS_MANAGED_NAMES } from '../../sandbox/iam/aws-managed-names.ts';
import { newRole } from '../support/iam/policies.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const EXECUTION = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';

describe('policies of AWS', () => {
  const arnOf = (path: string) => `arn:aws:iam::aws:policy/${path}`;

  it.each([
    ['AWSXRayDaemonWriteAccess', 'v2', 'xray:PutTraceSegments'],
    ['AWSXrayWriteOnlyAccess', 'v2', 'xray:PutTraceSegments'],
    ['CloudWatchAgentServerPolicy', 'v3', 'cloudwatch:PutMetricData'],
    ['AmazonSSMManagedInstanceCore', 'v2', 'ssmmessages:OpenDataChannel'],
    ['AmazonPrometheusRemoteWriteAccess', 'v1', 'aps:RemoteWrite'],
    ['service-role/AmazonEC2ContainerServiceforEC2Role', 'v10', 'ecs:RegisterContainerInstance'],
    ['service-role/AmazonECSTaskExecutionRolePolicy', 'v1', 'ecr:GetAuthorizationToken'],
  ])('that daemons use are there with their documents: %s', async (path, DefaultVersionId, action) => {
    const iam = serviceSandbox('iam');
    const PolicyArn = arnOf(path);
    const { Policy } = await iam.call('GetPolicy', { PolicyArn });
    expect(Policy).toMatchObject({ Arn: PolicyArn, DefaultVersionId, IsAttachable: true });
    const { PolicyVersion } = await iam.call('GetPolicyVersion', { PolicyArn, VersionId: DefaultVersionId });
    expect(PolicyVersion).toMatchObject({ IsDefaultVersion: true, CreateDate: Policy?.UpdateDate });
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain(action);
  });

  it('that are known by name can be described, and say that their documents are not held', async () => {
    const iam = serviceSandbox('iam');
    const PolicyArn = arnOf('job-function/ViewOnlyAccess');
    const { Policy } = await iam.call('GetPolicy', { PolicyArn });
    expect(Policy).toMatchObject({
      PolicyName: 'ViewOnlyAccess',
      Path: '/job-function/',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      DefaultVersionId: 'v1',
    });
    expect((await serviceSandbox('iam').call('GetPolicy', { PolicyArn })).Policy).toEqual(Policy);
    expect((await iam.call('ListPolicyVersions', { PolicyArn })).Versions).toMatchObject([
      { VersionId: 'v1', IsDefaultVersion: true },
    ]);
    expect(await iam.refusal('GetPolicyVersion', { PolicyArn, VersionId: 'v1' })).toMatchObject({
      name: 'InvalidAction',
      message: `The sandbox does not hold the document of ${PolicyArn}: it knows this policy of AWS by name.`,
    });
  });

  it('have the partition that they are asked for in', async () => {
    const PolicyArn = 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess';
    expect((await serviceSandbox('iam').call('GetPolicy', { PolicyArn })).Policy?.Arn).toBe(PolicyArn);
  });

  it('and those that there are not, are refused', async () => {
    expect(
      await serviceSandbox('iam').refusal('GetPolicy', { PolicyArn: arnOf('ReadOnlyAcces') }),
    ).toMatchObject({ name: 'NoSuchEntity', statusCode: 404 });
  });

  it('are listed page by page, every one that can be attached', async () => {
    const iam = serviceSandbox('iam');
    const listed = new Set<string | undefined>();
    for (let Marker: string | undefined, more = true; more; ) {
      const page = await iam.call('ListPolicies', { Scope: 'AWS', Marker, MaxItems: 1000 });
      for (const { PolicyId } of page.Policies ?? []) listed.add(PolicyId);
      ({ Marker, IsTruncated: more = false } = page);
    }
    expect(listed.size).toBe(AWS_MANAGED_NAMES.size);
  });

  it('are in the account’s details once a role has them, their documents where they are held', async () => {
    const iam = serviceSandbox('iam');
    const { RoleName } = await newRole(iam);
    for (const PolicyArn of [READ_ONLY, EXECUTION])
      await iam.call('AttachRolePolicy', { RoleName, PolicyArn });
    const { Policies } = await iam.call('GetAccountAuthorizationDetails', { Filter: ['AWSManagedPolicy'] });
    expect(
      Policies?.map(({ Arn, PolicyVersionList }) => [Arn, PolicyVersionList?.[0]?.Document !== undefined]),
    ).toEqual([
      [READ_ONLY, false],
      [EXECUTION, true],
    ]);
  });

  it('are never changed', async () => {
    expect(await serviceSandbox('iam').refusal('DeletePolicy', { PolicyArn: EXECUTION })).toMatchObject({
      name: 'AccessDenied',
    });
  });
});
