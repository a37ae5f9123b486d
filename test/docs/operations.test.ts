import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOG_VERBS } from '../../controller/core/log-verbs.ts';
import { metricsOf } from '../support/reports/metrics.ts';
import { reasonOf } from '../../controller/core/errors.ts';
import { withTables } from '../../docs/generate/operations.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TEXT = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const REASONS = TEXT.slice(TEXT.indexOf('## Reasons and what to do'));
const HTTP = TEXT.slice(TEXT.indexOf('## The HTTP API'), TEXT.indexOf('## Metrics'));

function sourceOf(file: string): string {
  return readFileSync(join(ROOT, 'controller', file), 'utf8');
}

const sources = readdirSync(join(ROOT, 'controller'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: sourceOf(file) }));

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found]) => found!);
}

function missingIn(section: string, names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => !section.includes(`\`${name}\``));
}

describe('docs/operations.md, metrics', () => {
  it('names every metric and no other', async () => {
    const names = matches(await metricsOf().text(), /^# TYPE (\S+)/gm);
    const ours = names.filter((name) => !/^(process|nodejs)_/.test(name));
    expect(matches(TEXT, /^\| `(stationkeeper_\w+)`/gm).toSorted()).toEqual(ours.toSorted());
  });
});

describe('docs/operations.md', () => {
  it('has the reasons and the verbs of the log that the program has; npm run docs writes them anew', async () => {
    await expect(withTables(TEXT)).toMatchFileSnapshot('../../docs/operations.md');
  });
});

describe('the verbs of the log', () => {
  const all = sources
    .filter(({ file }) => file !== 'core/log-verbs.ts')
    .map(({ text }) => text)
    .join('\n');

  it.each(Object.keys(LOG_VERBS))('are all used: %s', (verb) => {
    expect(all).toContain(`'${verb}'`);
  });
});

describe('docs/operations.md, reasons', () => {
  it('names every reason that a condition can have by itself', () => {
    const conditions = sourceOf('status/conditions.ts');
    const statuses = ['True', 'False', 'Unknown'];
    const reasons = [
      ...matches(conditions, /\breason: ([^}\n]*)/g).flatMap((said) => matches(said, /'([A-Z]\w+)'/g)),
      ...matches(conditions, /(?:pending|held)\('([A-Z]\w+)'/g),
      ...matches(conditions, /return ([^;]*RANK[^;]*);/g).flatMap((said) => matches(said, /'([A-Z]\w+)'/g)),
      // Ill health is a reason too; Healthy is none, and Suspended and Unknown have reasons of their own.
      'Degraded',
      'Progressing',
      'Missing',
    ];
    expect(new Set(reasons).size).toBeGreaterThan(15);
    expect(
      missingIn(
        REASONS,
        reasons.filter((reason) => !statuses.includes(reason)),
      ),
    ).toEqual([]);
  });

  /** Where an error's code is not written out, and where its codes come from instead. */
  const CODES_FROM_ELSEWHERE = [
    'aws/cloud-map.ts',
    'aws/door.ts',
    'aws/errors.ts',
    'aws/linked-role.ts',
    'kinds/environment/driver.ts',
    'kinds/role/driver.ts',
    'kinds/security-group/driver.ts',
    'reconcile/memory/setbacks.ts',
  ];

  it('names every code that the controller gives to an error', () => {
    const made = sources.flatMap(({ file, text }) => errorsMadeIn(file, text));
    expect(made.length).toBeGreaterThan(20);
    const literal = made.flatMap(({ code }) => (code === undefined ? [] : [code]));
    const told = sources
      .filter(({ file }) => !file.startsWith('http/'))
      .flatMap(({ text }) => matches(text, /\bcode: '([A-Z][a-z]\w+)'/g));
    const refusals = matches(sourceOf('kinds/environment/driver.ts'), /refusal\(\s*'(\w+)'/g);
    const translated = matches(sourceOf('aws/errors.ts'), /make\(\s*'(\w+)'/g);
    const constants = matches(sourceOf('aws/errors.ts'), /^(?:export )?const [A-Z_]+ = '(\w+)'/gm);
    expect([refusals.length, translated.length, constants.length].every((count) => count > 0)).toBe(true);
    expect(missingIn(REASONS, [...literal, ...told, ...refusals, ...translated, ...constants])).toEqual([]);
    // Another place whose codes are not written out would be missed by all of the above.
    const elsewhere = made.flatMap(({ file, code }) => (code === undefined ? [file] : []));
    expect([...new Set(elsewhere)].toSorted()).toEqual(CODES_FROM_ELSEWHERE);
  });

  it.each([
    ['core/errors.ts', /(?:THROTTLES|BAD_CREDENTIALS|DENIALS) = new Set\(\[([^\]]*)/g],
    ['aws/cloud-map.ts', /RETRY_BY_ERROR_CODE[^=]*= \{([^}]*)/g],
  ])('names every code of AWS that means something of its own: %s', (file, lists) => {
    const codes = matches(sourceOf(file), lists).flatMap((list) =>
      matches(list, /^\s*'?([A-Za-z_.]+)'?(?=[:,])/gm),
    );
    expect(codes.length).toBeGreaterThan(1);
    expect(missingIn(REASONS, codes.map(reasonOf))).toEqual([]);
  });

  it('names every code that the HTTP API answers with', () => {
    const routes = sources
      .filter(({ file }) => file.startsWith('http/'))
      .map(({ text }) => text)
      .join('\n');
    const codes = [
      ...matches(routes, /refuse\(reply, \d+, '(\w+)'/g),
      ...matches(routes, /^ {2}4\d\d: '([A-Z][a-z]\w+)',$/gm),
      ...matches(routes, /error = \{ code: '(\w+)'/g),
    ];
    expect(new Set(codes).size).toBeGreaterThan(12);
    expect(missingIn(HTTP, codes)).toEqual([]);
  });

  it('names no reason that there is not', () => {
    const all = sources.map(({ text }) => text).join('\n');
    const known = new Set([
      ...matches(all, /'([A-Z][A-Za-z_.]+)'/g).map(reasonOf),
      ...matches(all, /^ {2}'?([A-Z][A-Za-z_.]+)'?: '(?:wait|never)'/gm).map(reasonOf),
    ]);
    const tables = REASONS.split('\n').filter((line) => line.startsWith('| `'));
    const named = tables.flatMap((line) => matches(line.split('|')[1]!, /`(\w+)`/g));
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

/** The errors that a file makes, with their codes; undefined where the code is no literal. */
function errorsMadeIn(
  file: string,
  text: string,
): readonly { readonly file: string; readonly code?: string }[] {
  return matches(text, /new StationkeeperError\(\{([^}]*)/g).map((init) => {
    const code = /\bcode: '(\w+)'/.exec(init)?.[1];
    return code === undefined ? { file } : { file, code };
  });
}
