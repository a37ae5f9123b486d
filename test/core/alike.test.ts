import { expect, it } from 'vitest';
import { alike } from '../../controller/core/alike.ts';
import type { EnvironmentPlace } from '../../controller/core/alike.ts';

const EU = { name: 'shop-eu', region: 'eu-west-1', account: '385605022855', labels: { stage: 'prod' } };
const US = { name: 'shop-us', region: 'us-east-1', account: '111122223333', labels: { stage: 'dev' } };

type Text = readonly [place: EnvironmentPlace, ...texts: string[]];

function folded(...items: readonly Text[]): readonly (readonly [count: number, ...texts: string[]])[] {
  return alike(items, ([place, ...texts]) => ({ key: '', texts, place })).map((one) => [
    one.items.length,
    ...one.texts,
  ]);
}

it('takes texts for the same that differ by the name, Region, account or labels of their Environment', () => {
  const text = ({ name, region, account, labels }: typeof EU): string =>
    `${name} in ${account}/${region} is ${labels.stage}`;
  expect(folded([EU, text(EU)], [US, text(US)])).toEqual([
    [2, '${environment.name} in ${environment.account}/${environment.region} is ${environment.labels.stage}'],
  ]);
});

it('leaves equal texts as they are, also where they name an Environment', () => {
  expect(folded([EU, 'copied from shop-eu'], [US, 'copied from shop-eu'])).toEqual([
    [2, 'copied from shop-eu'],
  ]);
});

it('does not put together what is said of another Environment', () => {
  expect(folded([EU, 'waits for shop-us'], [US, 'waits for shop-us.'])).toEqual([
    [1, 'waits for shop-us'],
    [1, 'waits for shop-us.'],
  ]);
  const third = { name: 'shop-ap' };
  expect(folded([EU, 'shop-us'], [US, 'shop-us'], [third, 'shop-ap'])).toEqual([
    [2, 'shop-us'],
    [1, 'shop-ap'],
  ]);
});

it('replaces whole words alone, and a name before the Region in it', () => {
  const [eu, us] = [
    { name: 'eu', region: 'eu-west-1' },
    { name: 'us', region: 'us-east-1' },
  ];
  expect(folded([eu, 'queue in eu-west-1'], [us, 'queue in us-east-1'])).toEqual([
    [2, 'queue in ${environment.region}'],
  ]);
  expect(folded([eu, 'reused'], [us, 'reeued'])).toHaveLength(2);
  const [named, other] = [
    { name: 'a-eu-west-1', region: 'eu-west-1' },
    { name: 'a-us-east-1', region: 'us-east-1' },
  ];
  expect(folded([named, 'role/a-eu-west-1'], [other, 'role/a-us-east-1'])).toEqual([
    [2, 'role/${environment.name}'],
  ]);
});

it('keeps items of another key, or with more to say, apart', () => {
  const keyed = alike(['a', 'b', 'a'], (key) => ({ key, texts: ['same'], place: EU }));
  expect(keyed.map(({ items }) => items)).toEqual([['a', 'a'], ['b']]);
  expect(folded([EU, 'one'], [US, 'one', 'two'])).toEqual([
    [1, 'one'],
    [1, 'one', 'two'],
  ]);
});
