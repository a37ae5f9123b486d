import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import type { Manifest } from '../../../controller/manifest/parse.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'cn-north-1'];

interface Account {
  readonly id: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Company {
  readonly accounts: readonly Account[];
  readonly regions: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const labels = fc.dictionary(fc.constantFrom('stage', 'tier', 'team'), fc.constantFrom('a', 'b', '', 'x y'));

const company: fc.Arbitrary<Company> = fc.record({
  accounts: fc.uniqueArray(fc.integer({ min: 0, max: 9999 }), { minLength: 1, maxLength: 6 }).chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record(
          {
            id: fc.constant(String(100_000_000_000 + id)),
            name: fc.constant(`team-${id}`),
            labels,
          },
          { requiredKeys: ['id', 'name'] },
        ),
      ),
    ),
  ),
  regions: fc.shuffledSubarray(REGIONS, { minLength: 1 }),
  labels,
});

function setOf({ accounts, regions, labels: its }: Company): string {
  return stringify({
    apiVersion: 'stationkeeper.dev/v1',
    kind: 'EnvironmentSet',
    metadata: { name: 'company' },
    spec: {
      accounts,
      regions,
      template: { name: '${account.name}-${region}', labels: its, spec: { roleName: 'r-${account.id}' } },
    },
  });
}

function writtenOut({ accounts, regions, labels: its }: Company): string {
  return accounts
    .flatMap((account) =>
      regions.map((region) =>
        stringify({
          apiVersion: 'stationkeeper.dev/v1',
          kind: 'Environment',
          metadata: { name: `${account.name}-${region}`, labels: { ...its, ...account.labels } },
          spec: { region, account: account.id, roleName: `r-${account.id}` },
        }),
      ),
    )
    .join('---\n');
}

function parsed(text: string) {
  return parseManifests([{ file: 'a.yaml', text }]);
}

function meaning(manifests: readonly Manifest[]) {
  return manifests.map(({ from: _written, ...rest }) => rest);
}

test('a set means what it is, written out', () => {
  fc.assert(
    fc.property(company, (one) => {
      const { manifests, errors } = parsed(setOf(one));
      expect(errors).toEqual([]);
      expect(meaning(manifests)).toEqual(meaning(parsed(writtenOut(one)).manifests));
    }),
  );
});

test('what is wrong with some accounts leaves the Environments of the others as they were, and names those of these', () => {
  fc.assert(
    fc.property(company, fc.infiniteStream(fc.boolean()), (one, whetherWrong) => {
      const wrong = new Set(one.accounts.filter(() => whetherWrong.next().value));
      const spoilt = one.accounts.map((account) =>
        wrong.has(account) ? { ...account, id: account.id.slice(1) } : account,
      );
      const good = { ...one, accounts: one.accounts.filter((account) => !wrong.has(account)) };
      const { manifests, errors } = parsed(setOf({ ...one, accounts: spoilt }));
      expect(meaning(manifests)).toEqual(
        meaning(good.accounts.length === 0 ? [] : parsed(setOf(good)).manifests),
      );
      expect(errors.length).toBe(wrong.size);
      const named = errors.flatMap(({ objects = [] }) => objects.map(({ manifest }) => manifest.name));
      expect(named).toEqual(
        [...wrong].flatMap(({ name }) => one.regions.map((region) => `${name}-${region}`)),
      );
    }),
  );
});
