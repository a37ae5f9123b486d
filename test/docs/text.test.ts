import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allDocuments, badMarks } from '../support/documents/blocks.ts';
import { badData, badLinks, missingFiles } from '../support/documents/text.ts';

/** Documents that are written elsewhere and not here yet. Delete this once they are. */
const YET_TO_COME = ['permissions', 'git', 'image', 'kubernetes', 'on-ecs'];

const documents = allDocuments();
const linked = [
  ...documents,
  ...YET_TO_COME.map((name) => ({ file: `docs/${name}.md`, text: '' })).filter(
    ({ file }) => !documents.some((document) => document.file === file),
  ),
];

describe('every document', () => {
  it.each(documents)('says of each block whether it can be run: $file', (document) => {
    expect(badMarks(document)).toEqual([]);
  });

  it.each(documents)(
    'shows manifests that are valid, and JSON and YAML that can be read: $file',
    (document) => {
      expect(badData(document)).toEqual([]);
    },
  );

  it.each(documents)('links to what exists: $file', (document) => {
    expect([...badLinks(document, linked), ...missingFiles(document)]).toEqual([]);
  });
});

describe('README.md', () => {
  it.each(['npm ci && npm start', 'npm ci && npm test'])('begins with %s', (command) => {
    const readme = documents.find(({ file }) => file === 'README.md')!;
    expect(readme.text.split('\n').some((line) => line.startsWith(command))).toBe(true);
  });

  it('has its test command run by the gate as it stands there', () => {
    expect(readFileSync('.ci/run', 'utf8')).toContain("'npm ci && npm test'");
  });
});
