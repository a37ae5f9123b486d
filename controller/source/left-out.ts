import ignore from 'ignore';
import { invalid } from './failure.ts';
import { printable } from '../core/printable.ts';
import type { IgnoredFile } from './source.ts';

/** At the root of the source path: what is not to be read below it, in the syntax of a `.gitignore`. */
export const IGNORE_FILE = '.stationkeeperignore';
export const IGNORE_FILE_BYTES = 64 * 1024;

/** Each star between two slashes multiplies the time that a name takes to match. */
const MOST_STARS = 3;

/** Which files and folders below the source path are passed over. */
export interface LeftOut {
  /** The file, or the outermost folder around it; a folder's name ends with `/`. Undefined where the file is looked at. */
  find(file: string): IgnoredFile | undefined;
}

/** For a source that is one file: whoever names it wants it read. */
export const NOTHING_LEFT_OUT: LeftOut = { find: () => undefined };

/**
 * Hidden files and folders, and what the ignore file names. `text` is undefined where there is no such file.
 *
 * @throws StationkeeperError `SourceInvalid` for patterns that could take hours to match
 */
export function leftOutBy(text: string | undefined): LeftOut {
  const patterns = ignore({ ignorecase: false });
  if (text !== undefined) patterns.add(checked(text));
  return {
    find(file) {
      const segments = file.split('/');
      // Such a name is an error of its own file, and none of git's patterns can be asked about it.
      if (!isPlainPath(segments)) return undefined;
      const last = segments.length - 1;
      for (const [index, segment] of segments.entries()) {
        if (segment === '') return undefined;
        const at = segments.slice(0, index + 1).join('/') + (index < last ? '/' : '');
        if (segment.startsWith('.')) return ignored(at, 'is hidden: its name begins with a dot');
        if (patterns.ignores(at)) return ignored(at, `is left out by ${IGNORE_FILE}`);
      }
      return undefined;
    },
  };
}

/** The error of an ignore file that is there and cannot be used: without it, what was left out on purpose would be made in AWS. */
export function unusable(problem: string): Error {
  return invalid(
    `${IGNORE_FILE} ${problem}; correct it: without it the controller does not know which files to leave out`,
  );
}

function checked(text: string): string {
  const slow = text.split(/\r?\n/).findIndex((line) => line.split('/').some(isSlow));
  if (slow === -1) return text;
  throw unusable(
    `has more than ${MOST_STARS} stars between two slashes in line ${slow + 1}; write several patterns`,
  );
}

function isSlow(part: string): boolean {
  return part.replaceAll(/\*+/g, '*').split('*').length - 1 > MOST_STARS;
}

function isPlainPath(segments: readonly string[]): boolean {
  const [first = '', ...rest] = segments;
  return first !== '' && ![first, ...rest].some((segment) => segment === '.' || segment === '..');
}

function ignored(file: string, message: string): IgnoredFile {
  return { file: printable(file), line: 0, message };
}
