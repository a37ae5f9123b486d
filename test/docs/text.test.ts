import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS, GLOBAL_FLAGS } from '../../controller/config/flags.ts';
import { metricsOf } from '../support/reports/metrics.ts';
import type { Flag } from '../../controller/config/flags.ts';
import { allDocuments, badMarks } from '../support/documents/blocks.ts';
import { badData, badLinks, missingFiles } from '../support/documents/text.ts';
import { hardPassages } from '../support/prose/markdown.ts';

const documents = allDocuments();
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
    expect([...badLinks(document, documents), ...missingFiles(document)]).toEqual([]);
  });
});

describe('the sentences of documents', () => {
  /** A changelog is history; the reference has the schema's sentences, which are checked where they are written. */
  const written = documents.filter(({ file }) => !['CHANGELOG.md', 'docs/manifests.md'].includes(file));

  it.each(written)('are easy to read: $file', (document) => {
    expect(hardPassages(document)).toEqual([]);
  });
});

describe('the flags that documents name in their text', () => {
  const helms = ['set-file'];
  const known = new Set(['help', 'version', ...helms]);
  for (const flags of [GLOBAL_FLAGS, ...Object.values(COMMANDS).map((command) => command.flags)]) {
    for (const { name } of Object.values<Flag>(flags)) known.add(name);
  }

  /** The comparison names those of other tools. */
  const ours = documents.filter(({ file }) => file !== 'docs/comparison.md');

  it.each(ours)('are flags of the program: $file', ({ text }) => {
    const prose = text.replaceAll(/^```[^]*?^```$/gm, '');
    const named = [...prose.matchAll(/`((?:--|stationkeeper )[^`]*)`/g)].flatMap(([, code = '']) =>
      [...code.matchAll(/(?<=^|\s)--([a-z-]+)/g)].map(([, flag = '']) => flag),
    );
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
  });
});

describe('a picture', () => {
  it.each(readdirSync('docs/pictures'))(
    'has a title and a description for screen readers, and fetches nothing: %s',
    (file) => {
      const picture = readFileSync(`docs/pictures/${file}`, 'utf8');
      expect(picture).toMatch(/<title[^>]*>.+<\/title>\s*<desc[^>]*>.+<\/desc>/s);
      expect(picture).not.toMatch(/@import|url\(|href=|<script/);
    },
  );
});

describe('docs/README.md', () => {
  it('lists every document of its folder once', () => {
    const index = documents.find(({ file }) => file === 'docs/README.md')!;
    const listed = [...index.text.matchAll(/^- \[[^\]]+\]\(([a-z-]+\.md)\): ./gm)].map(
      ([, file = '']) => file,
    );
    const all = documents.flatMap(({ file }) =>
      /^docs\/(?!README)/.test(file) ? [file.slice('docs/'.length)] : [],
    );
    expect(listed.toSorted()).toEqual(all.toSorted());
  });
});

describe('the metrics that documents name', () => {
  it.each(documents.filter(({ file }) => file !== 'CHANGELOG.md'))(
    'are exported: $file',
    async ({ text }) => {
      const exported = await metricsOf().text();
      const named = [...text.matchAll(/`(stationkeeper_[a-z_]+[a-z])(?=[`{])/g)].map(([, name = '']) => name);
      expect(named.filter((name) => !exported.includes(`# TYPE ${name} `))).toEqual([]);
    },
  );
});

describe('README.md', () => {
  it('has a row for every command', () => {
    const readme = documents.find(({ file }) => file === 'README.md')!;
    const rows = [...readme.text.matchAll(/^\| `([a-z]+)[^`]*` \|/gm)].map(([, command]) => command);
    expect(rows).toEqual(expect.arrayContaining(Object.keys(COMMANDS)));
  });

  it.each(['npm ci && npm start', 'npm ci && npm test'])('begins with %s', (command) => {
    const readme = documents.find(({ file }) => file === 'README.md')!;
    expect(readme.text.split('\n').some((line) => line.startsWith(command))).toBe(true);
  });

  it('has its test command run by the gate as it stands there', () => {
    expect(readFileSync('.ci/run', 'utf8')).toContain("'npm ci && npm test'");
  });
});
