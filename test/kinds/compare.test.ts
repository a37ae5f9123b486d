import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { SENSITIVE } from '../../controller/core/secrets.ts';
import { compareCollection, compareFields, isChanged } from '../../controller/plan/compare.ts';

describe('compareFields', () => {
  test.each([
    ['equal values', { a: 1 }, { a: 1 }, []],
    ['a differing value', { a: 1 }, { a: 2 }, [['a', 2, 1]]],
    ['a field that is not ours', { a: undefined }, { a: 2 }, []],
    ['a field that only AWS has', {}, { a: 2 }, []],
    ['a field that the API did not return', { a: 1 }, {}, []],
    ['known to be absent in AWS', { a: 1 }, { a: null }, [['a', null, 1]]],
    ['wanted to be absent', { a: null }, { a: 7 }, [['a', 7, null]]],
    ['absent on both sides', { a: null }, { a: null }, []],
    ['a nested field', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [['a.c', 3, 2]]],
    ['a nested field that is not ours', { a: { b: 1 } }, { a: { b: 1, c: 3 } }, []],
    ['an object where AWS has nothing', { a: { b: 1 } }, { a: null }, [['a', null, { b: 1 }]]],
    ['an ordered array in another order', { a: [1, 2] }, { a: [2, 1] }, [['a', [2, 1], [1, 2]]]],
    ['objects in arrays, whatever the order of keys', { a: [{ b: 1, c: 2 }] }, { a: [{ c: 2, b: 1 }] }, []],
  ])('%s', (_rule, wanted, actual, expected) => {
    const changes = compareFields(wanted, actual);
    expect(changes.map((change) => [change.path, change.from, change.to])).toEqual(expected);
  });

  test('a set is compared without its order and repetitions', () => {
    const options = { sets: ['network.subnets'] };
    const wanted = { network: { subnets: ['a', 'b'] } };
    expect(compareFields(wanted, { network: { subnets: ['b', 'a', 'a'] } }, options)).toEqual([]);
    expect(compareFields(wanted, { network: { subnets: ['b'] } }, options)).toHaveLength(1);
  });

  test('a field that AWS cannot change in place is replaced, with everything below it', () => {
    const changes = compareFields(
      { launchType: 'EC2', dns: { type: 'A', ttl: 1 }, dnsx: 1, key: { id: { region: 'a' } } },
      { launchType: 'FARGATE', dns: { type: 'SRV', ttl: 2 }, dnsx: 2, key: { id: { region: 'b' } } },
      { replace: ['launchType', 'dns.type', 'key'] },
    );
    expect(changes.map(({ path, by }) => [path, by])).toEqual([
      ['launchType', 'replace'],
      ['dns.type', 'replace'],
      ['dns.ttl', 'update'],
      ['dnsx', 'update'],
      ['key.id.region', 'replace'],
    ]);
  });

  test('paths start where the compared objects stand', () => {
    const [change] = compareFields({ image: 'b' }, { image: 'a' }, { at: 'containers[xray]' });
    expect(change?.path).toBe('containers[xray].image');
  });

  test('what is ours as a whole is wanted to be without what is not named', () => {
    const wanted = { a: 1, b: 1, left: undefined };
    const actual = { a: 1, b: 2, left: 2, extra: 3, absent: null };
    const named = { path: 'b', from: 2, to: 1, by: 'update' };
    expect(compareFields(wanted, actual)).toEqual([named]);
    expect(compareFields(wanted, actual, { whole: true })).toEqual([
      named,
      { path: 'extra', from: 3, to: null, by: 'update' },
    ]);
  });

  test('an object where AWS has a value of another kind is one field, shown without what is not there', () => {
    const when = new Date(0);
    expect(compareFields({ a: { b: 1, c: undefined } }, { a: when })).toEqual([
      { path: 'a', from: when, to: { b: 1 }, by: 'update' },
    ]);
  });

  test('an object without a prototype is compared field by field too', () => {
    const bare = Object.assign(Object.create(null) as object, { b: 1 });
    expect(compareFields({ a: { b: 2 } }, { a: bare }).map(({ path }) => path)).toEqual(['a.b']);
  });

  test('texts are compared as a whole', () => {
    expect(compareFields({ a: 'xy' }, { a: 'xz' }).map(({ path }) => path)).toEqual(['a']);
  });

  test('nothing differs from itself', () => {
    const value = fc.object({ maxDepth: 3, values: [fc.integer(), fc.string(), fc.constant(null)] });
    fc.assert(
      fc.property(value, (same) => {
        expect(compareFields(same, structuredClone(same))).toEqual([]);
      }),
    );
  });
});

