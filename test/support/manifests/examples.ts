import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A folder of `examples/` that holds manifests, and is a source path by itself. */
export interface Example {
  /** Of the folder: `otel-collector`. */
  readonly name: string;
  readonly folder: string;
  /** All its files, by their names. */
  readonly files: Readonly<Record<string, string>>;
}

/** Where they stand beside each other. */
export const EXAMPLES_FOLDER = join(import.meta.dirname, '..', '..', '..', 'examples');

/** Where those are who use daemons, and have no manifest of ours. */
export const APPLICATIONS_FOLDER = join(EXAMPLES_FOLDER, 'applications');

/** All that there are, so that a new one is tried without a line of code. */
export const EXAMPLES: readonly Example[] = readdirSync(EXAMPLES_FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .filter(({ name }) => readdirSync(join(EXAMPLES_FOLDER, name)).some((file) => file.endsWith('.yaml')))
  .map(({ name }) => {
    const folder = join(EXAMPLES_FOLDER, name);
    const files = readdirSync(folder).map(
      (file) => [file, readFileSync(join(folder, file), 'utf8')] as const,
    );
    return { name, folder, files: Object.fromEntries(files) };
  });

/** Files of an example that are no manifests of ours: what manifests name, and what is for elsewhere. */
export function configurationOf({ files }: Example): readonly string[] {
  return Object.keys(files).filter((file) => !files[file]!.includes('\napiVersion: stationkeeper.dev/v1\n'));
}
