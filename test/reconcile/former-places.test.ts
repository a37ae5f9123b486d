import { beforeEach, describe, expect, test } from 'vitest';
import { REGION_TAG } from '../../controller/core/ownership.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import type { Expansion } from '../../controller/manifest/expand/index.ts';
import type { EnvironmentTarget } from '../../controller/manifest/expand/environment.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { Snapshot } from '../../controller/plan/snapshot.ts';
import { createFormerPlaces, placeKey } from '../../controller/reconcile/memory/former-places.ts';
import type { FormerPlaces } from '../../controller/reconcile/memory/former-places.ts';
import { desiredResource, observedResource, snapshotOf } from '../support/plans/resources.ts';

const IN_EU: EnvironmentTarget = { name: 'live', region: 'eu-west-1' };
const IN_US: EnvironmentTarget = { name: 'live', region: 'us-east-1' };
/** Where IN_EU is, by another way in. */
const BY_ROLE: EnvironmentTarget = { ...IN_EU, roleArn: 'arn:aws:iam::111111111111:role/in' };
const OTHER: EnvironmentTarget = { name: 'other', region: 'eu-west-1' };

const OURS = observedResource(desiredResource({ environment: 'live' }));
const FOREIGN = observedResource(desiredResource({ environment: 'live' }), { owner: 'nobody' });

let places: FormerPlaces;

beforeEach(() => {
  places = createFormerPlaces();
});

function itself({ name }: EnvironmentTarget): Desired {
  return { ...desiredResource({ management: 'external' }), id: environmentId(name) };
}

/** The environments that git declares by now, and the names of those that were elsewhere before. */
function declare(...environments: readonly EnvironmentTarget[]): readonly string[] {
  const inIt = desiredResource({ environment: 'live', kind: 'cluster' });
  const desired = [...environments.map(itself), inIt];
  const expansion: Expansion = { environments, objects: [], desired };
  return places.declare(expansion);
}

/** What is there once the environment has been looked up in a Region. */
function found(
  region: string,
  items: readonly Observed[],
  name = 'live',
  accountId = '111111111111',
): Snapshot {
  const environment: Observed = {
    id: environmentId(name),
    owner: 'nobody',
    tags: {},
    state: {},
    outputs: { accountId, region, partition: 'aws' },
    health: { status: 'Healthy', message: '' },
  };
  return snapshotOf([environment, ...items], [name]);
}

function unread(snapshot: Snapshot): Snapshot {
  return withSeen(snapshot, 'live', 'service', { type: 'unseen', why: 'throttled' });
}

/** What is still looked at although it is declared no more, and is called. */
function left(): readonly string[] {
  return places.left().map(({ formerly }) => formerly);
}

describe('an environment that is declared no more', () => {
  beforeEach(() => {
    declare(IN_EU, OTHER);
    places.saw(placeKey(IN_EU), found('eu-west-1', [OURS]));
  });

  test('is not left while it is declared', () => {
    expect(declare(IN_EU, OTHER)).toEqual([]);
    expect(left()).toEqual([]);
  });

  test('is looked at with nothing wanted of it but itself, for as long as anything of ours is there', () => {
    expect(declare(OTHER)).toEqual([]);
    const expected = {
      target: IN_EU,
      desired: [itself(IN_EU)],
      used: [],
      staged: [],
      frozen:
        'no manifest declares the environment "live" any more; declare it again, and the controller removes what no manifest names',
      suspect: undefined,
      revision: undefined,
      formerly: 'live',
    };
    expect(places.left()).toEqual([expected]);
    places.saw(placeKey(IN_EU), found('eu-west-1', [OURS]));
    expect(places.left()).toEqual([expected]);
    places.saw(placeKey(IN_EU), found('eu-west-1', [FOREIGN]));
    expect(places.left()).toEqual([]);
  });

  test('is looked at while it cannot be read whole, for what was there may still be', () => {
    declare(OTHER);
    places.saw(placeKey(IN_EU), unread(found('eu-west-1', [])));
    expect(left()).toEqual(['live']);
    places.saw(placeKey(IN_EU), unread(snapshotOf([], ['live'])));
    expect(left()).toEqual(['live']);
  });

  test('is forgotten where nothing of ours was there, even where it was not read whole', () => {
    places.saw(placeKey(IN_EU), found('eu-west-1', []));
    places.saw(placeKey(IN_EU), unread(found('eu-west-1', [])));
    declare(OTHER);
    expect(left()).toEqual([]);
  });

  test('is not left any more once it is declared again', () => {
    declare(OTHER);
    expect(left()).toEqual(['live']);
    declare(IN_EU, OTHER);
    expect(left()).toEqual([]);
  });

  test('is not left where it was never looked up: nobody knows where that would be', () => {
    declare(IN_EU, OTHER);
    places.saw(
      placeKey(OTHER),
      snapshotOf([observedResource(desiredResource({ environment: 'other' }))], ['other']),
    );
    declare(IN_EU);
    expect(left()).toEqual([]);
  });

  test('does not come back by what is seen of it once it is forgotten', () => {
    places.saw(placeKey(IN_EU), found('eu-west-1', []));
    declare(OTHER);
    expect(left()).toEqual([]);
    places.saw(placeKey(IN_EU), found('eu-west-1', [OURS]));
    expect(left()).toEqual([]);
  });
});

