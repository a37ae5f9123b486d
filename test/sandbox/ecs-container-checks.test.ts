import { describe, expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import { beside, container, refusals } from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

describe('images', () => {
  refusals([
    [
      'one of 256 characters',
      container({ image: 'x'.repeat(256) }),
      'Container.image should be 255 characters or less',
    ],
    ['one with a space', container({ image: 'a b' }), 'Container.image contains invalid characters.'],
    [
      'one of 256 characters before its digest',
      container({ image: `${'x'.repeat(256)}@sha256:${'a'.repeat(64)}` }),
      'Container.image repository should be 255 characters or less',
    ],
    [
      'one of two digests',
      container({ image: 'a@sha256:b@sha256:c' }),
      'Container.image repository contains invalid characters.',
    ],
    [
      'one of a digest alone',
      container({ image: '@x' }),
      'Container.image repository should not be null or empty.',
    ],
  ]);
});

describe('variables and secrets', () => {
  const secret = (valueFrom: string, name = 'KEY') => ({ secrets: [{ name, valueFrom }] });
  const shared = (name: string) =>
    `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`;
  const invalidName =
    'The Systems Manager parameter name specified for secret KEY is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-';
  refusals([
    [
      'a secret that the environment sets too',
      container({ ...secret('a'), environment: [{ name: 'KEY', value: 'x' }] }),
      shared('KEY'),
    ],
    [
      'a secret that is set twice',
      container({
        secrets: [
          { name: 'KEY', valueFrom: 'a' },
          { name: 'KEY', valueFrom: 'b' },
        ],
      }),
      shared('KEY'),
    ],
    ['a version of a parameter', container(secret('/prod/db:3')), invalidName],
    ['a JSON key of a name that is no ARN', container(secret('db:password::')), invalidName],
    [
      'a variable without a name',
      container({ environment: [{ name: '', value: 'x' }] }),
      "Invalid setting for container 'xray'. Environment variable names should not be null or empty.",
    ],
    [
      'a limit of something else',
      container({ ulimits: [{ name: 'memory' as 'core', softLimit: 1, hardLimit: 1 }] }),
      'Unrecognized ulimit name memory',
    ],
    [
      'splunk without a token',
      container({
        logConfiguration: { logDriver: 'splunk', options: { 'splunk-url': 'https://a.example' } },
      }),
      'Log driver splunk requires options: splunk-token',
    ],
  ]);

  const arn = 'arn:aws:secretsmanager:us-east-1:385605022855:secret:rds!db-AbCdEf';
  test.each<readonly [string, TaskDefinitionChanges]>([
    ['a secret that RDS keeps', container(secret(`${arn}:password::`))],
    ['a JSON key without its colons, which ends tasks', container(secret(`${arn}:password`))],
    ['a name with a space', container({ environment: [{ name: 'MY VAR', value: 'x' }] })],
    ['no limit', container({ ulimits: [{ name: 'core', softLimit: -1, hardLimit: -1 }] })],
    ['as much memory reserved as allowed', container({ memory: 256, memoryReservation: 256 })],
    ['a start timeout of ten minutes', container({ startTimeout: 600 })],
    [
      'a secret token of splunk',
      container({
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-url': 'https://a.example' },
          secretOptions: [{ name: 'splunk-token', valueFrom: 'a' }],
        },
      }),
    ],
    [
      'hard limits of memory that add up to more than the task has',
      beside(
        { name: 'a', memory: 500, memoryReservation: 10 },
        { name: 'b', memory: 500, memoryReservation: 10 },
      ),
    ],
  ])('%s is taken', async (_what, changes) => {
    const aws = await ecsSandbox();
    expect(await aws.refusal('RegisterTaskDefinition', taskDefinitionInput(changes))).toBe('accepted');
  });
});
