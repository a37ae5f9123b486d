import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENSITIVE } from '../../controller/core/secrets.ts';
import { planToJson } from '../../controller/plan/json.ts';
import { planToMarkdown, planToText } from '../../controller/plan/render.ts';
import { specLines } from '../../controller/plan/spec-lines.ts';
import { shownLines, textDiff } from '../../controller/plan/text-diff.ts';
import { change, planOf, updateStep } from '../support/plans/steps.ts';

/** An OTel collector's configuration, whose receiver listens where it is told. */
function config(endpoint: string, more = ''): string {
  return [
    'receivers:',
    '  otlp:',
    '    protocols:',
    '      grpc:',
    `        endpoint: ${endpoint}`,
    'exporters:',
    '  - debug',
    '  - xray',
    `service: {}${more}`,
    '',
  ].join('\n');
}

const PATH = 'containers[otel].environment[CONFIG]';

function planWith(from: unknown, to: unknown) {
  return planOf([updateStep({ changes: [change(PATH, from, to)] })]);
}

/** What a unified diff makes of the text that it is of. */
function patched(before: string, lines: readonly string[]): string {
  const old = before.split('\n');
  const made: string[] = [];
  let at = 0;
  for (const line of lines) {
    const hunk = /^@@ -(\d+),(\d+) /.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      made.push(...old.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) made.push(line.slice(1));
    else if (!line.startsWith('\\')) {
      if (old[at] !== line.slice(1)) throw new Error(`no such line: ${line}`);
      if (line.startsWith(' ')) made.push(line.slice(1));
      at += 1;
    }
  }
  return [...made, ...old.slice(at)].join('\n');
}

