import { asStationkeeperError, StationkeeperError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { invalid, staleReading, unreachable } from './failure.ts';
import { credentialsFor } from './git-access.ts';
import type { GitAccess } from './git-access.ts';
import { gitCache, hasClone, installClone, makeBuildFolder, prepareCache, remove } from './git-cache.ts';
import {
  commitAt,
  createClone,
  FETCHED_REF,
  fetchBranch,
  GOOD_REF,
  LOST_REF,
  rememberGood,
} from './git-clone.ts';
import { readCommit } from './git-commit.ts';
import { gitRunner, withDeadline } from './git-process.ts';
import type { Environment, Git } from './git-process.ts';
import { digestOfSigners, OLDEST_GIT_FOR_SIGNATURES, requireSignature } from './git-signature.ts';
import { repositoryId } from './identity.ts';
import { parseGitPath, parseGitUrl } from './git-url.ts';
import type { NamedIn } from './named.ts';
import { MANIFEST_LIMITS } from './screen.ts';
import type { ManifestLimits } from './screen.ts';
import type { Source, SourceSnapshot } from './source.ts';

export interface GitSourceOptions {
  /** A URL that parseGitUrl accepts: never with credentials. */
  readonly url: string;
  readonly branch: string;
  /** A file or folder inside the repository; its root by default. */
  readonly path?: string;
  /** Folder for clones; the system's folder for temporary files by default. A restart without a network reads from it. */
  readonly cacheDir?: string | undefined;
  /** The time for one read, all its git processes together; 30 s by default. */
  readonly timeoutMs?: number;
  /** What the clone may take on disk; 1 GiB by default. */
  readonly maxCloneBytes?: number;
  readonly access?: GitAccess | undefined;
  /** The head must bear an ssh signature by a key that this file allows; without one, any commit is taken. */
  readonly allowedSignersFile?: string | undefined;
  /** By default no manifest names another file. */
  readonly namedIn?: NamedIn | undefined;
  readonly limits?: Partial<ManifestLimits>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The process's environment: PATH, HOME, the ssh agent, what credential helpers need. */
  readonly env: Environment;
}

/** GIT_CONFIG_GLOBAL and every option used here are there from 2.32 on; nothing is ever checked out. */
const OLDEST_GIT = [2, 32] as const;
/** Reading the last good revision from disk, after the read itself has used up its time. */
const LOCAL_READ_MS = 10_000;
const FIRST_HOLD_MS = 10_000;
const LONGEST_HOLD_MS = 600_000;

interface Held {
  readonly tip: string;
  readonly failure: unknown;
  readonly until: number;
  readonly forMs: number;
}

/**
 * Manifests in a git repository, and the files that they name: asks the remote for the branch's head, fetches when it has moved, and reads by
 * object id from a bare clone in `cacheDir`.
 *
 * The first fetch takes the head commit alone; later ones take the commits since, which costs little and keeps
 * enough history to tell an advance from a rewind. A clone that cannot be fetched into or read although the
 * remote answers (damaged, locked by a process that was killed, grown too big) is built anew once; while that
 * does not help either, the same head is tried again only after a growing pause.
 *
 * Reads must not overlap.
 *
 * @throws StationkeeperError `SourceInvalid` for a URL or path that is not allowed
 */
export function gitSource(options: GitSourceOptions): Source {
  const parsedUrl = parseGitUrl(options.url);
  if (!parsedUrl.ok) throw invalid(`the git URL is not usable: ${parsedUrl.problem}`);
  const parsedPath = parseGitPath(options.path ?? '');
  if (!parsedPath.ok) throw invalid(`the path in the git repository is not usable: ${parsedPath.problem}`);
  const { url, protocol } = parsedUrl.remote;
  const { path } = parsedPath;
  const {
    branch,
    clock,
    timeoutMs = 30_000,
    maxCloneBytes = 1024 ** 3,
    access,
    allowedSignersFile,
    namedIn = () => [],
  } = options;
  const oldestGit = allowedSignersFile === undefined ? OLDEST_GIT : OLDEST_GIT_FOR_SIGNATURES;
  const limits = { ...MANIFEST_LIMITS, ...options.limits };
  const protocols = ['file', 'https', 'ssh', ...(protocol === 'http' ? ['http'] : [])];
  const git = gitRunner(options.env, protocols);
  /** Runs git with credentials that are read for each call: a token may be replaced at any time, and many live an hour. */
  const remoteGit: Git = async (args, call) =>
    git(args, { ...call, credentials: await credentialsFor(access, url) });
  const cache = gitCache(options.cacheDir, [url, branch, path]);

  let checked = false;
  let lastGood: SourceSnapshot | undefined;
  let signers: string | undefined;
  let held: Held | undefined;

  async function checkSetUp(signal: AbortSignal): Promise<void> {
    if (checked) return;
    const version = (await git(['version'], { signal })).toString('utf8');
    if (isTooOld(version, oldestGit)) {
      throw unreachable(`${version.trim()} is too old; install git ${oldestGit.join('.')} or newer`);
    }
    await git(['check-ref-format', `refs/heads/${branch}`], { signal }).catch((error: unknown) => {
      throw isGitError(error, 'GitFailed') ? invalid('the branch name is not one that git allows') : error;
    });
    checked = true;
  }

  async function remoteTip(signal: AbortSignal): Promise<string> {
    const ref = `refs/heads/${branch}`;
    // The call names no repository: a damaged clone must not look like an unreachable remote.
    const args = ['--git-dir=/dev/null', 'ls-remote', '--quiet', '--end-of-options', url, ref];
    const heads = (await remoteGit(args, { signal })).toString('utf8').split('\n');
    const tip = heads.find((line) => line.endsWith(`\t${ref}`))?.split('\t')[0];
    if (tip === undefined) throw unreachable(`${url} has no branch ${branch}; is --branch right?`);
    return tip;
  }

  async function readHead(tip: string, signal: AbortSignal): Promise<SourceSnapshot> {
    if (held?.tip === tip && clock.monotonic() < held.until) throw held.failure;
    await prepareCache(cache);
    const existed = await hasClone(cache);
    if (existed) {
      try {
        return await readFromClone(tip, signal);
      } catch (error) {
        if (signal.aborted || !isGitError(error)) throw error;
      }
    }
    try {
      return await readFromNewClone(tip, existed, signal);
    } catch (failure) {
      const forMs = held?.tip === tip ? Math.min(held.forMs * 2, LONGEST_HOLD_MS) : FIRST_HOLD_MS;
      if (isGitError(failure)) held = { tip, failure, forMs, until: clock.monotonic() + forMs };
      throw failure;
    }
  }

  async function readFromClone(tip: string, signal: AbortSignal): Promise<SourceSnapshot> {
    const dir = cache.clone;
    let commit = await commitAt(git, dir, FETCHED_REF, signal);
    if (commit !== tip) {
      const fetch = { url, branch, history: 'since-last', maxBytes: maxCloneBytes } as const;
      // The fetch has half the time, so that after a rewind across a long history enough is left to fetch the head alone.
      await withDeadline(timeoutMs / 2, signal, (half) => fetchBranch(remoteGit, dir, fetch, half));
      commit = await commitAt(git, dir, FETCHED_REF, signal);
    }
    return readGood(dir, commit ?? tip, signal);
  }

  async function readFromNewClone(
    tip: string,
    replaces: boolean,
    signal: AbortSignal,
  ): Promise<SourceSnapshot> {
    const dir = await makeBuildFolder(cache, timeoutMs * 2);
    try {
      await createClone(git, dir, tip, signal);
      await fetchBranch(remoteGit, dir, { url, branch, history: 'tip', maxBytes: maxCloneBytes }, signal);
      const commit = (await commitAt(git, dir, FETCHED_REF, signal)) ?? tip;
      // The clone is read before it is moved into place: another process may put its own there at any moment.
      const snapshot = await readGood(dir, commit, signal).catch(async (error: unknown) => {
        // An old clone may still hold the last good revision; without one, what was fetched need not be fetched again.
        if (!replaces) await installClone(cache, dir);
        throw error;
      });
      await installClone(cache, dir);
      return snapshot;
    } finally {
      await remove(dir);
    }
  }

  async function readGood(dir: string, commit: string, signal: AbortSignal): Promise<SourceSnapshot> {
    const snapshot = await readTrusted(dir, commit, signal);
    return withLost(snapshot, await rememberGood(git, dir, commit, signal));
  }

  async function readTrusted(dir: string, commit: string, signal: AbortSignal): Promise<SourceSnapshot> {
    if (allowedSignersFile !== undefined) {
      await requireSignature(git, { dir, commit, allowedSignersFile }, signal);
    }
    return readCommit(git, { dir, commit, path, limits, namedIn }, signal);
  }

  /** Whoever is taken off the list takes along what he signed, also what is in force. */
  async function reviewSigners(): Promise<void> {
    if (allowedSignersFile === undefined) return;
    const now = await digestOfSigners(allowedSignersFile);
    if (signers !== now) lastGood = undefined;
    signers = now;
  }

  /** What an earlier process last read well; undefined where there is none that can be read. */
  async function lastGoodOnDisk(): Promise<SourceSnapshot | undefined> {
    if (!(await hasClone(cache))) return undefined;
    try {
      await prepareCache(cache);
      return await withDeadline(LOCAL_READ_MS, undefined, async (signal) => {
        const dir = cache.clone;
        const commit = await commitAt(git, dir, GOOD_REF, signal);
        if (commit === undefined) return undefined;
        return withLost(await readTrusted(dir, commit, signal), await commitAt(git, dir, LOST_REF, signal));
      });
    } catch {
      return undefined;
    }
  }

  return {
    type: 'git',
    url,
    branch,
    id: repositoryId(url, path),
    async read(signal) {
      let tip: string | undefined;
      try {
        lastGood = await withDeadline(timeoutMs, signal, async (deadline) => {
          await checkSetUp(deadline);
          await reviewSigners();
          tip = await remoteTip(deadline);
          return lastGood?.revision === tip ? lastGood : readHead(tip, deadline);
        });
        return { type: 'fresh', snapshot: lastGood };
      } catch (thrown) {
        lastGood ??= await lastGoodOnDisk();
        return staleReading(explain(thrown, url, branch), lastGood, tip);
      }
    },
    async head(signal) {
      try {
        return await withDeadline(timeoutMs, signal, remoteTip);
      } catch (thrown) {
        throw explain(thrown, url, branch);
      }
    },
  };
}

function withLost(snapshot: SourceSnapshot, lost: string | undefined): SourceSnapshot {
  return lost === undefined ? snapshot : { ...snapshot, rewoundFrom: lost };
}

function isTooOld(version: string, [oldestMajor, oldestMinor]: readonly [number, number]): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
}

