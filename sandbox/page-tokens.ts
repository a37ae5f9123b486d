/** What the operations call the token of the next page, in requests and in answers. */
const MEMBERS = ['nextToken', 'NextToken', 'Marker', 'NextMarker', 'PaginationToken'] as const;

/** The answer with its token bound to the operation that gave it. */
export function withBoundTokens(operation: string, output: object): object {
  return changed(output, (token) => Buffer.from(`${operation} ${token}`).toString('base64url'));
}

/** The request with the operation's own token as it was; one of another operation is left as no operation knows it, and is refused. */
export function withOwnTokens(operation: string, input: object): object {
  return changed(input, (token) => {
    const text = Buffer.from(token, 'base64url').toString('utf8');
    return text.startsWith(`${operation} `) ? text.slice(operation.length + 1) : token;
  });
}

function changed(holder: object, change: (token: string) => string): object {
  const own = Object.entries(holder) as readonly (readonly [string, unknown])[];
  const tokens = own.filter(
    ([name, value]) =>
      (MEMBERS as readonly string[]).includes(name) && typeof value === 'string' && value !== '',
  );
  if (tokens.length === 0) return holder;
  return { ...holder, ...Object.fromEntries(tokens.map(([name, value]) => [name, change(String(value))])) };
}