describe('a text of several lines that changes', () => {
  it('is shown in a plan as the lines that differ, with a few around them', () => {
    expect(planToText(planWith(config('localhost:4317'), config('0.0.0.0:4317', ' # all')))).toContain(
      [
        '          ~ containers[otel].environment[CONFIG]: 2 lines added, 2 removed',
        '              @@ -2,8 +2,8 @@',
        '                  otlp:',
        '                    protocols:',
        '                      grpc:',
        '              -         endpoint: localhost:4317',
        '              +         endpoint: 0.0.0.0:4317',
        '                exporters:',
        '                  - debug',
        '                  - xray',
        '              - service: {}',
        '              + service: {} # all',
        '',
      ].join('\n'),
    );
  });

  it('is shown to a pull request by signs of its own, not by those in the text', () => {
    const text = planToMarkdown(planWith(config('localhost:4317'), config('0.0.0.0:4317')));
    expect(text).toContain('\n!          ~ containers[otel].environment[CONFIG]: 1 line added, 1 removed\n');
    expect(text).toContain('\n@              @@ -2,7 +2,7 @@\n');
    expect(text).toContain('\n-              -         endpoint: localhost:4317\n');
    expect(text).toContain('\n+              +         endpoint: 0.0.0.0:4317\n');
    expect(text).toContain('\n                   - debug\n');
  });

  it('is in JSON a unified diff beside both texts, which gives the one from the other', () => {
    const [from, to] = [config('localhost:4317'), config('0.0.0.0:4317')];
    const [shown] = planToJson(planWith(from, to)).steps[0]?.changes ?? [];
    expect(shown).toMatchObject({ path: PATH, from, to, by: 'update' });
    expect(shown?.diff?.split('\n')[0]).toBe('@@ -2,7 +2,7 @@');
    expect(patched(from, shown?.diff?.split('\n') ?? [])).toBe(to);
  });

  it('is painted line by line', () => {
    const mark = (tag: string) => (text: string) => `<${tag}>${text}</${tag}>`;
    const paint = {
      added: mark('g'),
      changed: mark('y'),
      removed: mark('r'),
      faint: mark('d'),
      strong: mark('b'),
    };
    const text = planToText(planWith('a\nb\n', 'a\nc\n'), paint);
    expect(text).toContain(
      [
        `<y>          ~ ${PATH}</y>: 1 line added, 1 removed`,
        '<d>              @@ -1,2 +1,2 @@</d>',
        '<d>                a</d>',
        '<r>              - b</r>',
        '<g>              + c</g>',
      ].join('\n'),
    );
  });

  it.each([
    [null, 'a\nb\n', [`          + ${PATH}: 2 lines`, '              + a', '              + b']],
    ['a\nb', null, [`          - ${PATH}: 2 lines`, '              - a', '              - b']],
    ['', 'a\nb', [`          ~ ${PATH}: 2 lines added, 0 removed`, '              + a', '              + b']],
  ])('is all of its lines where there was, or will be, none: %j to %j', (from, to, lines) => {
    expect(planToText(planWith(from, to))).toContain(`${lines.join('\n')}\n`);
  });

  it('tells that only the last line break differs, and which line ends', () => {
    expect(textDiff('a\nb\n', 'a\nb')?.lines).toEqual([
      '@@ -1,2 +1,2 @@',
      ' a',
      '-b',
      '+b',
      '\\ No newline at end of file',
    ]);
    const carriage = textDiff('a\r\nb\n', 'a\nb\n');
    expect(carriage && shownLines(carriage)).toEqual(['@@ -1,2 +1,2 @@', '-a\\u{d}', '+a', ' b']);
  });

  it('is also an item of a list that has lines', () => {
    expect(textDiff(['sh', '-c', 'set -e\nrun a\n'], ['sh', '-c', 'set -e\nrun b\n'])?.lines).toEqual([
      '@@ -1,4 +1,4 @@',
      ' "sh"',
      ' "-c"',
      ' set -e',
      '-run a',
      '+run b',
    ]);
  });

  it.each([
    ['a', 'b'],
    ['a\n', 'b\n'],
    [1, 2],
    [null, 'a'],
    [
      ['a', 'b'],
      ['a', 'c'],
    ],
    [{ a: 'b\nc' }, { a: 'b\nd' }],
  ])('is nothing else: %j to %j stays on one line', (from, to) => {
    expect(textDiff(from, to)).toBeUndefined();
    expect(planToText(planWith(from, to))).not.toContain('@@');
    expect(planToJson(planWith(from, to)).steps[0]?.changes[0]).not.toHaveProperty('diff');
  });

  it.each([
    [SENSITIVE, 'a\nb\n'],
    ['a\nb\n', SENSITIVE],
    [['a\nb', SENSITIVE], ['a\nc']],
  ])('is no diff where a secret is in the place of it: %j to %j', (from, to) => {
    expect(textDiff(from, to)).toBeUndefined();
  });

  it('is shown to the sixtieth line, and each line to its two hundredth character', () => {
    const many = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join('');
    const text = planToText(planWith(null, many));
    expect(text).toContain('              + line 59\n                … and 40 more lines\n');
    expect(text).not.toContain('line 60');
    const long = textDiff(null, `${'x'.repeat(1000)}\ny`);
    expect(long && shownLines(long)[0]).toBe(`+${'x'.repeat(199)}… (1000 characters)`);
  });

  it('shows no character that a terminal would obey', () => {
    const diff = textDiff('a\nb', 'a\n\u001B[2J\u202E\tb');
    expect(diff && shownLines(diff)).toContain('+\\u{1b}[2J\\u{202e}\tb');
  });

  it('is replaced as a whole where next to nothing is left of it', () => {
    const [from, to] = ['a', 'b'].map((name) =>
      Array.from({ length: 1000 }, (_, index) => `${name}${index}`).join('\n'),
    );
    expect(textDiff(from, to)).toMatchObject({ added: 1000, removed: 1000, lines: { length: 2000 } });
  });

  it('has a diff that gives the one from the other, whatever they are', () => {
    const texts = fc
      .array(fc.constantFrom('a', 'b', '', '- c', '@@', '+', '\\ d', '  e'), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(texts, texts, (from, to) => {
        const diff = textDiff(from, to);
        fc.pre(diff !== undefined && from !== '' && to !== '');
        expect(patched(from, diff.lines)).toBe(to);
      }),
    );
    expect.hasAssertions();
  });
});

describe('a text of several lines that comes into being', () => {
  it('is shown below its field', () => {
    expect(specLines({ spec: { environment: { CONFIG: 'a:\n  - b\n' }, command: ['x', 'y'] } })).toEqual([
      'environment.CONFIG: 2 lines',
      '    a:',
      '      - b',
      'command: ["x","y"]',
    ]);
  });

  it('is hidden with all its lines where one says a secret', () => {
    const secret = 'exporters:\n  password: hunter2hunter2\n';
    expect(specLines({ spec: { containers: [{ name: 'a', environment: { CONFIG: secret } }] } })).toEqual([
      'containers[a].name: "a"',
      `containers[a].environment.CONFIG: ${JSON.stringify(SENSITIVE)}`,
    ]);
  });
});
