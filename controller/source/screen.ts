import { invalid } from './failure.ts';
import type { SourceError } from './source.ts';

/** What is read at most (reference: faults and bad input, "YAML" and "Git"). */
export interface ManifestLimits {
  /** Bytes of one manifest file. */
  readonly fileBytes: number;
  /** Bytes of all manifest files. */
  readonly totalBytes: number;
  /** How many manifest files. */
  readonly files: number;
  /** How many folders deep a file may lie below the source path. */
  readonly depth: number;
}

const MIB = 1024 * 1024;

export const MANIFEST_LIMITS: ManifestLimits = {
  fileBytes: MIB,
  totalBytes: 64 * MIB,
  files: 20_000,
  depth: 32,
};

/** One thing below the source path, as the folder or the git tree lists it. */
export interface Entry {
  /** Relative to the source path, with `/`. */
  readonly file: string;
  readonly type: 'file' | 'symlink' | 'submodule' | 'special' | 'too-deep';
  /** In bytes; 0 for what is not a file. */
  readonly size: number;
}

export interface Screened<E extends Entry> {
  /** The manifest files to read, sorted by name. */
  readonly wanted: readonly E[];
  readonly errors: readonly SourceError[];
}

/**
 * Decides what is read. Whatever might hold or hide a manifest and is not read becomes an error, because a
 * manifest that was not seen must not look like one that was removed.
 *
 * @throws StationkeeperError `SourceInvalid` where all files together are over the limits
 */
export function screen<E extends Entry>(entries: readonly E[], limits: ManifestLimits): Screened<E> {
  const wanted: E[] = [];
  const errors: SourceError[] = [];
  for (const entry of entries.toSorted(byName)) {
    if (!mayHoldManifests(entry)) continue;
    const problem = problemOf(entry, limits);
    if (problem === undefined) wanted.push(entry);
    else errors.push(refusal(entry.file, problem));
  }
  if (wanted.length > limits.files) {
    throw invalid(`${wanted.length} manifest files are more than the limit of ${limits.files}; ${NARROW}`);
  }
  const total = wanted.reduce((sum, entry) => sum + entry.size, 0);
  if (total > limits.totalBytes) {
    throw invalid(
      `the manifest files hold ${total} bytes, more than the limit of ${limits.totalBytes}; ${NARROW}`,
    );
  }
  return { wanted, errors };
}

export const NARROW = 'name a narrower path';

/** A refused file as a located error. */
export function refusal(file: string, message: string): SourceError {
  return { file: printable(file), line: 1, column: 1, path: '', message };
}

/** Text of a manifest file, without a byte order mark; undefined where it is not UTF-8 text. */
export function decodeManifest(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export const NOT_TEXT = 'is not UTF-8 text; save it as UTF-8';

/** The error of a source that holds no manifest at all, which must never read as "delete everything". */
export function noManifests(where: string, errors: readonly SourceError[]): Error {
  const first = errors[0];
  if (first === undefined) return invalid(`${where} holds no *.yaml or *.yml file`);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return invalid(`${where} holds no readable manifest: ${first.file} ${first.message}${more}`);
}

export function isManifestName(file: string): boolean {
  return /\.ya?ml$/.test(file);
}

/** Shows control characters, and format characters such as bidi overrides, as escapes. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

function byName(a: Entry, b: Entry): number {
  if (a.file === b.file) return 0;
  return a.file < b.file ? -1 : 1;
}

function mayHoldManifests(entry: Entry): boolean {
  // A trailing carriage return would otherwise hide the ending from us but not from the author's eyes.
  if (isManifestName(entry.file.replaceAll(/[\p{Cc}\p{Cf}\s]/gu, ''))) return true;
  if (entry.type === 'submodule' || entry.type === 'too-deep') return true;
  // What a link points to is not looked up; one without a file ending may be a folder of manifests.
  return entry.type === 'symlink' && !/[^/]\.[^/.]+$/.test(entry.file);
}

function problemOf(entry: Entry, limits: ManifestLimits): string | undefined {
  const segments = entry.file.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'has a path that leaves its folder; such names are not read';
  }
  if (/[\p{Cc}\p{Cf}\\\uFFFD]/u.test(entry.file)) {
    return 'has a backslash, a control character or a byte that is not UTF-8 in its name; rename it';
  }
  if (entry.type === 'symlink') return 'is a symbolic link; links are not followed, commit the file itself';
  if (entry.type === 'submodule')
    return 'is a submodule; submodules are not read, commit the files themselves';
  if (entry.type === 'special') return 'is not a regular file';
  if (entry.type === 'too-deep' || segments.length - 1 > limits.depth) {
    return `lies more than ${limits.depth} folders deep; move it up`;
  }
  if (entry.size > limits.fileBytes) {
    return `has ${entry.size} bytes, more than the limit of ${limits.fileBytes}; split it`;
  }
  return undefined;
}
