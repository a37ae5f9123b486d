import { didYouMean } from '../../core/suggest.ts';
import { isReadable, nameAndPlace, reportOn, specField } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import type { ManifestSpecs } from '../schema/index.ts';
import { declaredBy } from './declared.ts';
import { pathsIn } from './ignored-paths.ts';

type Provider = Pick<
  NonNullable<ManifestSpecs['DaemonService']['capacityProviderStrategy']>[number],
  'capacityProvider'
>;

/**
 * A service's strategy names what its cluster has (ECS API reference, PutClusterCapacityProviders: "A capacity provider must be associated
 * with the cluster to be used in a capacity provider strategy"). Told where a manifest of the same Environment says what that is.
 */
export function checkProviders(environments: ReadonlyMap<NamedCandidate, string>): void {
  const find = declaredBy('Cluster', environments);
  for (const [candidate, environment] of environments) {
    if (candidate.ref.kind !== 'DaemonService') continue;
    if (!isReadable(candidate, ['cluster', 'capacityProviderStrategy'])) continue;
    const cluster = find(environment, specField(candidate, 'cluster') as string);
    if (cluster === undefined || !saysProviders(cluster)) continue;
    const providers = specField(cluster, 'capacityProviders') as readonly string[];
    const strategy = (specField(candidate, 'capacityProviderStrategy') ?? []) as readonly Provider[];
    strategy.forEach(({ capacityProvider }, nth) => {
      if (providers.includes(capacityProvider)) return;
      reportOn(
        candidate,
        ['spec', 'capacityProviderStrategy', nth, 'capacityProvider'],
        `${capacityProvider} is not among the capacityProviders of ${nameAndPlace(cluster)}; ${wayOut(capacityProvider, providers)}`,
      );
    });
  }
}

/** Whether it says what the cluster has, and keeps it so: a field that is left to others may have more. */
function saysProviders(candidate: NamedCandidate): boolean {
  if (candidate.findings.length > 0) return false;
  const { metadata } = candidate.document.value as {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  };
  const {
    'stationkeeper.dev/reconcile': reconcile = 'enabled',
    'stationkeeper.dev/ignore-drift': ignored = '',
  } = metadata.annotations ?? {};
  const isKept = reconcile === 'enabled' && !pathsIn(ignored).includes('capacityProviders');
  return isKept && specField(candidate, 'capacityProviders') !== undefined;
}

function wayOut(name: string, providers: readonly string[]): string {
  if (providers.length === 0) return `add it there, or write launchType`;
  return `add it there, or name another: ${didYouMean(name, providers, 'it has')}`;
}
