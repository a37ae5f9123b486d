import type { TagRules } from '../../core/facts.ts';
import { whyNotNamed } from '../../core/name-rules.ts';
import type { ManifestKind } from '../../core/resource.ts';
import { namedResources } from '../names.ts';
import { formatPath } from '../position.ts';
import type { Path } from '../position.ts';
import { areValid } from './check.ts';
import type { Subject } from './check.ts';

/**
 * Checks each name that a resource gets in AWS by the rule of its service, whether it is written or follows from `metadata.name`. What a
 * schema says of a written name already is not said again.
 */
export function checkNames(kind: ManifestKind, { name, spec, schemaFindings, report }: Subject): void {
  if (name === '' || schemaFindings.some(({ path }) => path[0] === 'metadata' && path[1] === 'name')) return;
  const isReadable = (fields: readonly string[]) => areValid(schemaFindings, fields);
  for (const { facts, what, name: itsName, path } of namedResources(kind, name, spec, isReadable)) {
    const why = facts.naming === undefined ? undefined : whyNotNamed(facts.naming, itsName);
    if (why === undefined) continue;
    if (isWritten(spec, path)) report(path, why);
    else {
      report(
        ['metadata', 'name'],
        `the derived ${what} name ${itsName} ${why}; set ${formatPath(path)}, or choose another name`,
      );
    }
  }
}

/** How the services tag in which a manifest has something made. */
export function taggingsOf(kind: ManifestKind, { name, spec, schemaFindings }: Subject): readonly TagRules[] {
  const isReadable = (fields: readonly string[]) => areValid(schemaFindings, fields);
  return namedResources(kind, name, spec, isReadable).flatMap(({ facts: { tagging } }) => tagging ?? []);
}

function isWritten(spec: unknown, path: Path): boolean {
  const [, ...fields] = path;
  const value = fields.reduce<unknown>(
    (holder, field) => (holder as Readonly<Record<string, unknown>> | null | undefined)?.[field],
    spec,
  );
  return path[0] === 'spec' && value !== undefined;
}
