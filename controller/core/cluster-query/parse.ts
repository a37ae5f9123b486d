import { closest, didYouMean } from '../suggest.ts';
import { ATTRIBUTE, BUILT_IN_ATTRIBUTES, OPERATORS, SUBJECTS } from './expression.ts';
import type { Comparison, Expression, Operator } from './expression.ts';

/** What keeps a text from being an expression, and where. */
export interface QueryError {
  /** From 1 on. */
  readonly column: number;
  /** What is wrong and what to write instead, in one sentence. */
  readonly message: string;
}

export type Parsed = { readonly expression: Expression } | { readonly error: QueryError };

/** So deep may parentheses stand in one another: the text of a constraint has at most 2000 characters. */
const MOST_DEEP = 50;

const BY_SIGN = new Map<string, Operator>(
  Object.entries(OPERATORS).map(([operator, sign]) => [sign, operator as Operator]),
);
const WORDS = Object.keys(OPERATORS) as Operator[];
const VALID_OPERATORS = [...BY_SIGN.keys()];

/** ECS API reference, Attribute. */
const MOST_NAME = 128;
const STRANGE = /[^\w./\\-]/u;

/**
 * Reads an expression of the cluster query language (ECS developer guide, the same). AWS documents no grammar, only its parts: what they leave
 * open (words in capitals, `!` apart from its word, quotes of either sort, parentheses in a pattern) is taken, `and` binds more than `or`.
 */
export function parseQuery(text: string): Parsed {
  try {
    const reader = new Reader(text);
    const expression = reader.whole();
    return { expression };
  } catch (error) {
    if (error instanceof Mistake) return { error: { column: error.column, message: error.message } };
    throw error;
  }
}

class Mistake extends Error {
  readonly column: number;
  constructor(offset: number, message: string) {
    super(message);
    this.column = offset + 1;
  }
}

/** Recursive descent over the text itself: what a character means depends on what is expected. */
class Reader {
  readonly #text: string;
  #offset = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Expression {
    const expression = this.#either();
    const rest = this.#rest();
    if (rest === '') return expression;
    if (rest.startsWith(')')) throw this.#mistake('this ) closes nothing; remove it, or add a ( before');
    const [word = ''] = /^\S+/.exec(rest) ?? [];
    const joined = /^(&|\|)(?!\1)/.exec(rest)?.[1];
    if (joined !== undefined) throw this.#mistake(`${joined} joins nothing; write ${joined}${joined}`);
    throw this.#mistake(
      `${shown(word)} follows what is complete; join two conditions by and or or, and put an argument with spaces in quotes`,
    );
  }

  #either(): Expression {
    return this.#joined('or', /^(\|\||or(?![\w.:/\\-]))/i, () => this.#all());
  }

  #all(): Expression {
    return this.#joined('and', /^(&&|and(?![\w.:/\\-]))/i, () => this.#unit());
  }

  #joined(type: 'and' | 'or', sign: RegExp, part: () => Expression): Expression {
    const first = part();
    const parts = [first];
    while (this.#takes(sign) !== undefined) parts.push(part());
    return parts.length === 1 ? first : { type, parts };
  }

  #unit(): Expression {
    if (this.#takes(/^(!|not(?![\w.:/\\-]))/i) !== undefined) {
      return this.#within(() => ({ type: 'not', of: this.#unit() }));
    }
    const opened = this.#takes(/^\(/);
    if (opened === undefined) return this.#comparison();
    const at = this.#offset - 1;
    const inner = this.#within(() => this.#either());
    if (this.#takes(/^\)/) === undefined) {
      if (this.#rest() !== '') return this.#unclosed();
      throw new Mistake(at, 'this ( is never closed; add a )');
    }
    return inner;
  }

  #unclosed(): never {
    const [word = ''] = /^\S+/.exec(this.#rest()) ?? [];
    throw this.#mistake(`${shown(word)} follows what is complete; write and, or or )`);
  }

  #within(inner: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth > MOST_DEEP) throw this.#mistake(`it is nested more than ${MOST_DEEP} deep`);
    const expression = inner();
    this.#depth -= 1;
    return expression;
  }

  #comparison(): Comparison {
    const rest = this.#rest();
    const at = this.#offset;
    const subject = this.#takes(/^[^\s=!<>~()[\],&|'"]+/);
    if (subject === undefined) {
      throw this.#mistake(
        rest === ''
          ? 'a condition is missing here, such as attribute:ecs.os-type == linux'
          : `${shown(rest[0] ?? '')} begins no condition; write a subject, such as attribute:ecs.os-type`,
      );
    }
    requireSubject(subject, at);
    const operator = this.#operator(subject);
    return { type: 'comparison', subject, operator, arguments: this.#arguments(operator), column: at + 1 };
  }

  #operator(subject: string): Operator {
    const rest = this.#rest();
    const at = this.#offset;
    const sign = this.#takes(/^([=!<>~]+|[a-z_]+)/i);
    if (sign === '!') {
      const word = this.#takes(/^(in|exists)(?![a-z_])/i);
      if (word !== undefined) return word.toLowerCase() === 'in' ? 'not_in' : 'not_exists';
    }
    const lower = sign?.toLowerCase() ?? '';
    const found = BY_SIGN.get(lower) ?? WORDS.find((word) => word === lower);
    if (found !== undefined) return found;
    if (sign === undefined) {
      const what = rest === '' ? 'nothing follows' : `${shown(rest[0] ?? '')} is no operator after`;
      throw this.#mistake(`${what} ${subject}; write an operator: ${VALID_OPERATORS.join(', ')}`);
    }
    throw new Mistake(at, `${shown(sign)} is no operator; ${insteadOf(lower)}`);
  }

  #arguments(operator: Operator): readonly string[] {
    if (operator === 'exists' || operator === 'not_exists') return [];
    if (operator === 'in' || operator === 'not_in') return this.#list(operator);
    return [this.#argument(operator)];
  }

  #list(operator: Operator): readonly string[] {
    const sign = OPERATORS[operator];
    if (this.#takes(/^\[/) === undefined) {
      this.#rest();
      throw this.#mistake(`${sign} needs a list in brackets; write it as ${sign} [a, b]`);
    }
    const opened = this.#offset - 1;
    const items: string[] = [];
    do {
      this.#rest();
      const item = this.#quoted() ?? this.#takes(/^[^,\]]+/)?.trim();
      if (item === undefined || item === '') {
        if (this.#rest() === '') throw new Mistake(opened, 'this [ is never closed; add a ]');
        throw this.#mistake('an argument is missing here; write one, or remove the comma');
      }
      items.push(item);
    } while (this.#takes(/^,/) !== undefined);
    if (this.#takes(/^\]/) !== undefined) return items;
    if (this.#rest() === '') throw new Mistake(opened, 'this [ is never closed; add a ]');
    throw this.#mistake('after an argument of a list comes a comma or ]');
  }

  #argument(operator: Operator): string {
    const rest = this.#rest();
    const at = this.#offset;
    const argument = this.#quoted() ?? this.#bare();
    if (argument !== '' || /^["']/.test(rest)) return argument;
    const sign = OPERATORS[operator];
    if (rest.startsWith('[')) throw this.#mistake(`${sign} takes one argument; write in [a, b] for several`);
    throw new Mistake(at, `an argument is missing after ${sign}; write one, such as ${sign} linux`);
  }

  /** Up to a space, a sign that joins, or a parenthesis that was not opened in it. */
  #bare(): string {
    const rest = this.#rest();
    let open = 0;
    let length = 0;
    while (length < rest.length) {
      const char = rest[length]!;
      if (/\s/.test(char) || (open === 0 && /^(&&|\|\||\))/.test(rest.slice(length)))) break;
      if (length === 0 && char === '[' && !/^\[[^\]]*\]./.test(rest)) break;
      if (char === '(') open += 1;
      if (char === ')') open -= 1;
      length += 1;
    }
    this.#offset += length;
    return rest.slice(0, length);
  }

  /** Undefined where none begins here. */
  #quoted(): string | undefined {
    const rest = this.#rest();
    const [quote] = /^["']/.exec(rest) ?? [];
    if (quote === undefined) return undefined;
    const end = rest.indexOf(quote, 1);
    if (end < 0) throw this.#mistake(`this ${quote} is never closed; add another`);
    this.#offset += end + 1;
    return rest.slice(1, end);
  }

  #takes(pattern: RegExp): string | undefined {
    const [found] = pattern.exec(this.#rest()) ?? [];
    if (found !== undefined) this.#offset += found.length;
    return found;
  }

  /** What is left, from the next character on that is no space. */
  #rest(): string {
    const left = this.#text.slice(this.#offset);
    const rest = left.trimStart();
    this.#offset += left.length - rest.length;
    return rest;
  }

  #mistake(message: string): Mistake {
    return new Mistake(this.#offset, message);
  }
}

