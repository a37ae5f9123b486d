import { environmentId } from '../../core/reference.ts';
import type { Reference } from '../../core/reference.ts';
import type { Desired, ManifestRef, ResourceId } from '../../core/resource.ts';
import { namespaceFacts } from '../../kinds/namespace/facts.ts';
import type { NamespaceOutputs } from '../../kinds/namespace/facts.ts';
import type { NamespaceSpec } from '../../kinds/namespace/model.ts';
import { refOf } from '../manifest.ts';
import type { ManifestOf } from '../manifest.ts';
import { nameInAws } from '../names.ts';
import type { Declared } from './declared.ts';
import { DEFAULT_POLICY, policyOf } from './policy.ts';

/** One whose AWS id people say is another resource than the Environment's own of that name. */
export function namespaceId(environment: string, name: string, awsId?: string): ResourceId {
  const id = { environment, kind: namespaceFacts.name, name };
  return awsId === undefined ? id : { ...id, scope: awsId };
}

export function expandNamespace(
  manifest: ManifestOf<'Namespace'>,
  environment: string,
): Desired<NamespaceSpec> {
  const { labels } = manifest.metadata;
  const name = nameInAws(manifest.metadata.name, manifest.spec);
  const { type = 'private-dns', description, soaTtl } = manifest.spec;
  return {
    id: namespaceId(environment, name),
    manifest: refOf(manifest),
    management: 'managed',
    spec: {
      name,
      // What was said before there were others is said as it was.
      ...(type !== 'private-dns' && { type }),
      environment: environmentId(environment),
      ...(description !== undefined && { description }),
      ...(soaTtl !== undefined && { soaTtl }),
    },
    labels,
    policy: policyOf(manifest),
  };
}

/** What Service Connect waits for: the Namespace that a manifest declares by the name that it is told. */
export function connectNamespace(
  environment: string,
  { namespace }: { readonly namespace?: string | undefined } = {},
  { namespaces }: Declared,
): { readonly connectNamespace?: Reference<NamespaceOutputs> } {
  const found = namespace === undefined ? undefined : namespaces.get(namespace);
  return found === undefined ? {} : { connectNamespace: namespaceId(environment, found.name) };
}

/** A namespace that no manifest declares: it must exist in AWS. */
export function externalNamespace(id: ResourceId, neededBy: ManifestRef): Desired<NamespaceSpec> {
  return {
    id,
    manifest: neededBy,
    management: 'external',
    spec: {
      name: id.name,
      environment: environmentId(id.environment),
      ...(id.scope !== undefined && { id: id.scope }),
    },
    labels: {},
    policy: DEFAULT_POLICY,
  };
}
