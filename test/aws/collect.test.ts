import { describe, expect, test } from 'vitest';
import { collect, inBatchesOf, mapConcurrently } from '../../controller/aws/collect.ts';

type Pages = Readonly<
  Record<string, { readonly items: readonly number[] | undefined; readonly next: string | undefined }>
>;

function collecting(pages: Pages): Promise<number[]> {
  return collect((token) => Promise.resolve(pages[token ?? 'first']!));
}

describe('collecting pages', () => {
  test.each<[string, Pages, readonly number[]]>([
    ['one page', { first: { items: [1, 2], next: undefined } }, [1, 2]],
    ['a page without items', { first: { items: undefined, next: undefined } }, []],
    [
      'an empty page with a token, which is not the end',
      { first: { items: [], next: 'b' }, b: { items: [3], next: undefined } },
      [3],
    ],
    [
      'an empty token, which is the end',
      { first: { items: [1], next: 'b' }, b: { items: [2], next: '' } },
      [1, 2],
    ],
  ])('%s', async (_what, pages, expected) => {
    expect(await collecting(pages)).toEqual(expected);
  });

  test('a page that fails fails the whole list', async () => {
    const failing = collect((token) =>
      token === undefined ? Promise.resolve({ items: [1], next: 'b' }) : Promise.reject(new Error('refused')),
    );
    await expect(failing).rejects.toThrow('refused');
  });

  test('a token that comes back is an error, not an endless read or half a list', async () => {
    const looping = collecting({ first: { items: [1], next: 'b' }, b: { items: [2], next: 'b' } });
    await expect(looping).rejects.toMatchObject({ code: 'PagingLoop' });
  });
});

test.each([
  [2, [1, 2, 3], [[1, 2], [3]]],
  [3, [1, 2, 3], [[1, 2, 3]]],
  [3, [], []],
])('batches of at most %i of %j', (size, items, expected) => {
  expect(inBatchesOf(size, items)).toEqual(expected);
});

describe('reading side by side', () => {
  test('keeps the order, and to the limit', async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapConcurrently(3, [5, 1, 4, 2, 3, 0], async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      underWay -= 1;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30, 0]);
    expect(most).toBe(3);
  });

  test('one that fails fails them all', async () => {
    const failing = mapConcurrently(2, [1, 2, 3], (item) =>
      item === 2 ? Promise.reject(new Error('refused')) : Promise.resolve(item),
    );
    await expect(failing).rejects.toThrow('refused');
  });
});
