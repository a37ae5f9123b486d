import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { serveSandbox } from '../../sandbox/http/server.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { ECS_TARGET, FORM, openDoor, post } from '../support/sandbox/http-door.ts';
import type { Door } from '../support/sandbox/http-door.ts';

type Request = Parameters<typeof post>[1];

function json(target: string, body: string): Request {
  return { headers: { 'x-amz-target': target }, body };
}

function form(service: string, body: string): Request {
  return { service, headers: FORM, body };
}

/** A door with a whole sandbox behind it. */
async function openSandbox(): Promise<Door> {
  const sandbox = createSandbox({ clock: new VirtualClock() });
  return openDoor((request) => sandbox.call(request));
}

describe('an operation that AWS has and the sandbox has not', () => {
  test.each([
    ['of ECS', json(`${ECS_TARGET}.ExecuteCommand`, '{}'), 'UnknownOperationException'],
    ['of EC2', form('ec2', 'Action=RunInstances'), 'InvalidAction'],
    ['of EC2, as a dry run', form('ec2', 'Action=DescribeVolumes&DryRun=true'), 'InvalidAction'],
    ['of IAM', form('iam', 'Action=CreateUser'), 'InvalidAction'],
  ])('%s is told to be so before anything else is said of the request', async (_, request, code) => {
    const door = await openDoor({});
    const answer = await post(door, request);
    const body = await answer.text();
    expect(answer.status).toBe(400);
    expect(body).toContain(code);
    expect(body).toContain('The sandbox does not serve');
    expect(door.calls).toEqual([]);
  });
});

describe('a request', () => {
  test.each([
    [
      'whose target has more than a service and an operation',
      json(`${ECS_TARGET}.ListClusters.x`, '{}'),
      'UnknownOperationException',
    ],
    [
      'with a fraction for a count',
      json(`${ECS_TARGET}.ListClusters`, '{"maxResults":1.5}'),
      'Serialization',
    ],
    [
      'with a number beyond 32 bits',
      json(`${ECS_TARGET}.ListClusters`, '{"maxResults":2147483648}'),
      'SerializationException',
    ],
    ['with infinity', json(`${ECS_TARGET}.ListClusters`, '{"maxResults":1e999}'), 'SerializationException'],
    [
      'with a fraction for an EC2 count',
      form('ec2', 'Action=DescribeVpcs&MaxResults=5.5'),
      'InvalidParameterValue',
    ],
    [
      'with an EC2 number beyond 32 bits',
      form('ec2', `Action=DescribeVpcs&MaxResults=${'9'.repeat(400)}`),
      'InvalidParameterValue',
    ],
    ['with a fraction for an IAM count', form('iam', 'Action=ListRoles&MaxItems=1.5'), 'MalformedInput'],
    [
      'for a version that EC2 never had',
      form('ec2', 'Action=DescribeVpcs&Version=2000-01-01'),
      'NoSuchVersion',
    ],
    [
      "for another service's version",
      form('iam', 'Action=ListRoles&Version=2016-11-15'),
      'Could not find operation ListRoles for version 2016-11-15',
    ],
  ])('%s is refused', async (_, request, code) => {
    const door = await openDoor({});
    const answer = await post(door, request);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(code);
    expect(door.calls).toEqual([]);
  });

  test('in JSON must be UTF-8', async () => {
    const door = await openDoor({});
    const answer = await fetch(door.url, {
      method: 'POST',
      headers: { 'x-amz-target': `${ECS_TARGET}.CreateCluster` },
      body: Buffer.from('{"clusterName":"\xff\xfe"}', 'latin1'),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('SerializationException');
  });

  test('has a percentage for a canary, which may be a fraction', async () => {
    const door = await openDoor({});
    const deploymentConfiguration = { canaryConfiguration: { canaryPercent: 5.5 } };
    const body = JSON.stringify({ serviceName: 's', deploymentConfiguration });
    expect((await post(door, json(`${ECS_TARGET}.CreateService`, body))).status).toBe(200);
    expect(door.calls).toMatchObject([{ input: { deploymentConfiguration } }]);
  });

  test('may have its action in the URL and the rest in the form, and a content type in any case', async () => {
    const door = await openDoor({});
    const answer = await fetch(`${door.url}/?Action=GetRole&Version=2010-05-08`, {
      method: 'POST',
      headers: { 'content-type': 'Application/X-WWW-Form-Urlencoded' },
      body: 'RoleName=xray',
    });
    expect(answer.status).toBe(200);
    expect(door.calls).toMatchObject([{ operation: 'GetRole', input: { RoleName: 'xray' } }]);
  });

  test.each([
    ['ecs', 'InvalidSignatureException', 403],
    ['iam', 'SignatureDoesNotMatch', 403],
    ['ec2', 'AuthFailure', 401],
  ] as const)('to %s, signed for a region that there is not, gets %s', async (service, code, status) => {
    const door = await openSandbox();
    const answer = await fetch(door.url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/mars-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
        ...(service === 'ecs' ? { 'x-amz-target': `${ECS_TARGET}.ListClusters` } : FORM),
      },
      body: service === 'ecs' ? '{}' : `Action=${service === 'iam' ? 'ListRoles' : 'DescribeVpcs'}`,
    });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(code);
  });
});

