import { beforeEach, expect, test } from 'vitest';
import { environmentId } from '../../controller/core/resource.ts';
import type { Expansion } from '../../controller/manifest/expand/index.ts';
import { createRetiredEnvironments } from '../../controller/reconcile/memory/retired-environments.ts';
import type { RetiredEnvironments } from '../../controller/reconcile/memory/retired-environments.ts';
import { desiredResource } from '../support/plans/resources.ts';

/** Manifests that declare these environments, each with a log group in it. */
function declaring(...names: readonly string[]): Expansion {
  return {
    environments: names.map((name) => ({ name, region: `${name}-1` })),
    objects: [],
    desired: names.flatMap((name) => [environmentOf(name), desiredResource({ environment: name })]),
  };
}

function environmentOf(name: string) {
  return { ...desiredResource({ kind: 'environment', environment: name }), id: environmentId(name) };
}

const ownsAny = (): boolean => true;
const ownsNothing = (): boolean => false;

let retired: RetiredEnvironments;

beforeEach(() => {
  retired = createRetiredEnvironments();
});

test('an environment that is declared is not retired', () => {
  expect(retired.besides(declaring('eu'), ownsAny)).toEqual([]);
  expect(retired.besides(declaring('eu'), ownsAny)).toEqual([]);
});

test('one that is declared no more is looked at where it was, wants nothing but itself, and deletes nothing', () => {
  retired.besides(declaring('eu', 'us'), ownsAny);
  expect(retired.besides(declaring('us'), ownsAny)).toEqual([
    {
      target: { name: 'eu', region: 'eu-1' },
      desired: [environmentOf('eu')],
      frozen:
        'no manifest declares the environment "eu" any more; declare it again, and what no manifest names goes',
      suspect: undefined,
      revision: undefined,
      retired: true,
    },
  ]);
});

test('it is looked at for as long as something of ours is left in it, and forgotten then', () => {
  retired.besides(declaring('eu', 'us'), ownsAny);
  expect(retired.besides(declaring('us'), ownsAny)).toHaveLength(1);
  expect(retired.besides(declaring('us'), (name) => name !== 'eu')).toEqual([]);
  expect(retired.besides(declaring('us'), ownsAny)).toEqual([]);
});

test('one in which nothing is ours yet is remembered while it is declared', () => {
  retired.besides(declaring('eu'), ownsNothing);
  retired.besides(declaring('eu'), ownsNothing);
  expect(retired.besides(declaring(), ownsAny)).toHaveLength(1);
});

test('it is itself again once it is declared again', () => {
  retired.besides(declaring('eu'), ownsAny);
  retired.besides(declaring(), ownsAny);
  expect(retired.besides(declaring('eu'), ownsAny)).toEqual([]);
});
