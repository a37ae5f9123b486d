import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestJsonSchema } from '../../controller/manifest/schema/index.ts';
import { blocksOf } from '../support/documents/blocks.ts';

const TEXT = readFileSync(new URL('../../docs/editors.md', import.meta.url), 'utf8');
const blocks = blocksOf({ file: 'docs/editors.md', text: TEXT });

/** What `stationkeeper schema` is written to, from the root of the repository. */
const written = /^stationkeeper schema > (\S+)$/m.exec(TEXT)?.[1] ?? '';

describe('docs/editors.md', () => {
  it('has every editor read the file that the command writes', () => {
    const modeline = /^# yaml-language-server: \$schema=(\S+)$/m.exec(TEXT)?.[1] ?? '';
    expect(normalize(join('manifests', modeline))).toBe(written);
    const settings = JSON.parse(blocks.find(({ language }) => language === 'json')!.text) as object;
    expect(Object.values(settings).flatMap((schemas: object) => Object.keys(schemas))).toEqual([
      `./${written}`,
    ]);
    const lua = blocks.find(({ language }) => language === 'lua')!.text;
    expect(lua).toContain(`['./${written}']`);
    expect(TEXT.slice(TEXT.indexOf('JetBrains'))).toContain(`\`${written}\` with schema version 7`);
  });

  it('names the draft that the schema is written in', () => {
    expect(manifestJsonSchema()).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
    expect(TEXT).toContain('(draft 7)');
  });
});
