import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const TEXT = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const GLOSSARY = TEXT.slice(TEXT.indexOf('## Glossary'), TEXT.indexOf('## The kinds'));
const ROOMS = TEXT.slice(TEXT.indexOf('## Rooms'), TEXT.indexOf('## Glossary'));

/** Words of TypeScript and of this program's name, which no glossary has to say. */
const PLAIN = ['Init', 'Of', 'Stationkeeper'];

/** The words of the types that a room exports: `FieldChange` is Field and Change. */
function wordsOfTypesIn(room: string): readonly string[] {
  const folder = join(ROOT, 'controller', room);
  const types = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/^export (?:interface|type|class) (\w+)/gm)])
    .map(([, name = '']) => name);
  return [...new Set(types.flatMap((name) => name.match(/[A-Z][a-z]+|[A-Z]+(?![a-z])/g) ?? []))].toSorted();
}

/** Whether the glossary has the word, or its plural, in any case. */
function isSaid(word: string): boolean {
  const singular = word.replace(/(?<!s)s$/, '');
  return new RegExp(`\\b${singular}s?\\b`, 'i').test(GLOSSARY);
}

describe('docs/architecture.md', () => {
  it.each(['core', 'plan'])('says in its glossary every word that a type of %s/ is named by', (room) => {
    const words = wordsOfTypesIn(room);
    expect(words.length).toBeGreaterThan(10);
    expect(words.filter((word) => !PLAIN.includes(word) && !isSaid(word))).toEqual([]);
  });

  it('names every room of the program', () => {
    const folders = readdirSync(join(ROOT, 'controller'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.filter((folder) => !new RegExp(`^(  |.*, )${folder}/`, 'm').test(ROOMS))).toEqual([]);
  });

  it('names only files that there are', () => {
    const files = ['controller', 'sandbox', 'test', 'docs'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (file) => `/${folder}/${file}`,
      ),
    );
    const named = [...TEXT.matchAll(/`([\w./-]+\.(?:ts|md))`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((file) => !files.some((path) => path.endsWith(`/${file}`)))).toEqual(
      [],
    );
  });
});
