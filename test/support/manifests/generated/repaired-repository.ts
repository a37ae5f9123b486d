import type { ManifestDocument } from '../documents.ts';

type RepositorySpec = ManifestDocument<'Repository'>['spec'];

/** A repository whose filters go with an exclusion, and whose key with KMS. */
export function repairedRepository(spec: RepositorySpec): RepositorySpec {
  const { imageTagMutability, imageTagMutabilityExclusionFilters: filters, ...rest } = spec;
  const { encryptionConfiguration: encryption } = spec;
  const excludes = imageTagMutability?.endsWith('_WITH_EXCLUSION') === true;
  const fitting = excludes
    ? filters === undefined || filters.length === 0
      ? [{ filterType: 'WILDCARD' as const, filter: 'dev-*' }]
      : filters
    : filters && [];
  return {
    ...rest,
    ...(imageTagMutability === undefined ? {} : { imageTagMutability }),
    ...(fitting === undefined ? {} : { imageTagMutabilityExclusionFilters: fitting }),
    ...(encryption?.encryptionType === 'AES256'
      ? { encryptionConfiguration: { encryptionType: encryption.encryptionType } }
      : {}),
  };
}
