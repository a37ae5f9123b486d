import { reportOn, warnOn } from '../candidate.ts';
import type { Candidate } from '../candidate.ts';
import type { Path } from '../position.ts';
import { someOf } from '../../core/some-of.ts';
import { closest, didYouMean } from '../../core/suggest.ts';
import type { DeclaredEnvironment } from './declared-environments.ts';
import { keysOf } from './selector.ts';
import type { LabelSelector } from './selector.ts';

/** The Environments that selectors select among. */
export interface Declared {
  readonly environments: readonly DeclaredEnvironment[];
  /** Places where more may be declared, which cannot be read. */
  readonly hidden: readonly string[];
  /** The values that each of their labels has; undefined while there may be others, or there are none. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

/** A selector in a document, and where it stands. */
export interface Placed {
  readonly selector: LabelSelector;
  readonly at: Path;
}

/** A label that no Environment has is a typo more often than not, and would drop them all. */
export function reportUnknownKeys(
  candidate: Candidate,
  { selector, at }: Placed,
  { labels }: Declared,
): void {
  if (labels === undefined) return;
  const known = [...labels.keys()].toSorted();
  for (const key of new Set(keysOf(selector))) {
    if (labels.has(key)) continue;
    const index = (selector.matchExpressions ?? []).findIndex((one) => one.key === key);
    const path = index === -1 ? [...at, 'matchLabels', key] : [...at, 'matchExpressions', index, 'key'];
    reportOn(
      candidate,
      path,
      `no Environment has the label ${JSON.stringify(key)}; ${didYouMean(key, known, 'they have')}`,
    );
  }
}

/** So is a value, which would drop those that have the one that is meant, or take those that NotIn leaves out. */
export function warnOfUnknownValues(
  candidate: Candidate,
  { selector, at }: Placed,
  { labels }: Declared,
): void {
  if (labels === undefined) return;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const named = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, value, path: [...at, 'matchLabels', key] })),
    ...matchExpressions.flatMap(({ key, values = [] }, index) =>
      values.map((value, nth) => ({
        key,
        value,
        path: [...at, 'matchExpressions', index, 'values', nth],
      })),
    ),
  ];
  for (const { key, value, path } of named) {
    const known = labels.get(key);
    if (known === undefined || known.has(value)) continue;
    const near = closest(value, [...known]);
    const helps =
      near === undefined ? `it is ${someOf([...known].toSorted())}` : `did you mean ${JSON.stringify(near)}?`;
    warnOn(candidate, path, `no Environment has ${JSON.stringify(value)} as its ${key}; ${helps}`);
  }
}

export function labelsOf(environments: readonly DeclaredEnvironment[]): Declared['labels'] {
  if (environments.length === 0) return undefined;
  const known = new Map<string, Set<string>>();
  for (const { labels } of environments) {
    if (labels === undefined) return undefined;
    for (const [key, value] of Object.entries(labels)) {
      known.set(key, (known.get(key) ?? new Set()).add(value));
    }
  }
  return known;
}
