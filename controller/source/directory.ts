import { createHash } from 'node:crypto';
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { invalid, staleReading, unreachable } from './failure.ts';
import { IGNORE_FILE, IGNORE_FILE_BYTES, leftOutBy, NOTHING_LEFT_OUT, unusable } from './left-out.ts';
import type { LeftOut } from './left-out.ts';
import { CHANGED, readText, reasonOf } from './local-file.ts';
import { askedOnce, readNamed } from './named.ts';
import type { Below, Folder, Listed, NamedIn } from './named.ts';
import {
  decodeManifest,
  decodeText,
  isManifestName,
  MANIFEST_LIMITS,
  NARROW,
  noManifests,
  refusal,
  screen,
  SPLIT_OR_LEAVE_OUT,
} from './screen.ts';
import type { Entry, ManifestLimits } from './screen.ts';
import { isSameJson } from '../core/ownership.ts';
import type { NamedFile, Source, SourceError, SourceFile, SourceSnapshot } from './source.ts';

/** A walk that visits this many times the file limit is not in a folder of manifests. */
const VISITED_PER_FILE_LIMIT = 10;

export interface DirectorySourceOptions {
  /**
   * A folder, or one manifest file. The path itself may be a link, which each reading follows once: where the link is swapped meanwhile
   * (Kubernetes swaps `..data` of a mounted ConfigMap), a reading is of one of the two, never of both. Links below it are refused.
   */
  readonly path: string;
  /** What it is known by in the tags of its resources; absent for a single file. */
  readonly id?: string | undefined;
  /** By default no manifest names another file. */
  readonly namedIn?: NamedIn;
  readonly limits?: Partial<ManifestLimits>;
}

/**
 * Manifests in a folder: every `*.yaml` and `*.yml` below it that nobody leaves out, and the files that they name. The revision is a digest of
 * names, contents and refusals, `sha256:…`: what is ignored may come and go. While all stays the same, so does the snapshot object.
 */
export function directorySource(options: DirectorySourceOptions): Source {
  const limits = { ...MANIFEST_LIMITS, ...options.limits };
  const { path, namedIn = () => [] } = options;
  const namesIn = askedOnce(namedIn);
  let lastGood: SourceSnapshot | undefined;
  return {
    type: 'directory',
    url: path,
    ...(options.id === undefined ? {} : { id: options.id }),
    async read(signal) {
      try {
        const snapshot = await readSnapshot(path, { limits, namesIn, signal });
        if (lastGood === undefined || !isSame(lastGood, snapshot)) lastGood = snapshot;
        return { type: 'fresh', snapshot: lastGood };
      } catch (thrown) {
        return staleReading(thrown, lastGood);
      }
    },
    head: async (signal) => (await readSnapshot(path, { limits, namesIn, signal })).revision,
  };
}

function isSame(a: SourceSnapshot, b: SourceSnapshot): boolean {
  return a.revision === b.revision && isSameJson(a.ignored, b.ignored);
}

interface ReadOptions {
  readonly limits: ManifestLimits;
  readonly namesIn: ReturnType<typeof askedOnce>;
  readonly signal: AbortSignal | undefined;
}

async function readSnapshot(path: string, { limits, namesIn, signal }: ReadOptions): Promise<SourceSnapshot> {
  const errors: SourceError[] = [];
  const { location, stats: root } = await follow(path).catch((error: unknown) => {
    throw reasonOf(error) === 'does not exist'
      ? invalid(`${path} does not exist; name a file or folder of manifests`)
      : unreachable(`${path} ${reasonOf(error)}`, error);
  });
  const leftOut = root.isDirectory() ? await leftOutIn(location) : NOTHING_LEFT_OUT;
  const listed = root.isDirectory()
    ? await walk(location, { limits, leftOut, errors, signal })
    : [
        {
          file: basename(path),
          location,
          type: root.isFile() ? 'file' : 'special',
          size: root.size,
        } as const,
      ];
  const screened = screen(listed, limits, leftOut);
  errors.push(...screened.errors);
  const contents = await readAll(screened.wanted, async (entry) => {
    stopIfAsked(path, signal);
    return readText(entry.location, {
      mostBytes: limits.fileBytes,
      tooMany: `has more than ${limits.fileBytes} bytes; ${SPLIT_OR_LEAVE_OUT}`,
      decode: decodeManifest,
    });
  });
  const files: SourceFile[] = [];
  for (const [index, { file }] of screened.wanted.entries()) {
    const content = contents[index]!;
    if (content.type === 'text') files.push({ file, text: content.text });
    else errors.push(refusal(file, content.problem));
  }
  const { ignored } = screened;
  if (files.length === 0) throw noManifests(path, { errors, ignored });
  const top = root.isDirectory() ? location : dirname(location);
  const named = await readNamed(files, namesIn, belowFolder(top), limits);
  return { revision: digest({ files, named, errors }), files, named, errors, ignored };
}

/** Files open at once: Node has four threads for them, and a process may have few. */
const READ_AT_ONCE = 8;

/** What becomes of each entry, in their order; the first that throws ends it. */
async function readAll<One, Read>(
  entries: readonly One[],
  read: (entry: One) => Promise<Read>,
): Promise<readonly Read[]> {
  const results: Read[] = [];
  const left = entries.entries();
  const reader = async () => {
    // The readers share what is left: each takes the next when it has done one.
    for (const [index, entry] of left) results[index] = await read(entry);
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, reader));
  return results;
}

