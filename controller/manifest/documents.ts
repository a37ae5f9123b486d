import { Composer, LineCounter, Parser } from 'yaml';
import type { CST, Document } from 'yaml';
import { findForbiddenCharacter, forbiddenCharacterMessage } from './characters.ts';
import type { Finding } from './position.ts';
import { plainDocument } from './yaml-values.ts';
import type { PlainDocument } from './yaml-values.ts';
import { yamlErrorMessage } from './yaml-errors.ts';

/** Reference: faults and bad input, YAML. */
const MAX_DEPTH = 32;

/** One document of a manifest file. */
export interface ManifestDocument extends PlainDocument {
  /** The document's own text, for what must be known of one that cannot be read. */
  readonly text: string;
  /** It is not YAML that we read: its value is not to be trusted beyond its kind and name. */
  readonly broken: boolean;
}

export interface FileDocuments {
  readonly documents: readonly ManifestDocument[];
  /** 1-based line and column of an offset. */
  readonly position: (offset: number) => { readonly line: number; readonly column: number };
}

/** The documents of a YAML 1.2 (core schema) file; empty documents and comments are none. Never throws. */
export function readDocuments(text: string): FileDocuments {
  const lines = new LineCounter();
  const groups = groupByDocument([...new Parser(lines.addNewLine).parse(text)]);
  const documents = groups.flatMap((tokens, index) => {
    const start = index === 0 ? 0 : firstOffset(tokens);
    const next = groups[index + 1];
    const end = next === undefined ? text.length : firstOffset(next);
    return readDocument(tokens, text.slice(start, end), start) ?? [];
  });
  return {
    documents,
    position(offset) {
      const { line, col } = lines.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

/** Each document with the directives before it and whatever follows it. */
function groupByDocument(tokens: readonly CST.Token[]): readonly (readonly CST.Token[])[] {
  const groups: CST.Token[][] = [];
  let current: CST.Token[] = [];
  let hasDocument = false;
  for (const token of tokens) {
    if (hasDocument && (token.type === 'document' || token.type === 'directive')) {
      groups.push(current);
      current = [];
      hasDocument = false;
    }
    current.push(token);
    hasDocument ||= token.type === 'document';
  }
  if (current.length > 0) groups.push(current);
  return groups;
}

function firstOffset(tokens: readonly CST.Token[]): number {
  return tokens[0]?.offset ?? 0;
}

function readDocument(
  tokens: readonly CST.Token[],
  text: string,
  start: number,
): ManifestDocument | undefined {
  const findings = [...characterFindings(text, start), ...tokens.flatMap(directiveFindings)];
  const root = tokens.find((token) => token.type === 'document');
  if (root?.value === undefined && !tokens.some((token) => token.type === 'error')) {
    return findings.length === 0 ? undefined : unreadable(text, findings);
  }
  const tooDeep = root === undefined ? undefined : offsetBelow(root, MAX_DEPTH);
  if (tooDeep !== undefined) {
    const message = `mappings and lists may be nested at most ${MAX_DEPTH} deep; put long text in a block scalar (key: |)`;
    return unreadable(text, [...findings, { path: [], offset: tooDeep, message }]);
  }
  const composed = compose(tokens);
  findings.push(
    ...composed.errors.map(({ code, pos }) => ({
      path: [],
      offset: pos[0],
      message: yamlErrorMessage(code),
    })),
  );
  if (composed.document === undefined) return unreadable(text, findings);
  const contentStart = composed.document.contents?.range[0] ?? start;
  const plain = plainDocument(composed.document, contentStart, findings.length === 0);
  if (plain.value === null && findings.length + plain.findings.length === 0) return undefined;
  return {
    ...plain,
    findings: [...findings, ...plain.findings],
    text,
    broken: composed.errors.length > 0,
  };
}

function compose(tokens: readonly CST.Token[]) {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // Ours tells the first place, and takes linear time.
    uniqueKeys: false,
    strict: true,
  });
  const document: Document.Parsed | undefined = [...composer.compose(tokens)][0];
  return { document, errors: document?.errors ?? composer.streamInfo().errors };
}

function unreadable(text: string, findings: readonly Finding[]): ManifestDocument {
  return { value: undefined, places: new Map(), plain: new Map(), findings, text, broken: true };
}

function characterFindings(text: string, start: number): readonly Finding[] {
  const byteOrderMark = start === 0 && text.startsWith('\uFEFF') ? 1 : 0;
  const at = findForbiddenCharacter(text, byteOrderMark);
  if (at === undefined) return [];
  return [{ path: [], offset: start + at, message: forbiddenCharacterMessage(text, at) }];
}

function directiveFindings(token: CST.Token): readonly Finding[] {
  if (token.type !== 'directive' || /^%YAML 1\.2\s*$/.test(token.source)) return [];
  return [{ path: [], offset: token.offset, message: 'YAML directives are not allowed; remove this line' }];
}

/** Offset of a collection nested deeper than `limit`; walks with a list, since the nesting may exceed the stack. */
function offsetBelow(root: CST.Document, limit: number): number | undefined {
  const left: { readonly token: CST.Token | null | undefined; readonly depth: number }[] = [
    { token: root.value, depth: 1 },
  ];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { token, depth } = next;
    if (token === null || token === undefined || !('items' in token)) continue;
    if (depth > limit) return token.offset;
    for (const item of token.items) {
      left.push({ token: item.key, depth: depth + 1 }, { token: item.value, depth: depth + 1 });
    }
  }
  return undefined;
}
