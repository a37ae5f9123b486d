import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originsOf, patched, treeOf, valueOf, withTexts } from '../../../controller/manifest/fleet/tree.ts';

const CONTAINERS = { containers: 'name' };

function merge(base: unknown, patch: unknown): unknown {
  return valueOf(patched(treeOf(base, ['spec']), treeOf(patch, ['override']), CONTAINERS));
}

describe('an override', () => {
  it.each([
    ['sets what is not there', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['takes the place of what is there', { a: 1 }, { a: 2 }, { a: 2 }],
    ['removes by null', { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ['goes into mappings', { a: { b: 1, c: 2 } }, { a: { b: null, d: 3 } }, { a: { c: 2, d: 3 } }],
    ['makes a mapping of what was none', { a: 1 }, { a: { b: 2, c: null } }, { a: { b: 2 } }],
    ['replaces lists', { a: [1, 2], b: 1 }, { a: [3] }, { a: [3], b: 1 }],
    [
      'merges containers by name',
      {
        containers: [
          { name: 'a', image: 'x', cpu: 1 },
          { name: 'b', image: 'y' },
        ],
      },
      {
        containers: [
          { name: 'b', image: 'z' },
          { name: 'a', cpu: null },
        ],
      },
      {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'z' },
        ],
      },
    ],
    [
      'adds a container of another name',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'b', image: null, cpu: 1 }] },
      { containers: [{ name: 'a' }, { name: 'b', cpu: 1 }] },
    ],
    [
      'replaces lists within a container',
      { containers: [{ name: 'a', command: ['x', 'y'] }] },
      { containers: [{ name: 'a', command: ['z'] }] },
      { containers: [{ name: 'a', command: ['z'] }] },
    ],
    [
      'leaves lists of the same name elsewhere alone',
      { a: { containers: [{ name: 'a', b: 1 }] } },
      { a: { containers: [{ name: 'a' }] } },
      { a: { containers: [{ name: 'a' }] } },
    ],
    [
      'keeps a container without a name as it is',
      { containers: [{ image: 'x' }] },
      { containers: [{ image: 'y' }] },
      { containers: [{ image: 'x' }, { image: 'y' }] },
    ],
  ])('%s', (_what, base, patch, merged) => {
    expect(merge(base, patch)).toEqual(merged);
  });

  it('leaves what it merges into as it was', () => {
    const base = treeOf({ a: { b: 1 } }, []);
    patched(base, treeOf({ a: { b: 2 } }, []));
    expect(valueOf(base)).toEqual({ a: { b: 1 } });
  });

  it('of nothing changes nothing', () => {
    expect(merge({ a: [1] }, {})).toEqual({ a: [1] });
    const mapping = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(mapping, (base) => {
        expect(merge(base, {})).toEqual({ ...base });
      }),
    );
  });

  it('changes nothing when it comes again, but for containers that nobody can name', () => {
    const mapping = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue());
    fc.assert(
      fc.property(mapping, mapping, (base, patch) => {
        const once = merge(base, patch);
        expect(merge(once, patch)).toEqual(once);
      }),
    );
    expect(merge(merge({}, {}), {})).toEqual({});
  });
});

it('each part of what is merged knows where it was written', () => {
  const base = treeOf({ cpu: 1, containers: [{ name: 'a', image: 'x' }, { name: 'b' }] }, ['spec']);
  const patch = treeOf({ memory: 2, containers: [{ name: 'b', image: 'y' }] }, [
    'spec',
    'overrides',
    0,
    'spec',
  ]);
  const origins = originsOf(patched(base, patch, CONTAINERS));
  const written = Object.fromEntries([...origins].map(([pointer, { from }]) => [pointer, from.join('.')]));
  expect(written).toMatchObject({
    '': 'spec',
    '/cpu': 'spec.cpu',
    '/memory': 'spec.overrides.0.spec.memory',
    '/containers': 'spec.containers',
    '/containers/0/image': 'spec.containers.0.image',
    '/containers/1': 'spec.containers.1',
    '/containers/1/image': 'spec.overrides.0.spec.containers.0.image',
  });
});

it('texts are changed wherever they stand, and nothing else', () => {
  const tree = treeOf({ a: 'x', b: ['x', 1, { c: 'y' }] }, []);
  const seen: string[] = [];
  const changed = withTexts(tree, (text, from) => {
    seen.push(from.join('.'));
    return text === 'x' ? 'z' : undefined;
  });
  expect(valueOf(changed)).toEqual({ a: 'z', b: ['z', 1, { c: 'y' }] });
  expect(seen).toEqual(['a', 'b.0', 'b.2.c']);
});
