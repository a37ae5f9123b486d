import { readDocuments } from '../manifest/documents.ts';
import type { ManifestFile } from '../manifest/parse.ts';
import type { ExportedFile } from './text.ts';

/** An export beside what its folder holds already. */
export interface IntoFolder {
  readonly files: readonly ExportedFile[];
  /** Manifests of before that stay as they are since nothing that says more takes their place, and where: `Kind/name` → file. */
  readonly kept: ReadonlyMap<string, string>;
  /** `Kind/name` of all that the folder then holds. */
  readonly held: ReadonlySet<string>;
}

interface HeldDocument {
  readonly key: string;
  readonly file: string;
  readonly text: string;
}

export interface FolderOptions {
  /** What is applied in the account, by `Kind/name`: of that nothing is dropped. */
  readonly applied: ReadonlySet<string>;
  /** The export is of some services only, so that it says nothing of the Environments of the others. */
  readonly isPart: boolean;
}

/** Nothing that is applied loses its manifest by an export: applying the folder would remove it. Pure. */
export function intoFolder(
  exported: readonly ExportedFile[],
  existing: readonly ManifestFile[],
  { applied, isPart }: FolderOptions,
): IntoFolder {
  const before = existing.flatMap(documentsIn);
  const where = new Map(before.map(({ key, file }) => [key, file]));
  const isKept = ({ isPlaceholder, manifests }: ExportedFile): boolean =>
    isPlaceholder && manifests.every((key) => where.has(key));
  const written = exported.filter((file) => !isKept(file));
  const said = new Set(written.flatMap(({ manifests }) => manifests));
  const kept = new Map(
    exported.filter(isKept).flatMap(({ manifests }) => manifests.map((key) => [key, where.get(key) ?? ''])),
  );
  const files = written.map((one) => {
    const others = before.filter(
      ({ file, key }) =>
        file === one.file &&
        !said.has(key) &&
        (applied.has(key) || (isPart && key.startsWith('Environment/'))),
    );
    for (const { key, file } of others) kept.set(key, file);
    return {
      ...one,
      text: [one.text, ...others.map(({ text }) => text)].join('---\n'),
      manifests: [...one.manifests, ...others.map(({ key }) => key)],
    };
  });
  const names = new Set(files.map(({ file }) => file));
  const untouched = before.filter(({ file }) => !names.has(file)).map(({ key }) => key);
  return { files, kept, held: new Set([...files.flatMap(({ manifests }) => manifests), ...untouched]) };
}

function documentsIn({ file, text }: ManifestFile): readonly HeldDocument[] {
  return readDocuments(text).documents.flatMap(({ value, text: whole }) => {
    const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } | null };
    const name = metadata?.name;
    if (typeof kind !== 'string' || typeof name !== 'string') return [];
    return [{ key: `${kind}/${name}`, file, text: whole.replace(/^---\n/, '') }];
  });
}
