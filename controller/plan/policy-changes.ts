import { isSameJson } from '../core/ownership.ts';
import type { PolicyDocument } from '../core/policy-document.ts';
import type { FieldChange } from '../core/resource.ts';
import { withoutSecretSources } from './secret-sources.ts';

/**
 * Where two canonical policy documents differ, statement by statement and member by member; a statement more or less shifts those that
 * follow it. A member that one side lacks differs.
 */
export function policyChanges(
  at: string,
  wanted: PolicyDocument,
  actual: PolicyDocument,
): readonly FieldChange[] {
  const statements = Array.from({ length: Math.max(wanted.Statement.length, actual.Statement.length) });
  return [
    ...valueChanges(`${at}.Version`, wanted.Version, actual.Version),
    ...statements.flatMap((_, index) => {
      const path = `${at}.Statement[${index}]`;
      const to = wanted.Statement[index];
      const from = actual.Statement[index];
      if (to === undefined || from === undefined) return valueChanges(path, to, from);
      const members = new Set([...Object.keys(to), ...Object.keys(from)]);
      return [...members].flatMap((name) => valueChanges(`${path}.${name}`, to[name], from[name]));
    }),
  ];
}

function valueChanges(path: string, to: unknown, from: unknown): readonly FieldChange[] {
  if (to !== undefined && from !== undefined && isSameJson(to, from)) return [];
  const shown = (value: unknown): unknown => withoutSecretSources(value ?? null);
  return [{ path, from: shown(from), to: shown(to), by: 'update' }];
}
