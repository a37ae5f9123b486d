/** A DNS label that reads like the name; empty where nothing of it can stand in one. */
function labelOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
}

/** A label that is not taken yet, and is from now on: that of the first of the names that is free, or the first with a number. */
export function freeLabel(names: readonly string[], taken: Set<string>, otherwise = 'service'): string {
  const labels = names.map(labelOf).map((label) => (label === '' ? otherwise : label));
  const numbered = (count: number): string => {
    const label = `${(labels[0] ?? otherwise).slice(0, 58)}-${count}`;
    return taken.has(label) ? numbered(count + 1) : label;
  };
  const label = labels.find((one) => !taken.has(one)) ?? numbered(2);
  taken.add(label);
  return label;
}
