import { stat } from 'node:fs/promises';
import { directorySource } from '../source/directory.ts';
import type { Source } from '../source/source.ts';

/**
 * The manifests at a path, and how far a command looks beyond them. A folder is everything there is to be, so what
 * it no longer holds is removed; a single file is a part, and nothing is removed for it.
 */
export async function manifestsAt(
  path: string,
): Promise<{ readonly source: Source; readonly scope: 'these' | 'all-owned' }> {
  const isFile = await stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
  return { source: directorySource({ path }), scope: isFile ? 'these' : 'all-owned' };
}
