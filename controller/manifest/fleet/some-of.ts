const SHOWN = 5;

/** `a, b, c, d, e and 35 more`. */
export function someOf(names: readonly string[]): string {
  const more = names.length - SHOWN;
  // One more name is no longer than its number.
  return more > 1 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
