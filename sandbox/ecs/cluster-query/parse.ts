import { fieldOf, takes } from './query.ts';
import type { Operator, Query, Subject } from './query.ts';
import { remembered } from './remembered.ts';
import { QueryError, tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

interface Spelling {
  readonly operator: Operator;
  readonly negated?: true;
}

/** Every operator under all its names (developer guide, cluster query language). */
const SPELLINGS: Readonly<Record<string, Spelling>> = {
  '==': { operator: '==' },
  equals: { operator: '==' },
  '!=': { operator: '==', negated: true },
  not_equals: { operator: '==', negated: true },
  '>': { operator: '>' },
  greater_than: { operator: '>' },
  '>=': { operator: '>=' },
  greater_than_equal: { operator: '>=' },
  '<': { operator: '<' },
  less_than: { operator: '<' },
  '<=': { operator: '<=' },
  less_than_equal: { operator: '<=' },
  exists: { operator: 'exists' },
  '!exists': { operator: 'exists', negated: true },
  not_exists: { operator: 'exists', negated: true },
  in: { operator: 'in' },
  '!in': { operator: 'in', negated: true },
  not_in: { operator: 'in', negated: true },
  '=~': { operator: '=~' },
  matches: { operator: '=~' },
  '!~': { operator: '=~', negated: true },
  not_matches: { operator: '=~', negated: true },
};

const AND = ['and', '&&'];
const OR = ['or', '||'];
const NOT = ['not', '!'];
const ATTRIBUTE = /^attribute:([A-Za-z0-9_/\\.-]{1,128})$/;
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Understands an expression. Throws QueryError, which says where it stops making sense. */
export const parseQuery = remembered((text: string): Query => {
  const reader = new Reader(tokensOf(text), text.length + 1);
  const query = readOr(reader);
  const rest = reader.next();
  if (rest !== undefined) throw new QueryError(`unexpected ${rest.text}`, rest.column);
  return query;
});

class Reader {
  readonly #tokens: readonly Token[];
  /** The column after the last one. */
  readonly #end: number;
  #at = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  /** Takes the next token if it is one of these, none of which is in quotes. */
  takes(texts: readonly string[]): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'value' || !texts.includes(token.text)) return false;
    this.#at += 1;
    return true;
  }

  /** Throws QueryError where the expression has ended. */
  require(what: string): Token {
    const token = this.next();
    if (token === undefined) throw new QueryError(`${what} is missing`, this.#end);
    return token;
  }

  expect(symbol: string): void {
    if (this.takes([symbol])) return;
    throw new QueryError(`${symbol} is missing`, this.#tokens[this.#at]?.column ?? this.#end);
  }
}

function readOr(reader: Reader): Query {
  const parts = [readAnd(reader)];
  while (reader.takes(OR)) parts.push(readAnd(reader));
  return parts.length === 1 ? parts[0]! : { or: parts };
}

function readAnd(reader: Reader): Query {
  const parts = [readNot(reader)];
  while (reader.takes(AND)) parts.push(readNot(reader));
  return parts.length === 1 ? parts[0]! : { and: parts };
}

function readNot(reader: Reader): Query {
  if (reader.takes(NOT)) return { not: readNot(reader) };
  if (!reader.takes(['('])) return readTest(reader);
  const inside = readOr(reader);
  reader.expect(')');
  return inside;
}

function readTest(reader: Reader): Query {
  const token = reader.require('a subject');
  const subject = subjectOf(token);
  const written = reader.require('an operator');
  const spelling = written.kind === 'value' ? undefined : spellingOf(written.text);
  if (spelling === undefined) throw new QueryError(`unknown operator ${written.text}`, written.column);
  const { operator, negated } = spelling;
  if (!takes(subject, operator)) {
    throw new QueryError(`${token.text} does not take ${written.text}`, written.column);
  }
  const test: Query = { subject, operator, values: readValues(reader, subject, operator) };
  return negated === true ? { not: test } : test;
}

function spellingOf(text: string): Spelling | undefined {
  return Object.hasOwn(SPELLINGS, text) ? SPELLINGS[text] : undefined;
}

function subjectOf({ text, column }: Token): Subject {
  const attribute = ATTRIBUTE.exec(text)?.[1];
  if (attribute !== undefined) return { attribute };
  const field = fieldOf(text);
  if (field !== undefined) return { field };
  throw new QueryError(`unknown subject ${text}`, column);
}

function readValues(reader: Reader, subject: Subject, operator: Operator): readonly string[] {
  if (operator === 'exists') return [];
  if (operator !== 'in') return [readValue(reader, subject, operator)];
  reader.expect('[');
  const values = [readValue(reader, subject, operator)];
  while (reader.takes([','])) values.push(readValue(reader, subject, operator));
  reader.expect(']');
  return values;
}

function readValue(reader: Reader, subject: Subject, operator: Operator): string {
  const { kind, text, column } = reader.require('a value');
  if (kind === 'symbol') throw new QueryError(`unexpected ${text}`, column);
  const field = 'field' in subject ? subject.field : undefined;
  if (field === 'runningTasksCount' && !/^\d+$/.test(text))
    throw new QueryError(`${text} is not a number`, column);
  if (field === 'registeredAt' && (!DATE.test(text) || Number.isNaN(Date.parse(text)))) {
    throw new QueryError(`${text} is not a date`, column);
  }
  if (operator === '=~' && !isPattern(text)) throw new QueryError(`${text} is not a pattern`, column);
  return text;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
