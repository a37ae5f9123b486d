import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { filesNamedIn } from '../manifest/named-files.ts';
import { directorySource } from '../source/directory.ts';
import { identifyFolder } from '../source/folder-id.ts';
import type { Environment } from '../source/git-process.ts';
import type { Source } from '../source/source.ts';

/** What a command's PATH means. */
export interface ManifestsAt {
  readonly source: Source;
  /** The folder that the source's file names are relative to. */
  readonly folder: string;
  /**
   * How far the command looks beyond the manifests. A folder is everything there is to be, so what it no longer holds
   * is removed; a single file is a part, and nothing is removed for it.
   */
  readonly scope: 'these' | 'all-owned';
}

/** What the manifests of a folder are told from those of others by. */
export interface FolderIdentity {
  /** What people call it, where git does not say. */
  readonly sourceId: string | undefined;
  readonly env: Environment;
}

/** `identity`: absent where nobody asks whose the resources are. */
export async function manifestsAt(path: string, identity?: FolderIdentity): Promise<ManifestsAt> {
  const isFile = await stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
  if (isFile)
    return {
      source: directorySource({ path, namedIn: filesNamedIn }),
      folder: dirname(path),
      scope: 'these',
    };
  const id = identity && (await identifyFolder(path, identity.sourceId, identity.env));
  return { source: directorySource({ path, id, namedIn: filesNamedIn }), folder: path, scope: 'all-owned' };
}
