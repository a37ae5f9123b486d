/** Characters of names that Route 53 writes as they are; the others it writes as `\` and their code in octal. */
const PLAIN = /[^a-z0-9_.-]/g;
const ESCAPED = /\\([0-3][0-7]{2})/g;

/** As Route 53 shows a name: in lower case, escaped, with the last dot (Route 53 developer guide, DNS domain name format). */
export function shownName(name: string): string {
  const escaped = name
    .toLowerCase()
    .replace(PLAIN, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `${escaped}.`;
}

/** A name as requests give it, with the last dot or without, escaped or not: in lower case, as it is, without the dot. */
export function readName(text: string): string {
  return text
    .replace(ESCAPED, (_escape, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .toLowerCase()
    .replace(/\.$/, '');
}

/** `org.example.www.` for `www.example.org`: what zones and record sets are sorted by. */
export function reversedLabels(name: string): string {
  return readName(name)
    .split('.')
    .toReversed()
    .map((label) => `${label}.`)
    .join('');
}
