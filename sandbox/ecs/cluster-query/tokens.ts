/** A piece of an expression. A `value` was in quotes, and so is no word of the language. */
export interface Token {
  readonly kind: 'symbol' | 'word' | 'value';
  readonly text: string;
  /** Counted from 1. */
  readonly column: number;
}

/** What an expression is refused for. */
export class QueryError extends Error {
  constructor(why: string, column: number) {
    super(`${why} at column ${column}`);
  }
}

/** Longer ones before those that they begin with. */
const SYMBOLS = [
  '!exists',
  '!in',
  '&&',
  '||',
  '==',
  '!=',
  '=~',
  '!~',
  '>=',
  '<=',
  '>',
  '<',
  '!',
  '(',
  ')',
  '[',
  ']',
  ',',
];
const WORD = /[^\s()[\],'"&|=!<>~]+/y;
/** After these a pattern follows, in which the symbols mean something else. */
const BEFORE_PATTERN = new Set(['=~', '!~', 'matches', 'not_matches']);

/** Cuts an expression up. Throws QueryError. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at += 1;
      continue;
    }
    const last = tokens.at(-1);
    const isPattern = last !== undefined && last.kind !== 'value' && BEFORE_PATTERN.has(last.text);
    const read =
      quotedAt(text, at) ?? (isPattern ? patternAt(text, at) : (symbolAt(text, at) ?? wordAt(text, at)));
    if (read === undefined) throw new QueryError(`unexpected character ${text[at]}`, at + 1);
    tokens.push({ ...read.token, column: at + 1 });
    at = read.end;
  }
  return tokens;
}

interface Reading {
  readonly token: Omit<Token, 'column'>;
  readonly end: number;
}

function quotedAt(text: string, at: number): Reading | undefined {
  const quote = text[at];
  if (quote !== "'" && quote !== '"') return undefined;
  const end = text.indexOf(quote, at + 1);
  if (end === -1) throw new QueryError('the quotation has no end', at + 1);
  return { token: { kind: 'value', text: text.slice(at + 1, end) }, end: end + 1 };
}

function symbolAt(text: string, at: number): Reading | undefined {
  const symbol = SYMBOLS.find(
    (candidate) =>
      text.startsWith(candidate, at) &&
      // `!inside` is a negated word, and not `!in`.
      !(/\w$/.test(candidate) && /[\w.-]/.test(text[at + candidate.length] ?? '')),
  );
  if (symbol === undefined) return undefined;
  return { token: { kind: 'symbol', text: symbol }, end: at + symbol.length };
}

function wordAt(text: string, at: number): Reading | undefined {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  return word === undefined ? undefined : { token: { kind: 'word', text: word }, end: at + word.length };
}

/** Up to the next space, or to the parenthesis that closes one before the pattern. */
function patternAt(text: string, at: number): Reading | undefined {
  let open = 0;
  let end = at;
  for (; end < text.length && !/\s/.test(text[end]!); end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === '(') open += 1;
    else if (text[end] === ')' && open-- === 0) break;
  }
  return end === at ? undefined : { token: { kind: 'value', text: text.slice(at, end) }, end };
}
