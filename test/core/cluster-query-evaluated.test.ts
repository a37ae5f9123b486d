import { describe, expect, it } from 'vitest';
import { questionOf } from '../../controller/core/cluster-query/evaluate.ts';
import type { QueriedInstance } from '../../controller/core/cluster-query/evaluate.ts';
import { wholeMatch } from '../../controller/core/cluster-query/java-pattern.ts';
import { parseQuery } from '../../controller/core/cluster-query/parse.ts';

const HOST: QueriedInstance = {
  attributes: new Map([
    ['ecs.os-type', 'linux'],
    ['ecs.instance-type', 'm5.large'],
    ['ecs.availability-zone', 'eu-west-1a'],
    ['rack', '10'],
    ['empty', ''],
  ]),
  agentConnected: true,
  agentVersion: '1.89.2',
  ec2InstanceId: 'i-0abc',
  registeredAt: Date.UTC(2026, 5, 18, 22, 28, 28),
  runningTasksCount: 3,
  taskGroups: ['service:web', 'service:web', 'family:batch'],
};

function ask(text: string, instance: QueriedInstance = HOST): boolean | undefined {
  const parsed = parseQuery(text);
  if ('error' in parsed) throw new Error(`${text}: ${parsed.error.message}`);
  return questionOf(parsed.expression)(instance);
}

describe('of a container instance', () => {
  it.each<[string, boolean]>([
    ['attribute:ecs.os-type == linux', true],
    ['attribute:ecs.os-type == Linux', false],
    ['attribute:ecs.os-type != windows', true],
    ['attribute:empty exists', true],
    ['attribute:none exists', false],
    ['attribute:none !exists', true],
    ['attribute:none == x', false],
    ['attribute:none != x', true],
    ['attribute:none in [x]', false],
    ['attribute:none !in [x]', true],
    ['attribute:none !~ x', true],
    ['attribute:ecs.availability-zone in [eu-west-1a, eu-west-1b]', true],
    ['attribute:ecs.availability-zone !in [eu-west-1a, eu-west-1b]', false],
    ['attribute:ecs.instance-type =~ m5.*', true],
    ['attribute:ecs.instance-type =~ m5', false],
    ['attribute:ecs.instance-type =~ (c5|m5)\\.(large|xlarge)', true],
    ['attribute:ecs.instance-type !~ c5.*', true],
    ['attribute:rack > 1', true],
    ['agentConnected == true', true],
    ['agentConnected != true', false],
    ['agentVersion < 1.100.0', true],
    ['agentVersion >= 1.89.2', true],
    ['agentVersion > 1.89', true],
    ['ec2InstanceId in [i-0abc, i-1]', true],
    ['registeredAt < 2026-06-19', true],
    ['registeredAt == 2026-06-18T22:28:28', true],
    ['registeredAt == 2026-06-18T22:28:28+00:00', true],
    ['registeredAt > 2026-06-18T23:28:28+01:00', false],
    ['runningTasksCount <= 3', true],
    ['runningTasksCount == 3', true],
    ['runningTasksCount > 3', false],
    ['task:group == service:web', true],
    ['task:group != service:web', false],
    ['not(task:group == database)', true],
    ['task:group =~ family:.*', true],
    ['attribute:rack == 10 and attribute:ecs.os-type == windows', false],
    ['attribute:rack == 1 or attribute:ecs.os-type == linux', true],
    ['attribute:rack == 1 or attribute:rack == 10 and attribute:none exists', false],
  ])('%s is %s', (text, truth) => {
    expect(ask(text)).toBe(truth);
  });
});

describe('what cannot be told', () => {
  const untold: QueriedInstance = { attributes: new Map([['rack', '10']]) };

  it.each([
    ['agentVersion > 1.0'],
    ['registeredAt > 2018-01-01'],
    ['runningTasksCount == 0'],
    ['task:group == a'],
    ['ec2InstanceId exists'],
    ['not(agentConnected == true)'],
    ['attribute:rack =~ \\p{Greek}'],
    ['attribute:rack > 9'],
    ['agentConnected == true or attribute:rack == 1'],
  ])('%s', (text) => {
    expect(ask(text, untold)).toBeUndefined();
  });

  it('is no hindrance where the rest decides', () => {
    expect(ask('agentConnected == true and attribute:rack == 1', untold)).toBe(false);
    expect(ask('agentConnected == true or attribute:rack == 10', untold)).toBe(true);
  });

  it('is another thing than an instance that EC2 does not have', () => {
    expect(ask('ec2InstanceId exists', { ...untold, ec2InstanceId: null })).toBe(false);
  });
});

describe('a pattern of Java', () => {
  it.each<[string, string, boolean]>([
    ['t2.*', 't2.small', true],
    ['t2', 't2.small', false],
    ['a|ab', 'ab', true],
    ['(?i)LINUX', 'linux', true],
    ['\\Qa.b\\E.', 'a.bc', true],
    ['\\Qa.b\\E.', 'aXbc', false],
    ['\\p{Lower}+\\d', 'abc5', true],
    ['[\\p{Digit}-]+', '1-2', true],
    ['[^a-c]{2,3}', 'xyz', true],
    ['(?:a|b)?c', 'c', true],
    ['\\Aab$', 'ab', true],
  ])('%s on %s is %s', (pattern, text, truth) => {
    expect(wholeMatch(pattern)?.test(text)).toBe(truth);
  });

  it.each([
    ['a possessive quantifier', 'a*+'],
    ['an atomic group', '(?>a)'],
    ['a group with a name', '(?<n>a)'],
    ['a reference', '(a)\\1'],
    ['a category of Unicode', '\\p{L}'],
    ['classes that intersect', '[a-z&&[^b]]'],
    ['what repeats a repetition', '(a+)+'],
    ['what repeats a choice', '(a|aa)*'],
    ['what repeats a repetition further in', '((a*))*'],
    ['many repetitions', 'a*a*a*a*b'],
    ['many options', 'a?a?a?a?a?a?a?a?a?b'],
    ['a group that is not closed', '(a'],
    ['a group that was not opened', 'a)'],
    ['a class that is not closed', '[a'],
    ['a quantifier of nothing', '*a'],
  ])('%s is not decided', (_what, pattern) => {
    expect(wholeMatch(pattern)).toBeUndefined();
  });
});