describe('an environment that has moved', () => {
  beforeEach(() => {
    declare(IN_EU);
    places.saw(placeKey(IN_EU), found('eu-west-1', [OURS]));
  });

  test('is told by its name, once, and no other is', () => {
    expect(declare(IN_US, OTHER)).toEqual(['live']);
    expect(declare(IN_US, OTHER)).toEqual([]);
  });

  test('leaves what it held where it was, which is looked at once it is known where it is now', () => {
    declare(IN_US);
    expect(left()).toEqual([]);
    places.saw(placeKey(IN_US), found('us-east-1', []));
    expect(places.left()).toMatchObject([
      {
        target: IN_EU,
        formerly: 'live in eu-west-1 of account 111111111111',
        frozen:
          'the environment "live" moved away from eu-west-1 of account 111111111111 and left this resource there; point it there again and remove its objects first, or delete this resource by hand',
      },
    ]);
  });

  test('leaves nothing that a global kind shows there, and is of where it is now', () => {
    declare(IN_US);
    places.saw(placeKey(IN_US), found('us-east-1', []));
    expect(left()).toHaveLength(1);
    const role = { ...OURS, tags: { ...OURS.tags, [REGION_TAG]: 'us-east-1' } };
    places.saw(placeKey(IN_EU), found('eu-west-1', [role]));
    expect(left()).toEqual([]);
  });

  test('leaves nothing where only the way in is another', () => {
    declare(BY_ROLE);
    places.saw(placeKey(BY_ROLE), found('eu-west-1', [OURS]));
    expect(left()).toEqual([]);
    declare();
    expect(left()).toEqual(['live']);
  });

  test.each([
    ['another account', 'eu-west-1', '222222222222'],
    ['another Region', 'us-east-1', '111111111111'],
  ])('has left what it held where it is in %s', (_what, region, account) => {
    declare(BY_ROLE);
    places.saw(placeKey(BY_ROLE), found(region, [], 'live', account));
    expect(left()).toEqual(['live in eu-west-1 of account 111111111111']);
  });

  test('has left it still, where it is declared no more afterwards, or moves on', () => {
    declare(IN_US);
    places.saw(placeKey(IN_US), found('us-east-1', []));
    expect(left()).toHaveLength(1);
    declare(BY_ROLE);
    expect(left()).toEqual(['live in eu-west-1 of account 111111111111']);
    declare();
    expect(left()).toEqual(['live in eu-west-1 of account 111111111111']);
  });

  test('and comes back has what it held, and has left it no more', () => {
    declare(IN_US);
    places.saw(placeKey(IN_US), found('us-east-1', []));
    expect(left()).toHaveLength(1);
    expect(declare(IN_EU)).toEqual(['live']);
    expect(left()).toEqual([]);
    declare();
    expect(left()).toEqual(['live']);
  });
});
