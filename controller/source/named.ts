import { closest } from '../core/suggest.ts';
import { invalid } from './failure.ts';
import { printable } from '../core/printable.ts';
import { NARROW } from './screen.ts';
import type { Content, Entry, ManifestLimits } from './screen.ts';
import type { NamedFile, SourceFile } from './source.ts';

/** The other files that a manifest names, relative to the source path and below it. Whoever knows manifests gives it. */
export type NamedIn = (manifest: SourceFile) => readonly string[];

export interface Folder {
  readonly file: string;
  readonly type: 'folder';
}

/** What lies in one folder, by its path; or why that cannot be told, to be read behind the folder's name. */
export type Listed<E extends Entry> = ReadonlyMap<string, E | Folder> | string;

/** What a source can tell of all that lies below its path, whether it may hold manifests or not. */
export interface Below<E extends Entry> {
  /** Of a folder that `list` gave; the source path itself is the empty text. */
  list(folder: string): Promise<Listed<E>>;
  /** The contents of files that `list` gave, in their order. */
  read(entries: readonly E[]): Promise<readonly Content[]>;
}

/** Asks of each text but once what it names: a folder is read whole each time, and seldom changes. */
export function askedOnce(namedIn: NamedIn): (files: readonly SourceFile[]) => readonly string[] {
  let known: ReadonlyMap<string, { readonly text: string; readonly names: readonly string[] }> = new Map();
  return (files) => {
    const now = files.map(({ file, text }) => {
      const before = known.get(file);
      return [file, before?.text === text ? before : { text, names: namedIn({ file, text }) }] as const;
    });
    known = new Map(now);
    return now.flatMap(([, { names }]) => names);
  };
}

/**
 * The files that these manifests name, each once, sorted. One that cannot be read is the error of whoever names it. What was read as a
 * manifest file is not read again: it may have changed since.
 *
 * @throws StationkeeperError `SourceInvalid` where all files together are over the limits
 */
export async function readNamed<E extends Entry>(
  files: readonly SourceFile[],
  namesIn: (files: readonly SourceFile[]) => readonly string[],
  below: Below<E>,
  limits: ManifestLimits,
): Promise<readonly NamedFile[]> {
  const names = [...new Set(namesIn(files))].toSorted();
  if (names.length > limits.files) {
    throw invalid(`manifests name ${names.length} files, more than the limit of ${limits.files}; ${NARROW}`);
  }
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const named: NamedFile[] = [];
  const wanted: E[] = [];
  for (const file of names) {
    const text = texts.get(file);
    if (text !== undefined) {
      const problem = tooBig(Buffer.byteLength(text), limits);
      named.push(problem === undefined ? { file, text } : refused(file, file, problem));
      continue;
    }
    const found = await find(file, below);
    if ('problem' in found) named.push(found);
    else {
      const problem = tooBig(found.size, limits);
      if (problem === undefined) wanted.push(found);
      else named.push(refused(file, file, problem));
    }
  }
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.totalBytes) {
    throw invalid(
      `the files that manifests name hold ${total} bytes, more than the limit of ${limits.totalBytes}; ${NARROW}`,
    );
  }
  const contents = wanted.length === 0 ? [] : await below.read(wanted);
  for (const [index, { file }] of wanted.entries()) {
    const content = contents[index] ?? { type: 'refused', problem: 'was not read' };
    named.push(content.type === 'text' ? { file, text: content.text } : refused(file, file, content.problem));
  }
  return named.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

/** `problem` is to be read behind the name of what is in the way: the file, or a folder around it. */
function refused(file: string, what: string, problem: string): NamedFile & { readonly problem: string } {
  return { file, problem: `${printable(what)} ${problem}` };
}

/** Goes down folder by folder, so that nothing is reached through a link. */
async function find<E extends Entry>(
  file: string,
  below: Below<E>,
): Promise<E | (NamedFile & { readonly problem: string })> {
  const parts = file.split('/');
  let folder = '';
  for (const [index, part] of parts.entries()) {
    const at = folder === '' ? part : `${folder}/${part}`;
    if (part.startsWith('.')) {
      return refused(
        file,
        at,
        'is hidden: its name begins with a dot; rename it, because the controller reads no hidden file',
      );
    }
    const listed = await below.list(folder);
    if (typeof listed === 'string') return refused(file, folder, listed);
    // A folder with a git repository of its own is what a submodule is once it is checked out.
    if (folder !== '' && listed.has(`${folder}/.git`)) return refused(file, folder, PROBLEMS.submodule);
    const isLast = index === parts.length - 1;
    const entry = listed.get(at);
    if (entry === undefined) return refused(file, at, missing(part, folder, listed, isLast));
    if (entry.type === 'file' && isLast) return entry;
    if (entry.type === 'file') return refused(file, at, 'is a file and no folder');
    if (entry.type !== 'folder') return refused(file, at, PROBLEMS[entry.type]);
    folder = at;
  }
  return refused(file, file, 'is a folder; name a file in it');
}

const PROBLEMS: Readonly<Record<Exclude<Entry['type'], 'file'>, string>> = {
  symlink: 'is a symbolic link; links are not followed, commit the file itself',
  submodule: 'is a submodule; submodules are not read, commit the file beside the manifest',
  special: 'is not a regular file',
  'too-deep': 'is too deep in the tree; move it up',
};

function missing<E extends Entry>(
  part: string,
  folder: string,
  listed: ReadonlyMap<string, E | Folder>,
  isLast: boolean,
): string {
  const candidates = [...listed.values()]
    .filter(({ type }) => type === (isLast ? 'file' : 'folder'))
    .map(({ file }) => file.slice(folder === '' ? 0 : folder.length + 1));
  const near = closest(part, candidates);
  return near === undefined
    ? 'does not exist; a path is relative to the folder of the manifest that names it'
    : `does not exist; did you mean ${JSON.stringify(printable(near))}?`;
}

function tooBig(bytes: number, { namedBytes }: ManifestLimits): string | undefined {
  return bytes > namedBytes
    ? `has ${bytes} bytes, and ECS allows ${namedBytes} in all of a task definition; make it shorter`
    : undefined;
}
