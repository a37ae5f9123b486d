/** The Environments of what stands before it: ` (environment eu)`, ` (2 Environments: eu, us)`. */
export function namedWhere(environments: readonly string[]): string {
  const [first, ...others] = environments;
  return others.length === 0
    ? ` (environment ${first})`
    : ` (${environments.length} Environments: ${environments.join(', ')})`;
}

/** The same without the names of several: ` (environment eu)`, ` (2 Environments)`. */
export function countedWhere(environments: readonly string[]): string {
  return environments.length === 1 ? namedWhere(environments) : ` (${environments.length} Environments)`;
}

/** Names, with commas between them, in lines of at most this width. */
export function wrapped(names: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name},`;
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
