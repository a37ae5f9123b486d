import { TASK_DEFINITION_BYTES } from '../core/sizes.ts';
import { invalid } from './failure.ts';
import { IGNORE_FILE } from './left-out.ts';
import type { LeftOut } from './left-out.ts';
import { printable } from '../core/printable.ts';
import type { IgnoredFile, SourceError } from './source.ts';

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
  /** Bytes of one file that a manifest names. */
  readonly namedBytes: number;
}

const MIB = 1024 * 1024;

export const MANIFEST_LIMITS: ManifestLimits = {
  fileBytes: MIB,
  totalBytes: 64 * MIB,
  files: 20_000,
  depth: 32,
  namedBytes: TASK_DEFINITION_BYTES,
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
  /** What is passed over, and might hold manifests otherwise. */
  readonly ignored: readonly IgnoredFile[];
}

/**
 * Decides what is read. Whatever might hold or hide a manifest and cannot be read becomes an error of that file, because a
 * manifest that was not seen must not look like one that was removed. What people leave out is no error.
 *
 * @throws StationkeeperError `SourceInvalid` where all files together are over the limits
 */
export function screen<E extends Entry>(
  entries: readonly E[],
  limits: ManifestLimits,
  leftOut: LeftOut,
): Screened<E> {
  const wanted: E[] = [];
  const errors: SourceError[] = [];
  const ignored = new Map<string, IgnoredFile>();
  for (const entry of entries.toSorted(byName)) {
    const passedOver = leftOut.find(entry.file);
    if (passedOver !== undefined) {
      const isFolder = passedOver.file.endsWith('/');
      if (isFolder || mayHoldManifests(entry)) ignored.set(passedOver.file, passedOver);
      continue;
    }
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
  return { wanted, errors, ignored: [...ignored.values()] };
}

export const NARROW = 'name a narrower path';

/** A refused file as a located error. */
export function refusal(file: string, message: string): SourceError {
  return { file: printable(file), line: 1, column: 1, path: '', message };
}

export type Content =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refused'; readonly problem: string };

/** Text of a manifest file, without a byte order mark. */
export function decodeManifest(bytes: Uint8Array): Content {
  const content = decodeText(bytes);
  return content.type === 'text'
    ? content
    : { type: 'refused', problem: `${content.problem}, or exclude it in ${IGNORE_FILE}` };
}

/** Text in UTF-8, without a byte order mark. */
export function decodeText(bytes: Uint8Array): Content {
  const encoding = otherEncoding(bytes);
  if (encoding !== undefined) return { type: 'refused', problem: `is ${encoding}; save it as UTF-8` };
  if (bytes.includes(0)) return { type: 'refused', problem: NOT_TEXT };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const problem = STANDS_FOR_ANOTHER.find(([pattern]) => pattern.test(text))?.[1];
    return problem === undefined ? { type: 'text', text } : { type: 'refused', problem };
  } catch {
    return { type: 'refused', problem: NOT_TEXT };
  }
}

/** Text that hides a manifest: taken for something that is not ours, it would look as if the manifest had been removed. */
const STANDS_FOR_ANOTHER: readonly (readonly [RegExp, string])[] = [
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    'is a pointer of Git LFS, which the controller does not read; commit the file itself',
  ],
  [
    /^\$ANSIBLE_VAULT;/,
    'is encrypted by Ansible Vault; commit it as plain text (secrets belong in spec.containers[].secrets)',
  ],
  [/^[^\n]*\r[^\n]+$/, 'ends its lines with carriage returns alone; save it with line feeds (LF)'],
];

const NOT_TEXT = 'is not UTF-8 text; save it as UTF-8';

/** By the byte order mark (`FE FF`, either way round), or by where a first character of ASCII has its zeros (Unicode, section 23.8). */
const ENCODINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:FE00|00EF|x000|000x)/, 'UTF-32'],
  [/^(?:FE|EF|x0x0|0x0x)/, 'UTF-16'],
];

function otherEncoding(bytes: Uint8Array): string | undefined {
  const signs: Readonly<Record<number, string>> = { 0: '0', 0xfe: 'E', 0xff: 'F' };
  const start = Array.from(bytes.subarray(0, 4), (byte) => signs[byte] ?? 'x').join('');
  return ENCODINGS.find(([pattern]) => pattern.test(start))?.[1];
}

/** The error of a source that holds no manifest at all, which must never read as "delete everything". */
export function noManifests(
  where: string,
  { errors, ignored }: Pick<Screened<Entry>, 'errors' | 'ignored'>,
): Error {
  const first = errors[0];
  if (first === undefined) {
    const left = ignored.length === 0 ? '' : ` but what is ignored (${ignored[0]?.file})`;
    return invalid(`${where} holds no *.yaml or *.yml file${left}`);
  }
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return invalid(`${where} holds no readable manifest: ${first.file} ${first.message}${more}`);
}

export function isManifestName(file: string): boolean {
  return /\.ya?ml$/i.test(file);
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

const COMMIT_OR_LEAVE_OUT = `commit what it stands for, or exclude it in ${IGNORE_FILE}`;
export const SPLIT_OR_LEAVE_OUT = `split it, or exclude it in ${IGNORE_FILE}`;

function problemOf(entry: Entry, limits: ManifestLimits): string | undefined {
  const segments = entry.file.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'has a path that leaves its folder; the controller reads no such name';
  }
  if (/[\p{Cc}\p{Cf}\\\uFFFD]/u.test(entry.file)) {
    return 'has a backslash, a control character or a byte that is not UTF-8 in its name; rename it';
  }
  if (entry.type === 'symlink') return `is a symbolic link; links are not followed, ${COMMIT_OR_LEAVE_OUT}`;
  if (entry.type === 'submodule') return `is a submodule; submodules are not read, ${COMMIT_OR_LEAVE_OUT}`;
  if (entry.type === 'special') return 'is not a regular file';
  if (entry.type === 'too-deep' || segments.length - 1 > limits.depth) {
    return `lies more than ${limits.depth} folders deep; move it up, or exclude it in ${IGNORE_FILE}`;
  }
  if (entry.size > limits.fileBytes) {
    return `has ${entry.size} bytes, more than the limit of ${limits.fileBytes}; ${SPLIT_OR_LEAVE_OUT}`;
  }
  return undefined;
}
