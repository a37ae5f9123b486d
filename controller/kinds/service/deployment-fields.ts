import { Type } from 'typebox';
import { isSameJson } from '../../core/ownership.ts';
import type { Table } from '../../core/fields/field.ts';
import {
  always,
  called,
  inPart,
  omissible,
  omissibleObject,
  required,
  set,
  value,
} from '../../core/fields/shapes.ts';

/** How a new revision is rolled out: what AWS has in DeploymentConfiguration. */

const SHIFTS_TRAFFIC =
  'every deployment is a rolling one: there may be no traffic that could be shifted to a daemon';

const AS_ECS_HAS_IT = { type: 'BOUNDED_PERCENT', value: 50 } as const;

const THRESHOLD = {
  fields: {
    type: required(
      omissible(
        Type.Enum(['BOUNDED_PERCENT', 'UNBOUNDED_PERCENT', 'COUNT'], {
          description:
            'The unit of value: tasks, or a percentage of desiredCount, which BOUNDED_PERCENT keeps within bounds of ECS.',
        }),
        AS_ECS_HAS_IT.type,
      ),
    ),
    value: required(
      omissible(
        Type.Integer({
          minimum: 1,
          maximum: 2_147_483_647,
          description: 'So many tasks may fail; a percentage is at most 100.',
        }),
        AS_ECS_HAS_IT.value,
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const threshold = inPart(omissibleObject(THRESHOLD, 'How many tasks may fail. ECS has BOUNDED_PERCENT 50.'));
const thresholdConfiguration = {
  ...threshold,
  written: (aws: Parameters<typeof threshold.written>[0]) => {
    const whole = { ...AS_ECS_HAS_IT, ...aws };
    return isSameJson(whole, AS_ECS_HAS_IT) ? undefined : whole;
  },
};

/** What ECS never takes without. */
interface OnOrOff {
  readonly enable: boolean;
  readonly rollback: boolean;
}

const BREAKER = {
  fields: {
    enable: omissible(
      Type.Boolean({
        description: 'Stop a rollout that fails. Default: true, and with a Classic Load Balancer none.',
      }),
      false,
    ),
    rollback: omissible(
      Type.Boolean({ description: 'Then go back to the last one that worked. Default: as enable.' }),
      false,
    ),
    resetOnHealthyTask: omissible(
      Type.Boolean({ description: 'Start the count of failures again after a healthy task. ECS has true.' }),
      true,
    ),
    thresholdConfiguration,
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const breaker = inPart(omissibleObject(BREAKER, 'What happens to a rollout that fails.'));

/** Rolling back is as usual as the breaker: it is on where that is. */
const circuitBreaker = {
  ...breaker,
  wanted: (written: Parameters<typeof breaker.wanted>[0] = {}) => {
    const { enable = true, rollback = enable } = written;
    return { ...breaker.wanted(written), enable, rollback };
  },
  toAws: (spec: (NonNullable<ReturnType<typeof breaker.wanted>> & OnOrOff) | undefined) => {
    if (spec === undefined) return undefined;
    const { enable, rollback, ...rest } = spec;
    return { ...breaker.toAws(rest), enable, rollback };
  },
  written: (aws: Parameters<typeof breaker.written>[0]) => ({
    ...breaker.written(aws),
    enable: aws?.enable ?? false,
    rollback: aws?.rollback ?? false,
  }),
};

const NO_ALARMS = { alarmNames: [], enable: false, rollback: false };

const ALARMS = {
  fields: {
    alarmNames: required(
      set(Type.String({ minLength: 1, description: 'The name of an alarm.' }), {
        maxItems: 10,
        uniqueItems: true,
        description: 'CloudWatch alarms of this Region, at most ten.',
      }),
    ),
    enable: omissible(Type.Boolean({ description: 'Watch them. Default: true.' }), false),
    rollback: omissible(
      Type.Boolean({ description: 'Go back to the last deployment that worked. Default: as enable.' }),
      false,
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const watched = inPart(omissibleObject(ALARMS, 'Alarms that make a rollout fail.'));
const alarms = {
  ...watched,
  wanted: (written: Parameters<typeof watched.wanted>[0]) => {
    if (written === undefined) return undefined;
    const { alarmNames, enable = true, rollback = enable } = written;
    return { alarmNames, enable, rollback };
  },
  toAws: (spec: ({ alarmNames: string[] } & OnOrOff) | undefined) => spec,
  written: (aws: Parameters<typeof watched.written>[0]) => {
    const whole = { ...NO_ALARMS, ...aws };
    return isSameJson(whole, NO_ALARMS) ? undefined : whole;
  },
};

const EARLY_SUCCESS = {
  fields: {
    enable: {
      ...required(omissible(Type.Boolean({ description: 'Whether a rollout can succeed early.' }), false)),
      written: (aws: boolean | undefined) => aws,
    },
    healthyPercent: value(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description: 'It succeeds once so many of desiredCount are healthy; not below minimumHealthyPercent.',
      }),
    ),
    sourceServiceRevisionCleanup: value(
      Type.Enum(['BLOCKING', 'DEFERRED'], {
        description: 'Whether the former tasks stop before it succeeds, or after.',
      }),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const early = inPart(
  omissibleObject(EARLY_SUCCESS, 'When a rollout has succeeded before all of its tasks are healthy.'),
);
const earlySuccessCriteria = {
  ...early,
  written: (aws: Parameters<typeof early.written>[0]) =>
    isSameJson(early.observed(aws), early.observed(undefined)) ? undefined : early.written(aws),
};

export const DEPLOYMENT = {
  fields: {
    minimumHealthyPercent: always(
      value(
        Type.Integer({
          minimum: 0,
          maximum: 100,
          description:
            'Tasks that stay up during a rollout, in percent of desiredCount. Default: 100, and 50 with DAEMON.',
        }),
      ),
      100,
    ),
    maximumPercent: always(
      value(
        Type.Integer({
          minimum: 100,
          maximum: 2_147_483_647,
          description:
            'Tasks that may run during a rollout, in percent of desiredCount. Default: 200, and 100 with DAEMON.',
        }),
      ),
      200,
    ),
    circuitBreaker: called('deploymentCircuitBreaker', circuitBreaker),
    alarms,
    bakeTimeInMinutes: omissible(
      Type.Integer({
        minimum: 0,
        maximum: 1440,
        description: 'How long a rollout is watched once its tasks are healthy. Default: 0.',
      }),
      0,
    ),
    earlySuccessCriteria,
  },
  elsewhere: { deploymentCircuitBreaker: 'write circuitBreaker' },
  notOffered: {
    strategy: SHIFTS_TRAFFIC,
    linearConfiguration: SHIFTS_TRAFFIC,
    canaryConfiguration: SHIFTS_TRAFFIC,
    lifecycleHooks:
      'they call functions or wait for a person at stages of shifting traffic, and AWS does not say which of them a rolling deployment has',
  },
} satisfies Table;
