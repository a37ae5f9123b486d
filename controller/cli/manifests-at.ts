import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { directorySource } from '../source/directory.ts';
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

export async function manifestsAt(path: string): Promise<ManifestsAt> {
  const isFile = await stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
  const source = directorySource({ path });
  return isFile
    ? { source, folder: dirname(path), scope: 'these' }
    : { source, folder: path, scope: 'all-owned' };
}
