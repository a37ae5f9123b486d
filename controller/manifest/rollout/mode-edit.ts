import { LineCounter, isMap, isScalar, parseAllDocuments } from 'yaml';
import type { Node, Pair, YAMLMap } from 'yaml';
import type { RolloutMode } from '../../core/rollout/schedule.ts';
import { ROLLOUT_ANNOTATION } from '../schema/metadata.ts';

/** What to change in a file for a document to say another mode. */
export interface ModeEdit {
  /** 1-based line at which the change begins. */
  readonly line: number;
  /** Whole lines as they stand; empty where lines are only added before that one. */
  readonly before: readonly string[];
  /** What they are to be. */
  readonly after: readonly string[];
  /** All of the file, changed. */
  readonly text: string;
}

/** A document of a file: `Rollout`, `fleet`. */
export interface DocumentName {
  readonly kind: string;
  readonly name: string;
}

/** A part of the text, and what is to stand there instead. */
interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

interface Entry {
  readonly pair: Pair<Node, Node | null>;
  readonly keyAt: number;
  readonly keyEnd: number;
  readonly valueEnd: number;
}

/**
 * What to change for each document of the name to say `mode` in its annotation; comments and layout stay. `undefined` stands for one that is written in a way
 * (an alias, a merge key) that no line can be given for. Never throws. Pure.
 */
export function modeEdits(
  text: string,
  wanted: DocumentName,
  mode: Exclude<RolloutMode, 'staged'>,
): readonly (ModeEdit | undefined)[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap(({ contents }) => {
    if (!isMap(contents) || textAt(contents, 'kind') !== wanted.kind) return [];
    const metadata = entryOf(contents, 'metadata')?.pair.value;
    if (!isMap(metadata) || textAt(metadata, 'name') !== wanted.name) return [];
    const replacement = annotated(metadata, text, mode);
    return [replacement && editOf(text, replacement, (offset) => lines.linePos(offset).line)];
  });
}

function annotated(metadata: YAMLMap, text: string, mode: string): Replacement | undefined {
  const [key, value] = isQuoted(metadata)
    ? [JSON.stringify(ROLLOUT_ANNOTATION), JSON.stringify(mode)]
    : [ROLLOUT_ANNOTATION, mode];
  const entry = entryOf(metadata, 'annotations');
  if (entry === undefined) {
    const name = isQuoted(metadata) ? '"annotations"' : 'annotations';
    return metadata.flow === true
      ? addedInFlow(metadata, `${name}: { ${key}: ${value} }`)
      : addedBelowName(metadata, text, (indent) => [`${indent}${name}:`, `${indent}  ${key}: ${value}`]);
  }
  const annotations = entry.pair.value;
  if (annotations === null || (isScalar(annotations) && annotations.value === null)) {
    return { from: entry.keyEnd, to: entry.valueEnd, by: `: { ${key}: ${value} }` };
  }
  if (!isMap(annotations)) return undefined;
  const said = entryOf(annotations, ROLLOUT_ANNOTATION);
  if (said !== undefined) {
    const isPlain = said.pair.value === null || isScalar(said.pair.value);
    return isPlain ? { from: said.keyEnd, to: said.valueEnd, by: `: ${value}` } : undefined;
  }
  if (annotations.items.length === 0) {
    const [from = 0, to = 0] = annotations.range ?? [];
    return { from, to, by: `{ ${key}: ${value} }` };
  }
  if (annotations.flow === true) return addedInFlow(annotations, `${key}: ${value}`);
  const first = entriesOf(annotations)[0];
  if (first === undefined) return undefined;
  const from = text.lastIndexOf('\n', first.keyAt) + 1;
  return { from, to: from, by: `${text.slice(from, first.keyAt)}${key}: ${value}\n` };
}

function addedInFlow(map: YAMLMap, added: string): Replacement | undefined {
  const last = entriesOf(map).at(-1);
  return last && { from: last.valueEnd, to: last.valueEnd, by: `, ${added}` };
}

/** Below the name, which people read first. */
function addedBelowName(
  metadata: YAMLMap,
  text: string,
  added: (indent: string) => readonly string[],
): Replacement | undefined {
  const name = entryOf(metadata, 'name');
  if (name === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf('\n', name.keyAt) + 1, name.keyAt);
  const end = text.indexOf('\n', name.valueEnd);
  const lines = added(indent).join('\n');
  return end === -1
    ? { from: text.length, to: text.length, by: `\n${lines}` }
    : { from: end + 1, to: end + 1, by: `${lines}\n` };
}

/** JSON is YAML, too, and is to stay JSON. */
function isQuoted(metadata: YAMLMap): boolean {
  const key = entryOf(metadata, 'name')?.pair.key;
  return isScalar(key) && key.type === 'QUOTE_DOUBLE';
}

function entryOf(map: YAMLMap, name: string): Entry | undefined {
  return entriesOf(map).find(({ pair: { key } }) => isScalar(key) && key.value === name);
}

function entriesOf(map: YAMLMap): readonly Entry[] {
  return map.items.flatMap((item) => {
    const pair = item as Pair<Node, Node | null>;
    const [keyAt, keyEnd] = pair.key.range ?? [];
    if (keyAt === undefined || keyEnd === undefined) return [];
    return [{ pair, keyAt, keyEnd, valueEnd: pair.value?.range?.[1] ?? keyEnd }];
  });
}

function textAt(map: YAMLMap, name: string): unknown {
  const value = entryOf(map, name)?.pair.value;
  return isScalar(value) ? value.value : undefined;
}

function editOf(text: string, { from, to, by }: Replacement, lineOf: (offset: number) => number): ModeEdit {
  const changed = `${text.slice(0, from)}${by}${text.slice(to)}`;
  if (from === to && by.endsWith('\n')) {
    return { line: lineOf(from), before: [], after: by.slice(0, -1).split('\n'), text: changed };
  }
  if (from === text.length && by.startsWith('\n')) {
    return { line: lineOf(from) + 1, before: [], after: by.slice(1).split('\n'), text: changed };
  }
  const start = text.lastIndexOf('\n', from - 1) + 1;
  return {
    line: lineOf(start),
    before: linesOf(text, start, to),
    after: linesOf(changed, start, from + by.length),
    text: changed,
  };
}

/** Whole lines between two offsets. */
function linesOf(text: string, start: number, end: number): readonly string[] {
  const stop = text.indexOf('\n', end);
  return text
    .slice(start, stop === -1 ? text.length : stop)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
}
