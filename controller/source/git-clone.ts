import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StationkeeperError } from '../core/errors.ts';
import { invalid, shortRevision } from './failure.ts';
import type { Git } from './git-process.ts';
import { decodeManifest, noManifests, NOT_TEXT, refusal, screen } from './screen.ts';
import type { Entry, ManifestLimits } from './screen.ts';
import type { Commit, SourceError, SourceFile, SourceSnapshot } from './source.ts';

/** Where a fetch puts the branch's head. */
export const FETCHED_REF = 'refs/stationkeeper/fetched';
/** The commit that was last read well, with which a restart without a network goes on. */
export const GOOD_REF = 'refs/stationkeeper/good';
/** A commit that was read well before the branch was moved off it, while the branch does not hold it. */
export const LOST_REF = 'refs/stationkeeper/lost';

const SIZE_CHECK_MS = 250;
const LISTING_BYTES = 64 * 1024 * 1024;
const BATCH_HEADER_BYTES = 128;
/** Most bytes of the commit itself, its message and signature. */
const COMMIT_BYTES = 1024 * 1024;

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

export interface CommitPlace {
  readonly dir: string;
  readonly commit: string;
  /** Inside the repository, as parseGitPath returns it. */
  readonly path: string;
  readonly limits: ManifestLimits;
}

/**
 * The manifests of one commit, read by object id: nothing is checked out, so links, hooks and filters have no
 * hold.
 *
 * @throws StationkeeperError `SourceInvalid` where the path is not there or holds no manifests, `GitFailed` where
 * the clone is damaged
 */
export async function readCommit(git: Git, place: CommitPlace, signal: AbortSignal): Promise<SourceSnapshot> {
  const { dir, commit, path, limits } = place;
  const where = `${path === '' ? 'the repository' : path} at commit ${shortRevision(commit)}`;
  const listed = await listManifests(git, place, where, signal);
  const { wanted, errors: refused } = screen(listed, limits);
  const ids = [commit, ...wanted.map((entry) => entry.id)];
  const bytes = wanted.reduce((sum, entry) => sum + entry.size, 0);
  const objects = await git([`--git-dir=${dir}`, 'cat-file', '--batch'], {
    signal,
    input: ids.map((id) => `${id}\n`).join(''),
    maxOutputBytes: bytes + COMMIT_BYTES + ids.length * BATCH_HEADER_BYTES,
  });
  const [header = Buffer.of(), ...contents] = splitBatch(objects, ids);
  const files: SourceFile[] = [];
  const errors: SourceError[] = [...refused];
  for (const [index, entry] of wanted.entries()) {
    const text = decodeManifest(contents[index] ?? Buffer.of());
    if (text === undefined) errors.push(refusal(entry.file, NOT_TEXT));
    else files.push({ file: entry.file, text });
  }
  if (files.length === 0) throw noManifests(where, errors);
  return { revision: commit, commit: commitOf(header.toString('utf8')), files, errors };
}

interface TreeEntry extends Entry {
  readonly id: string;
}

async function listManifests(
  git: Git,
  { dir, commit, path }: CommitPlace,
  where: string,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const list = async (...args: readonly string[]): Promise<readonly TreeEntry[]> => {
    const output = await git(
      [`--git-dir=${dir}`, '--literal-pathspecs', 'ls-tree', '-z', '--long', ...args],
      {
        signal,
        maxOutputBytes: LISTING_BYTES,
      },
    );
    return parseTree(output);
  };
  if (path === '') return list('-r', commit);
  const [found] = await list(commit, '--', path);
  if (found === undefined) throw invalid(`${where} does not exist; is --path right?`);
  if (found.type === 'symlink') throw invalid(`${where} is a symbolic link; links are not followed`);
  if (found.type === 'submodule') throw invalid(`${where} is a submodule; submodules are not read`);
  if (found.type === 'file') return [{ ...found, file: path.slice(path.lastIndexOf('/') + 1) }];
  return list('-r', found.id);
}

/** Records of `ls-tree -z --long`: `<mode> <type> <id> <size, right-aligned>\t<name>\0`. */
function parseTree(output: Buffer): readonly TreeEntry[] {
  const records = output.toString('utf8').split('\0');
  return records
    .filter((record) => record !== '')
    .map((record) => {
      const tab = record.indexOf('\t');
      const [mode = '', kind = '', id = '', size = ''] = record.slice(0, tab).split(/ +/);
      if (kind === 'blob' && !/^\d+$/.test(size)) throw damaged();
      return {
        file: record.slice(tab + 1),
        type: typeOf(mode, kind),
        id,
        size: kind === 'blob' ? Number(size) : 0,
      };
    });
}

function typeOf(mode: string, kind: string): Entry['type'] {
  if (mode === '120000') return 'symlink';
  if (kind === 'commit') return 'submodule';
  return kind === 'blob' ? 'file' : 'special';
}

/** Objects of `cat-file --batch`: `<id> <type> <size>\n<content>\n`, in the order asked for. */
function splitBatch(output: Buffer, ids: readonly string[]): readonly Buffer[] {
  let offset = 0;
  return ids.map((id) => {
    const end = output.indexOf(0x0a, offset);
    const [found, , size] = output.toString('utf8', offset, end).split(' ');
    if (end === -1 || found !== id || size === undefined) throw damaged();
    const start = end + 1;
    offset = start + Number(size) + 1;
    return output.subarray(start, offset - 1);
  });
}

/** So much of a subject or a name is shown. */
const SHOWN_CHARACTERS = 200;

/** Of a raw commit: header lines, an empty line, the message. */
function commitOf(raw: string): Commit {
  const seconds = /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(raw)?.[1];
  const author = shown(/^author (.*?) ?<[^>]*> \d/m.exec(raw)?.[1]);
  const subject = shown(raw.slice(raw.indexOf('\n\n') + 2).split('\n')[0]);
  return {
    ...(seconds === undefined ? {} : { committedAt: new Date(Number(seconds) * 1000).toISOString() }),
    ...(subject === undefined ? {} : { subject }),
    ...(author === undefined ? {} : { author }),
  };
}

/** Without control characters, which a terminal would obey; undefined where nothing is left. */
function shown(text: string | undefined): string | undefined {
  return (
    text
      ?.replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, SHOWN_CHARACTERS) || undefined
  );
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

function damaged(): StationkeeperError {
  return new StationkeeperError({
    code: 'GitFailed',
    message: 'the local clone is damaged',
    retry: 'backoff',
  });
}

function tooBig(limit: number): StationkeeperError {
  return new StationkeeperError({
    code: 'GitTooMuch',
    message: `the repository takes more than the limit of ${limit} bytes on disk`,
    retry: 'backoff',
  });
}
