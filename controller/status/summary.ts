import type { Condition, ObjectStatus, StatusReport } from './schema.ts';

type Bucket = Exclude<keyof StatusReport['summary'], 'total'>;

/** What waits for its turn, or for something that it needs, and not for AWS. */
const WAITS: ReadonlySet<string> = new Set(['DependencyNotReady', 'RolloutWaiting']);

/** The buckets in the order in which they are asked (contract section 5); an object is in the first that fits. */
export const BUCKETS: readonly (readonly [Bucket, (object: ObjectStatus) => boolean])[] = [
  ['suspended', ({ health }) => health === 'Suspended'],
  ['stalled', (object) => holds(object, 'Stalled')],
  ['degraded', ({ health }) => health === 'Degraded'],
  ['unknown', (object) => object.health === 'Unknown' || conditionOf(object, 'Ready')?.status === 'Unknown'],
  ['waiting', (object) => WAITS.has(conditionOf(object, 'Ready')?.reason ?? '')],
  ['progressing', (object) => holds(object, 'Reconciling')],
  ['outOfSync', (object) => object.sync === 'OutOfSync' || !holds(object, 'Ready')],
  ['ready', () => true],
];

/** How many objects there are of each sort; each object counts once. Pure. */
export function summarize(objects: readonly ObjectStatus[]): StatusReport['summary'] {
  const summary = {
    total: objects.length,
    ready: 0,
    suspended: 0,
    stalled: 0,
    degraded: 0,
    unknown: 0,
    waiting: 0,
    progressing: 0,
    outOfSync: 0,
  };
  for (const object of objects) summary[bucketOf(object)] += 1;
  return summary;
}

/** Which sort an object is of. */
export function bucketOf(object: ObjectStatus): Bucket {
  return BUCKETS.find(([, fits]) => fits(object))?.[0] ?? 'ready';
}

function conditionOf({ conditions }: ObjectStatus, type: Condition['type']): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

function holds(object: ObjectStatus, type: Condition['type']): boolean {
  return conditionOf(object, type)?.status === 'True';
}
