import { invalidRequest } from '../checks.ts';

export interface Token {
  readonly kind: 'text' | 'annotation' | 'word' | 'number' | 'sign' | 'end';
  /** A text without its quotes, an annotation's key, or what stands there. */
  readonly value: string;
  /** Characters before it. */
  readonly at: number;
}

const KINDS = ['text', 'annotation', 'word', 'number', 'sign'] as const;

const TOKEN =
  /"((?:[^"\\]|\\.)*)"|annotation(?:\.([\w.]+)|\[([^\]]*)\])|([A-Za-z_][\w.]*)|(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(!=|<=|>=|[=<>!(){},:])/iuy;

/** Splits a filter expression. Throws InvalidRequestException for what is no part of one. */
export function tokensOf(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlanks(expression, 0); at < expression.length; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(expression);
    if (match === null) {
      const what =
        expression[at] === '"' ? 'the quotation mark has no second one' : 'nothing begins like this';
      throw notUnderstood(expression, at, what);
    }
    const [whole, text, dotted, bracketed, word, number, sign] = match;
    const key = dotted ?? bracketed?.trim().replaceAll('"', '');
    const parts = [text?.replaceAll(/\\(.)/gu, '$1'), key, word, number, sign];
    const index = parts.findIndex((part) => part !== undefined);
    tokens.push({ kind: KINDS[index]!, value: parts[index]!, at });
    at = skipBlanks(expression, at + whole.length);
  }
  return [...tokens, { kind: 'end', value: '', at: expression.length }];
}

export function notUnderstood(expression: string, at: number, why: string): Error {
  const there = expression.slice(at, at + 20);
  const where = there === '' ? 'at its end' : `at character ${at + 1} (${there})`;
  return invalidRequest(`Invalid filter expression, ${where}: ${why}.`);
}

function skipBlanks(expression: string, from: number): number {
  let at = from;
  while (at < expression.length && /\s/u.test(expression[at]!)) at += 1;
  return at;
}
