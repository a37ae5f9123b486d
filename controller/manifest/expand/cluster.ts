import { specOf } from '../../core/fields/table.ts';
import type { Desired, ManifestRef, ResourceId } from '../../core/resource.ts';
import { clusterFacts } from '../../kinds/cluster/facts.ts';
import { CLUSTER } from '../../kinds/cluster/fields.ts';
import type { ClusterSpec } from '../../kinds/cluster/model.ts';
import { refOf } from '../manifest.ts';
import type { ManifestOf } from '../manifest.ts';
import { nameInAws } from '../names.ts';
import type { Declared } from './declared.ts';
import { connectNamespace } from './namespace.ts';
import { DEFAULT_POLICY, policyOf } from './policy.ts';

export function clusterId(environment: string, name: string): ResourceId {
  return { environment, kind: clusterFacts.name, name };
}

export function expandCluster(
  manifest: ManifestOf<'Cluster'>,
  environment: string,
  declared: Declared,
): Desired<ClusterSpec> {
  const { metadata, spec } = manifest;
  const name = nameInAws(metadata.name, spec);
  return {
    id: clusterId(environment, name),
    manifest: refOf(manifest),
    management: 'managed',
    spec: {
      name,
      containerInsights: spec.containerInsights ?? 'disabled',
      ...specOf(CLUSTER.fields, spec),
      ...connectNamespace(environment, spec.serviceConnectDefaults, declared),
    },
    labels: metadata.labels,
    policy: policyOf(manifest),
  };
}

/** A cluster that no manifest declares: it must exist in AWS. */
export function externalCluster(id: ResourceId, neededBy: ManifestRef): Desired<ClusterSpec> {
  return {
    id,
    manifest: neededBy,
    management: 'external',
    spec: { name: id.name },
    labels: {},
    policy: DEFAULT_POLICY,
  };
}
