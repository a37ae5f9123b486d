import { Type } from 'typebox';
import type { Static } from 'typebox';
import { oneOf, text } from '../core/schema.ts';
import { SEVERITIES } from './severity.ts';

/** The file of `--notify-config`, from which its types, its errors and the reference in docs/notifications.md come. */
const closed = { additionalProperties: false } as const;

const MOST_RECEIVERS = 50;

/** Patterns take long texts' time times their stars. */
const LONGEST_PATTERN = 200;

function file(description: string) {
  return Type.String({ minLength: 1, maxLength: 4096, description });
}

function globs(description: string) {
  return Type.Optional(
    Type.Array(text('^\\S+$', 'must be a name or a pattern such as prod-*', '', LONGEST_PATTERN), {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description,
    }),
  );
}

const slack = Type.Object(
  {
    urlFile: file('A file whose first line is the URL of an incoming webhook. The URL is a secret.'),
  },
  { ...closed, description: 'A channel, through an incoming webhook.' },
);

const HEADER = "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$";

const webhook = Type.Object(
  {
    url: Type.Optional(
      text(
        '^https?://[^\\s@/]+(/\\S*)?$',
        'must be an http or https URL without a user; a URL that holds a secret belongs in a file: urlFile',
        'Where to POST to. Either this or `urlFile`.',
        4096,
      ),
    ),
    urlFile: Type.Optional(file('A file whose first line is the URL, where that is a secret.')),
    secretFile: file('A file whose first line is the secret that signs every body (HMAC-SHA256).'),
    headersFiles: Type.Optional(
      Type.Record(Type.String({ pattern: HEADER }), file('A file whose first line is its value.'), {
        ...closed,
        description:
          'More headers by name, such as `Authorization`, each with a file whose first line is the value.',
        errorMessage: 'must name an HTTP header',
      }),
    ),
  },
  { ...closed, description: 'Any HTTP server that takes CloudEvents 1.0.' },
);

const sns = Type.Object(
  {
    topicArn: text(
      '^arn:aws[a-z0-9-]*:sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_-]{1,256}(\\.fifo)?$',
      'must be the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:111122223333:stationkeeper',
      'The topic; one whose name ends with `.fifo` is a FIFO topic.',
    ),
    region: Type.Optional(
      text(
        '^[a-z]{2,}(-[a-z]+)+-\\d$',
        'must be a Region, such as eu-west-1',
        "Default: the Region of the topic's ARN.",
      ),
    ),
    roleArn: Type.Optional(
      text(
        '^arn:aws[a-z0-9-]*:iam::\\d{12}:role/\\S+$',
        'must be the ARN of a role',
        "A role to publish as, in the topic's account. Default: the controller's own credentials.",
      ),
    ),
    externalId: Type.Optional(
      text(
        '^[\\w+=,.@:/-]{2,1224}$',
        'is no external id',
        "The external id that the role's trust policy requires.",
      ),
    ),
  },
  { ...closed, description: 'A topic of Amazon SNS.' },
);

const match = Type.Object(
  {
    objects: globs(
      'Names such as `xray` or `otel-*`, or with their kind: `Cluster/*`, `Rollout/fleet`. `*` is any text, `?` any character.',
    ),
    environments: globs('Names of Environments, such as `prod-*`.'),
    severities: Type.Optional(
      Type.Array(oneOf(SEVERITIES), {
        minItems: 1,
        uniqueItems: true,
        description: '`critical`, `warning`, `info`: which of them.',
      }),
    ),
    reasons: globs('Reasons, such as `ImageNotFound` or `*Denied*`.'),
  },
  {
    ...closed,
    description: 'The messages that it gets: those that fit every field. Absent: all.',
  },
);

const receiver = Type.Object(
  {
    name: text(
      '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      'must be a DNS label: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends',
      'Names the receiver in the log, in `/status` and in metrics; unique in the file.',
    ),
    slack: Type.Optional(slack),
    webhook: Type.Optional(webhook),
    sns: Type.Optional(sns),
    match: Type.Optional(match),
    sendResolved: Type.Optional(
      Type.Boolean({ description: 'Whether it gets the end of a problem. Default: true.' }),
    ),
    sendUpdates: Type.Optional(
      Type.Boolean({
        description:
          'Whether it gets every change of the objects of a problem, at most once a minute; otherwise only when the problem grows more severe or concerns twice as many objects. Default: true for a webhook, false for Slack and SNS.',
      }),
    ),
    maxPerMinute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 600,
        description:
          'Messages within a minute; where there are more, one digest counts them. Default: 60 for a webhook, 10 for Slack and SNS.',
      }),
    ),
  },
  { ...closed, description: 'A receiver: one of slack, webhook and sns.' },
);

export const notifyConfigSchema = Type.Object(
  {
    receivers: Type.Array(receiver, {
      minItems: 1,
      maxItems: MOST_RECEIVERS,
      description: 'The receivers, each with its own rules.',
    }),
  },
  closed,
);

export type WrittenConfig = Static<typeof notifyConfigSchema>;
export type WrittenReceiver = WrittenConfig['receivers'][number];
