import type { Service } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';

type HostRegistry = Account['hostRegistries'] extends ReadonlyMap<string, infer Registry> ? Registry : never;

/** The discovery service that an ECS service, or the controller for it, registers in; undefined where there is none. */
export function registryOf(
  { hostRegistries }: Pick<Account, 'hostRegistries'>,
  { clusterArn = '', serviceName = '', serviceRegistries: [registry] = [] }: Service,
): { readonly arn: string; readonly ofHosts?: HostRegistry } | undefined {
  if (registry !== undefined) return { arn: registry.registryArn ?? '' };
  // Where the controller registers hosts, the discovery service alone tells of which service.
  const ofHosts = hostRegistries.get(`${clusterArn.split('/').at(-1) ?? ''}/${serviceName}`);
  return ofHosts && { arn: ofHosts.arn, ofHosts };
}
