import { findForbiddenCharacter } from '../manifest/characters.ts';
import { TASK_DEFINITION_BYTES } from '../core/sizes.ts';
import { readsLikeSecret, saysSecret } from '../core/secrets.ts';
import type { ManifestFile } from '../manifest/parse.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';

/** A spec whose variables of several lines stand in files beside the manifest, and these. */
export interface SpecInFiles {
  /** Written as people may write it: `environment: { CONFIG: { fromFile: xray.main.CONFIG } }`. */
  readonly spec: object;
  readonly beside: readonly ManifestFile[];
}

/** Longer names are refused by file systems, some of which do not tell upper case from lower case either. */
const LONGEST_NAME = 255;

/** Puts variables of several lines into files that are called `<manifest>.<container>.<variable>`, where that can be a file's name. */
export function valuesInFiles(manifest: string, spec: DaemonServiceManifestSpec): SpecInFiles {
  const files = new Map<string, ManifestFile>();
  const containers = spec.containers.map((container) => {
    const { environment = {} } = container;
    const written = Object.entries(environment).map(([variable, text]) => {
      const file = `${manifest}.${container.name}.${variable}`;
      if (!canBeFile(file, text) || readsLikeSecret(variable) || files.has(file.toLowerCase())) {
        return [variable, text];
      }
      files.set(file.toLowerCase(), { file, text });
      return [variable, { fromFile: file }];
    });
    return container.environment === undefined
      ? container
      : { ...container, environment: Object.fromEntries(written) as object };
  });
  return { spec: { ...spec, containers }, beside: [...files.values()] };
}

/** What reads like a secret stays where the manifest's own note says that it is. */
function canBeFile(file: string, text: string): boolean {
  return (
    /\n[^]/.test(text) &&
    /^[\w.-]+$/.test(file) &&
    file.length <= LONGEST_NAME &&
    Buffer.byteLength(text) <= TASK_DEFINITION_BYTES &&
    findForbiddenCharacter(text) === undefined &&
    !saysSecret(text)
  );
}