function isGitError(error: unknown, code?: string): boolean {
  if (!(error instanceof StationkeeperError)) return false;
  return code === undefined ? error.code.startsWith('Git') : error.code === code;
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/could not read (Username|Password)/i, 'name a token (--git-token-file), or use an ssh URL'],
  [
    /Authentication failed|returned error: 40[13]/i,
    'check that the token is valid and not expired, that it may read this repository, and that --git-username belongs to it',
  ],
  [/repository.* not found/i, 'check --git-url, and that the token or key may read this repository'],
  [
    /Host key verification failed|HOST IDENTIFICATION HAS CHANGED/,
    "list the host's key in --git-known-hosts-file; if the host has changed its key, make sure that it is the host",
  ],
  [/UNPROTECTED PRIVATE KEY/i, 'make the key readable by its owner alone (chmod 600)'],
  [
    /Permission denied \(/i,
    'give ssh a key that the host accepts: --git-ssh-key-file, an agent or ~/.ssh/config',
  ],
  [/No user exists for uid/i, "ssh needs an entry for the program's user in /etc/passwd"],
  [/dubious ownership/i, "list the repository under safe.directory in the user's git configuration"],
  [/No space left/i, 'free some space for the git cache folder'],
  [/no answer within/, 'check that the remote is reachable; --git-timeout gives it more time'],
];

function explain(thrown: unknown, url: string, branch: string): StationkeeperError {
  const error = asStationkeeperError(thrown);
  if (error.code === 'SourceInvalid' || error.code === 'SourceUnreachable') return error;
  const advice = ADVICE.find(([pattern]) => pattern.test(error.message))?.[1];
  const hint = advice === undefined ? '' : `; ${advice}`;
  return unreachable(`branch ${branch} of ${url} cannot be read: ${error.message}${hint}`, error);
}
