import { describe, expect, test } from 'vitest';
import { wantedTags } from '../../controller/core/ownership.ts';
import type { Desired, FieldChange, Tags, Upkeep } from '../../controller/core/resource.ts';
import { originOf } from '../../controller/plan/origin.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredResource, factsOf, observedResource } from '../support/plans/resources.ts';

const CLAIM = { owner: 'stationkeeper', environment: 'default' };
const PARTS = { subnets: ['subnet-1'], securityGroups: ['sg-1'] };
const OTHER_PARTS = { ...PARTS, subnets: ['subnet-2'] };

const size = changeOf('size', 'big', 'small');
const subnets = changeOf('subnets', ['subnet-2'], ['subnet-1']);

function changeOf(path: string, from: unknown, to: unknown): FieldChange {
  return { path, from, to, by: 'update' };
}

function tagChange(key: string, from: string | null, to = 'wanted'): FieldChange {
  return changeOf(`tags.${key}`, from, to);
}

function upkeepOf(isTidying: boolean): Upkeep {
  return { what: 'revisions', which: 'xray:1', from: 'ACTIVE', to: null, isTidying };
}

interface Row {
  readonly what: string;
  readonly changes: readonly FieldChange[];
  readonly upkeep?: readonly Upkeep[];
  /** What was last applied, and what it was made of then; default: what is wanted, and the same. */
  readonly applied?: Desired;
  readonly madeOf?: unknown;
  readonly tags?: Tags;
  readonly by: 'git' | 'aws';
}

const ROWS: readonly Row[] = [
  { what: 'nothing', changes: [], by: 'git' },
  {
    what: 'a field, where another spec was applied',
    changes: [size],
    applied: desiredResource({ fields: {} }),
    by: 'git',
  },
  { what: 'a field, where this spec was applied', changes: [size], by: 'aws' },
  {
    what: 'a field, where no spec counts as applied',
    changes: [size],
    tags: { 'stationkeeper:spec': '' },
    by: 'git',
  },
  { what: 'a label, where this spec was applied', changes: [tagChange('team', 'b')], by: 'aws' },
  {
    what: 'a label that git wants otherwise than before',
    changes: [tagChange('team', 'b')],
    applied: desiredResource({ labels: { team: 'b' } }),
    by: 'git',
  },
  {
    what: 'the manifest, by another name',
    changes: [tagChange('stationkeeper:manifest', 'DaemonService/old')],
    by: 'git',
  },
  { what: 'the manifest, taken off', changes: [tagChange('stationkeeper:manifest', null)], by: 'aws' },
  {
    what: 'the manifest, by something that none is called',
    changes: [tagChange('stationkeeper:manifest', 'mine')],
    by: 'aws',
  },
  {
    what: 'the name of a manifest beside drift',
    changes: [tagChange('stationkeeper:manifest', 'Cluster/old'), size],
    by: 'git',
  },
  { what: 'who registers in it', changes: [tagChange('stationkeeper:registrant', 'c/old')], by: 'git' },
  {
    what: 'a tag of ours that a former version did not write',
    changes: [tagChange('stationkeeper:region', null)],
    by: 'git',
  },
  {
    what: 'the deletion policy, which the digest covers',
    changes: [tagChange('stationkeeper:deletion-policy', 'retain')],
    by: 'aws',
  },
  { what: 'the owner', changes: [tagChange('stationkeeper:owner', null)], by: 'aws' },
  {
    what: 'what it is made of, where it was made of something else',
    changes: [subnets],
    madeOf: OTHER_PARTS,
    by: 'git',
  },
  { what: 'what it is made of, where it was made of the same', changes: [subnets], madeOf: PARTS, by: 'aws' },
  { what: 'what it is made of, where nobody wrote down of what', changes: [subnets], by: 'aws' },
  {
    what: 'a field of its own, where it was made of something else',
    changes: [size],
    madeOf: OTHER_PARTS,
    by: 'aws',
  },
  { what: 'tidying up', changes: [], upkeep: [upkeepOf(true)], by: 'git' },
  { what: 'a repair', changes: [], upkeep: [upkeepOf(false)], by: 'aws' },
  { what: 'drift beside tidying up', changes: [size], upkeep: [upkeepOf(true)], by: 'aws' },
];

describe('who made it differ', () => {
  test.each(ROWS)('$what: $by', ({ changes, upkeep = [], applied, madeOf, tags, by }) => {
    const desired = desiredResource();
    const written = wantedTags(CLAIM, applied ?? desired, factsOf(desired.id.kind), madeOf);
    const observed = { ...observedResource(desired), tags: { ...written, ...tags } };
    const evidence = { parts: PARTS, following: () => [subnets] };
    expect(originOf(deepFreeze(desired), deepFreeze(observed), { changes, upkeep }, evidence)).toBe(by);
  });
});
