import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../sandbox/operations.ts';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import type { Range } from '../../sandbox/timing.ts';

const TEXT = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

describe('docs/sandbox.md', () => {
  it.each(Object.entries(OPERATIONS))('names every operation of %s, and no other', (service, operations) => {
    const row = TEXT.split('\n').find((line) => line.includes(`(\`${service}\`) | `)) ?? '';
    const named = row
      .split('|')[2]!
      .split(',')
      .map((name) => name.trim());
    expect(named).toEqual(Object.keys(operations).toSorted());
  });

  it('names every time that AWS takes', () => {
    const table = TEXT.slice(TEXT.indexOf('## Time'), TEXT.indexOf('## Failures'));
    const missing = Object.values(AWS_TIMING)
      .flatMap((ranges): readonly Range[] => Object.values(ranges))
      .filter(({ least, most }) => {
        const shown =
          least === most ? [`${least / 1000}`, `${least / 60_000} min`] : [`${least / 1000}–${most / 1000}`];
        return !shown.some((text) => table.includes(text));
      });
    expect(missing).toEqual([]);
  });

  it('names every failure that an image can provoke', () => {
    const source = readFileSync(new URL('../../sandbox/ecs/tasks/failures.ts', import.meta.url), 'utf8');
    const tags = [...source.matchAll(/^ {2}'(fail-[a-z-]+)':/gm)].map(([, tag]) => tag!);
    expect(tags.length).toBeGreaterThan(10);
    for (const tag of tags) expect(TEXT).toContain(`\`${tag}\``);
  });
});
