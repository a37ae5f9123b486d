import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StationkeeperError } from '../core/errors.ts';
import type { Git } from './git-process.ts';

/** Where a fetch puts the branch's head. */
export const FETCHED_REF = 'refs/stationkeeper/fetched';
/** The commit that was last read well, with which a restart without a network goes on. */
export const GOOD_REF = 'refs/stationkeeper/good';
/** A commit that was read well before the branch was moved off it, while the branch does not hold it. */
export const LOST_REF = 'refs/stationkeeper/lost';

const SIZE_CHECK_MS = 250;

/** A bare repository without hooks and templates. `commit` tells the remote's object format by its length. */
export async function createClone(git: Git, dir: string, commit: string, signal: AbortSignal): Promise<void> {
  const format = `--object-format=${commit.length === 64 ? 'sha256' : 'sha1'}`;
  await git(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', format, '--', dir], {
    signal,
  });
}

export interface Fetch {
  readonly url: string;
  readonly branch: string;
  /**
   * `tip`: the head commit alone. `since-last`: every commit since the one that is there already, so that
   * an advance of the branch can be told from a rewind.
   */
  readonly history: 'tip' | 'since-last';
  /** Most bytes the whole clone may take on disk; git has no limit of its own for a fetch. */
  readonly maxBytes: number;
}

/** @throws StationkeeperError `GitFailed`, `GitStopped`, or `GitTooMuch` where the clone grows over its limit */
export async function fetchBranch(git: Git, dir: string, fetch: Fetch, signal: AbortSignal): Promise<void> {
  const guard = new AbortController();
  const follow = (): void => guard.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  if (signal.aborted) follow();
  const check = async (): Promise<void> => {
    if ((await folderBytes(dir)) > fetch.maxBytes) guard.abort(tooBig(fetch.maxBytes));
  };
  const timer = setInterval(() => void check(), SIZE_CHECK_MS);
  const depth = fetch.history === 'tip' ? ['--depth=1'] : [];
  const refspec = `+refs/heads/${fetch.branch}:${FETCHED_REF}`;
  try {
    await git(
      [
        `--git-dir=${dir}`,
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--update-shallow',
        ...depth,
        '--end-of-options',
        fetch.url,
        refspec,
      ],
      { signal: guard.signal },
    );
    await check();
    if (guard.signal.reason instanceof StationkeeperError) throw guard.signal.reason;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', follow);
  }
}

/** The commit a ref of the clone points to; undefined where there is none. */
export async function commitAt(
  git: Git,
  dir: string,
  ref: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await git([`--git-dir=${dir}`, 'for-each-ref', '--format=%(objectname)', ref], { signal });
  const commit = found.toString('utf8').trim();
  return commit === '' ? undefined : commit;
}

/**
 * Remembers a commit as read well. Where the branch came to it by a rewind or a rewrite, returns the commit that it lost,
 * and goes on to do so, restarts included, until the branch holds that one again: a merge of strategy `ours` records
 * in git that it is given up. A clone that was built anew knows of no commit before its first.
 */
export async function rememberGood(
  git: Git,
  dir: string,
  commit: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = [await commitAt(git, dir, LOST_REF, signal), await commitAt(git, dir, GOOD_REF, signal)];
  let lost: string | undefined;
  for (const earlier of known) {
    if (earlier === undefined || lost !== undefined) continue;
    if (!(await holds(git, dir, commit, earlier, signal))) lost = earlier;
  }
  const update = [
    `update ${GOOD_REF} ${commit}`,
    lost === undefined ? `delete ${LOST_REF}` : `update ${LOST_REF} ${lost}`,
  ];
  await git([`--git-dir=${dir}`, 'update-ref', '--stdin'], { signal, input: `${update.join('\n')}\n` });
  return lost;
}

/** Whether a commit is, or comes after, an earlier one. */
async function holds(
  git: Git,
  dir: string,
  commit: string,
  earlier: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (commit === earlier) return true;
  // `rev-list` tells, and not `merge-base --is-ancestor`, whose "no" is an exit code like that of a failure.
  const missing = await git([`--git-dir=${dir}`, 'rev-list', '--max-count=1', earlier, `^${commit}`], {
    signal,
  });
  return missing.length === 0;
}

async function folderBytes(dir: string): Promise<number> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  let total = 0;
  for (const name of names) {
    total += await stat(join(dir, name)).then(
      (stats) => stats.size,
      () => 0,
    );
  }
  return total;
}

function tooBig(limit: number): StationkeeperError {
  return new StationkeeperError({
    code: 'GitTooMuch',
    message: `the repository takes more than the limit of ${limit} bytes on disk`,
    retry: 'backoff',
  });
}
