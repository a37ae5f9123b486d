import { groupBy } from '../core/order.ts';
import { TASK_DEFINITION_BYTES } from '../core/sizes.ts';
import { findForbiddenCharacter, forbiddenCharacterMessage } from './characters.ts';
import { readDocuments } from './documents.ts';
import type { ManifestDocument } from './documents.ts';
import { isMapping } from './mapping.ts';
import { whyNotOurs } from './ours.ts';
import { placeOf } from './position.ts';
import type { Finding, Path } from './position.ts';
import { holdsSealed } from './sealed.ts';

/** A file that manifests name: its text, or what is wrong with it and what to do, in a sentence that names it. */
export type NamedFile = { readonly file: string } & (
  | { readonly text: string }
  | { readonly problem: string }
);

/** A value that stands in a file: `{ fromFile: otel.yaml }`. */
interface ValueInFile {
  readonly path: Path;
  /** As it is written, relative to the folder of the manifest. */
  readonly written: string;
  /** The override that it is of, by its index; undefined where it is of none. */
  readonly of: number | undefined;
}

type Located = { readonly file: string } | { readonly problem: string };

/**
 * The files that the manifests in this one name, relative to the source path, and never outside of it. For a source, which has to read
 * them with the manifests. Pure.
 */
export function filesNamedIn({
  file,
  text,
}: {
  readonly file: string;
  readonly text: string;
}): readonly string[] {
  // Most manifests name none and are not read twice; YAML can also write a letter as an escape.
  if (!/fromFile|\\[xuU]/.test(text)) return [];
  return readDocuments(text).documents.flatMap((document) =>
    whyNotOurs(document) === undefined ? filesNamedBy(document, file) : [],
  );
}

/** The files that a document of ours names; `file` is where it stands. */
export function filesNamedBy(document: ManifestDocument, file: string): readonly string[] {
  return valuesInFiles(document).flatMap(({ written }) => {
    const located = locate(written, file);
    return 'file' in located ? [located.file] : [];
  });
}

/** What a file that manifests name has, and whether it holds manifests itself. */
export interface NamedFiles {
  find(file: string): NamedFile | undefined;
  isManifest(file: string): boolean;
}

/** Most bytes of all files that a definition names for all its overrides together: as many as a manifest file has itself. */
const OVERRIDES_BYTES = 1024 * 1024;

/** The document with the texts of the files in the place of their names. What cannot be had is a finding, and an empty text. */
export function withNamedFiles(
  document: ManifestDocument,
  file: string,
  named: NamedFiles,
): ManifestDocument {
  const values = valuesInFiles(document);
  if (values.length === 0) return document;
  const findings: Finding[] = [];
  const texts = new Map<string, string>();
  const inAll = counterOf(
    OVERRIDES_BYTES,
    (bytes) =>
      `with this file, those of the manifest and its overrides have ${bytes} bytes, and may have ${OVERRIDES_BYTES}; make them shorter`,
  );
  // Each list of containers is one of a task definition.
  const lists = groupBy(values, ({ of }) => of);
  for (const [of, inList] of lists) {
    const inTask = counterOf(
      TASK_DEFINITION_BYTES,
      (bytes) =>
        `with this file, those of the ${of === undefined ? 'manifest' : 'override'} have ${bytes} bytes, and ECS allows ${TASK_DEFINITION_BYTES} in all of a task definition; make them shorter`,
    );
    for (const { path, written } of inList) {
      const read = readNamed(written, file, named);
      const bytes = 'text' in read ? Buffer.byteLength(read.text) : 0;
      const ofTask = inTask(bytes);
      const ofAll = inAll(ofTask.fits ? bytes : 0);
      const problem = 'problem' in read ? read.problem : (ofTask.message ?? ofAll.message);
      if (problem !== undefined) {
        const at = [...path, 'fromFile'];
        findings.push({ path: at, offset: placeOf(document.places, at).value, message: problem });
      }
      const fits = ofTask.fits && ofAll.fits;
      texts.set(JSON.stringify(path), 'text' in read && fits ? read.text : '');
    }
  }
  return {
    ...document,
    value: replaced(document.value, [], texts),
    findings: [...document.findings, ...findings],
  };
}

