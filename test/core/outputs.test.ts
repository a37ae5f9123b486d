import { describe, expect, test } from 'vitest';
import type { KindFacts } from '../../controller/core/facts.ts';
import { findingsFrom, needsFrom, requireOutputs } from '../../controller/core/outputs.ts';
import type { ResourceId } from '../../controller/core/resource.ts';
import { seenIn } from '../../controller/plan/snapshot.ts';
import { desiredResource, observedResource, snapshotOf } from '../support/plans/resources.ts';

const service = desiredResource({ kind: 'service' });
const id: ResourceId = service.id;
const absent: ResourceId = { ...id, name: 'absent' };
const seen = { ...observedResource(service), outputs: { arn: 'arn:xray' }, findings: { tasks: ['a'] } };
const lookup = seenIn(snapshotOf([seen]));

describe('what a resource gives to those that use it', () => {
  test('is what was seen of it', () => {
    expect(needsFrom(lookup)(id)).toEqual({ arn: 'arn:xray' });
    expect(needsFrom(lookup)(absent)).toBeUndefined();
  });

  test('is waited for where a mutation cannot do without it', () => {
    expect(requireOutputs(needsFrom(lookup), id)).toEqual({ arn: 'arn:xray' });
    expect(() => requireOutputs(needsFrom(lookup), absent)).toThrow(
      expect.objectContaining({ code: 'NeedMissing', retry: 'wait' }),
    );
  });
});

describe('what a driver found out', () => {
  const learner: KindFacts = { name: 'task-definition', learnsFrom: ['service'], calls: {} };

  test('is told to the kinds that say that they learn it', () => {
    expect(findingsFrom(lookup, learner)(id)).toEqual({ tasks: ['a'] });
    expect(findingsFrom(lookup, learner)(absent)).toBeUndefined();
  });

  test('is told to no other', () => {
    const other: KindFacts = { name: 'role', calls: {} };
    expect(() => findingsFrom(lookup, other)(id)).toThrow('role do not say that it learns from service');
  });
});
