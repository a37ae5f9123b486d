import {
  CreateServiceCommand,
  ServiceAlreadyExists,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../sandbox/error.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { accessKeyOf } from '../../sandbox/sts/access-keys.ts';
import { ECS_TARGET, FORM, clientConfig, openDoor, post } from '../support/sandbox/http-door.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

function refusing(error: AwsError): () => object {
  return () => {
    throw error;
  };
}

describe('answers have the shapes that AWS documents', () => {
  test('EC2: the request id in the response, lists of items, times in ISO 8601', async () => {
    const door = await openDoor({
      'ec2:DescribeSecurityGroups': () => ({
        SecurityGroups: [
          {
            GroupId: 'sg-1',
            IpPermissions: [{ IpProtocol: 'udp', FromPort: 2000, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
          },
        ],
      }),
    });
    const answer = await post(door, {
      service: 'ec2',
      headers: FORM,
      body: 'Action=DescribeSecurityGroups&Version=2016-11-15',
    });
    expect(answer.headers.get('content-type')).toBe('text/xml;charset=UTF-8');
    expect(await answer.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<DescribeSecurityGroupsResponse xmlns="http:\/\/ec2.amazonaws.com\/doc\/2016-11-15\/"><requestId>[0-9a-f-]{36}<\/requestId><securityGroupInfo><item><groupId>sg-1<\/groupId><ipPermissions><item><ipProtocol>udp<\/ipProtocol><fromPort>2000<\/fromPort><ipRanges><item><cidrIp>10.0.0.0\/8<\/cidrIp><\/item><\/ipRanges><\/item><\/ipPermissions><\/item><\/securityGroupInfo><\/DescribeSecurityGroupsResponse>$/,
    );
  });

  test('EC2: an operation without an output returns true', async () => {
    const door = await openDoor({});
    const answer = await post(door, {
      service: 'ec2',
      headers: FORM,
      body: 'Action=CreateTags&Version=2016-11-15&ResourceId.1=sg-1&Tag.1.Key=a&Tag.1.Value=',
    });
    expect(await answer.text()).toContain('</requestId><return>true</return></CreateTagsResponse>');
    expect(door.calls[0]?.input).toEqual({ Resources: ['sg-1'], Tags: [{ Key: 'a', Value: '' }] });
  });

  test('IAM: the result and the metadata within the response', async () => {
    const door = await openDoor({
      'iam:GetRole': () => ({
        Role: {
          Path: '/',
          RoleName: 'x',
          RoleId: 'AROA',
          Arn: 'arn',
          CreateDate: new Date('2026-01-02T03:04:05Z'),
          Tags: [{ Key: 'k', Value: '<&>' }],
        },
      }),
    });
    const answer = await post(door, {
      service: 'iam',
      headers: FORM,
      body: 'Action=GetRole&Version=2010-05-08&RoleName=x',
    });
    expect(await answer.text()).toMatch(
      /<GetRoleResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><GetRoleResult><Role><Path>\/<\/Path>.*<CreateDate>2026-01-02T03:04:05Z<\/CreateDate>.*<Tags><member><Key>k<\/Key><Value>&lt;&amp;&gt;<\/Value><\/member><\/Tags><\/Role><\/GetRoleResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/GetRoleResponse>$/,
    );
  });

  test('JSON: times in epoch seconds, no body where the operation has no output', async () => {
    const door = await openDoor({
      'ecs:DescribeTasks': () => ({ tasks: [{ createdAt: new Date(1_700_000_000_500) }] }),
    });
    const described = await post(door, {
      headers: { 'x-amz-target': `${ECS_TARGET}.DescribeTasks` },
      body: '{"tasks":["t"]}',
    });
    expect(described.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(await described.text()).toBe('{"tasks":[{"createdAt":1700000000.5}]}');
    const created = await post(door, {
      headers: { 'x-amz-target': 'Logs_20140328.CreateLogGroup' },
      body: '{"logGroupName":"g","tags":{"__proto__":"t"}}',
    });
    expect([created.status, await created.text()]).toEqual([200, '']);
    expect(JSON.stringify(door.calls[1]?.input)).toBe('{"logGroupName":"g","tags":{"__proto__":"t"}}');
  });
});

describe('requests are read as AWS documents them', () => {
  test.each([
    [
      'EC2 lists by number, with gaps and in any order',
      { service: 'ec2', headers: FORM, body: 'Action=DescribeVpcs&VpcId.10=c&VpcId.2=b&VpcId.1=a' },
      { VpcIds: ['a', 'b', 'c'] },
    ],
    [
      'structures in EC2 lists',
      {
        service: 'ec2',
        headers: FORM,
        body: 'Action=DescribeVpcs&Filter.1.Name=tag%3AName&Filter.1.Value.1=main&Filter.1.Value.2=a+b',
      },
      { Filters: [{ Name: 'tag:Name', Values: ['main', 'a b'] }] },
    ],
    [
      'members that EC2 names otherwise than its model',
      {
        service: 'ec2',
        headers: FORM,
        body: 'Action=AuthorizeSecurityGroupIngress&GroupId=sg-1&IpPermissions.1.ToPort=2&IpPermissions.1.Groups.1.GroupId=sg-2',
      },
      { GroupId: 'sg-1', IpPermissions: [{ ToPort: 2, UserIdGroupPairs: [{ GroupId: 'sg-2' }] }] },
    ],
    [
      'IAM lists of members',
      {
        service: 'iam',
        headers: FORM,
        body: 'Action=TagRole&RoleName=r&Tags.member.1.Key=k&Tags.member.1.Value=',
      },
      { RoleName: 'r', Tags: [{ Key: 'k', Value: '' }] },
    ],
    [
      'an empty IAM list',
      { service: 'iam', headers: FORM, body: 'Action=UntagRole&RoleName=r&TagKeys=' },
      { RoleName: 'r', TagKeys: [] },
    ],
    [
      'times in a JSON request as epoch seconds',
      {
        headers: { 'x-amz-target': `${ECS_TARGET}.ListServiceDeployments` },
        body: '{"service":"s","createdAt":{"after":1700000000.5}}',
      },
      { service: 's', createdAt: { after: new Date(1_700_000_000_500) } },
    ],
    [
      'null and unknown members of a JSON request as absent',
      {
        headers: { 'x-amz-target': `${ECS_TARGET}.ListClusters` },
        body: '{"nextToken":null,"maxResults":1,"colour":"red"}',
      },
      { maxResults: 1 },
    ],
  ])('%s', async (_, request, input) => {
    const door = await openDoor({});
    await post(door, request);
    expect(door.calls).toMatchObject([{ input }]);
    expect(door.calls[0]?.input).toEqual(input);
  });
});

describe('who calls from where is read from the signature', () => {
  test('the region of the credential scope is the region of the call', async () => {
    const door = await openDoor({});
    await new ECSClient(clientConfig(door, 'eu-north-1')).send(
      new DescribeServicesCommand({ services: ['a'] }),
    );
    expect(door.calls).toEqual([
      {
        service: 'ecs',
        operation: 'DescribeServices',
        input: { services: ['a'] },
        region: 'eu-north-1',
        accessKeyId: 'AKIDTEST',
      },
    ]);
  });

  test('temporary credentials call as the account that they were given for', async () => {
    const door = await openDoor({});
    const accessKeyId = accessKeyOf('111122223333', 'ABCD');
    const config = { ...clientConfig(door), credentials: { accessKeyId, secretAccessKey: 's' } };
    await new ECSClient(config).send(new DescribeServicesCommand({ services: ['a'] }));
    expect(door.calls).toMatchObject([{ accountId: '111122223333' }]);
  });

  test.each([
    ['2016-11-15', 'DescribeVpcs', 'ec2'],
    ['2010-05-08', 'ListRoles', 'iam'],
    ['2011-06-15', 'GetCallerIdentity', 'sts'],
  ])('an unsigned form of version %s is told by it', async (version, action, service) => {
    const door = await openDoor({});
    await post(door, { headers: FORM, body: `Action=${action}&Version=${version}` });
    await fetch(`${door.url}/?Action=${action}&Version=${version}`);
    expect(door.calls.map((call) => `${call.service}:${call.operation}`)).toEqual([
      `${service}:${action}`,
      `${service}:${action}`,
    ]);
  });
});

describe('refusals reach SDK clients as the exceptions that AWS models', () => {
  test('with the members of the exception', async () => {
    const door = await openDoor({
      'servicediscovery:CreateService': refusing(
        new AwsError('ServiceAlreadyExists', 'Service already exists.', 400, {
          ServiceId: 'srv-1',
          CreatorRequestId: 'c',
        }),
      ),
    });
    const refusal = new ServiceDiscoveryClient(clientConfig(door)).send(
      new CreateServiceCommand({ Name: 'xray' }),
    );
    await expect(refusal).rejects.toBeInstanceOf(ServiceAlreadyExists);
    await expect(refusal).rejects.toMatchObject({
      ServiceId: 'srv-1',
      CreatorRequestId: 'c',
      message: 'Service already exists.',
    });
  });

  test('the message under the name that the model gives it', async () => {
    const error = new AwsError('ServiceAlreadyExists', 'it is there', 400, {
      ServiceId: 'srv-1',
      secret: 'unmodelled',
    });
    const door = await openDoor({
      'servicediscovery:CreateService': refusing(error),
      'ecs:ListClusters': refusing(new AwsError('ServerException', 'down', 500)),
    });
    const cloudMap = await post(door, {
      headers: { 'x-amz-target': 'Route53AutoNaming_v20170314.CreateService' },
      body: '{"Name":"xray"}',
    });
    expect(await cloudMap.json()).toEqual({
      __type: 'ServiceAlreadyExists',
      Message: 'it is there',
      ServiceId: 'srv-1',
    });
    expect([cloudMap.status, cloudMap.headers.get('x-amzn-errortype')]).toEqual([
      400,
      'ServiceAlreadyExists',
    ]);
    const ecs = await post(door, { headers: { 'x-amz-target': `${ECS_TARGET}.ListClusters` }, body: '{}' });
    expect([ecs.status, await ecs.json()]).toEqual([500, { __type: 'ServerException', message: 'down' }]);
  });

  test('of the query protocol by their codes and statuses', async () => {
    const door = await openDoor({
      'iam:GetRole': refusing(new AwsError('NoSuchEntity', 'The role with name x cannot be found.', 404)),
    });
    await expect(
      new IAMClient(clientConfig(door)).send(new GetRoleCommand({ RoleName: 'x' })),
    ).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      Code: 'NoSuchEntity',
      message: 'The role with name x cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
    const raw = await post(door, {
      service: 'iam',
      headers: FORM,
      body: 'Action=GetRole&Version=2010-05-08&RoleName=x',
    });
    expect(await raw.text()).toMatch(
      /<ErrorResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type><Code>NoSuchEntity<\/Code><Message>The role with name x cannot be found.<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
    );
  });

  test('of EC2 in its own envelope', async () => {
    const door = await openDoor({
      'ec2:DescribeVpcs': refusing(new AwsError('InvalidVpcID.NotFound', 'no vpc-1')),
    });
    await expect(new EC2Client(clientConfig(door)).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: 'no vpc-1',
    });
    const raw = await post(door, { service: 'ec2', headers: FORM, body: 'Action=DescribeVpcs' });
    expect(await raw.text()).toMatch(
      /<Response><Errors><Error><Code>InvalidVpcID.NotFound<\/Code><Message>no vpc-1<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
    );
  });

  test('a dry run of EC2 is refused with 412', async () => {
    const sandbox = createSandbox({ clock: new VirtualClock() });
    const door = await openDoor((request) => sandbox.call(request));
    await expect(
      new EC2Client(clientConfig(door)).send(new DescribeVpcsCommand({ DryRun: true })),
    ).rejects.toMatchObject({
      name: 'DryRunOperation',
      $metadata: { httpStatusCode: 412 },
    });
  });

  test('a bug of the sandbox is an InternalFailure that names the operation', async () => {
    const door = await openDoor({
      'ecs:ListClusters': () => {
        throw new TypeError('x is undefined');
      },
    });
    const answer = await post(door, {
      headers: { 'x-amz-target': `${ECS_TARGET}.ListClusters` },
      body: '{}',
    });
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { __type: 'InternalFailure', message: 'The sandbox failed in ecs:ListClusters: x is undefined' },
    ]);
  });
});
