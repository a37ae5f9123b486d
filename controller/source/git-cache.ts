import { createHash } from 'node:crypto';
import { access, lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unreachable } from './failure.ts';

/** Where the clone of one (repository, branch, path) lives between runs. */
export interface GitCache {
  /** The folder that holds the clone and, for a moment, its successors. */
  readonly home: string;
  /** The bare repository itself. */
  readonly clone: string;
}

/** @param folder the folder for all clones; the system's folder for temporary files by default */
export function gitCache(folder: string | undefined, identity: readonly string[]): GitCache {
  const key = createHash('sha256').update(identity.join('\0')).digest('hex').slice(0, 16);
  const home = join(folder ?? tmpdir(), `stationkeeper-git-${userId()}-${key}`);
  return { home, clone: join(home, 'clone.git') };
}

/**
 * Makes the folder, for this user alone. In a folder that others may write to, somebody could have put a clone
 * there whose configuration runs their commands; such a one is not used.
 *
 * @throws StationkeeperError `SourceUnreachable`
 */
export async function prepareCache({ home }: GitCache): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unreachable(`the git cache folder ${home} cannot be made (${codeOf(error)}); name another`, error);
  }
  const stats = await lstat(home);
  const uid = userId();
  if (
    !stats.isDirectory() ||
    (uid !== -1 && stats.uid !== uid) ||
    (uid !== -1 && (stats.mode & 0o022) !== 0)
  ) {
    throw unreachable(`the git cache folder ${home} is open to other users; remove it or name another`);
  }
}

export async function hasClone({ clone }: GitCache): Promise<boolean> {
  return access(clone).then(
    () => true,
    () => false,
  );
}

/**
 * An empty folder for a new clone. Clones are built aside and moved into place whole, so that a process killed
 * at any moment leaves neither half a clone nor a lock in the way.
 *
 * @param abandonedAfterMs age from which a folder beside the clone belongs to a process that has ended
 */
export async function makeBuildFolder({ home }: GitCache, abandonedAfterMs: number): Promise<string> {
  for (const name of await readdir(home)) {
    const folder = join(home, name);
    if (!name.startsWith('new-')) continue;
    const age = await stat(folder).then(
      (stats) => Date.now() - stats.mtimeMs,
      () => 0,
    );
    if (age > abandonedAfterMs) await remove(folder);
  }
  return mkdtemp(join(home, 'new-'));
}

/** Puts a finished clone in place of the one that is there; where another process is a moment quicker, its clone stays. */
export async function installClone({ clone }: GitCache, built: string): Promise<void> {
  const replaced = `${built}-replaced`;
  const had = await rename(clone, replaced).then(
    () => true,
    () => false,
  );
  await rename(built, clone).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  });
  if (had) await remove(replaced);
}

export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {
    // A folder that is left behind costs space, and is swept the next time.
  });
}

/** A container's numeric user often has no entry in /etc/passwd, so its name is not asked for. */
function userId(): number {
  return process.getuid?.() ?? -1;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
