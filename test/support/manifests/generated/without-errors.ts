import { daemonServiceChecks } from '../../../../controller/manifest/check/daemon-service.ts';
import type { Path } from '../../../../controller/manifest/position.ts';
import type { ManifestDocument } from '../documents.ts';
import type { JsonSchema } from './json-schema.ts';
import { withEssential } from './repaired-task.ts';

/** Each round takes away all that is said to be wrong; what is wrong only without that comes up in the next. */
const ROUNDS = 6;

type Document = ManifestDocument<'DaemonService'>;
type Members = Record<string | number, unknown>;

/**
 * The same document without what is refused in it by more than its schema: chance writes much that does not go together. What remains
 * shows a good deal of the language, and whether AWS takes it is for AWS to say.
 */
export function withoutErrors(document: Document, schema: JsonSchema): Document {
  let kept = document;
  for (let round = 0; round < ROUNDS; round += 1) {
    const wrong = errorsIn(kept);
    if (wrong.length === 0) return kept;
    const changed = structuredClone(kept);
    // From the end, so that a place in a list is still that place.
    for (const path of wrong.toReversed()) remove(changed, path, schema);
    kept = { ...changed, spec: withEssential(changed.spec) };
  }
  return kept;
}

function errorsIn({ metadata, spec }: Document): readonly Path[] {
  const paths: Path[] = [];
  const report = (path: Path) => paths.push(path);
  const subject = { name: metadata.name, spec, schemaFindings: [], report, warn: () => undefined };
  for (const check of daemonServiceChecks) check(subject);
  return paths;
}

/** Takes away what stands at a path, or what it is missing in, or what cannot be without it. False where nothing may go. */
function remove(holder: unknown, [first, ...rest]: Path, schema: JsonSchema | undefined): boolean {
  if (typeof holder !== 'object' || holder === null || first === undefined || !(first in holder))
    return false;
  const inner = typeof first === 'number' ? schema?.items : schema?.properties?.[first];
  if (rest.length > 0 && remove((holder as Members)[first], rest, inner)) return true;
  if (Array.isArray(holder)) {
    if (holder.length <= (schema?.minItems ?? 0)) return false;
    holder.splice(Number(first), 1);
    return true;
  }
  if (schema?.required?.includes(String(first)) === true) return false;
  delete (holder as Members)[first];
  return true;
}
