import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPLICATIONS_FOLDER, EXAMPLES, configurationOf } from '../support/manifests/examples.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

describe('examples/README.md', () => {
  const rows = [
    ...read('examples/README.md').matchAll(/^\| \[([\w-]+)\]\(([\w./-]+)\) \| (.+) \| (.+) \|$/gm),
  ];

  it('has a row for every example, and no other', () => {
    expect(rows.map(([, name = '']) => name).toSorted()).toEqual(EXAMPLES.map(({ name }) => name).toSorted());
  });

  it.each(EXAMPLES)('leads to the manifest of $name', ({ name, files }) => {
    const [, , link = ''] = rows.find(([, row]) => row === name) ?? [];
    expect(link.startsWith(`${name}/`)).toBe(true);
    expect(files[link.slice(name.length + 1)]).toContain('\nkind: DaemonService\n');
  });

  it.each(EXAMPLES)('says what becomes of each file of $name that no manifest names', (example) => {
    const manifests = Object.values(example.files).join('\n');
    const [row = ''] = rows.find(([, name]) => name === example.name) ?? [];
    const unnamed = configurationOf(example).filter((file) => !manifests.includes(`fromFile: ${file} }`));
    expect(unnamed.filter((file) => !row.includes(`\`${file}\``))).toEqual([]);
  });
});

it('examples/README.md has an entry for each application, and no other', () => {
  const entries = [
    ...read('examples/README.md').matchAll(/^- \[applications\/([\w-]+)\]\(applications\/\1\//gm),
  ];
  expect(entries.map(([, name = '']) => name).toSorted()).toEqual(
    readdirSync(APPLICATIONS_FOLDER).toSorted(),
  );
});

it.each([
  ['README.md', '(examples/README.md)'],
  ['CHANGELOG.md', '(examples/README.md)'],
  ['docs/manifests.md', '(../examples/README.md)'],
])('%s leads to the examples', (file, link) => {
  expect(read(file)).toContain(link);
});
