import { environmentsOf } from '../manifest/manifest.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { ManifestOrigin } from '../manifest/origin.ts';
import { traceManifests } from '../manifest/parse.ts';
import type { ManifestFile } from '../manifest/parse.ts';
import { createWantedReader, saidBy } from '../reconcile/wanted.ts';
import type { Wanted } from '../reconcile/wanted.ts';
import type { CommandContext } from './context.ts';
import { manifestsAt } from './manifests-at.ts';

/** An object of the manifests, and how it came to be. */
export interface WrittenObject {
  readonly manifest: Manifest;
  readonly environment: string;
  readonly origin: ManifestOrigin;
}

/** What a PATH holds. */
export interface ReadManifests {
  readonly wanted: Wanted;
  /** What the names of files are relative to. */
  readonly folder: string;
  /** As they are written; none where the source cannot be read. */
  readonly files: readonly ManifestFile[];
  /** By file and line. */
  readonly objects: readonly WrittenObject[];
}

/** Reads and checks manifests; calls no AWS. */
export async function readManifests(
  path: string,
  { stop, secretRules }: Pick<CommandContext, 'stop' | 'secretRules'>,
): Promise<ReadManifests> {
  const { source, folder } = await manifestsAt(path);
  let written: readonly ManifestFile[] = [];
  let objects: readonly WrittenObject[] = [];
  const wantedOf = createWantedReader((files, unread, named) => {
    written = files;
    const { origins, ...parsed } = traceManifests(files, unread, secretRules, named);
    const environmentOf = environmentsOf(parsed.manifests);
    objects = parsed.manifests.flatMap((manifest) => {
      const origin = origins.get(manifest);
      return origin === undefined ? [] : [{ manifest, environment: environmentOf(manifest), origin }];
    });
    return saidBy(parsed, secretRules);
  });
  const wanted = wantedOf(await source.read(stop));
  return { wanted, folder, files: written, objects };
}
