import * as fc from 'fast-check';
import { expect, test, describe } from 'vitest';
import { AwsError } from '../../sandbox/error.ts';
import { ECS_TARGET, FORM, openDoor, post } from '../support/sandbox/http-door.ts';

function json(target: string, body: string) {
  return { headers: { 'x-amz-target': target }, body };
}

function form(service: string, body: string) {
  return { service, headers: FORM, body };
}

describe('bad input gets the error that AWS has for it', () => {
  test.each([
    ['malformed JSON', json(`${ECS_TARGET}.ListClusters`, '{'), 'SerializationException', 'not valid JSON'],
    [
      'a list as JSON body',
      json(`${ECS_TARGET}.ListClusters`, '[]'),
      'SerializationException',
      'START_ARRAY',
    ],
    ['null as JSON body', json(`${ECS_TARGET}.ListClusters`, 'null'), 'SerializationException', 'NULL_VALUE'],
    [
      'a number for a string',
      json(`${ECS_TARGET}.CreateService`, '{"serviceName":1}'),
      'SerializationException',
      'NUMBER_VALUE cannot be converted to a string (at serviceName)',
    ],
    [
      'a string for a number',
      json(`${ECS_TARGET}.RegisterTaskDefinition`, '{"family":"f","containerDefinitions":[{"cpu":"1"}]}'),
      'SerializationException',
      'STRING_VALUE cannot be converted to a number (at containerDefinitions[0].cpu)',
    ],
    [
      'a string for a boolean',
      json(`${ECS_TARGET}.DeleteService`, '{"service":"s","force":"true"}'),
      'SerializationException',
      'boolean (at force)',
    ],
    [
      'a string for a list',
      json(`${ECS_TARGET}.DescribeServices`, '{"services":"s"}'),
      'SerializationException',
      'list (at services)',
    ],
    [
      'a list for a map',
      json('Logs_20140328.CreateLogGroup', '{"logGroupName":"g","tags":[]}'),
      'SerializationException',
      'map (at tags)',
    ],
    [
      'a missing member, ECS',
      json(`${ECS_TARGET}.DescribeServices`, '{"services":null}'),
      'InvalidParameterException',
      "Value null at 'services'",
    ],
    [
      'a missing member, task definitions',
      json(`${ECS_TARGET}.RegisterTaskDefinition`, '{}'),
      'ClientException',
      '2 validation errors detected',
    ],
    [
      'a missing member, Cloud Map',
      json('Route53AutoNaming_v20170314.GetService', '{}'),
      'InvalidInput',
      "1 validation error detected: Value null at 'id' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a missing member in a list',
      json(
        'Route53AutoNaming_v20170314.CreateService',
        '{"Name":"x","Tags":[{"Key":"k","Value":"v"},{"Key":"k"}]}',
      ),
      'InvalidInput',
      "'tags.2.member.value'",
    ],
    [
      'an unknown JSON operation',
      json(`${ECS_TARGET}.Dance`, '{}'),
      'UnknownOperationException',
      'does not serve ecs:Dance.',
    ],
    [
      'a prototype as operation',
      json(`${ECS_TARGET}.__proto__`, '{}'),
      'UnknownOperationException',
      'does not serve ecs:__proto__.',
    ],
    [
      'an unknown JSON service',
      json('DynamoDB_20120810.ListTables', '{}'),
      'UnknownOperationException',
      'does not serve DynamoDB_20120810:ListTables. The sandbox serves ecs,',
    ],
    ['a target without an operation', json('nonsense', '{}'), 'UnknownOperationException', 'nonsense'],
    ['an unknown EC2 action', form('ec2', 'Action=Dance'), 'InvalidAction', 'does not serve ec2:Dance.'],
    ['an unknown IAM action', form('iam', 'Action=Dance'), 'InvalidAction', 'does not serve iam:Dance.'],
    [
      'an unknown query service',
      form('rds', 'Action=DescribeDBInstances'),
      'InvalidAction',
      'does not serve rds:DescribeDBInstances. The sandbox serves',
    ],
    [
      'a form without an action',
      form('sts', 'Version=2011-06-15'),
      'MissingAction',
      'The request to sts names no operation',
    ],
    ['an unknown EC2 parameter', form('ec2', 'Action=DescribeVpcs&Colour=red'), 'UnknownParameter', 'Colour'],
    [
      'a missing EC2 parameter',
      form('ec2', 'Action=CreateSecurityGroup&GroupDescription=d'),
      'MissingParameter',
      'groupName',
    ],
    [
      'a word for an EC2 number',
      form('ec2', 'Action=DescribeVpcs&MaxResults=many'),
      'InvalidParameterValue',
      'Value (many) for parameter MaxResults',
    ],
    [
      'a word for an EC2 boolean',
      form('ec2', 'Action=DescribeVpcs&DryRun=maybe'),
      'InvalidParameterValue',
      'DryRun',
    ],
    [
      'a structure for an EC2 string',
      form('ec2', 'Action=DescribeVpcs&VpcId.1.a=b'),
      'InvalidParameterValue',
      'VpcId.1',
    ],
    [
      'a missing IAM parameter',
      form('iam', 'Action=GetRole'),
      'ValidationError',
      "1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null",
    ],
    ['a word for an IAM number', form('iam', 'Action=ListRoles&MaxItems=many'), 'MalformedInput', 'MaxItems'],
  ])('%s', async (_, request, code, message) => {
    const door = await openDoor({});
    const answer = await post(door, request);
    const body = await answer.text();
    expect(body).toContain(code);
    expect(body.replaceAll('&apos;', "'")).toContain(message);
    expect(answer.status).toBe(400);
    expect(door.calls).toEqual([]);
  });

  test('what the sandbox itself does not serve is InvalidAction to a query client', async () => {
    const door = await openDoor(() => {
      throw new AwsError('UnknownOperationException', 'The sandbox does not serve iam:ListUsers.');
    });
    expect(await (await post(door, form('iam', 'Action=ListUsers'))).text()).toContain(
      '<Code>InvalidAction</Code>',
    );
  });

  test.each([
    ['JSON', json(`${ECS_TARGET}.ListClusters`, ' '.repeat(1024 * 1024 + 1))],
    ['a form', form('ec2', `Action=${'x'.repeat(1024 * 1024)}`)],
  ])('%s above 1 MiB is refused with 413 in the shape of its protocol', async (_, request) => {
    const door = await openDoor({});
    const answer = await post(door, request);
    expect(answer.status).toBe(413);
    expect(await answer.text()).toMatch(/(__type":"|<Code>)RequestEntityTooLargeException/);
  });

  test('no request, however odd, is answered with a server error', async () => {
    const door = await openDoor({});
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'Action=DescribeVpcs',
        '&',
        '.',
        '1',
        'Filter.1.Value.',
        '=',
        '%',
        '%zz',
        '{"a":',
        '[',
        '__proto__',
      ),
    );
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom('ec2', 'iam', 'ecs', undefined),
        fc.constantFrom<Record<string, string>>(
          FORM,
          {},
          { 'content-type': '' },
          { 'content-type': 'a b' },
          { 'x-amz-target': `${ECS_TARGET}.CreateService` },
          { 'x-amz-target': '.' },
        ),
        async (body, service, headers) => {
          const answer = await post(door, { body, headers, ...(service === undefined ? {} : { service }) });
          await answer.text();
          expect(answer.status).toBeLessThan(500);
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });
});
