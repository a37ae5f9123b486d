import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Content } from './screen.ts';

export const CHANGED = 'changed while it was read';

interface TextReading {
  readonly mostBytes: number;
  /** What is said of a file that has more. */
  readonly tooMany: string;
  readonly decode: (bytes: Uint8Array) => Content;
}

/** The text of a file; `location` is a real path. */
export async function readText(
  location: string,
  { mostBytes, tooMany, decode }: TextReading,
): Promise<Content> {
  // The file may have been swapped for a link, a pipe or a bigger file since it was listed.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  let handle: FileHandle | undefined;
  try {
    handle = await open(location, flags);
    const stats = await handle.stat();
    if (!stats.isFile()) return refused('is not a regular file');
    if (!(await isStillAt(location, stats))) return refused(CHANGED);
    const buffer = Buffer.alloc(Math.min(stats.size, mostBytes) + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > mostBytes) return refused(tooMany);
    return length > stats.size ? refused(CHANGED) : decode(buffer.subarray(0, length));
  } catch (error) {
    return refused(reasonOf(error));
  } finally {
    await handle?.close();
  }
}

function refused(problem: string): Content {
  return { type: 'refused', problem };
}

/** Whether what was opened is what its path leads to without a link: a folder on the way may have been swapped for one. */
async function isStillAt(location: string, opened: Stats): Promise<boolean> {
  if ((await realpath(location)) !== location) return false;
  const { dev, ino } = await lstat(location);
  return dev === opened.dev && ino === opened.ino;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ELOOP: 'is a symbolic link; links are not followed, commit the file itself',
};

/** Why a file or folder cannot be read, to be read behind its name. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return REASONS[code] ?? `cannot be read: ${code}`;
}
