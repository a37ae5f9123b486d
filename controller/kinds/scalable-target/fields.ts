import { Type } from 'typebox';
import type { TRecord, TString } from 'typebox';
import type { Field, Table } from '../../core/fields/field.ts';
import {
  always,
  called,
  object,
  omissible,
  required,
  structuresByKey,
  value,
} from '../../core/fields/shapes.ts';
import { oneOf, text } from '../../core/schema.ts';

/** What RegisterScalableTarget and PutScalingPolicy take of an ECS service, for target tracking. */

/** Metrics of an ECS service that AWS knows (PredefinedMetricSpecification, API reference). */
const METRICS = [
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageMemoryUtilization',
  'ALBRequestCountPerTarget',
  'ECSServiceAverageCPUUtilizationHighResolution',
  'ECSServiceAverageMemoryUtilizationHighResolution',
] as const;

/** Seconds, of an ECS service whose policy does not say (User Guide, target tracking: cooldown periods). */
const COOLDOWN = 300;

interface Dimension {
  Name: string | undefined;
  Value: string | undefined;
}

function byName(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name ?? '', Value ?? '']));
}

/** Values by name, which AWS carries as a list in any order. */
const dimensions: Field<
  TRecord<string, TString>,
  Record<string, string> | undefined,
  Dimension[],
  Readonly<Record<string, string>>
> = {
  schema: Type.Record(Type.String(), Type.String(), {
    description: 'Dimensions of the metric, value by name: `ClusterName: main`.',
  }),
  compared: 'entries',
  wanted: (written) => written,
  toAws: (spec) => spec && Object.entries(spec).map(([Name, Value]) => ({ Name, Value })),
  observed: byName,
  written: (aws) => (aws === undefined || aws.length === 0 ? undefined : byName(aws)),
  holds: {
    fields: {},
    elsewhere: { Name: 'the key says it', Value: 'the value says it' },
    notOffered: {},
  },
};

const metricName = value(Type.String({ description: 'Name of the metric in CloudWatch.' }));
const namespace = value(Type.String({ description: 'Namespace of the metric in CloudWatch.' }));
const unit = value(Type.String({ description: 'Unit of the metric, as it is published.' }));

const METRIC = {
  fields: {
    metricName: called('MetricName', metricName),
    namespace: called('Namespace', namespace),
    dimensions: called('Dimensions', dimensions),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const METRIC_STAT = {
  fields: {
    metric: called('Metric', required(object(METRIC, 'The metric.'))),
    stat: called(
      'Stat',
      required(value(Type.String({ description: 'The statistic: `Sum`, `Average`, `p90` …' }))),
    ),
    unit: called('Unit', unit),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const QUERY = {
  fields: {
    id: called(
      'Id',
      required(
        value(
          text('^[a-z][a-zA-Z0-9_]{0,254}$', 'must begin with a small letter', 'What expressions call it.'),
        ),
      ),
    ),
    expression: called(
      'Expression',
      value(Type.String({ description: 'Metric math over other queries, instead of metricStat.' })),
    ),
    metricStat: called('MetricStat', object(METRIC_STAT, 'A metric, instead of an expression.')),
    label: called('Label', value(Type.String({ description: 'A label for people.' }))),
    returnData: called(
      'ReturnData',
      omissible(
        Type.Boolean({ description: 'Whether this is the tracked metric; exactly one is. Default: true.' }),
        true,
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const CUSTOMIZED = {
  fields: {
    ...METRIC.fields,
    statistic: called(
      'Statistic',
      value(oneOf(['Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum'], 'How it is aggregated.')),
    ),
    unit: called('Unit', unit),
    metrics: called(
      'Metrics',
      structuresByKey(QUERY, 'Queries of metric math, instead of all the others.', ({ Id }) => Id),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const PREDEFINED = {
  fields: {
    predefinedMetricType: called('PredefinedMetricType', required(value(oneOf(METRICS, 'What is tracked.')))),
    resourceLabel: called(
      'ResourceLabel',
      value(
        Type.String({
          maxLength: 1023,
          description:
            'For ALBRequestCountPerTarget: `app/<load balancer>/<id>/targetgroup/<target group>/<id>`.',
        }),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

function cooldown(after: string) {
  return omissible(
    Type.Integer({
      minimum: 0,
      maximum: 2147483647,
      description: `Seconds after it ${after} until it may do so again. Default: ${COOLDOWN}.`,
    }),
    COOLDOWN,
  );
}

/** TargetTrackingScalingPolicyConfiguration. */
export const TRACKING = {
  fields: {
    targetValue: called(
      'TargetValue',
      required(
        value(
          Type.Number({
            exclusiveMinimum: 0,
            description: 'The target value of the metric, in percent for a utilization.',
          }),
        ),
      ),
    ),
    predefinedMetricSpecification: called(
      'PredefinedMetricSpecification',
      object(PREDEFINED, 'A metric that AWS knows. This or customizedMetricSpecification.'),
    ),
    customizedMetricSpecification: called(
      'CustomizedMetricSpecification',
      object(CUSTOMIZED, 'A metric of your own. This or predefinedMetricSpecification.'),
    ),
    scaleOutCooldown: called('ScaleOutCooldown', cooldown('has scaled out')),
    scaleInCooldown: called('ScaleInCooldown', cooldown('has scaled in')),
    disableScaleIn: called(
      'DisableScaleIn',
      omissible(Type.Boolean({ description: 'Only ever scale out by this policy. Default: false.' }), false),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

/** A scaling policy: its configuration under its name. */
const POLICY = {
  ...TRACKING,
  fields: {
    policyName: called(
      'PolicyName',
      value(
        text(
          '^[^|:/]{1,256}$',
          'must be at most 256 characters without | : and /',
          'Name of the scaling policy. Default: the predefined metric type, or the metric name of a customized one.',
        ),
      ),
    ),
    ...TRACKING.fields,
  },
} satisfies Table;

function tasks(description: string) {
  return value(Type.Integer({ minimum: 0, maximum: 5000, description }));
}

/** What RegisterScalableTarget takes. */
export const SCALABLE_TARGET = {
  fields: {
    min: called('MinCapacity', required(tasks('Least tasks to scale in to.'))),
    max: called('MaxCapacity', required(tasks('Most tasks to scale out to.'))),
  },
  elsewhere: {
    ServiceNamespace: 'it is ecs',
    ResourceId: 'it is the service of this manifest',
    ScalableDimension: 'it is the desired count of the service',
    Tags: 'write metadata.labels: they become the tags',
  },
  notOffered: {
    RoleARN: 'Application Auto Scaling acts as its own service-linked role',
    SuspendedState: 'what people suspend stays suspended until they resume it',
  },
} satisfies Table;

/** All that a scalable target is compared by; every target tracking policy of one that is ours is ours. */
export const SCALABLE_TARGET_FIELDS = {
  ...SCALABLE_TARGET.fields,
  targetTracking: always(
    structuresByKey(
      POLICY,
      'Target tracking policies. Those that are not here are deleted; step scaling policies and scheduled actions of others stay.',
      ({ PolicyName }) => PolicyName,
    ),
    [],
  ),
};

export const SCALING = {
  ...SCALABLE_TARGET,
  fields: SCALABLE_TARGET_FIELDS,
} satisfies Table;
