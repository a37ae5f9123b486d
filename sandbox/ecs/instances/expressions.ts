import { parseQuery } from '../cluster-query/parse.ts';
import type { Query } from '../cluster-query/query.ts';
import { QueryError } from '../cluster-query/tokens.ts';
import { invalidParameter } from '../errors.ts';

/** API reference, PlacementConstraint. */
const MOST_CHARACTERS = 2000;

/** An expression of the cluster query language. Throws InvalidParameterException; the text is the sandbox's. */
export function readExpression(text: string): Query {
  if (text.length > MOST_CHARACTERS) {
    throw invalidParameter(`An expression can have at most ${MOST_CHARACTERS} characters.`);
  }
  try {
    return parseQuery(text);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    throw invalidParameter(`Invalid expression '${text}': ${thrown.message}.`);
  }
}
