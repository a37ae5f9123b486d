import { candidateOf } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import { readDocuments } from './documents.ts';
import type { FileDocuments, ManifestDocument } from './documents.ts';
import type { IgnoredDocument } from './manifest.ts';
import { filesNamedBy, withNamedFiles } from './named-files.ts';
import type { NamedFile, NamedFiles } from './named-files.ts';
import { isPreamble, saysOurs, whyNotOurs } from './ours.ts';

interface ReadDocuments {
  readonly candidates: readonly Candidate[];
  readonly ignored: readonly IgnoredDocument[];
}

/** One file, with what of it is ours. */
interface ReadFile {
  readonly file: string;
  readonly position: FileDocuments['position'];
  readonly ours: readonly ManifestDocument[];
  readonly ignored: readonly IgnoredDocument[];
}

/**
 * The documents of all files on their way to being manifests, with the texts of the files that they name. A file that is named is no
 * manifest file, whatever it is called, unless something in it says that it is ours: what is a manifest must not look like one that was
 * removed.
 */
export function readCandidates(
  files: readonly { readonly file: string; readonly text: string }[],
  named: readonly NamedFile[],
): ReadDocuments {
  const read = files.map(readFile);
  const names = new Set(read.flatMap(({ file, ours }) => ours.flatMap((one) => filesNamedBy(one, file))));
  const manifests = read.filter(({ file, ours }) => !names.has(file) || ours.some(saysOurs));
  const manifestFiles = new Set(manifests.map(({ file }) => file));
  const byName = new Map(named.map((one) => [one.file, one]));
  const namedFiles: NamedFiles = {
    find: (file) => byName.get(file),
    isManifest: (file) => manifestFiles.has(file),
  };
  return {
    candidates: manifests.flatMap(({ file, position, ours }) =>
      ours.map((document) => candidateOf(file, withNamedFiles(document, file, namedFiles), position)),
    ),
    ignored: manifests.flatMap(({ ignored }) => ignored),
  };
}

function readFile({ file, text }: { readonly file: string; readonly text: string }): ReadFile {
  const { documents, position } = readDocuments(text);
  const ignored: IgnoredDocument[] = [];
  const ours = documents.filter((document, index) => {
    const judged = isPreamble(document) ? (documents[index + 1] ?? document) : document;
    const message = whyNotOurs(judged);
    if (message === undefined) return true;
    const { line } = position(judged.places.get('')?.value ?? 0);
    if (judged === document) ignored.push({ file, line, message });
    return false;
  });
  return { file, position, ours, ignored };
}
