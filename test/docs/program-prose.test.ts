import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor, parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { hardSentences } from '../support/prose/sentences.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the program tells, and what alerts tell. */
const FOLDERS = ['controller', 'docs/generate/monitoring'];

/** A piece that stands behind a name: `of that name`, ` of the next day`. */
const PIECE = /^(?: |of \w+ \w+$)/;

/** Texts with two words or more: what people may read. What is filled in counts as one word. */
function sentencesIn(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be read`);
  const found: string[] = [];
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') found.push(value);
    },
    TemplateLiteral: ({ quasis }) => {
      found.push(quasis.map(({ value }) => value.cooked ?? '').join('X'));
    },
  }).visit(program);
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
