import { Type } from 'typebox';
import type { Table } from './fields/field.ts';
import { listByKey, map, required, value } from './fields/shapes.ts';

/** What AWS has in LogConfiguration and FirelensConfiguration. */

/** What ECS takes as options of awslogs (ECS API reference, LogConfiguration). */
export const AWSLOGS_OPTIONS: readonly string[] = [
  'awslogs-group',
  'awslogs-region',
  'awslogs-stream-prefix',
  'awslogs-create-group',
  'awslogs-datetime-format',
  'awslogs-multiline-pattern',
  'mode',
  'max-buffer-size',
];

/** Drivers that Fargate has, and those that only other hosts have (ECS API reference, LogConfiguration). */
export const FARGATE_LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'] as const;
const HOST_LOG_DRIVERS = ['fluentd', 'gelf', 'journald', 'json-file', 'syslog'] as const;
export const LOG_DRIVERS = [...FARGATE_LOG_DRIVERS, ...HOST_LOG_DRIVERS] as const;
export type LogDriver = (typeof LOG_DRIVERS)[number];

type NeededOptions = Readonly<Partial<Record<LogDriver | 'none', readonly string[]>>>;

/** The options that a driver cannot do without on Fargate, beside those that it never can. */
export const NEEDED_ON_FARGATE: NeededOptions = { awslogs: ['awslogs-stream-prefix'] };

/** The options that a driver cannot do without (ECS API reference, LogConfiguration). */
export const NEEDED_LOG_OPTIONS: NeededOptions = {
  awslogs: ['awslogs-group', 'awslogs-region'],
  // ECS says so by name (terraform-provider-aws#8596).
  splunk: ['splunk-token', 'splunk-url'],
};

const SECRET_OPTION = {
  fields: {
    name: required(value(Type.String({ minLength: 1, description: 'The option.' }))),
    valueFrom: required(
      value(
        Type.String({
          minLength: 1,
          description: 'ARN of the secret or parameter, or the name of a parameter in this Region.',
        }),
      ),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const LOG_CONFIGURATION = {
  fields: {
    logDriver: required(
      value(
        Type.Enum([...LOG_DRIVERS, 'none'], {
          description:
            'awslogs, splunk and awsfirelens on Fargate, the others on other hosts; none keeps nothing.',
        }),
      ),
    ),
    options: map("The driver's options, with its own names."),
    secretOptions: {
      ...listByKey(SECRET_OPTION, 'Options of the driver from Secrets Manager or SSM.', {
        key: ({ name }) => name,
        says: ({ valueFrom }) => valueFrom,
      }),
      secret: 'always',
    },
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

export const FIRELENS = {
  fields: {
    type: required(value(Type.Enum(['fluentbit', 'fluentd'], { description: 'The router in the image.' }))),
    options: map(
      'Such as enable-ecs-log-metadata, config-file-type (s3 or file) and config-file-value; texts, in quotes.',
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;
