import { closest } from '../../core/suggest.ts';
import type { ManifestDocument } from '../documents.ts';
import { placeOf, pointerOf } from '../position.ts';
import type { Finding, NodePlace, Path } from '../position.ts';
import { originsOf, withTexts } from './tree.ts';
import type { Tree } from './tree.ts';
import { filled } from './variables.ts';
import type { Variables } from './variables.ts';

/** Where the parts of a document are in one that is made of them; the same for all that are made of the same parts. */
export interface Arrangement extends Pick<ManifestDocument, 'places' | 'plain' | 'refused'> {
  /** Where each part is now, by the pointer that it was written at. */
  readonly now: ReadonlyMap<string, Path>;
}

export function arrangementOf(document: ManifestDocument, tree: Tree): Arrangement {
  const places = new Map<string, NodePlace>();
  const plain = new Map<string, string>();
  const refused = new Set<string>();
  const now = new Map<string, Path>();
  for (const [pointer, { path, from }] of originsOf(tree)) {
    const origin = pointerOf(from);
    const { key, value } = placeOf(document.places, from);
    places.set(pointer, { path, key, value, from });
    now.set(origin, path);
    const text = document.plain.get(origin);
    if (text !== undefined) plain.set(pointer, text);
    if (document.refused.has(origin)) refused.add(pointer);
  }
  return { places, plain, refused, now };
}

/**
 * A document that is made of parts of another. `problems` of that other count for the parts that they are about, of which nothing more is
 * said; what the YAML says against the other counts, too.
 */
export function rearranged(
  document: ManifestDocument,
  { places, plain, refused, now }: Arrangement,
  value: unknown,
  problems: readonly Finding[],
): ManifestDocument {
  const wrong = problems.map(({ path }) => now.get(pointerOf(path))).filter((path) => path !== undefined);
  const findings = [...document.findings, ...problems].map((one) => ({
    ...one,
    path: now.get(pointerOf(one.path)) ?? one.path,
    written: one.path,
  }));
  return {
    ...document,
    value,
    places,
    plain,
    refused: new Set([...refused, ...wrong.map(pointerOf)]),
    findings,
  };
}

/** The tree with its variables filled in; those that mean nothing are problems, and stay. */
export function withVariables(
  tree: Tree,
  variables: Variables,
  { places }: Pick<ManifestDocument, 'places'>,
): { readonly tree: Tree; readonly problems: readonly Finding[] } {
  const problems: Finding[] = [];
  const done = withTexts(tree, (text, path) => {
    const result = filled(text, variables);
    if ('text' in result) return result.text;
    problems.push({
      path,
      offset: placeOf(places, path).value,
      message: meaningless(result.unknown, variables),
    });
    return undefined;
  });
  return { tree: done, problems };
}

function meaningless(names: readonly string[], { values }: Variables): string {
  const known = [...values.keys()];
  const [first = ''] = names;
  const near = closest(lastPart(first.slice(2, -1)), known.map(lastPart));
  const meant = known.find((name) => lastPart(name) === near);
  const helps =
    meant === undefined
      ? `there are ${known.map((name) => `\${${name}}`).join(', ')}`
      : `did you mean \${${meant}}?`;
  return `${names.join(' and ')} means nothing here; ${helps}; write $\${… for a text that begins so`;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
