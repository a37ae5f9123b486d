/**
 * Characters that show something else than what is there: control characters, bidirectional overrides, line
 * separators, byte order marks and lone surrogates (reference: faults and bad input, YAML).
 */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|[\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\uFEFF]/u;

/** Index of the first forbidden character; undefined where there is none. */
export function findForbiddenCharacter(text: string): number | undefined {
  const index = text.search(FORBIDDEN);
  return index === -1 ? undefined : index;
}

export function forbiddenCharacterMessage(text: string, index: number): string {
  const code = (text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `the character U+${code} is not allowed: control and text-direction characters hide what a manifest says; remove it`;
}
