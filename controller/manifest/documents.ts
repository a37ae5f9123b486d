import { Composer, Lexer, LineCounter, Parser } from 'yaml';
import type { CST, Document } from 'yaml';
import { otherText } from './other-text.ts';
import { findForbiddenCharacter, forbiddenCharacterMessage } from './characters.ts';
import type { Finding } from './position.ts';
import { plainDocument } from './yaml-values.ts';
import type { PlainDocument } from './yaml-values.ts';
import { worthTelling, yamlErrorMessage } from './yaml-errors.ts';

/** How deep a document may be nested (reference: faults and bad input, YAML). */
const MAX_DEPTH = 32;
const TOO_DEEP = `mappings and lists may be nested at most ${MAX_DEPTH} deep; put long text in a block scalar (key: |)`;
const MAX_ERROR_TOKENS = 20;
const BYTE_ORDER_MARK = '\uFEFF';
/** What may stand in a document that says nothing. */
const BLANK: ReadonlySet<string> = new Set(['space', 'comment', 'newline', 'doc-start']);

/** One document of a manifest file. */
export interface ManifestDocument extends PlainDocument {
  /** The document's own text, for what must be known of one that cannot be read. */
  readonly text: string;
  /** The document is not YAML that we read: nothing of its value is to be trusted beyond kind and name. */
  readonly broken: boolean;
}

export interface FileDocuments {
  readonly documents: readonly ManifestDocument[];
  /** 1-based line and column of an offset. */
  readonly position: (offset: number) => { readonly line: number; readonly column: number };
}

/** The documents of a YAML 1.2 (core schema) file; empty documents and comments are none. Never throws. */
export function readDocuments(file: string): FileDocuments {
  const text = file.startsWith(BYTE_ORDER_MARK) ? file.slice(1) : file;
  const lines = new LineCounter();
  for (let start = 0; start !== -1 && start <= text.length; ) {
    lines.addNewLine(start);
    const end = text.indexOf('\n', start);
    start = end === -1 ? -1 : end + 1;
  }
  return {
    documents: splitDocuments(text).flatMap((part) => readDocument(part) ?? []),
    position(offset) {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    },
  };
}

interface DocumentText {
  readonly text: string;
  /** Its offset in the file. */
  readonly start: number;
}

/**
 * `---` and `...` at the start of a line part documents wherever they stand (YAML 1.2, 9.1), so that an open quote or
 * bracket reaches no further than its own document.
 */
function splitDocuments(text: string): readonly DocumentText[] {
  const marks = [...text.matchAll(/^(---|\.\.\.)(?=\s|$).*$/gm)];
  const cuts = marks.map((mark) => (mark[1] === '---' ? mark.index : mark.index + mark[0].length));
  return [0, ...cuts].map((start, index) => ({ text: text.slice(start, cuts[index]), start }));
}

function readDocument({ text, start }: DocumentText): ManifestDocument | undefined {
  const parsed = parseText(text);
  const unwanted = [...characterFindings(text), ...parsed.tokens.flatMap(directiveFindings)];
  const unreadable = (findings: readonly Finding[]): ManifestDocument => ({
    value: undefined,
    places: new Map([['', { path: [], key: start, value: start }]]),
    plain: new Map(),
    refused: new Set(),
    findings: shifted(findings, start),
    text,
    broken: true,
  });
  const root = parsed.tokens.find((token) => token.type === 'document');
  const tooDeep = parsed.tooDeepAt ?? (root === undefined ? undefined : offsetBelow(root, MAX_DEPTH));
  if (tooDeep !== undefined)
    return unreadable([...unwanted, { path: [], offset: tooDeep, message: TOO_DEEP }]);
  if (isBlank(root) && !parsed.tokens.some((token) => token.type === 'error')) {
    return unwanted.length === 0 ? undefined : unreadable(unwanted);
  }
  const { document, errors } = compose(parsed.tokens);
  const syntax = worthTelling(errors).map((error) => ({
    path: [],
    offset: error.pos[0],
    message: yamlErrorMessage(error),
  }));
  const findings: readonly Finding[] = [...unwanted, ...syntax];
  const [first] = syntax;
  const other = first === undefined ? undefined : otherText(text, first.offset);
  if (other !== undefined) return unreadable([other]);
  if (document === undefined) return unreadable(findings);
  const plain = plainDocument(document, start, findings.length === 0);
  const braces = plain.findings.find(({ offset }) => text.startsWith('{{', offset - start - 1));
  if (braces !== undefined) return unreadable([otherText(text, braces.offset - start) ?? braces]);
  if (plain.value === null && findings.length + plain.findings.length === 0) return undefined;
  return {
    ...plain,
    findings: [...shifted(findings, start), ...plain.findings],
    text,
    broken: syntax.length > 0,
  };
}

function shifted(findings: readonly Finding[], start: number): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, offset: finding.offset + start }));
}

/** Parses a text, and stops where nesting is hopeless: what builds up there takes a thousand times the text's size. */
function parseText(text: string): { readonly tokens: readonly CST.Token[]; readonly tooDeepAt?: number } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The stack holds every open collection, and a few tokens besides.
    if (parser.stack.length > 2 * MAX_DEPTH) return { tokens, tooDeepAt: parser.offset };
  }
  tokens.push(...parser.end());
  return { tokens };
}

function compose(tokens: readonly CST.Token[]) {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // Our own check tells the first place, and takes linear time.
    uniqueKeys: false,
    strict: true,
  });
  // Text that is no YAML can give an error per character, each with a stack trace that nobody reads.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const document: Document.Parsed | undefined = [...composer.compose(withFewErrors(tokens))][0];
    return { document, errors: document?.errors ?? composer.streamInfo().errors };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function withFewErrors(tokens: readonly CST.Token[]): readonly CST.Token[] {
  const errors = tokens.filter((token) => token.type === 'error');
  const surplus = new Set<CST.Token>(errors.slice(MAX_ERROR_TOKENS));
  return surplus.size === 0 ? tokens : tokens.filter((token) => !surplus.has(token));
}

function isBlank(root: CST.Document | undefined): boolean {
  if (root === undefined) return true;
  return root.value === undefined && root.start.every(({ type }) => BLANK.has(type));
}

function characterFindings(text: string): readonly Finding[] {
  const at = findForbiddenCharacter(text);
  return at === undefined ? [] : [{ path: [], offset: at, message: forbiddenCharacterMessage(text, at) }];
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
