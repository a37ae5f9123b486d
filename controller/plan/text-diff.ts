import { structuredPatch } from 'diff';
import { printable } from '../core/printable.ts';
import { SENSITIVE } from '../core/secrets.ts';
import { show } from './show.ts';

/** How a text of several lines became another. */
export interface TextDiff {
  /** Counts of lines. */
  readonly added: number;
  readonly removed: number;
  /** What differs with a few lines around it, as a unified diff has it: the first character is the sign. */
  readonly lines: readonly string[];
}

const CONTEXT = 3;
/** Texts that differ in more lines are no versions of one another; looking for what they share takes the square of this. */
const MOST_EDITS = 500;
/** So much of a text is shown to people; its JSON has all of it. */
const MOST_LINES = 60;
const LONGEST_LINE = 200;

/**
 * The difference of two values as one of lines; undefined where neither has several, or a secret is in the place of one. A value that is not
 * there (null) has no lines. A list of texts, such as a command, counts as a text where an item of it has lines.
 */
export function textDiff(from: unknown, to: unknown): TextDiff | undefined {
  if (!hasLines(from) && !hasLines(to)) return undefined;
  const [before, after] = [textOf(from), textOf(to)];
  if (before === undefined || after === undefined) return undefined;
  const lines =
    before === '' || after === ''
      ? replaced(before, after)
      : (changed(before, after) ?? replaced(before, after));
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return { added: count('+'), removed: count('-'), lines };
}

function changed(before: string, after: string): readonly string[] | undefined {
  const options = { context: CONTEXT, maxEditLength: MOST_EDITS };
  return structuredPatch('', '', before, after, '', '', options)?.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
}

function replaced(before: string, after: string): readonly string[] {
  const linesOf = (text: string): readonly string[] =>
    text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return [...linesOf(before).map((line) => `-${line}`), ...linesOf(after).map((line) => `+${line}`)];
}

/** The lines of a diff as people see them: without control characters, and of very many and very long ones only the beginning. */
export function shownLines({ lines }: TextDiff): readonly string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => {
    const clean = line.split('\t').map(printable).join('\t');
    return clean.length <= LONGEST_LINE
      ? clean
      : `${clean.slice(0, LONGEST_LINE)}… (${line.length - 1} characters)`;
  });
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, ` … and ${more} more lines`];
}

/** `3 lines`, `1 line`. */
export function countOfLines(count: number): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}`;
}

function hasLines(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => typeof item === 'string' && hasLines(item));
  return typeof value === 'string' && /\n[^]/.test(value);
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value === SENSITIVE ? undefined : value;
  if (!Array.isArray(value) || value.includes(SENSITIVE)) return undefined;
  const items: readonly unknown[] = value;
  return items.map((item) => (hasLines(item) ? String(item) : show(item))).join('\n');
}
