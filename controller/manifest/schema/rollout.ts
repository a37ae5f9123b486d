import { Type } from 'typebox';
import type { Static } from 'typebox';
import { DAYS } from '../../core/rollout/schedule.ts';
import { oneOf, text } from '../../core/schema.ts';
import { labelSelector } from './fleet.ts';
import { DNS_LABEL } from './text.ts';

const DURATION = '^[0-9]{1,9}(ms|s|m|h)$';

function duration(description: string) {
  return text(DURATION, 'must be a duration such as 30s, 15m or 2h', description);
}

function timeOfDay(description: string) {
  return text(
    '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
    'must be a time of day from "00:00" to "24:00", in quotes',
    description,
  );
}

const stage = Type.Object(
  {
    name: text(
      DNS_LABEL,
      'must be a DNS label: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends',
      'Unique in the Rollout.',
    ),
    environments: Type.Optional(
      labelSelector(
        'The Environments of the stage, among those that no earlier stage took. Default: all others.',
      ),
    ),
    maxConcurrent: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 1, description: 'A number of Environments.' }),
          text(
            '^([1-9]|[1-9][0-9]|100)%$',
            'must be 1% to 100%',
            'A share of its Environments, rounded down, and at least one.',
          ),
        ],
        {
          description:
            'How many of its Environments may be under way at once: a number, or a part such as 25%. Default: all.',
          errorMessage: 'must be a whole number from 1, or a part from 1% to 100%',
        },
      ),
    ),
    maxFailures: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'How many of its Environments may fail without stopping the rollout. Default: 0.',
      }),
    ),
    soak: Type.Optional(
      duration(
        'How long an Environment that is done is watched before the next stage may open. Default: 0s.',
      ),
    ),
    approval: Type.Optional(
      oneOf(
        ['none', 'required'],
        'required: no Environment of the stage begins before somebody approves the digest, under approved or through the API. Default: none.',
      ),
    ),
  },
  { additionalProperties: false },
);

const rolloutWindow = Type.Object(
  {
    days: Type.Array(oneOf(DAYS), {
      minItems: 1,
      uniqueItems: true,
      description: 'Days of the week on which the window opens.',
    }),
    from: timeOfDay('Time at which it opens.'),
    to: timeOfDay('Time at which it closes; on the next day, if it is not later than from.'),
    timeZone: Type.String({
      minLength: 1,
      description: 'A name of the IANA time zone database, such as Europe/Berlin or UTC.',
    }),
  },
  { additionalProperties: false },
);

export const rolloutSpec = Type.Object(
  {
    stages: Type.Array(stage, {
      minItems: 1,
      description: 'In order. An Environment is in the first that takes it.',
    }),
    approved: Type.Optional(
      Type.Record(
        Type.String(),
        text(
          '^[0-9a-f]{16}$',
          'must be the digest of a definition, 16 hexadecimal digits in quotes, as plan prints it',
          'The digest that is approved.',
        ),
        { description: 'Approved digests, by the name of the DaemonService.' },
      ),
    ),
    progressDeadline: Type.Optional(
      duration('How long an Environment may take from when it began; past that it has failed. Default: 30m.'),
    ),
    windows: Type.Optional(
      Type.Array(rolloutWindow, {
        minItems: 1,
        description: 'When an Environment may begin; one of them is enough. Default: always.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'A schedule of stages: each DaemonService that names it goes through its Environments in them, independently of the others. AWS has no such object.',
  },
);
export type RolloutManifestSpec = Static<typeof rolloutSpec>;
