import { AwsError } from '../error.ts';

/** Whether a message is meant by a filter pattern. */
export type FilterPattern = (message: string) => boolean;

/** API reference, FilterLogEvents. */
const LONGEST = 1024;

/** One term: `?` or `-` before a word or a quoted phrase. */
const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/uy;

/**
 * Reads a filter pattern of unstructured log events (CloudWatch Logs User Guide, filter pattern syntax): a message has every term, and none with
 * a `-`; where all others have a `?`, any of those will do, and beside terms that must be there those count for nothing. A term that is more than
 * letters, digits and underscores stands in quotation marks. Throws InvalidParameterException, also for the patterns of JSON, of columns and of
 * regular expressions, which the sandbox does not read.
 */
export function filterPattern(pattern: string | undefined): FilterPattern {
  const text = pattern?.trim() ?? '';
  if (text.length > LONGEST) throw refused(`The filter pattern is longer than ${LONGEST} characters.`);
  if (/^[{[]/.test(text)) {
    throw refused(
      'The sandbox reads filter patterns of terms ("a phrase", ?either ?or, -not), and none of JSON or of columns.',
    );
  }
  const terms = termsOf(text);
  const wanted = terms.filter(({ sign }) => sign === '').map(({ term }) => term);
  const unwanted = terms.filter(({ sign }) => sign === '-').map(({ term }) => term);
  const optional = terms.filter(({ sign }) => sign === '?').map(({ term }) => term);
  return (message) => {
    const has = (term: string): boolean => message.includes(term);
    if (unwanted.some(has) || !wanted.every(has)) return false;
    return optional.length === 0 || wanted.length > 0 || optional.some(has);
  };
}

interface Term {
  readonly sign: string;
  readonly term: string;
}

function termsOf(text: string): readonly Term[] {
  const terms: Term[] = [];
  for (let at = 0; at < text.length; ) {
    TERM.lastIndex = at;
    const [whole, sign = '', quoted, word] = TERM.exec(text) ?? [];
    if (whole === undefined) {
      throw refused(
        `The filter pattern cannot be read from '${text.slice(at)}' on: a quotation mark is missing, or a space beside one.`,
      );
    }
    terms.push({ sign, term: quoted === undefined ? checkWord(word ?? '') : unescaped(quoted) });
    at += whole.length;
    while (/\s/u.test(text[at] ?? '')) at += 1;
  }
  return terms;
}

function checkWord(word: string): string {
  if (/^%.*%$/u.test(word)) {
    throw refused('The sandbox reads no regular expressions (%…%) in filter patterns.');
  }
  if (/^[\p{L}\p{N}_]+$/u.test(word)) return word;
  throw refused(`Invalid character(s) in term '${word}'`);
}

function unescaped(quoted: string): string {
  return quoted.replaceAll(/\\(.)/gu, '$1');
}

function refused(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
