import { Type } from 'typebox';
import type { Static } from 'typebox';
import { GAP_CAUSES } from '../core/resource.ts';
import type { Coverage, Gap } from '../core/resource.ts';
import { oneOf } from '../core/schema.ts';

/** On which hosts a daemon runs: how the report has it, how it becomes that, and how it stands in tables. */

const closed = { additionalProperties: false } as const;

const GapSchema = Type.Object(
  {
    instance: Type.String({ description: 'Id of the container instance' }),
    ec2InstanceId: Type.Optional(Type.String()),
    zone: Type.Optional(Type.String({ description: 'Its Availability Zone' })),
    since: Type.String({
      description:
        'ISO 8601, UTC: since when it lacks the daemon, as far as that was seen; after a restart of the controller from the first look on, or from when its last task stopped',
    }),
    cause: oneOf(GAP_CAUSES, 'The first that holds, in this order'),
    message: Type.String({ description: 'Why, with numbers, and what to do' }),
  },
  closed,
);
type CoverageGap = Static<typeof GapSchema>;

export const CoverageSchema = Type.Union(
  [
    Type.Object(
      {
        eligible: Type.Integer({
          minimum: 0,
          description: 'Hosts that the daemon belongs on: running, placing and missing together',
        }),
        running: Type.Integer({ minimum: 0, description: 'Hosts on which it runs' }),
        placing: Type.Integer({ minimum: 0, description: 'Hosts on which its task has not started yet' }),
        missing: Type.Integer({ minimum: 0, description: 'Hosts that lack it' }),
        notEligible: Type.Integer({
          minimum: 0,
          description: 'Hosts that placement constraints, or what it runs on, leave out',
        }),
        undecided: Type.Integer({
          minimum: 0,
          description: 'Hosts that lack it, and of which a placement constraint cannot be decided here',
        }),
        gaps: Type.Array(GapSchema, { description: 'Hosts that lack it, the longest first; at most 50' }),
        moreGaps: Type.Optional(
          Type.Integer({ minimum: 1, description: 'How many more lack it; left out where all are listed' }),
        ),
      },
      closed,
    ),
    Type.Object({ unknown: Type.String({ description: 'Why it is not known' }) }, closed),
  ],
  {
    description:
      'The hosts of the cluster with and without a task of a daemon with schedulingStrategy DAEMON',
  },
);
export type CoverageStatus = Static<typeof CoverageSchema>;

/** Gaps that are told one by one; of the others how many. */
const GAPS_TOLD = 50;

/** As the report tells it. Pure. */
export function coverageOf(coverage: Coverage): CoverageStatus {
  if ('unknown' in coverage) return coverage;
  const more = coverage.gaps.length - GAPS_TOLD;
  return {
    ...coverage,
    gaps: coverage.gaps.slice(0, GAPS_TOLD).map(gapOf),
    ...(more > 0 ? { moreGaps: more } : {}),
  };
}

function gapOf({ host, since, isLasting: _isLasting, ...rest }: Gap): CoverageGap {
  return { instance: host, ...rest, since: new Date(since).toISOString() };
}

/** The hosts of a daemon as numbers. */
export function coverageText(coverage: CoverageStatus): string {
  if ('unknown' in coverage) return `unknown: ${coverage.unknown}`;
  const { eligible, running, placing, missing, notEligible, undecided } = coverage;
  const others: readonly (readonly [number, string])[] = [
    [placing, 'starting'],
    [missing, missing === 1 ? 'lacks it' : 'lack it'],
    [notEligible, 'not eligible'],
    [undecided, 'undecided'],
  ];
  const told = others.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return [`${running} of ${eligible} run it`, ...told].join(', ');
}

export const GAP_HEADER = ['INSTANCE', 'EC2', 'ZONE', 'SINCE', 'CAUSE', 'WHY'];

/** The hosts that lack it, in columns. */
export function gapRows(coverage: CoverageStatus | undefined): readonly (readonly string[])[] {
  if (coverage === undefined || 'unknown' in coverage) return [];
  const { gaps, moreGaps } = coverage;
  const rows = gaps.map(({ instance, ec2InstanceId = '-', zone = '-', since, cause, message }) => [
    instance,
    ec2InstanceId,
    zone,
    since,
    cause,
    message,
  ]);
  return moreGaps === undefined ? rows : [...rows, [`and ${moreGaps} more`]];
}
