import { expect, test } from 'vitest';
import type { Live } from '../support/simulation/live.ts';
import type { Mutation } from '../support/simulation/mutation.ts';
import { createStrangers } from '../support/simulation/strangers.ts';

/** What the worlds' judges make of strangers' resources that a controller writes to. */

const THEIRS = live({});

function live(tags: Readonly<Record<string, string>>): Live {
  return {
    key: 'us-east-1 log-group /stationkeeper/xray',
    kind: 'log-group',
    region: 'us-east-1',
    name: '/stationkeeper/xray',
    id: 'arn',
    arn: 'arn',
    tags: new Map(Object.entries(tags)),
    fingerprint: () => JSON.stringify(tags),
  };
}

function tagging(owner: string): Mutation {
  return {
    name: 'logs:TagResource',
    region: 'us-east-1',
    input: {},
    effect: 'tag',
    touched: [THEIRS],
    tags: new Map([['stationkeeper:owner', owner]]),
  };
}

test.each(['stationkeeper', 'second-team'])('what the controller of %s adopts is theirs no more', (owner) => {
  const strangers = createStrangers([THEIRS]);
  const adopted = live({ 'stationkeeper:owner': owner });
  strangers.noteAdoptions([adopted], { mutation: tagging(owner), owner });
  expect(strangers.changed([adopted])).toEqual([]);
});

test('what a controller tags for another than itself is still theirs', () => {
  const strangers = createStrangers([THEIRS]);
  const changed = live({ 'stationkeeper:owner': 'second-team' });
  strangers.noteAdoptions([changed], { mutation: tagging('second-team'), owner: 'stationkeeper' });
  expect(strangers.changed([changed])).toEqual([`${THEIRS.key} is not as it was`]);
});
