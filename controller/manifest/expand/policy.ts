import type { ResourcePolicy } from '../../core/resource.ts';
import type { Manifest } from '../manifest.ts';
import { pathsIn } from '../check/ignored-paths.ts';
import { ANNOTATIONS } from '../schema/metadata.ts';

/** The policy of a resource that is used and never changed. */
export const DEFAULT_POLICY: ResourcePolicy = {
  reconcile: 'enabled',
  adoption: 'create',
  deletion: 'delete',
  prune: true,
  allowReplace: false,
  ignoreDrift: [],
};

/** The annotations of a manifest, with their defaults. */
export function policyOf({ metadata: { annotations } }: Manifest): ResourcePolicy {
  const choose = <Value extends string>(
    key: keyof typeof ANNOTATIONS,
    values: readonly [Value, ...Value[]],
  ): Value => values.find((value) => value === annotations[key]) ?? values[0];
  return {
    reconcile: choose('stationkeeper.dev/reconcile', ANNOTATIONS['stationkeeper.dev/reconcile']),
    adoption: choose('stationkeeper.dev/adoption-policy', ANNOTATIONS['stationkeeper.dev/adoption-policy']),
    deletion: choose('stationkeeper.dev/deletion-policy', ANNOTATIONS['stationkeeper.dev/deletion-policy']),
    prune: choose('stationkeeper.dev/prune', ANNOTATIONS['stationkeeper.dev/prune']) === 'enabled',
    allowReplace:
      choose('stationkeeper.dev/allow-replace', ANNOTATIONS['stationkeeper.dev/allow-replace']) === 'true',
    ignoreDrift: pathsIn(annotations['stationkeeper.dev/ignore-drift'] ?? '').filter((path) => path !== ''),
  };
}
