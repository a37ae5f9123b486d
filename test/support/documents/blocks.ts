import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a Markdown document. */
export interface Block {
  /** The first word after the fence; empty where there is none. */
  readonly language: string;
  /** What follows it: `not-run: <reason>`, `eventually`. */
  readonly mark: string;
  readonly text: string;
  /** 1-based, of the first line within the fence. */
  readonly line: number;
}

export interface MarkdownDocument {
  /** From the root of the repository: `docs/tutorial.md`. */
  readonly file: string;
  readonly text: string;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Everything that people are given to read and to type from. */
export function allDocuments(): readonly MarkdownDocument[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(([A-Z]+|(test|examples)\/README)\.md|docs\/[^/]+\.md|charts\/[^/]+\/README\.md|deploy\/(.*\/)?[^/]+\.md)$/.test(
      file,
    ),
  );
  return files.toSorted().map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
}

const FENCE = /^( *)(`{3,}|~{3,})[ ]*([^\s`]*)[ ]*([^`]*)$/;

/** The fenced blocks of a document, in order; one that is never closed is an error. */
export function blocksOf({ file, text }: MarkdownDocument): readonly Block[] {
  const blocks: Block[] = [];
  let open:
    | (Block & { readonly indent: number; readonly fence: string; readonly lines: string[] })
    | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', fence = '', language = '', mark = ''] = FENCE.exec(line) ?? [];
    if (open === undefined) {
      if (fence === '') continue;
      const start = { language, mark: mark.trim(), text: '', line: index + 2 };
      open = { ...start, indent: indent.length, fence, lines: [] };
    } else if (fence.startsWith(open.fence) && language === '') {
      const { language: ofOpen, mark: marked, line: at, lines } = open;
      blocks.push({ language: ofOpen, mark: marked, text: lines.join('\n'), line: at });
      open = undefined;
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1}: this block is never closed`);
  return blocks;
}

/** What is wrong with how a document marks its blocks: a command that nobody would run looks like any other. */
export function badMarks(document: MarkdownDocument): readonly string[] {
  const wrong = blocksOf(document).flatMap(({ language, mark, line }) => {
    const problem = badMark(language, mark);
    return problem === undefined ? [] : [`${document.file}:${line - 1}: ${problem}`];
  });
  return [...wrong, ...indentedCommands(document)];
}

const MARKS: Readonly<Record<string, RegExp>> = {
  sh: /^(not-run: \S.*)?$/,
  console: /^(eventually|not-run: \S.*)?$/,
};

function badMark(language: string, mark: string): string | undefined {
  if (language === '') return 'say what this block is: sh, console, yaml, json, text, …';
  if (/^(bash|shell|shell-session|zsh)$/.test(language))
    return `write sh instead of ${language}, so that it is run`;
  const allowed = MARKS[language];
  if (allowed === undefined || allowed.test(mark)) return undefined;
  return `${language} takes ${language === 'console' ? 'eventually or ' : ''}"not-run: <reason>", not "${mark}"`;
}

function indentedCommands({ file, text }: MarkdownDocument): readonly string[] {
  const fenced = new Set(
    blocksOf({ file, text }).flatMap((block) => block.text.split('\n').map((_, nth) => block.line + nth)),
  );
  return text.split('\n').flatMap((line, index) => {
    if (fenced.has(index + 1) || !/^ {4,}(\$ )?(stationkeeper|aws|curl|npm|docker|helm|kubectl) /.test(line))
      return [];
    return [`${file}:${index + 1}: a command in an indented block is not run; put it into a fenced one`];
  });
}
