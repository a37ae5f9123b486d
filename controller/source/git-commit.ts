import { StationkeeperError } from '../core/errors.ts';
import { invalid, shortRevision } from './failure.ts';
import type { Git } from './git-process.ts';
import { IGNORE_FILE, IGNORE_FILE_BYTES, leftOutBy, NOTHING_LEFT_OUT, unusable } from './left-out.ts';
import type { LeftOut } from './left-out.ts';
import { askedOnce, readNamed } from './named.ts';
import type { Below, Folder, NamedIn } from './named.ts';
import { decodeManifest, decodeText, noManifests, refusal, screen } from './screen.ts';
import type { Entry, ManifestLimits } from './screen.ts';
import type { Commit, SourceError, SourceFile, SourceSnapshot } from './source.ts';

const LISTING_BYTES = 64 * 1024 * 1024;
const BATCH_HEADER_BYTES = 128;
/** Most bytes of the commit itself, its message and signature. */
const COMMIT_BYTES = 1024 * 1024;

export interface CommitPlace {
  readonly dir: string;
  readonly commit: string;
  /** Inside the repository, as parseGitPath returns it. */
  readonly path: string;
  readonly limits: ManifestLimits;
  readonly namedIn: NamedIn;
}

/**
 * The manifests of one commit and the files that they name, read by object id: nothing is checked out, so links, hooks and filters have no
 * hold.
 *
 * @throws StationkeeperError `SourceInvalid` where the path is not there or holds no manifests, `GitFailed` where
 * the clone is damaged
 */
export async function readCommit(git: Git, place: CommitPlace, signal: AbortSignal): Promise<SourceSnapshot> {
  const { dir, commit, path, limits, namedIn } = place;
  const where = `${path === '' ? 'the repository' : path} at commit ${shortRevision(commit)}`;
  const listed = await listManifests(git, place, where, signal);
  const leftOut = await leftOutIn(git, dir, listed, signal);
  const { wanted, errors: refused, ignored } = screen(listed.entries, limits, leftOut);
  const bytes = wanted.reduce((sum, entry) => sum + entry.size, 0);
  const ids = [commit, ...wanted.map((entry) => entry.id)];
  const [header = Buffer.of(), ...contents] = await readObjects(git, dir, ids, bytes + COMMIT_BYTES, signal);
  const files: SourceFile[] = [];
  const errors: SourceError[] = [...refused];
  for (const [index, entry] of wanted.entries()) {
    const content = decodeManifest(contents[index] ?? Buffer.of());
    if (content.type === 'refused') errors.push(refusal(entry.file, content.problem));
    else files.push({ file: entry.file, text: content.text });
  }
  if (files.length === 0) throw noManifests(where, { errors, ignored });
  const named = await readNamed(files, askedOnce(namedIn), belowIn(git, place, listed, signal), limits);
  return { revision: commit, commit: commitOf(header.toString('utf8')), files, named, errors, ignored };
}

/** What lies below the source path in the commit; beside a manifest, where that is all of the source. */
function belowIn(git: Git, place: CommitPlace, listed: Listing, signal: AbortSignal): Below<TreeEntry> {
  const folders = async () => byFolder(await listed.around());
  let known: ReturnType<typeof folders> | undefined;
  return {
    async list(folder) {
      known ??= folders();
      return (await known).get(folder) ?? new Map();
    },
    async read(entries) {
      const bytes = entries.reduce((sum, { size }) => sum + size, 0);
      const ids = entries.map(({ id }) => id);
      return (await readObjects(git, place.dir, ids, bytes, signal)).map(decodeText);
    },
  };
}

/** What lies in each folder, from the list of all files. */
function byFolder(
  entries: readonly TreeEntry[],
): ReadonlyMap<string, ReadonlyMap<string, TreeEntry | Folder>> {
  const folders = new Map<string, Map<string, TreeEntry | Folder>>();
  const add = (entry: TreeEntry | Folder): void => {
    const { file } = entry;
    const parent = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const isNew = !folders.has(parent);
    const siblings = folders.get(parent) ?? new Map<string, TreeEntry | Folder>();
    folders.set(parent, siblings.set(file, entry));
    if (isNew && parent !== '') add({ file: parent, type: 'folder' });
  };
  for (const entry of entries) add(entry);
  return folders;
}

async function leftOutIn(git: Git, dir: string, listed: Listing, signal: AbortSignal): Promise<LeftOut> {
  if (listed.isSingleFile) return NOTHING_LEFT_OUT;
  const entry = listed.entries.find(({ file }) => file === IGNORE_FILE);
  if (entry === undefined) return leftOutBy(undefined);
  if (entry.type !== 'file') throw unusable('is not a regular file');
  if (entry.size > IGNORE_FILE_BYTES) throw unusable(`has more than ${IGNORE_FILE_BYTES} bytes`);
  const [bytes = Buffer.of()] = await readObjects(git, dir, [entry.id], entry.size, signal);
  const content = decodeText(bytes);
  if (content.type === 'refused') throw unusable(content.problem);
  return leftOutBy(content.text);
}

async function readObjects(
  git: Git,
  dir: string,
  ids: readonly string[],
  bytes: number,
  signal: AbortSignal,
): Promise<readonly Buffer[]> {
  const objects = await git([`--git-dir=${dir}`, 'cat-file', '--batch'], {
    signal,
    input: ids.map((id) => `${id}\n`).join(''),
    maxOutputBytes: bytes + ids.length * BATCH_HEADER_BYTES,
  });
  return splitBatch(objects, ids);
}

interface TreeEntry extends Entry {
  readonly id: string;
}

interface Listing {
  readonly entries: readonly TreeEntry[];
  /** The path names a file and no folder. */
  readonly isSingleFile: boolean;
  /** All that the manifests may name: the entries, or what lies around a single file. */
  around(): Promise<readonly TreeEntry[]>;
}

async function listManifests(
  git: Git,
  { dir, commit, path }: CommitPlace,
  where: string,
  signal: AbortSignal,
): Promise<Listing> {
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
  const whole = async (tree: string): Promise<Listing> => {
    const entries = await list('-r', tree);
    return { entries, isSingleFile: false, around: () => Promise.resolve(entries) };
  };
  if (path === '') return whole(commit);
  const [found] = await list(commit, '--', path);
  if (found === undefined) throw invalid(`${where} does not exist; is --path right?`);
  if (found.type === 'symlink') throw invalid(`${where} is a symbolic link; links are not followed`);
  if (found.type === 'submodule') throw invalid(`${where} is a submodule; submodules are not read`);
  if (found.type === 'file') {
    const entries = [{ ...found, file: path.slice(path.lastIndexOf('/') + 1) }];
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    return { entries, isSingleFile: true, around: () => list('-r', `${commit}:${folder}`) };
  }
  return whole(found.id);
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

function damaged(): StationkeeperError {
  return new StationkeeperError({
    code: 'GitFailed',
    message: 'the local clone is damaged',
    retry: 'backoff',
  });
}
