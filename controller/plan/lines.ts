import { isEnvironment } from '../core/reference.ts';
import { displayId } from '../core/resource.ts';
import type { FieldChange } from '../core/resource.ts';
import { show } from './show.ts';
import { specLines } from './spec-lines.ts';
import { intentOf, isRelease } from './step.ts';
import type { Intent, Step } from './step.ts';
import { countOfLines, shownLines, textDiff } from './text-diff.ts';
import { isWork, listed } from './work.ts';

/** How the parts of a plan are painted; the identity where there is no colour. */
export interface Paint {
  readonly added: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Some text of a line; unpainted where it does not say how. */
export interface LinePart {
  readonly text: string;
  readonly paint?: keyof Paint;
}

/** A line of a plan, and the sign by which a diff block colours it: `!` stands for a change. */
export interface Line {
  readonly sign: '+' | '-' | '!' | '@' | ' ';
  readonly parts: readonly LinePart[];
}

const SIGNS = { create: '+', update: '~', replace: '-/+', delete: '-', none: ' ' } as const satisfies Record<
  Intent,
  string
>;

const DIFF_SIGNS = {
  create: '+',
  update: '!',
  replace: '-',
  delete: '-',
  none: ' ',
} as const satisfies Record<Intent, Line['sign']>;

const PAINTS = {
  create: 'added',
  update: 'changed',
  replace: 'removed',
  delete: 'removed',
  none: 'faint',
} as const satisfies Record<Intent, keyof Paint>;

/** What a step says: what becomes of its resource and why, and below it the fields. */
export function stepLines(step: Step): readonly Line[] {
  const intent = intentOf(step);
  const name = { text: `${SIGNS[intent].padStart(5)} ${displayId(step.id)}`, paint: PAINTS[intent] };
  const note = noteOf(step);
  const notes = note === '' ? [] : [{ text: `  (${note})`, paint: 'faint' } as const];
  return [{ sign: DIFF_SIGNS[intent], parts: [name, ...notes] }, ...detailLines(step)];
}

/** Whether a step says that its Environment could not be looked up. */
export function isUnreadEnvironment(step: Step): boolean {
  return isEnvironment(step.id) && isUnseen(step);
}

export function isUnseen(step: Step): boolean {
  return step.type === 'hold' && step.why === 'unseen';
}

function noteOf(step: Step): string {
  const drifted = isWork(step) && step.changedBy === 'aws' ? 'drifted in AWS' : '';
  const isHeld = step.type === 'hold' && step.why !== 'waiting';
  const held = isHeld ? `${isRelease(step) ? 'release held' : 'held'}: ${step.reason}` : step.reason;
  const rest = isUnreadEnvironment(step) ? 'nothing else in this environment was read' : '';
  return [drifted, held, rest].filter((part) => part !== '').join('; ');
}

function detailLines(step: Step): readonly Line[] {
  if (intentOf(step) === 'create' && 'desired' in step && step.desired !== undefined) {
    return specLines(step.desired).map((line) => ({
      sign: '+',
      parts: [{ text: `${INDENT}+ ${line}`, paint: 'added' }],
    }));
  }
  return listed(step).flatMap(changeLines);
}

const INDENT = ' '.repeat(10);

function changeLines({ path, from, to, by }: FieldChange): readonly Line[] {
  const replaces = by === 'replace' ? [{ text: '  # forces replacement', paint: 'removed' } as const] : [];
  const diff = textDiff(from, to);
  const below = diff === undefined ? [] : shownLines(diff).map(diffLine);
  if (from === null) {
    const said = diff === undefined ? show(to) : countOfLines(diff.added);
    const text = `${INDENT}+ ${path}: ${said}`;
    return [{ sign: '+', parts: [{ text, paint: 'added' }, ...replaces] }, ...below];
  }
  if (to === null) {
    const said = diff === undefined ? show(from) : countOfLines(diff.removed);
    const text = `${INDENT}- ${path}: ${said}`;
    return [{ sign: '-', parts: [{ text, paint: 'removed' }, ...replaces] }, ...below];
  }
  const said =
    diff === undefined
      ? `${show(from)} → ${show(to)}`
      : `${countOfLines(diff.added)} added, ${diff.removed} removed`;
  const name = { text: `${INDENT}~ ${path}`, paint: 'changed' } as const;
  return [{ sign: '!', parts: [name, { text: `: ${said}` }, ...replaces] }, ...below];
}

/** A line of a unified diff, below the field whose text it is of. */
function diffLine(line: string): Line {
  const sign = line.charAt(0);
  const text = `${INDENT}    ${sign === '@' || sign === '\\' ? line : `${sign} ${line.slice(1)}`}`;
  switch (sign) {
    case '+':
      return { sign, parts: [{ text, paint: 'added' }] };
    case '-':
      return { sign, parts: [{ text, paint: 'removed' }] };
    default:
      return { sign: sign === '@' ? sign : ' ', parts: [{ text, paint: 'faint' }] };
  }
}

export function painted({ parts }: Line, paint: Paint): string {
  return parts.map((part) => (part.paint === undefined ? part.text : paint[part.paint](part.text))).join('');
}
