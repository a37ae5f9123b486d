import { comparison, isComparison } from './comparisons.ts';
import type { Value } from './comparisons.ts';
import { isOnlyOfAws, NODE_KEYWORDS, TRACE_KEYWORDS } from './keywords.ts';
import type { Keywords } from './keywords.ts';
import type { Subject, TraceSubject } from './subject.ts';
import { notUnderstood, tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';
import type { ServiceNode } from '../trace-map.ts';
import { isClient } from '../trace-map.ts';

export type TraceFilter = (trace: TraceSubject) => boolean;

/** Of what stands between braces: `subject` is the piece of work or the call; elsewhere it is the trace itself. */
type Test = (subject: Subject, trace: TraceSubject) => boolean;

const MAX_DEPTH = 100;

/**
 * Understands a filter expression: keywords with their comparisons, `service()`, `edge()` and annotations, joined by AND or nothing, by OR,
 * and turned by `!` or NOT. Throws InvalidRequestException, which says where it is not understood.
 */
export function traceFilterOf(expression: string): TraceFilter {
  const parser = new FilterParser(expression);
  const test = parser.whole();
  return (trace) => test(trace.itself, trace);
}

class FilterParser {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  #keywords: Keywords = TRACE_KEYWORDS;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokensOf(expression);
  }

  whole(): Test {
    const test = this.#alternatives();
    if (this.#token.kind !== 'end') throw this.#unexpected('nothing more is expected');
    return test;
  }

  get #token(): Token {
    return this.#tokens[this.#index]!;
  }

  #alternatives(): Test {
    const tests = [this.#conjunction()];
    while (this.#took('or')) tests.push(this.#conjunction());
    return (...of) => tests.some((test) => test(...of));
  }

  #conjunction(): Test {
    const tests = [this.#negated()];
    while (this.#took('and') || this.#beginsTerm()) tests.push(this.#negated());
    return (...of) => tests.every((test) => test(...of));
  }

  #beginsTerm(): boolean {
    const { kind, value } = this.#token;
    if (kind === 'sign') return value === '!' || value === '(';
    return kind === 'annotation' || (kind === 'word' && value.toLowerCase() !== 'or');
  }

  #negated(): Test {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#unexpected(`it is nested more than ${MAX_DEPTH} deep`);
    const test = this.#took('!') || this.#took('not') ? not(this.#negated()) : this.#term();
    this.#depth -= 1;
    return test;
  }

  #term(): Test {
    if (this.#took('(')) {
      const test = this.#alternatives();
      this.#take(')');
      return test;
    }
    const { kind, value } = this.#token;
    if (kind === 'annotation') return this.#annotation(value);
    if (kind !== 'word') throw this.#unexpected('a keyword is expected');
    const word = value.toLowerCase();
    if (this.#keywords === TRACE_KEYWORDS && this.#tokens[this.#index + 1]?.value === '(') {
      if (word === 'service') return this.#service();
      if (word === 'edge') return this.#edge();
    }
    return this.#keyword(word);
  }

  #annotation(key: string): Test {
    if (this.#keywords !== TRACE_KEYWORDS) {
      throw this.#unexpected('annotations are not asked for within service() and edge()');
    }
    this.#index += 1;
    const matches = this.#comparison();
    return (_subject, { annotations }) => matches(annotations.get(key) ?? []);
  }

  #keyword(word: string): Test {
    const type = this.#keywords.get(word);
    if (type === undefined) {
      throw this.#unexpected(
        isOnlyOfAws(word) ? 'the sandbox does not filter by this' : 'there is no such keyword here',
      );
    }
    this.#index += 1;
    const matches = this.#comparison(type);
    return (subject) => matches(subject[word] ?? []);
  }

  /** What stands behind a keyword; where nothing does, whether it is true or says anything. */
  #comparison(type?: string): (found: readonly Value[]) => boolean {
    const sign = this.#token.value.toLowerCase();
    if (!['sign', 'word'].includes(this.#token.kind) || !isComparison(sign)) {
      return (found) => found.some((value) => value !== false);
    }
    const at = this.#index;
    this.#index += 1;
    const asked = this.#value();
    const matches = comparison(sign, asked);
    if (matches === undefined || (type !== undefined && typeof asked !== type)) {
      this.#index = at;
      throw this.#unexpected(`a ${type ?? typeof asked} is not compared like this`);
    }
    return matches;
  }

  #value(): Value {
    const { kind, value } = this.#token;
    this.#index += 1;
    if (kind === 'text') return value;
    if (kind === 'number') return Number(value);
    if (kind === 'word' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    this.#index -= 1;
    throw this.#unexpected('a number, true, false or a text in quotation marks is expected');
  }

  #service(): Test {
    this.#index += 1;
    this.#take('(');
    const isMeant = this.#token.value === ')' ? () => true : this.#node();
    this.#take(')');
    const block = this.#block();
    return (_subject, trace) =>
      trace.services.some(({ node, subject }) => isMeant(node) && block(subject, trace));
  }

  #edge(): Test {
    this.#index += 1;
    this.#take('(');
    const isSource = this.#node();
    this.#take(',');
    const isDestination = this.#node();
    this.#take(')');
    const block = this.#block();
    return (_subject, trace) =>
      trace.edges.some(
        ({ from, to, subject }) =>
          !isClient(from) && isSource(from) && isDestination(to) && block(subject, trace),
      );
  }

  /** `"name"` or `id(name: "name", type: "type", account.id: "account")`. */
  #node(): (node: ServiceNode) => boolean {
    if (this.#token.kind === 'text') {
      const name = this.#text();
      return (node) => node.name === name;
    }
    if (!this.#took('id')) throw this.#unexpected('a name in quotation marks or id(…) is expected');
    this.#take('(');
    const asked: ((node: ServiceNode) => boolean)[] = [];
    do {
      const member = NODE_MEMBERS.get(this.#token.value.toLowerCase());
      if (this.#token.kind !== 'word' || member === undefined) {
        throw this.#unexpected('name, type or account.id is expected');
      }
      this.#index += 1;
      this.#take(':');
      const text = this.#text();
      asked.push((node) => node[member] === text);
    } while (this.#took(','));
    this.#take(')');
    return (node) => asked.every((test) => test(node));
  }

  #block(): Test {
    if (!this.#took('{')) return () => true;
    this.#keywords = NODE_KEYWORDS;
    const test = this.#alternatives();
    this.#take('}');
    this.#keywords = TRACE_KEYWORDS;
    return test;
  }

  #text(): string {
    if (this.#token.kind !== 'text') throw this.#unexpected('a text in quotation marks is expected');
    this.#index += 1;
    return this.#tokens[this.#index - 1]!.value;
  }

  /** A sign, or a word whatever its case. */
  #took(what: string): boolean {
    const { kind, value } = this.#token;
    if (!['sign', 'word'].includes(kind) || value.toLowerCase() !== what) return false;
    this.#index += 1;
    return true;
  }

  #take(sign: string): void {
    if (!this.#took(sign)) throw this.#unexpected(`"${sign}" is expected`);
  }

  #unexpected(why: string): Error {
    return notUnderstood(this.#expression, this.#token.at, why);
  }
}

const NODE_MEMBERS: ReadonlyMap<string, keyof ServiceNode> = new Map([
  ['name', 'name'],
  ['type', 'type'],
  ['account.id', 'accountId'],
]);

function not(test: Test): Test {
  return (...of) => !test(...of);
}