test('a client of S3 is told in XML that there is none', async () => {
  const door = await openDoor({});
  const answer = await post(door, { service: 's3', body: '' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/<Error>.*<Code>MissingAction<.*The sandbox serves ecs, .*<\/Error>/);
});

test('XML answers hold no character that XML has not, whatever was sent', async () => {
  const door = await openSandbox();
  const odd = encodeURIComponent('a\u0000\u0001\u000b\ufffe\uffffb');
  const body = await (await post(door, form('ec2', `Action=DeleteVpc&VpcId=${odd}`))).text();
  expect(body).toContain('InvalidVpcID.Malformed');
  expect(body).not.toMatch(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/u);
});

describe('a fault sent over HTTP', () => {
  test('that lacks something is told what', async () => {
    const sandbox = createSandbox({ clock: new VirtualClock() });
    const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const answer = await fetch(`${server.url}/_sandbox/faults`, {
      method: 'POST',
      body: '{"operation": "ecs:ListClusters", "effect": "lag"}',
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { message: "body must have required property 'ms'" },
    ]);
  });

  /** The status with which each of the bodies is answered. */
  async function inject(...bodies: readonly object[]): Promise<readonly number[]> {
    const sandbox = createSandbox({ clock: new VirtualClock() });
    const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const answers = await Promise.all(
      bodies.map((body) =>
        fetch(`${server.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(body) }),
      ),
    );
    return answers.map(({ status }) => status);
  }

  test.each([
    { effect: 'fail', code: 'ThrottlingException', message: 'slow', status: 429 },
    { effect: 'delay', ms: 5 },
    { effect: 'hang' },
    { effect: 'drop' },
    { effect: 'lag', ms: 60_000 },
  ])('may be %o', async (effect) => {
    const fault = { operation: 'ecs:ListClusters', times: 'always', probability: 0.5, ...effect };
    expect(await inject(fault)).toEqual([201]);
  });

  test.each([
    { effect: 'lag' },
    { effect: 'lag', ms: '5' },
    { effect: 'hang', ms: 5 },
    { effect: 'drop', times: '2' },
    { effect: 'drop', colour: 'red' },
  ])('is not %o', async (effect) => {
    expect(await inject({ operation: 'ecs:ListClusters', ...effect })).toEqual([400]);
  });

  test('is refused for an operation that is not served, as it would never happen', async () => {
    const hang = (operation: string) => ({ operation, effect: 'hang' });
    expect(await inject(...['ecs:createService', 'cloudmap:*', 'ec2:RunInstances'].map(hang))).toEqual([
      400, 400, 400,
    ]);
    expect(await inject(...['ecs:CreateService', 'ecs:*', '*'].map(hang))).toEqual([201, 201, 201]);
  });
});
