import { describe, expect, it } from 'vitest';
import { keysOf, selects } from '../../../controller/manifest/fleet/selector.ts';
import type { LabelSelector } from '../../../controller/manifest/fleet/selector.ts';

const LABELS = { stage: 'prod', tier: 'web', region: 'eu-west-1' };

describe('a label selector', () => {
  it.each<readonly [string, LabelSelector, boolean]>([
    ['without anything selects all', {}, true],
    ['of a label and its value', { matchLabels: { stage: 'prod' } }, true],
    ['of another value', { matchLabels: { stage: 'dev' } }, false],
    ['of a label that is not there', { matchLabels: { team: 'a' } }, false],
    ['of which one half holds', { matchLabels: { stage: 'prod', tier: 'db' } }, false],
    ['In', { matchExpressions: [{ key: 'stage', operator: 'In', values: ['dev', 'prod'] }] }, true],
    ['In others', { matchExpressions: [{ key: 'stage', operator: 'In', values: ['dev'] }] }, false],
    [
      'In, of a label that is not there',
      { matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }] },
      false,
    ],
    ['NotIn', { matchExpressions: [{ key: 'stage', operator: 'NotIn', values: ['dev'] }] }, true],
    ['NotIn its own', { matchExpressions: [{ key: 'stage', operator: 'NotIn', values: ['prod'] }] }, false],
    [
      'NotIn, of a label that is not there',
      { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] },
      true,
    ],
    ['Exists', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
    ['Exists, of one that is not there', { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, false],
    ['DoesNotExist', { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, true],
    [
      'DoesNotExist, of one that is there',
      { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
      false,
    ],
    ['of what every object has', { matchLabels: { constructor: 'x' } }, false],
    [
      'of both kinds, both of which must hold',
      { matchLabels: { tier: 'web' }, matchExpressions: [{ key: 'stage', operator: 'In', values: ['dev'] }] },
      false,
    ],
  ])('%s', (_what, selector, selected) => {
    expect(selects(selector, LABELS)).toBe(selected);
  });

  it('speaks of the keys of both its halves', () => {
    expect(
      keysOf({ matchLabels: { tier: 'web' }, matchExpressions: [{ key: 'stage', operator: 'Exists' }] }),
    ).toEqual(['tier', 'stage']);
  });
});
