import * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudwatchLogs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elasticloadbalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as route53 from '@aws-sdk/client-route-53';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as servicediscovery from '@aws-sdk/client-servicediscovery';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { describe, expect, test } from 'vitest';
import { ANSWERS, lackOf } from '../../controller/aws/answers.ts';
import type { Answer } from '../../controller/aws/answers.ts';
import type { AwsService } from '../../controller/aws/operations.ts';
import { FACTS } from '../../controller/kinds/facts.ts';

const PACKAGES: Readonly<Record<AwsService, object>> = {
  ecr,
  ecs,
  servicediscovery,
  ec2,
  iam,
  logs: cloudwatchLogs,
  route53,
  sts,
  tagging,
  'application-autoscaling': applicationAutoScaling,
  elasticloadbalancing,
  secretsmanager,
  ssm,
};

interface Row {
  readonly service: AwsService;
  readonly operation: string;
  readonly answer: Answer;
}

const ROWS: readonly Row[] = Object.entries(ANSWERS).flatMap(([service, operations]) =>
  Object.entries(operations).map(([operation, answer]) => ({
    service: service as AwsService,
    operation,
    answer,
  })),
);
const READS = ROWS.filter(({ operation }) => /^(batchGet|describe|list|get|discover|filter)/.test(operation));
const named = ({ service, operation, answer }: Row): readonly [name: string, answer: Answer] => [
  `${service}:${operation}`,
  answer,
];

