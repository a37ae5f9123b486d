import { expect, it } from 'vitest';
import { createdAtOf } from '../../controller/plan/created-at.ts';
import { desiredResource, observedResource, snapshotOf } from '../support/plans/resources.ts';

const group = observedResource(desiredResource({ kind: 'security-group', manifest: 'xray' }));
const of = (kind: string, manifest: string, createdAt: number) => ({
  ...observedResource(desiredResource({ kind, manifest, name: `${kind}-${manifest}` })),
  createdAt,
});

it('a resource is as old as AWS says', () => {
  const aged = { ...group, createdAt: 5 };
  expect(createdAtOf(aged, { snapshot: snapshotOf([aged, of('role', 'xray', 9)]) })).toBe(5);
});

it('what AWS does not tell the age of is as young as the youngest of its manifest', () => {
  const items = [group, of('role', 'xray', 7), of('service', 'xray', 8), of('service', 'otel', 9)];
  expect(createdAtOf(group, { snapshot: snapshotOf(items) })).toBe(8);
  expect(createdAtOf(group, { snapshot: snapshotOf([group]) })).toBeUndefined();
  const elsewhere = {
    ...observedResource(desiredResource({ kind: 'role', manifest: 'xray', environment: 'other' })),
    createdAt: 9,
  };
  const both = snapshotOf([group, elsewhere], ['default', 'other']);
  expect(createdAtOf(group, { snapshot: both })).toBeUndefined();
});
