import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { permissionDocuments } from '../../../controller/policy/documents.ts';
import type { PermissionOptions, PolicyDocument } from '../../../controller/policy/documents.ts';
import type { PolicyJson } from '../../../controller/policy/packing.ts';
import { manifestsOf } from '../manifests/documents.ts';
import type { ManifestDocument } from '../manifests/documents.ts';
import { request } from '../../../sandbox/authorization/where.ts';
import { isAllowed } from './evaluate.ts';

export const ACCOUNT = '385605022855';

/** What `policy` prints for a folder of these manifests. */
export function documentsOf(
  documents: readonly ManifestDocument[],
  options: Partial<PermissionOptions> = {},
): readonly PolicyDocument[] {
  const all = {
    owner: 'stationkeeper',
    region: 'us-east-1',
    access: 'converge',
    scope: 'all-owned',
    ...options,
  } as const;
  return permissionDocuments(expandManifests(manifestsOf(...documents)), all);
}

export function actionsOf(documents: readonly Pick<PolicyDocument, 'policy'>[]): readonly string[] {
  return [...new Set(statementsOf(documents).flatMap(({ Action }) => Action))].toSorted();
}

export function resourcesOf(
  documents: readonly Pick<PolicyDocument, 'policy'>[],
  action: string,
): readonly string[] {
  return statementsOf(documents)
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource = [] }) => Resource);
}

export function statementsOf(
  documents: readonly Pick<PolicyDocument, 'policy'>[],
): readonly PolicyJson['Statement'][number][] {
  return documents.flatMap(({ policy }) => policy.Statement);
}

type Tags = Readonly<Record<string, string>>;

/** Whether IAM would let it happen. */
export function allows(
  documents: readonly Pick<PolicyDocument, 'policy'>[],
  action: string,
  resource: string,
  { present, requested, ...keys }: { present?: Tags; requested?: Tags; [key: string]: unknown } = {},
): boolean {
  const others = Object.entries(keys).map(([key, value]) => [key, String(value)] as const);
  return isAllowed(
    documents.map(({ policy }) => policy),
    request(
      action,
      resource,
      {
        present: new Map(Object.entries(present ?? {})),
        requested: new Map(Object.entries(requested ?? {})),
      },
      Object.fromEntries(others),
    ),
  );
}
