import { blocksOf } from '../documents/blocks.ts';
import type { MarkdownDocument } from '../documents/blocks.ts';
import { hardSentences } from './sentences.ts';

/** A paragraph, an item of a list or a cell of a table, without its marks. */
export interface Passage {
  /** 1-based, of its first line. */
  readonly line: number;
  readonly text: string;
}

/** The hard sentences of a document, each with its place and the reason. */
export function hardPassages(document: MarkdownDocument): readonly string[] {
  return passagesOf(document).flatMap(({ line, text }) =>
    hardSentences(text).map(({ sentence, why }) => `${document.file}:${line}: ${why}: ${sentence}`),
  );
}

/** What a document says in words, in order: neither headings, nor blocks of code, nor pictures. */
export function passagesOf(document: MarkdownDocument): readonly Passage[] {
  const passages: { line: number; texts: string[] }[] = [];
  let isOpen = false;
  for (const [index, line] of withoutBlocks(document).entries()) {
    const said = line.replace(/^\s*(?:[-*+]|\d+\.)\s+|^\s*>\s?/, '');
    const begins = said !== line;
    if (/^\s*$|^#{1,6} |^<!--|^\s*<|^ {4}\S/.test(line) && !(isOpen && /^ {4}\S/.test(line))) {
      isOpen = false;
    } else if (/^\s*\|/.test(line)) {
      isOpen = false;
      if (!/^[\s|:-]+$/.test(line))
        passages.push(...cellsOf(line).map((text) => ({ line: index + 1, texts: [text] })));
    } else if (isOpen && !begins) {
      passages.at(-1)?.texts.push(line.trim());
    } else {
      isOpen = true;
      passages.push({ line: index + 1, texts: [said.trim()] });
    }
  }
  return passages.map(({ line, texts }) => ({ line, text: plain(texts.join(' ')) }));
}

/** The lines of a document, where those of fenced blocks are empty. */
function withoutBlocks(document: MarkdownDocument): readonly string[] {
  const fenced = new Set(
    blocksOf(document).flatMap(({ text, line }) => [
      line - 1,
      ...text.split('\n').map((_, nth) => line + nth),
      line + text.split('\n').length,
    ]),
  );
  return document.text.split('\n').map((line, index) => (fenced.has(index + 1) ? '' : line));
}

function cellsOf(row: string): readonly string[] {
  return row
    .trim()
    .replaceAll(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');
}

/** Links and emphasis as a reader sees them; code stays marked, as it is no prose. */
function plain(text: string): string {
  return text
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/\[((?:[^[\]]|\[[^\]]*\])*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*?([^*]+)\*\*?/g, '$1')
    .trim();
}
