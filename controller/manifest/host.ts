import { FARGATE_PROVIDERS } from '../core/capacity-provider-strategy.ts';
import type { DaemonServiceManifestSpec } from './schema/daemon-service.ts';

export type Host = NonNullable<DaemonServiceManifestSpec['requiresCompatibilities']>[number];

type Written = Pick<
  DaemonServiceManifestSpec,
  'launchType' | 'schedulingStrategy' | 'capacityProviderStrategy' | 'requiresCompatibilities'
>;

/** By launch type, where there is no capacityProviderStrategy: DAEMON has hosts, of EC2 unless it is said. */
export function launchTypeOf({
  launchType,
  schedulingStrategy,
}: Pick<Written, 'launchType' | 'schedulingStrategy'>): NonNullable<Written['launchType']> {
  return launchType ?? (schedulingStrategy === 'DAEMON' ? 'EC2' : 'FARGATE');
}

/**
 * What the tasks of a service run on, as far as its manifest tells. Capacity providers of one's own have hosts in EC2, unless the task
 * definition is for Managed Instances; the cluster's default strategy is for what the definition is for.
 */
export function hostOf(spec: Written): Host {
  const { capacityProviderStrategy, requiresCompatibilities = [] } = spec;
  if (capacityProviderStrategy === undefined) return launchTypeOf(spec);
  if (capacityProviderStrategy.length === 0) return requiresCompatibilities[0] ?? 'FARGATE';
  const isOnFargate = capacityProviderStrategy.some(({ capacityProvider }) =>
    FARGATE_PROVIDERS.includes(capacityProvider),
  );
  if (isOnFargate) return 'FARGATE';
  const isManaged =
    requiresCompatibilities.includes('MANAGED_INSTANCES') && !requiresCompatibilities.includes('EC2');
  return isManaged ? 'MANAGED_INSTANCES' : 'EC2';
}
