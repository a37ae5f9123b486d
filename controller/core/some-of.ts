const SHOWN = 5;

/** `a, b, c, d, e and 35 more`: the first of many, as a sentence names them. */
export function someOf(names: readonly string[], most = SHOWN): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