/**
 * Adds up bytes. What it has to say is said once, of that with which there are too many: many times the same file would otherwise make a text
 * of gigabytes.
 */
function counterOf(most: number, says: (bytes: number) => string) {
  let sum = 0;
  return (bytes: number): { readonly fits: boolean; readonly message?: string } => {
    const before = sum;
    sum += bytes;
    const fits = sum <= most;
    return before <= most && !fits ? { fits, message: says(sum) } : { fits };
  };
}

function readNamed(
  written: string,
  manifest: string,
  named: NamedFiles,
): { readonly text: string } | { readonly problem: string } {
  const located = locate(written, manifest);
  if ('problem' in located) return located;
  const { file } = located;
  if (named.isManifest(file)) {
    return { problem: `${file} holds manifests itself; keep the text in a file of its own` };
  }
  const found = named.find(file) ?? { file, problem: `${file} was not read with the manifests` };
  if ('problem' in found) return found;
  const at = findForbiddenCharacter(found.text);
  if (at !== undefined) {
    const line = found.text.slice(0, at).split('\n').length;
    return { problem: `${file}, line ${line}: ${forbiddenCharacterMessage(found.text, at)}` };
  }
  return holdsSealed(found.text)
    ? {
        problem: `${file} is encrypted by SOPS, which is not decrypted here; commit it as plain text, with what is secret in it in spec.containers[].secrets`,
      }
    : found;
}

/** Values that are anything else are the schema's to judge. */
function valuesInFiles({ value, broken }: ManifestDocument): readonly ValueInFile[] {
  if (broken || !isMapping(value) || !isMapping(value['spec'])) return [];
  const { containers, overrides } = value['spec'];
  const ofOverrides = Array.isArray(overrides) ? overrides : [];
  return [
    ...valuesInContainers(containers, ['spec', 'containers'], undefined),
    ...ofOverrides.flatMap((one: unknown, index) =>
      isMapping(one) && isMapping(one['spec'])
        ? valuesInContainers(
            one['spec']['containers'],
            ['spec', 'overrides', index, 'spec', 'containers'],
            index,
          )
        : [],
    ),
  ];
}

function valuesInContainers(containers: unknown, at: Path, of: number | undefined): readonly ValueInFile[] {
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container: unknown, index) => {
    const environment = isMapping(container) ? container['environment'] : undefined;
    if (!isMapping(environment)) return [];
    return Object.entries(environment).flatMap(([name, said]) =>
      isMapping(said) && typeof said['fromFile'] === 'string' && Object.keys(said).length === 1
        ? [{ path: [...at, index, 'environment', name], written: said['fromFile'], of }]
        : [],
    );
  });
}

function replaced(value: unknown, path: Path, texts: ReadonlyMap<string, string>): unknown {
  const text = texts.get(JSON.stringify(path));
  if (text !== undefined) return text;
  if (Array.isArray(value)) return value.map((item, index) => replaced(item, [...path, index], texts));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaced(inner, [...path, key], texts)]),
  );
}

const LONGEST_PATH = 1024;

/** Where a path leads from the folder of a manifest: below the source path, or nowhere. */
function locate(written: string, manifest: string): Located {
  if (written === '') return { problem: 'must be the path of a file, and is empty' };
  if (written.length > LONGEST_PATH) {
    return { problem: `must be the path of a file, and has ${written.length} characters` };
  }
  const shown = JSON.stringify(written);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) {
    return { problem: `${shown} is a URL, and nothing is fetched; commit the file beside the manifest` };
  }
  if (written.includes('\\')) return { problem: `${shown} has a backslash; write / between folders` };
  if (written.startsWith('/')) {
    return {
      problem: `${shown} is absolute; write the path from the folder of the manifest to a file below the source path`,
    };
  }
  if (/(?:^|\/)\.{0,2}$/.test(written)) return { problem: `${shown} is a folder; name a file in it` };
  const parts = manifest.split('/').slice(0, -1);
  for (const part of written.split('/')) {
    if (part === '..' && parts.length === 0) {
      return {
        problem: `${shown} leads out of the source path; commit the file below it, or choose a source path above both`,
      };
    }
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return { file: parts.join('/') };
}