/** What lies below a folder; each folder is listed once. */
function belowFolder(top: string): Below<Located> {
  const lists = new Map<string, Promise<Listed<Located>>>();
  return {
    list(folder) {
      const known = lists.get(folder) ?? listFolder(top, folder);
      lists.set(folder, known);
      return known;
    },
    async read(entries) {
      return readAll(entries, ({ location, size }) =>
        readText(location, { mostBytes: size, tooMany: CHANGED, decode: decodeText }),
      );
    },
  };
}

async function listFolder(top: string, folder: string): Promise<Listed<Located>> {
  const location = join(top, folder);
  try {
    const children = await readdir(location, { withFileTypes: true });
    const entries = children.map(async (child): Promise<readonly [string, Located | Folder]> => {
      const file = folder === '' ? child.name : `${folder}/${child.name}`;
      if (child.isDirectory()) return [file, { file, type: 'folder' }];
      const at = join(location, child.name);
      const type = typeOf(child);
      return [file, { file, location: at, type, size: type === 'file' ? await sizeOf(at) : 0 }];
    });
    return new Map(await Promise.all(entries));
  } catch (error) {
    return reasonOf(error);
  }
}

function typeOf(child: Dirent): 'symlink' | 'file' | 'special' {
  return child.isSymbolicLink() ? 'symlink' : child.isFile() ? 'file' : 'special';
}

async function follow(path: string): Promise<{ readonly location: string; readonly stats: Stats }> {
  const location = await realpath(path);
  return { location, stats: await stat(location) };
}

async function leftOutIn(root: string): Promise<LeftOut> {
  const location = join(root, IGNORE_FILE);
  const exists = await lstat(location).then(
    () => true,
    () => false,
  );
  if (!exists) return leftOutBy(undefined);
  const content = await readText(location, {
    mostBytes: IGNORE_FILE_BYTES,
    tooMany: `has more than ${IGNORE_FILE_BYTES} bytes`,
    decode: decodeText,
  });
  if (content.type === 'refused') throw unusable(content.problem);
  return leftOutBy(content.text);
}

type Located = Entry & { readonly location: string };

interface Walk {
  readonly limits: ManifestLimits;
  readonly leftOut: LeftOut;
  /** Grows by what cannot be listed. */
  readonly errors: SourceError[];
  readonly signal: AbortSignal | undefined;
}

async function walk(root: string, { limits, leftOut, errors, signal }: Walk): Promise<readonly Located[]> {
  const found: Located[] = [];
  const folders = [{ location: root, prefix: '', depth: 0 }];
  let visited = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    stopIfAsked(root, signal);
    const { location, prefix, depth } = folder;
    const children = await readdir(location, { withFileTypes: true }).catch((error: unknown) => {
      if (prefix === '') throw unreachable(`${root} ${reasonOf(error)}`, error);
      errors.push(refusal(prefix.slice(0, -1), reasonOf(error)));
      return [];
    });
    visited += children.length;
    if (visited > limits.files * VISITED_PER_FILE_LIMIT) {
      throw invalid(`${root} holds more than ${limits.files * VISITED_PER_FILE_LIMIT} files; ${NARROW}`);
    }
    // A folder with a git repository of its own is what a submodule is once it is checked out.
    if (prefix !== '' && children.some(({ name }) => name === '.git')) {
      found.push({ file: prefix.slice(0, -1), location, type: 'submodule', size: 0 });
      continue;
    }
    for (const child of children) {
      const entry = { file: `${prefix}${child.name}`, location: join(location, child.name) };
      if (!child.isDirectory()) {
        const type = typeOf(child);
        const size = type === 'file' && isManifestName(child.name) ? await sizeOf(entry.location) : 0;
        found.push({ ...entry, type, size });
      } else if (child.name !== '.git') {
        if (leftOut.find(`${entry.file}/`) !== undefined)
          found.push({ ...entry, file: `${entry.file}/`, type: 'special', size: 0 });
        else if (depth >= limits.depth) found.push({ ...entry, type: 'too-deep', size: 0 });
        else folders.push({ location: entry.location, prefix: `${entry.file}/`, depth: depth + 1 });
      }
    }
  }
  return found;
}

/** The size of a file in bytes; 0 where the file cannot be looked at: reading it then says why. */
async function sizeOf(location: string): Promise<number> {
  return lstat(location).then(
    (stats) => stats.size,
    () => 0,
  );
}

function stopIfAsked(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw unreachable(`reading ${path} was stopped before it ended`);
}

function digest({ files, named, errors }: Pick<SourceSnapshot, 'files' | 'named' | 'errors'>): string {
  const parts = [
    ...files.flatMap(({ file, text }) => [file, text]),
    ...errors.flatMap(({ file, message }) => [file, message]),
    ...named.flatMap((one) => ['named', one.file, saidOf(one)]),
  ];
  const hash = createHash('sha256');
  // Lengths keep a byte from moving between a name and a content unnoticed.
  for (const part of [String(files.length), ...parts]) hash.update(`${part.length}:`).update(part);
  return `sha256:${hash.digest('hex')}`;
}

/** What a named file comes to, so that a text is never taken for a problem of the same words. */
function saidOf(one: NamedFile): string {
  return 'text' in one ? `=${one.text}` : `!${one.problem}`;
}
