import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operationSchema, servedOverHttp } from '../../sandbox/http/services.ts';
import { OPERATIONS } from '../../sandbox/operations.ts';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import type { Range } from '../../sandbox/timing.ts';

const TEXT = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

/** The one table of what is served. */
const TABLE = TEXT.slice(TEXT.indexOf('## What is served'), TEXT.indexOf('## Time'));

/** Terraform's provider names two services by what they were called first. */
function inTerraform(service: string): string {
  const others: Readonly<Record<string, string>> = {
    'application-autoscaling': 'applicationautoscaling',
    elasticloadbalancing: 'elbv2',
    tagging: 'resourcegroupstaggingapi',
  };
  return others[service] ?? service;
}

describe('docs/sandbox.md', () => {
  it.each(Object.entries(OPERATIONS))('names every operation of %s, and no other', (service, operations) => {
    const row = TABLE.split('\n').find((line) => line.includes(`(\`${service}\`) | `)) ?? '';
    const named = row
      .split('|')[2]!
      .split(',')
      .map((name) => name.trim());
    expect(named).toEqual(Object.keys(operations).toSorted());
  });

  it('has a row for every service, and no other', () => {
    const rows = [...TABLE.matchAll(/^\| [^|]*\(`([\w-]+)`\) \|/gm)].map(([, service]) => service!);
    expect(rows.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  });

  it.each(Object.entries(OPERATIONS))(
    'what it says of %s can be called over HTTP too',
    (name, operations) => {
      const service = servedOverHttp(name);
      for (const operation of Object.keys(operations)) {
        expect(operationSchema(service, operation)[2]).toBe(operation);
      }
    },
  );

  it('has an endpoint for Terraform of every service that its provider calls by name', () => {
    const block = TEXT.slice(TEXT.indexOf('endpoints {'), TEXT.indexOf('## What is served'));
    const named = [...block.matchAll(/^ +(\w+) += "http/gm)].map(([, name]) => name!);
    expect(named).toEqual(Object.keys(OPERATIONS).map(inTerraform).toSorted());
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
