import { describe, expect, test } from 'vitest';
import { matches } from '../../sandbox/ecs/cluster-query/matches.ts';
import type { QueryTarget } from '../../sandbox/ecs/cluster-query/matches.ts';
import { parseQuery } from '../../sandbox/ecs/cluster-query/parse.ts';

const TARGET: QueryTarget = {
  attributes: new Map([
    ['ecs.instance-type', 't2.small'],
    ['ecs.availability-zone', 'us-east-1a'],
    ['stack', 'prod'],
    ['rank', '9'],
    ['ecs.capability.task-eni', undefined],
  ]),
  agentConnected: true,
  agentVersion: '1.9.2',
  ec2InstanceId: 'i-abcd1234',
  registeredAt: new Date('2026-11-22T09:00:00.400Z'),
  runningTasksCount: 10,
  groups: () => ['service:production', 'family:job'],
};

describe('an expression is true of an instance', () => {
  test.each([
    'attribute:ecs.instance-type == t2.small',
    'attribute:ecs.instance-type equals t2.small',
    'attribute:ecs.instance-type =~ t2.*',
    'attribute:ecs.instance-type matches (t2|t3)\\.small',
    '(attribute:ecs.instance-type =~ (t2|t3).*)',
    'attribute:ecs.instance-type !~ t3.*',
    'attribute:ecs.instance-type not_matches small',
    'attribute:ecs.availability-zone in [us-east-1a, us-east-1b]',
    'attribute:ecs.availability-zone !in [us-east-1c]',
    'attribute:ecs.availability-zone not_in [us-east-1c]',
    'attribute:stack exists',
    'attribute:ecs.capability.task-eni exists',
    'attribute:none !exists',
    'attribute:none not_exists',
    'attribute:none != prod',
    'attribute:none !in [prod]',
    'attribute:rank < 10',
    'attribute:rank less_than_equal 9',
    'attribute:stack greater_than_equal prod',
    'attribute:stack == "prod"',
    "ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']",
    'agentConnected == true',
    'agentVersion < 1.10.0',
    'agentVersion >= 1.9',
    'registeredAt > 2026-11-22',
    'registeredAt == 2026-11-22T09:00:00+00:00',
    'registeredAt <= 2026-11-22T09:00:00',
    'runningTasksCount > 9',
    'runningTasksCount not_equals 9',
    'task:group == service:production',
    'task:group =~ family:.*',
    'not(task:group == service:other)',
    '!(attribute:stack == test) && agentConnected != false',
    'attribute:stack == test or attribute:stack == prod and runningTasksCount == 10',
    'attribute:stack == prod || attribute:stack == test and runningTasksCount == 0',
    'not attribute:stack == test',
  ])('%s', (expression) => {
    expect(matches(parseQuery(expression), TARGET)).toBe(true);
    expect(matches(parseQuery(`not (${expression})`), TARGET)).toBe(false);
  });
});

describe('an expression is false of an instance', () => {
  test.each([
    'attribute:ecs.instance-type =~ small',
    'attribute:ecs.capability.task-eni == x',
    'attribute:none == prod',
    'attribute:none =~ .*',
    '(attribute:stack == prod or attribute:stack == test) and runningTasksCount == 0',
    'attribute:rank > 10',
    'task:group != service:production',
    'agentVersion > 1.10.0',
  ])('%s', (expression) => {
    expect(matches(parseQuery(expression), TARGET)).toBe(false);
  });
});

describe('an expression that makes no sense is refused with the column', () => {
  test.each([
    ['', 'a subject is missing at column 1'],
    ['attribute:stack', 'an operator is missing at column 16'],
    ['attribute:stack ==', 'a value is missing at column 19'],
    ['attribute:stack is prod', 'unknown operator is at column 17'],
    ['stack == prod', 'unknown subject stack at column 1'],
    ['attribute:stack in prod', '[ is missing at column 20'],
    ['attribute:stack in [prod', '] is missing at column 25'],
    ['(attribute:stack exists', ') is missing at column 24'],
    ['attribute:stack exists)', 'unexpected ) at column 23'],
    ['attribute:stack == ]', 'unexpected ] at column 20'],
    ["attribute:stack == 'prod", 'the quotation has no end at column 20'],
    ['attribute:stack =~ [a', '[a is not a pattern at column 20'],
    ['runningTasksCount == few', 'few is not a number at column 22'],
    ['registeredAt > yesterday', 'yesterday is not a date at column 16'],
    ['runningTasksCount in [1]', 'runningTasksCount does not take in at column 19'],
    ['agentConnected exists', 'agentConnected does not take exists at column 16'],
    ['attribute:stack & prod', 'unexpected character & at column 17'],
  ])('%s', (expression, refusal) => {
    expect(() => parseQuery(expression)).toThrow(refusal);
  });
});