function schemasOf({ service, operation }: Row): { input: NormalizedSchema; output: NormalizedSchema } {
  const name = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}$`;
  const schemas = PACKAGES[service] as Readonly<Record<string, StaticOperationSchema>>;
  const [, , , , input, output] = schemas[name]!;
  return { input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) };
}

/** Whether a path leads to a member of the SDK's structure, and says of each list that it is one. */
function leads(schema: NormalizedSchema, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true;
  const isEach = step.endsWith('[]');
  const members = new Map(schema.structIterator());
  return (isEach ? step.slice(0, -2) : step).split('|').every((name) => {
    const member = members.get(name);
    if (member === undefined || (isEach && !member.isListSchema())) return false;
    return leads(isEach ? member.getValueSchema() : member, rest);
  });
}

/** The shortest answer that holds everything: one item in each list. */
function wholeAnswer({ holds }: Answer): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const path of holds) {
    let at = answer;
    for (const step of path.split('.')) {
      const name = step.replace('[]', '').split('|')[0]!;
      const next: Record<string, unknown> = {};
      at[name] ??= step.endsWith('[]') ? [next] : next;
      const inner = at[name];
      at = (Array.isArray(inner) ? inner[0] : inner) as Record<string, unknown>;
    }
  }
  return answer;
}

/** Without what a path leads to. */
function without(answer: object, path: string): object {
  const copy = structuredClone(answer) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop()!;
  let at = copy;
  for (const step of steps) {
    const inner = at[step.replace('[]', '')];
    at = (Array.isArray(inner) ? inner[0] : inner) as Record<string, unknown>;
  }
  for (const name of last.replace('[]', '').split('|')) delete at[name];
  return copy;
}

/** Every beginning of the paths too: a structure, or a whole list, may be what is missing. */
function partsOf({ holds }: Answer): readonly string[] {
  const parts = holds.flatMap((path) => {
    const steps = path.split('.');
    return steps.map((_step, index) =>
      steps
        .slice(0, index + 1)
        .join('.')
        .replace(/\[\]$/, ''),
    );
  });
  return [...new Set(parts)];
}

describe('the table of what answers hold', () => {
  test('says of every read that a kind declares what its answer must hold', () => {
    const declared = FACTS.flatMap(({ calls }) =>
      Object.entries(calls).flatMap(([service, operations]) =>
        Object.entries(operations).flatMap(([operation, { actions }]) =>
          actions.every(({ access }) => access === 'read') ? [`${service}:${operation}`] : [],
        ),
      ),
    );
    const told = READS.filter(({ answer }) => answer.holds.length > 0).map((row) => named(row)[0]);
    expect([...new Set(declared)].filter((name) => !told.includes(name))).toEqual([]);
    expect(READS.map((row) => named(row)[0]).filter((name) => !told.includes(name))).toEqual([]);
  });

  test.each(ROWS.map((row) => [named(row)[0], row] as const))(
    'names of %s what the SDK knows',
    (_name, row) => {
      const { input, output } = schemasOf(row);
      const { holds, accountsFor, more } = row.answer;
      const inOutput = [
        ...holds,
        ...(accountsFor?.by ?? []),
        ...(more === undefined ? [] : Object.values(more)),
      ];
      expect(inOutput.filter((path) => !leads(output, path.split('.')))).toEqual([]);
      const inInput = accountsFor === undefined ? [] : [`${accountsFor.asked}[]`];
      expect(inInput.filter((path) => !leads(input, [path]))).toEqual([]);
    },
  );
});

describe('an answer', () => {
  test.each(READS.map(named))(
    'of %s is whole with all of that, and lacks each part by its name',
    (_name, answer) => {
      const whole = wholeAnswer(answer);
      expect(lackOf(answer, {}, whole)).toBeUndefined();
      for (const part of partsOf(answer)) expect(lackOf(answer, {}, without(whole, part))).toBe(part);
      expect(lackOf(answer, {}, { $metadata: {} })).toBeDefined();
    },
  );

  test.each(READS.map(named))('of %s may be of nothing, as long as its lists say so', (_name, answer) => {
    const lists = new Set(answer.holds.flatMap((path) => /^([^.[]+)\[\]/.exec(path)?.[1] ?? []));
    const whole = wholeAnswer(answer);
    const empty = Object.fromEntries(
      Object.keys(whole).map((key) => [key, lists.has(key) ? [] : whole[key]]),
    );
    expect(lackOf(answer, {}, empty)).toBeUndefined();
  });

  test.each([
    [
      'a cluster',
      ANSWERS.ecs.describeClusters,
      'clusters',
      'daemons',
      'arn:aws:ecs:eu-west-1:1:cluster/daemons',
    ],
    [
      'a service',
      ANSWERS.ecs.describeServices,
      'services',
      'xray',
      'arn:aws:ecs:eu-west-1:1:service/daemons/xray',
    ],
    [
      'a task',
      ANSWERS.ecs.describeTasks,
      'tasks',
      'arn:aws:ecs:eu-west-1:1:task/daemons/4f',
      'arn:aws:ecs:eu-west-1:1:task/daemons/4f',
    ],
    [
      'a service revision',
      ANSWERS.ecs.describeServiceRevisions,
      'serviceRevisionArns',
      'arn:aws:ecs:eu-west-1:1:service-revision/daemons/xray/7',
      'arn:aws:ecs:eu-west-1:1:service-revision/daemons/xray/7',
    ],
  ])('accounts for %s that was asked for: there, or not and why', (_what, answer, asked, name, arn) => {
    const none = Object.fromEntries(Object.keys(wholeAnswer(answer)).map((key) => [key, []]));
    const input = { [asked]: [name] };
    expect(lackOf(answer, input, none)).toBe(`a word on ${name}`);
    expect(lackOf(answer, input, { ...none, failures: [{ arn, reason: 'MISSING' }] })).toBeUndefined();
    expect(
      lackOf(answer, input, { ...none, failures: [{ arn: `${arn}-2`, reason: 'MISSING' }] }),
    ).toBeDefined();
  });

  test('that says that there is more holds the token for it', () => {
    const page = { Tags: [], IsTruncated: true };
    expect(lackOf(ANSWERS.iam.listRoleTags, {}, page)).toMatch(/^Marker/);
    expect(lackOf(ANSWERS.iam.listRoleTags, {}, { ...page, Marker: 'next' })).toBeUndefined();
    expect(lackOf(ANSWERS.iam.listRoleTags, {}, { ...page, IsTruncated: false })).toBeUndefined();
  });

  test('with something else in place of a list lacks it', () => {
    expect(lackOf(ANSWERS.ecs.listTasks, {}, { taskArns: null })).toBe('taskArns');
    expect(lackOf(ANSWERS.ec2.describeVpcs, {}, { Vpcs: {} })).toBe('Vpcs');
  });
});
