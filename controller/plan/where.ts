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
