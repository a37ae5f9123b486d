import { AwsError } from '../error.ts';
import type { Ec2State } from './state.ts';

/** The oldest are forgotten first. */
const MAX_TOKENS = 1000;

/**
 * What the request with this client token made before, or what it makes now. Throws IdempotentParameterMismatch for a token that came with
 * another request (Ensuring idempotency in Amazon EC2 API requests).
 */
export function oncePerToken<Item>(
  { madeByToken }: Ec2State,
  operation: string,
  input: { readonly ClientToken?: string | undefined },
  parts: {
    readonly find: (id: string) => Item | undefined;
    readonly idOf: (item: Item) => string;
    readonly make: () => Item;
  },
): Item {
  const { ClientToken: token } = input;
  if (token === undefined) return parts.make();
  const key = `${operation} ${token}`;
  const request = JSON.stringify(input);
  const before = madeByToken.get(key);
  const found = before === undefined ? undefined : parts.find(before.id);
  if (before !== undefined && found !== undefined) {
    if (before.request === request) return found;
    throw new AwsError(
      'IdempotentParameterMismatch',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }
  const made = parts.make();
  const [oldest] = madeByToken.keys();
  if (madeByToken.size >= MAX_TOKENS && oldest !== undefined) madeByToken.delete(oldest);
  madeByToken.set(key, { id: parts.idOf(made), request });
  return made;
}
