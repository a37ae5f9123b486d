import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The map of the tests leads to what there is. */

const ROOT = join(import.meta.dirname, '..', '..');
const TESTS = join(ROOT, 'test');
const MAP = readFileSync(join(TESTS, 'README.md'), 'utf8');

/** Folders that a map names, from `test/` on: whatever stands in backticks with a slash behind it. */
function foldersIn(map: string): readonly string[] {
  const named = [...map.matchAll(/`([\w./-]+)\/`/g)].map(([, folder = '']) => folder);
  return [...new Set(named)].filter((folder) => folder !== 'test').toSorted();
}

describe('the map of the tests', () => {
  test('names every folder that there is, and no other', () => {
    const folders = readdirSync(TESTS, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(TESTS, join(entry.parentPath, entry.name)));
    expect(foldersIn(MAP)).toEqual(folders.toSorted());
  });

  test('names only commands that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = [...MAP.matchAll(/`npm run ([\w:]+)`/g)].map(([, script]) => script);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

test('a folder is named by its path, each once, wherever it stands in a line', () => {
  expect(foldersIn('- `b/`, and `a/c/`: `b/` once more, not `d`, nor `test/`.')).toEqual(['a/c', 'b']);
});
