import { expect, it } from 'vitest';
import type { ObjectStatus } from '../../controller/status/schema.ts';
import { summarize } from '../../controller/status/summary.ts';
import { onlyObject, reportOf } from '../support/reports/reports.ts';

type Condition = ObjectStatus['conditions'][number];

const READY = onlyObject(reportOf());

/** A ready object, with these conditions instead. */
function object(
  overrides: Partial<ObjectStatus>,
  conditions: Partial<Record<Condition['type'], Partial<Condition>>> = {},
): ObjectStatus {
  return {
    ...READY,
    ...overrides,
    conditions: READY.conditions.map((one) => ({ ...one, ...conditions[one.type] })),
  };
}

const NOT_READY = { status: 'False' } as const;

it.each<[string, ObjectStatus]>([
  ['ready', object({})],
  ['suspended', object({ health: 'Suspended', sync: 'OutOfSync' }, { Ready: { status: 'Unknown' } })],
  ['stalled', object({ health: 'Degraded', sync: 'OutOfSync' }, { Stalled: { status: 'True' } })],
  ['degraded', object({ health: 'Degraded', sync: 'OutOfSync' }, { Ready: NOT_READY })],
  ['unknown', object({ sync: 'Unknown' }, { Ready: { status: 'Unknown' } })],
  ['unknown', object({ health: 'Unknown', sync: 'OutOfSync' }, { Reconciling: { status: 'True' } })],
  [
    'waiting',
    object(
      { sync: 'OutOfSync' },
      { Ready: { ...NOT_READY, reason: 'DependencyNotReady' }, Reconciling: { status: 'True' } },
    ),
  ],
  [
    'waiting',
    object(
      { sync: 'OutOfSync' },
      { Ready: { status: 'True', reason: 'RolloutWaiting' }, Reconciling: { status: 'True' } },
    ),
  ],
  ['progressing', object({ sync: 'OutOfSync' }, { Ready: NOT_READY, Reconciling: { status: 'True' } })],
  ['outOfSync', object({ sync: 'OutOfSync' }, { Ready: NOT_READY })],
])('counts an object once, as %s', (bucket, counted) => {
  const { total, ...buckets } = summarize([counted]);
  expect(total).toBe(1);
  expect(Object.entries(buckets).filter(([, count]) => count > 0)).toEqual([[bucket, 1]]);
});
