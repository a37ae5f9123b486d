import { specOf } from '../../core/fields/table.ts';
import type { Reference } from '../../core/reference.ts';
import type { Desired, ManifestRef } from '../../core/resource.ts';
import { repositoryFacts } from '../../kinds/repository/facts.ts';
import type { RepositoryOutputs } from '../../kinds/repository/facts.ts';
import { FIELDS } from '../../kinds/repository/spec.ts';
import type { RepositorySpec } from '../../kinds/repository/spec.ts';
import { refOf } from '../manifest.ts';
import type { ManifestOf } from '../manifest.ts';
import { repositoryName } from '../names.ts';
import { DEFAULT_POLICY, policyOf } from './policy.ts';

export function repositoryId(environment: string, name: string): Reference<RepositoryOutputs> {
  return { environment, kind: repositoryFacts.name, name };
}

export function expandRepository(
  manifest: ManifestOf<'Repository'>,
  environment: string,
): Desired<RepositorySpec> {
  const { metadata, spec } = manifest;
  const name = repositoryName(metadata.name, spec);
  return {
    id: repositoryId(environment, name),
    manifest: refOf(manifest),
    management: 'managed',
    spec: { name, ...specOf(FIELDS, spec), ...(spec.forceDelete === true && { forceDelete: true }) },
    labels: metadata.labels,
    policy: policyOf(manifest),
  };
}

/** A repository that no manifest declares: it must exist in AWS. */
export function externalRepository(
  id: Reference<RepositoryOutputs>,
  neededBy: ManifestRef,
): Desired<RepositorySpec> {
  return {
    id,
    manifest: neededBy,
    management: 'external',
    spec: { name: id.name },
    labels: {},
    policy: DEFAULT_POLICY,
  };
}
