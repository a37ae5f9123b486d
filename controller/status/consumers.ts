import { Type } from 'typebox';
import type { Static } from 'typebox';
import { oneOf } from '../core/schema.ts';
import { HOPS, VERDICTS, badHop } from '../reach/hop.ts';
import type { ConsumerReach } from '../reconcile/reach/consumers.ts';

/** Whether consumers reach a daemon: how the report has it, the condition that follows, and how it stands in tables. */

const closed = { additionalProperties: false } as const;

const ConsumerSchema = Type.Object(
  {
    name: Type.String({ description: 'As `spec.consumers` calls it' }),
    reach: oneOf(
      VERDICTS,
      'Blocked: packets are lost, or nothing comes of them. Unknown: not all of the path could be read, or shows',
    ),
    hop: Type.Optional(oneOf(HOPS, 'The first hop that is blocked, else the first that is unknown')),
    evidence: Type.Optional(Type.String({ description: 'What is wrong there, with ids' })),
    advice: Type.Optional(Type.String({ description: 'What to do' })),
  },
  closed,
);

export const ConsumersSchema = Type.Array(ConsumerSchema, {
  description:
    'The consumers that the manifest of a daemon declares; `stationkeeper path NAME` shows every hop',
});
type ConsumersStatus = Static<typeof ConsumersSchema>;

/** As the report tells it; left out where there are no consumers. Pure. */
export function consumersOf(reach: readonly ConsumerReach[] | undefined): {
  readonly consumers?: ConsumersStatus;
} {
  return reach === undefined ? {} : { consumers: reach.map(consumerOf) };
}

function consumerOf(one: ConsumerReach): ConsumersStatus[number] {
  const { name, verdict: reach } = one;
  const bad = badHop(one);
  if (bad === undefined) return { name, reach };
  const { hop, evidence, advice } = bad;
  return { name, reach, hop, evidence, ...(advice !== undefined && { advice }) };
}

/** The condition of an object that has consumers. It says nothing of whether the object is Ready: that is about its resources. */
export interface ReachCondition {
  readonly ConsumersReachable?: {
    readonly status: 'True' | 'False' | 'Unknown';
    readonly reason: string;
    readonly message: string;
  };
}

export function reachCondition(reach: readonly ConsumerReach[] | undefined): ReachCondition {
  if (reach === undefined) return {};
  const consumers = reach.map(consumerOf);
  const bad = (['Blocked', 'Unknown'] as const).map((verdict) =>
    consumers.filter((one) => one.reach === verdict),
  );
  const [first, ...others] = bad.flat();
  if (first === undefined) {
    const count = `${consumers.length} of ${consumers.length}`;
    const message = `${count} ${consumers.length === 1 ? 'consumer reaches' : 'consumers reach'} it`;
    return { ConsumersReachable: { status: 'True', reason: 'Reachable', message } };
  }
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const message = `${first.name}: ${first.hop ?? ''}: ${tellingOf(first)}${more}`;
  const status = first.reach === 'Blocked' ? 'False' : 'Unknown';
  return { ConsumersReachable: { status, reason: first.reach, message } };
}

function tellingOf({ evidence = '', advice }: ConsumersStatus[number]): string {
  return advice === undefined ? evidence : `${evidence}; ${advice}`;
}

export const CONSUMER_HEADER = ['NAME', 'REACH', 'HOP', 'WHY'];

/** The consumers, in columns. */
export function consumerRows(consumers: ConsumersStatus | undefined): readonly (readonly string[])[] {
  return (consumers ?? []).map((one) => [one.name, one.reach, one.hop ?? '-', tellingOf(one) || '-']);
}
