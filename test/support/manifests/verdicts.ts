import { expect } from 'vitest';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { placeIn } from './errors.ts';

/** A manifest, and the one thing that is said of it, at the first place where `at` stands in its text. */
export interface Verdict {
  readonly what: string;
  readonly text: string;
  readonly at: string;
  readonly path: string;
  readonly says: RegExp;
}

/** What is said of a text, and how many manifests it comes to. */
export function judged(text: string) {
  const { errors, warnings, manifests } = parseManifests([{ file: 'a.yaml', text }]);
  return { errors, warnings, manifests: manifests.length };
}

/** The error or the warning of a verdict, for `toEqual`. */
export function said({ text, at, path, says }: Verdict): unknown {
  return expect.objectContaining({
    file: 'a.yaml',
    path,
    message: expect.stringMatching(says),
    ...placeIn(text, at),
  });
}
