import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package of package-lock.json, as npm writes it. */
export interface LockedPackage {
  /** `node_modules/…` */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string | undefined;
  readonly resolved: string | undefined;
  readonly license: string | undefined;
  /** For development alone. */
  readonly dev: boolean;
  readonly hasInstallScript: boolean;
}

/** Every package of the lockfile but our own, by folder. */
export function readLockfile(): readonly LockedPackage[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Partial<LockedPackage>> };
  return Object.entries(packages)
    .filter(([folder]) => folder !== '')
    .map(
      ([folder, { version = '', integrity, resolved, license, dev = false, hasInstallScript = false }]) => ({
        folder,
        name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
        version,
        integrity,
        resolved,
        license,
        dev,
        hasInstallScript,
      }),
    )
    .toSorted((one, other) => (one.folder < other.folder ? -1 : 1));
}
