import { parseQuery } from '../cluster-query/parse.ts';
import type { Query } from '../cluster-query/query.ts';
import { QueryError } from '../cluster-query/tokens.ts';
import { invalidParameter } from '../errors.ts';

/** API reference, PlacementConstraint. */
const MOST_CHARACTERS = 2000;

/** Why a text is no expression of the cluster query language; undefined where it is one. The texts are the sandbox's. */
export function whyNoExpression(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return `An expression can have at most ${MOST_CHARACTERS} characters.`;
  try {
    parseQuery(text);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    return `Invalid expression '${text}': ${thrown.message}.`;
  }
}

/** Throws InvalidParameterException for a text that is none. */
export function readExpression(text: string): Query {
  const why = whyNoExpression(text);
  if (why !== undefined) throw invalidParameter(why);
  return parseQuery(text);
}