function requireSubject(subject: string, at: number): void {
  if (subject.startsWith(ATTRIBUTE)) {
    requireName(subject.slice(ATTRIBUTE.length), at + ATTRIBUTE.length);
    return;
  }
  if (Object.hasOwn(SUBJECTS, subject)) return;
  throw new Mistake(at, `${shown(subject)} is no subject; ${meantSubject(subject)}`);
}

function requireName(name: string, at: number): void {
  if (name === '') throw new Mistake(at, `the name of an attribute is missing after ${ATTRIBUTE}`);
  if (name.length > MOST_NAME) {
    throw new Mistake(
      at,
      `the name of an attribute has at most ${MOST_NAME} characters, and this has ${name.length}`,
    );
  }
  const [strange] = STRANGE.exec(name) ?? [];
  if (strange === undefined) return;
  throw new Mistake(
    at + name.indexOf(strange),
    `the name of an attribute has no ${shown(strange)}; it may have letters, digits and - _ / \\ .`,
  );
}

/** Whose word was probably meant: a subject, or an attribute of ECS's own without what begins its name. */
function meantSubject(word: string): string {
  const subjects = Object.keys(SUBJECTS);
  const attributes = new Map(
    BUILT_IN_ATTRIBUTES.flatMap((name) =>
      [name, name.replace(/^ecs\./, '')].map((as) => [as, name] as const),
    ),
  );
  const attribute = attributes.get(closest(word, [...subjects, ...attributes.keys()]) ?? '');
  return attribute === undefined
    ? didYouMean(word, subjects, `write ${ATTRIBUTE}NAME, or one of`)
    : `did you mean "${ATTRIBUTE}${attribute}"?`;
}

function insteadOf(sign: string): string {
  if (sign === '=' || sign === '===') return 'write ==';
  if (sign === '<>') return 'write !=';
  if (sign === '~' || sign === '~=') return 'write =~';
  if (sign === 'not') return 'write !in, or !exists';
  return didYouMean(sign, [...VALID_OPERATORS, ...WORDS], 'write one of');
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
