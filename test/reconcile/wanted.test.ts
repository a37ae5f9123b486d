import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  createWantedReader,
  manifestsReader,
  wantedByEnvironment,
} from '../../controller/reconcile/wanted.ts';
import type { SourceReading, SourceSnapshot } from '../../controller/source/source.ts';

const FILE = { file: 'xray.yaml', text: readFileSync('manifests/xray.yaml', 'utf8') };

function fresh(snapshot: Partial<SourceSnapshot> = {}): SourceReading {
  return {
    type: 'fresh',
    snapshot: { revision: 'abc', files: [FILE], named: [], errors: [], ignored: [], ...snapshot },
  };
}

function stale(snapshot: SourceSnapshot | undefined): SourceReading {
  return { type: 'stale', snapshot, code: 'SourceUnreachable', message: 'git says no' };
}

test('a source that is read whole and valid wants what stands in it, and lets things go', () => {
  const reading = fresh();
  const wanted = createWantedReader(manifestsReader())(reading);
  expect(wanted).toMatchObject({ reading, errors: [], frozen: undefined, suspect: undefined });
  expect(wanted.expansion.desired.map(({ id }) => id.kind)).toContain('service');
});

test('a revision that has not moved is not parsed again', () => {
  const read = createWantedReader(manifestsReader());
  expect(read(fresh()).expansion).toBe(read(fresh()).expansion);
});

test.each<readonly [string, Partial<SourceSnapshot>]>([
  ['another revision', { revision: 'def' }],
  [
    'another file that is refused',
    { errors: [{ file: 'big', line: 1, column: 1, path: '', message: 'too big' }] },
  ],
])('%s is', (_what, moved) => {
  const read = createWantedReader(manifestsReader());
  const before = read(fresh());
  expect(read(fresh(moved)).expansion).not.toBe(before.expansion);
});

test.each([
  [1, '1 document is invalid'],
  [2, '2 documents are invalid'],
])('nothing is deleted while %i cannot be read', (count, frozen) => {
  const refused = Array.from({ length: count }, (_, index) => ({
    file: `big${index}.yaml`,
    line: 1,
    column: 1,
    path: '',
    message: 'too big',
  }));
  const wanted = createWantedReader(manifestsReader())(fresh({ files: [], errors: refused }));
  expect(wanted).toMatchObject({ errors: refused, frozen });
});

test('nothing is deleted while a document is invalid, which is told beside what was refused before', () => {
  const refused = { file: 'big.yaml', line: 1, column: 1, path: '', message: 'too big' };
  const bad = { file: 'bad.yaml', text: 'apiVersion: stationkeeper.dev/v1\nkind: None' };
  const wanted = createWantedReader(manifestsReader())(fresh({ files: [bad], errors: [refused] }));
  expect([...new Set(wanted.errors.map(({ file }) => file))]).toEqual(['big.yaml', 'bad.yaml']);
  expect(wanted.frozen).toBe(`${wanted.errors.length} documents are invalid`);
});

test('a source that cannot be read wants what it wanted before, and deletes nothing', () => {
  const read = createWantedReader(manifestsReader());
  const before = read(fresh());
  const { snapshot } = fresh() as { readonly snapshot: SourceSnapshot };
  const wanted = read(stale(snapshot));
  expect(wanted.expansion).toBe(before.expansion);
  expect(wanted.frozen).toBe('SourceUnreachable: git says no');
});

test('a source that was never read wants nothing but to look', () => {
  const wanted = createWantedReader(manifestsReader())(stale(undefined));
  expect(wanted).toMatchObject({ errors: [], suspect: undefined });
  expect(wanted.expansion.desired.map(({ id }) => id.kind)).toEqual(['environment']);
  expect(wantedByEnvironment(wanted).map(({ revision }) => revision)).toEqual(
    wanted.expansion.environments.map(() => undefined),
  );
});

test('a branch that was moved off a commit is suspect', () => {
  expect(createWantedReader(manifestsReader())(fresh({ rewoundFrom: 'fedcba' })).suspect).toMatch(
    /does not contain fedcba/,
  );
});

test('what is wanted of an environment is what stands in it, at the revision that wants it', () => {
  const wanted = createWantedReader(manifestsReader())(fresh({ rewoundFrom: 'fedcba' }));
  const all = wantedByEnvironment({ ...wanted, frozen: 'invalid' });
  expect(all).toEqual([
    {
      target: wanted.expansion.environments[0],
      desired: wanted.expansion.desired,
      used: [],
      staged: [],
      frozen: 'invalid',
      suspect: wanted.suspect,
      revision: 'abc',
    },
  ]);
  const elsewhere = wanted.expansion.environments.map((target) => ({ ...target, name: 'other' }));
  const [other] = wantedByEnvironment({
    ...wanted,
    expansion: { ...wanted.expansion, environments: elsewhere },
  });
  expect(other?.desired).toEqual([]);
});

/** A source in which this file, or folder, cannot be read, beside others. */
function unreadable(file: string, files: SourceSnapshot['files'] = [FILE], revision = 'abc'): SourceReading {
  const refused = { file, line: 1, column: 1, path: '', message: 'too big' };
  return fresh({ files, errors: [refused], revision });
}

const ENVIRONMENT = {
  file: 'places/eu.yaml',
  text: 'apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: eu }\nspec: { region: eu-west-1 }\n',
};

test.each([
  ['is called so', 'environments.yaml'],
  ['is called so, in a folder', 'platform/env.yaml'],
])('no environment is assumed while a file cannot be read that %s', (_what, file) => {
  const { errors, expansion } = createWantedReader(manifestsReader())(unreadable(file));
  expect(expansion.desired.map(({ id }) => id.kind)).toEqual(['environment']);
  expect(new Set(errors.map(({ message }) => message))).toEqual(
    new Set([
      'too big',
      `no Environment is declared, unless ${file} does, which cannot be read; correct that first`,
    ]),
  );
});

test('the implicit environment is taken where a file cannot be read that never held one, nor is called so', () => {
  const { expansion } = createWantedReader(manifestsReader())(unreadable('notes.yaml'));
  expect(expansion.environments.map(({ name }) => name)).toEqual(['default']);
});

test.each([
  ['the file', ENVIRONMENT.file],
  ['its folder', 'places'],
])(
  'no environment is assumed while what held one when it was last read cannot be read: %s',
  (_what, file) => {
    const read = createWantedReader(manifestsReader());
    expect(read(fresh({ files: [ENVIRONMENT] })).errors).toEqual([]);
    for (const revision of ['def', 'fed']) {
      const { errors } = read(unreadable(file, [FILE], revision));
      expect(errors.at(-1)?.message).toContain(`unless ${file} does`);
    }
  },
);

test('a file that held an environment and was read since without one is a file like others', () => {
  const read = createWantedReader(manifestsReader());
  read(fresh({ files: [ENVIRONMENT] }));
  read(fresh({ files: [FILE, { file: ENVIRONMENT.file, text: '' }], revision: 'def' }));
  expect(read(unreadable(ENVIRONMENT.file, [FILE], 'fed')).expansion.environments).toHaveLength(1);
});
