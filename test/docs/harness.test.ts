import { describe, expect, it } from 'vitest';
import { allDocuments, badMarks } from '../support/documents/blocks.ts';
import { isShown } from '../support/documents/commands.ts';
import { badData, badLinks, missingFiles } from '../support/documents/text.ts';
import { block, documentOf } from '../support/documents/written.ts';

/** What would a wrong document be worth if nobody noticed: here each is noticed. */

describe('what is shown', () => {
  it.each([
    ['the same text', 'one\ntwo', 'one\ntwo\n', true],
    ['blanks at the end of a line', 'one', 'one  \n', true],
    ['another text', 'one', 'other\n', false],
    ['more than is shown', 'one', 'one\ntwo\n', false],
    ['less than is shown', 'one\ntwo', 'one\n', false],
    ['an id for …', 'task … runs', 'task 0af3 runs\n', true],
    ['two lines for … within a line', 'task … runs', 'task 1\n runs\n', false],
    ['lines for a line of …', 'first\n…\nlast', 'first\n1\n2\nlast\n', true],
    ['no lines for a line of …', 'first\n…\nlast', 'first\nlast\n', true],
    ['anything but the last line', 'first\n…\nlast', 'first\n1\n', false],
    ['dots as dots', 'a.b', 'axb\n', false],
    ['nothing', '', '', true],
    ['something instead of nothing', '', 'oops\n', false],
  ])('matches as a reader would say: %s', (_what, shows, printed, matches) => {
    expect(isShown(shows, printed)).toBe(matches);
  });
});

describe('a document', () => {
  it.each([
    ['a block that does not say what it is', block('', 'ls'), 'say what this block is'],
    ['a language that is not run', block('bash', 'ls'), 'write sh instead of bash'],
    ['a mark without a reason', block('sh not-run', 'ls'), 'sh takes "not-run: <reason>"'],
    ['a mark that nobody knows', block('console sometimes', '$ ls'), 'console takes eventually or'],
    ['a command in an indented block', 'Then:\n\n    stationkeeper plan\n', 'put it into a fenced one'],
  ])('is caught with %s', (_what, text, problem) => {
    expect(badMarks(documentOf(text))).toEqual([expect.stringContaining(problem)]);
  });

  it('is caught with a block that is never closed', () => {
    expect(() => badMarks(documentOf('```sh', 'ls'))).toThrow('docs/story.md:1: this block is never closed');
  });

  it.each([
    ['a manifest that is refused', ['apiVersion: stationkeeper.dev/v1', 'kind: Cluster'], 'metadata'],
    ['a part of one that is refused', ['spec:', '  cpu: 400'], 'Fargate has no cpu 400'],
    ['YAML that is none', ['a: [1'], 'sequence'],
  ])('is caught with %s', (_what, lines, problem) => {
    expect(badData(documentOf(block('yaml', ...lines))).join('\n')).toContain(problem);
  });

  it('is caught with JSON that is none', () => {
    expect(badData(documentOf(block('json', '{ "a": 1, }')))).toHaveLength(1);
  });

  it('may show a part of a manifest, and YAML of others', () => {
    const part = block('yaml', 'spec:', '  logs: { retentionInDays: 7 }');
    expect(badData(documentOf(part, block('yaml', 'replicas: 1')))).toEqual([]);
  });

  it.each(['nowhere.md', '#nothing', '../README.md#nothing'])('is caught with a link to %s', (target) => {
    const document = documentOf('# Here', `[there](${target})`);
    expect(badLinks(document, [document, ...allDocuments()])).toEqual([expect.stringContaining(target)]);
  });

  it('is caught with a picture that is not there', () => {
    const document = documentOf('<img src="pictures/nowhere.svg" alt="nothing">');
    expect(badLinks(document, [document])).toEqual([expect.stringContaining('docs/pictures/nowhere.svg')]);
  });

  it('may link to its own headings and to other files', () => {
    const document = documentOf(
      '# Here, `then` there!',
      '[a](#here-then-there) [b](../LICENSE) [c](https://example.org)',
    );
    expect(badLinks(document, [document])).toEqual([]);
  });

  it('is caught naming a file that is not there', () => {
    expect(missingFiles(documentOf('In `controller/nowhere.ts` and `controller/main.ts`.'))).toEqual([
      'docs/story.md:1: there is no controller/nowhere.ts',
    ]);
  });
});