describe('compareCollection', () => {
  test('names missing, differing and superfluous entries by their key', () => {
    expect(compareCollection('tags', { a: '1', b: '2' }, { b: '3', c: '4' })).toEqual([
      { path: 'tags[a]', from: null, to: '1', by: 'update' },
      { path: 'tags[b]', from: '3', to: '2', by: 'update' },
      { path: 'tags[c]', from: '4', to: null, by: 'update' },
    ]);
  });

  test('takes maps as well as records', () => {
    const changes = compareCollection('rules', new Map([['x', 1]]), new Map([['y', 1]]));
    expect(changes.map((change) => change.path)).toEqual(['rules[x]', 'rules[y]']);
  });

  test('a collection that was not returned, or is not ours, is not compared', () => {
    expect(compareCollection('tags', { a: '1' }, undefined)).toEqual([]);
    expect(compareCollection('tags', undefined, { a: '1' })).toEqual([]);
  });

  test('entries that are objects are compared field by field, collections inside them key by key', () => {
    const changes = compareCollection(
      'containers',
      { xray: { image: 'b', environment: { LEVEL: 'info' } } },
      { xray: { image: 'a', environment: { LEVEL: 'info', EXTRA: '1' }, cpu: 0 } },
      { collections: ['containers.environment'] },
    );
    expect(changes).toEqual([
      { path: 'containers[xray].image', from: 'a', to: 'b', by: 'update' },
      { path: 'containers[xray].environment[EXTRA]', from: '1', to: null, by: 'update' },
    ]);
  });

  test('an entry that is undefined is no entry', () => {
    expect(compareCollection('tags', { a: undefined, b: '1' }, { b: '1', c: undefined })).toEqual([]);
    expect(compareCollection('rules', new Map([['x', undefined]]), new Map())).toEqual([]);
  });

  test('an entry is no collection, though its collection is one: what AWS has beside it is not ours', () => {
    const options = { collections: ['c'] };
    expect(compareFields({ c: { k: { a: 1 } } }, { c: { k: { a: 1, b: 2 } } }, options)).toEqual([]);
  });

  test('collection keys are left out where a rule names a field', () => {
    const [change] = compareCollection('c', { k: { a: 1 } }, { k: { a: 2 } }, { replace: ['c.a'] });
    expect(change?.by).toBe('replace');
    const nested = { rules: { replace: ['c.d.a'] }, at: 'c[long key].d[other key]' };
    const [inner] = compareFields({ a: 1 }, { a: 2 }, { ...nested.rules, at: nested.at });
    expect(inner).toMatchObject({ path: 'c[long key].d[other key].a', by: 'replace' });
  });
});

describe('a path is changed', () => {
  const changes = compareFields(
    { a: { b: 1 }, list: { k: 'x' }, plain: 1 },
    { a: { b: 2 }, list: {}, plain: 2 },
    { collections: ['list'] },
  );

  test.each(['plain', 'a.b', 'a', 'list', 'list[k]'])('where it, or something below it, is: %s', (path) => {
    expect(isChanged(changes, path)).toBe(true);
  });

  test.each(['pla', 'b', 'a.b.c', 'lis', 'x'])('and no other: %s', (path) => {
    expect(isChanged(changes, path)).toBe(false);
  });
});

describe('secrets', () => {
  const options = { collections: ['containers.environment', 'containers.secrets'] };

  test('a differing secret shows only that it differs', () => {
    const changes = compareCollection(
      'containers',
      container({ DB_PASSWORD: 'new' }, { KEY_RING: 'arn:new' }),
      container({ DB_PASSWORD: 'old' }, { KEY_RING: 'arn:old' }),
      options,
    );
    expect(changes).toEqual([
      { path: 'containers[xray].environment[DB_PASSWORD]', from: SENSITIVE, to: SENSITIVE, by: 'update' },
      { path: 'containers[xray].secrets[KEY_RING]', from: SENSITIVE, to: SENSITIVE, by: 'update' },
    ]);
  });

  test('that a secret is missing may be known', () => {
    const [change] = compareCollection('environment', { API_KEY: 'x' }, {});
    expect(change).toEqual({ path: 'environment[API_KEY]', from: null, to: SENSITIVE, by: 'update' });
  });

  test('a whole entry is shown without the secrets inside it', () => {
    const [change] = compareCollection(
      'containers',
      container({ LEVEL: 'info', DB_PASSWORD: 'hunter2' }, { DB: 'arn:x' }),
      {},
      options,
    );
    expect(change?.to).toEqual({
      image: 'a',
      environment: { LEVEL: 'info', DB_PASSWORD: SENSITIVE },
      secrets: SENSITIVE,
    });
  });

  test('what is hidden by its name is hidden with everything below it, and nothing beside it', () => {
    const hiding = { hidden: ['a.value'] };
    expect(
      compareFields(
        { a: { value: { deep: 'new' }, name: 'x' } },
        { a: { value: { deep: 'old' }, name: 'y' } },
        hiding,
      ),
    ).toEqual([
      { path: 'a.value.deep', from: SENSITIVE, to: SENSITIVE, by: 'update' },
      { path: 'a.name', from: 'y', to: 'x', by: 'update' },
    ]);
    expect(compareFields({ a: { value: ['new'] } }, { a: { value: null } }, hiding)).toEqual([
      { path: 'a.value', from: null, to: SENSITIVE, by: 'update' },
    ]);
  });

  test('a list is shown without the secrets inside its entries', () => {
    const [change] = compareFields({ a: [{ token: 'hunter2', name: 'x' }] }, { a: [] });
    expect(change?.to).toEqual([{ token: SENSITIVE, name: 'x' }]);
  });

  test('an object under a secret-looking key shows its fields: the key names a thing', () => {
    const [change] = compareCollection(
      'containers',
      { 'token-proxy': { image: 'b' } },
      { 'token-proxy': { image: 'a' } },
    );
    expect(change).toMatchObject({ from: 'a', to: 'b' });
  });

  test('no value under a secret-looking name ever enters a change', () => {
    const name = fc.constantFrom('DB_PASSWORD', 'apiKey', 'token', 'MY_SECRET', 'private_key');
    const value = fc.constantFrom<unknown>('hunter2', ['hunter2'], { deep: { er: 'hunter2' } });
    fc.assert(
      fc.property(name, value, fc.boolean(), (secret, wanted, present) => {
        const changes = compareFields(
          { env: { [secret]: wanted } },
          { env: present ? { [secret]: 'hunter2x' } : null },
        );
        expect(changes.length).toBeGreaterThan(0);
        expect(JSON.stringify(changes)).not.toContain('hunter2');
      }),
    );
  });
});

function container(environment: object, secrets: object) {
  return { xray: { image: 'a', environment, secrets } };
}
