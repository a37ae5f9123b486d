import { spawnSync } from 'node:child_process';
import type { Block } from './blocks.ts';

/** One thing to type, and what a document shows of its answer. */
export interface DocumentCommand {
  readonly text: string;
  /** 1-based, in the document. */
  readonly line: number;
  /** What it prints; absent where the document does not say. */
  readonly shows?: string;
  /** It is typed again until it prints that. */
  readonly eventually: boolean;
}

/** The commands of `sh` and `console` blocks that are to be run, in order. */
export function commandsOf(blocks: readonly Block[]): readonly DocumentCommand[] {
  return blocks.flatMap((block) => {
    if (block.mark.startsWith('not-run:')) return [];
    if (block.language === 'sh') return typed(block);
    return block.language === 'console' ? shown(block) : [];
  });
}

/** A block of `sh` as the shell takes it: one command may be several lines. */
function typed({ text, line }: Block): readonly DocumentCommand[] {
  const commands: DocumentCommand[] = [];
  let lines: readonly string[] = [];
  for (const [index, next] of text.split('\n').entries()) {
    if (lines.length === 0 && /^\s*(#.*)?$/.test(next)) continue;
    lines = [...lines, next];
    if (!isWhole(lines)) continue;
    commands.push({ text: lines.join('\n'), line: line + index + 1 - lines.length, eventually: false });
    lines = [];
  }
  // The shell says what is missing.
  if (lines.length > 0) commands.push({ text: lines.join('\n'), line, eventually: false });
  return commands;
}

function isWhole(lines: readonly string[]): boolean {
  const last = lines.at(-1) ?? '';
  const delimiter = /<<-?\s*(['"]?)(\w+)\1/.exec(lines.join('\n'))?.[2];
  if (delimiter !== undefined && !lines.slice(1).some((line) => line.trim() === delimiter)) return false;
  if (/(\\|\||&&)\s*$/.test(last)) return false;
  return spawnSync('bash', ['-n'], { input: lines.join('\n') }).status === 0;
}

/** A block of `console`: `$ ` begins a command, `> ` goes on with it, everything else is what it prints. */
function shown({ text, line, mark }: Block): readonly DocumentCommand[] {
  const commands: { text: string; line: number; output: string[] }[] = [];
  for (const [index, next] of text.split('\n').entries()) {
    const latest = commands.at(-1);
    if (next.startsWith('$ ')) commands.push({ text: next.slice(2), line: line + index, output: [] });
    else if (latest === undefined) throw new Error(`line ${line + index}: a console block begins with "$ "`);
    else if (next.startsWith('> ') && latest.output.length === 0) latest.text += `\n${next.slice(2)}`;
    else latest.output.push(next);
  }
  return commands.map((command) => ({
    text: command.text,
    line: command.line,
    shows: command.output.join('\n').trimEnd(),
    eventually: mark === 'eventually',
  }));
}

/**
 * Whether a command prints what a document shows: `…` stands for anything within a line, and a line of nothing else
 * for any lines. Blanks at the ends of lines do not count.
 */
export function isShown(shows: string, printed: string): boolean {
  const lines = shows.trimEnd().split('\n');
  const pattern = lines.map((line) =>
    line.trim() === '…' ? '(?:.*\\n)*?' : `${line.trimEnd().split('…').map(escaped).join('.*?')} *\\n`,
  );
  return new RegExp(`^${pattern.join('')}$`).test(`${printed.trimEnd()}\n`);
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
