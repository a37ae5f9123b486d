import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textsOf } from '../architecture/texts.ts';
import { hardSentences } from '../support/prose/sentences.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the program tells, and what alerts tell. */
const FOLDERS = ['controller', 'docs/generate/monitoring'];

/** A piece that stands behind a name: `of that name`, ` of the next day`. */
const PIECE = /^(?: |of \w+ \w+$)/;

/** Texts with two words or more: what people may read. What is filled in counts as one word. */
function sentencesIn(file: string): readonly string[] {
  const found = textsOf(file, readFileSync(join(ROOT, file), 'utf8')).map((pieces) => pieces.join('X'));
  return found.filter((one) => /[a-z]+ [a-z]+/.test(one) && !PIECE.test(one));
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);

describe('the sentences of the program', () => {
  it('are found in it', () => {
    expect(files.flatMap(sentencesIn).length).toBeGreaterThan(2000);
  });

  it.each(files)('are easy to read: %s', (file) => {
    const hard = sentencesIn(file).flatMap((text) =>
      hardSentences(text).map(({ sentence, why }) => `${why}: ${sentence}`),
    );
    expect(hard).toEqual([]);
  });
});
