import { canonicalJson } from '../core/ownership.ts';
import type { Desired } from '../core/resource.ts';
import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import { expandManifests } from '../manifest/expand/index.ts';
import type { Expansion } from '../manifest/expand/index.ts';
import { parseManifests } from '../manifest/parse.ts';
import type { ManifestError } from '../manifest/parse.ts';
import { rewindNotice } from '../source/failure.ts';
import type { SourceReading } from '../source/source.ts';

/** What git wants, as one reading of the source says it. */
export interface Wanted {
  readonly reading: SourceReading;
  /** Of the documents, and of files that were refused before they were parsed. */
  readonly errors: readonly ManifestError[];
  readonly expansion: Expansion;
  /** Why nothing may be deleted; undefined where the source was read whole and every document is valid. */
  readonly frozen: string | undefined;
  /** Why nothing may be deleted without confirmation; undefined where the source only went on. */
  readonly suspect: string | undefined;
}

/** What is wanted of one environment. */
export interface WantedHere {
  readonly target: EnvironmentTarget;
  readonly desired: readonly Desired[];
  /** Why nothing may be deleted in it. */
  readonly frozen: string | undefined;
  readonly suspect: string | undefined;
  /** The revision that wants it; undefined where the source was never read. */
  readonly revision: string | undefined;
  /** The environment is not here any more: as what the place is shown. What is left is looked at and not touched. */
  readonly formerly?: string;
}

/** What is wanted of a place where an environment was: nothing. */
export interface LeftHere extends WantedHere {
  readonly formerly: string;
}

export function wantedByEnvironment({ expansion, frozen, suspect, reading }: Wanted): readonly WantedHere[] {
  return expansion.environments.map((target) => ({
    target,
    desired: expansion.desired.filter(({ id }) => id.environment === target.name),
    frozen,
    suspect,
    revision: reading.snapshot?.revision,
  }));
}

/** Turns readings into what is wanted. Keeps the last one: a revision that has not moved is not parsed again. */
export function createWantedReader(): (reading: SourceReading) => Wanted {
  let last:
    | { readonly key: string; readonly errors: readonly ManifestError[]; readonly expansion: Expansion }
    | undefined;
  return (reading) => {
    const { revision = '', files = [], errors: refused = [] } = reading.snapshot ?? {};
    const key = canonicalJson([revision, refused]);
    if (last?.key !== key) {
      const parsed = parseManifests(
        files,
        refused.map(({ file }) => file),
      );
      last = { key, errors: [...refused, ...parsed.errors], expansion: expandManifests(parsed.manifests) };
    }
    const { errors, expansion } = last;
    const suspect = reading.snapshot === undefined ? undefined : rewindNotice(reading.snapshot);
    return { reading, errors, expansion, frozen: whyFrozen(reading, errors), suspect };
  };
}

function whyFrozen(reading: SourceReading, errors: readonly ManifestError[]): string | undefined {
  if (reading.type === 'stale') return `${reading.code}: ${reading.message}`;
  return errors.length === 0
    ? undefined
    : `${errors.length} ${errors.length === 1 ? 'document is' : 'documents are'} invalid`;
}
