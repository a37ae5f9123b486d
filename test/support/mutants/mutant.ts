/** An error that StrykerJS can put into a file: this text in the place of that one. */
export interface Mutant {
  /** A path from the project's root. */
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
  /** StrykerJS's name of it: `ConditionalExpression`. */
  readonly mutator: string;
  /** The text of the line in which it begins. */
  readonly context: string;
  readonly original: string;
  readonly replacement: string;
}

/** Text of several lines, or a long one, as it is told and written down. */
export function inBrief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

export function told({ file, line, column, mutator, original, replacement }: Mutant): string {
  return `${file}:${line}:${column} ${mutator}: ${original} → ${replacement}`;
}

const LONGEST = 100;
