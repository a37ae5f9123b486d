/** What a text of a definition may say of where it stands: `${environment.name}`, `${environment.labels.stage}`. */
export interface Variables {
  /** What begins a variable of ours: `environment`. */
  readonly roots: readonly string[];
  /** By what stands between the braces; of labels `environment.labels.stage`. */
  readonly values: ReadonlyMap<string, string>;
}

/** A text with its variables filled in, or those that mean nothing. */
export type Filled = { readonly text: string } | { readonly unknown: readonly string[] };

/** `$${environment.` stands for `${environment.`; any other `${…}` is somebody else's. */
const VARIABLE = /(\$?)\$\{([A-Za-z]+)((?:\.[^{}\s]*)?)\}/g;

/** Only `${<root>…}` is ours: another text's `${…}` stays as it is. */
export function filled(text: string, { roots, values }: Variables): Filled {
  if (!text.includes('${')) return { text };
  const unknown: string[] = [];
  const done = text.replaceAll(VARIABLE, (whole, escape: string, root: string, rest: string) => {
    if (!roots.includes(root) || (rest === '' && !values.has(root))) return whole;
    if (escape !== '') return whole.slice(1);
    const value = values.get(`${root}${rest}`);
    if (value === undefined) unknown.push(whole);
    return value ?? whole;
  });
  return unknown.length === 0 ? { text: done } : { unknown };
}
