import { launchTypeOf } from '../../../../controller/manifest/host.ts';
import type { ManifestDocument } from '../documents.ts';
import { withField } from './with-field.ts';

type DaemonSpec = ManifestDocument<'DaemonService'>['spec'];
type Container = DaemonSpec['containers'][number];
type Volume = NonNullable<DaemonSpec['volumes']>[number];

/** What is checked for a task that runs there beside that, where both can have the same network. */
const ALSO = {
  FARGATE: ['EC2', 'MANAGED_INSTANCES'],
  EC2: ['FARGATE', 'MANAGED_INSTANCES'],
  EXTERNAL: ['EC2'],
} as const;

/** One task on every host has none of what says how many there are, or where. */
export function withScheduling(spec: DaemonSpec): DaemonSpec {
  if (spec.schedulingStrategy !== 'DAEMON') return spec;
  const {
    desiredCount: _count,
    scaling: _scaling,
    capacityProviderStrategy: _providers,
    placementStrategy: _placed,
    platformVersion: _version,
    volumeConfigurations: _volumes,
    availabilityZoneRebalancing: _zones,
    ...rest
  } = spec;
  return withField(rest, 'launchType', (type) => (type === 'FARGATE' ? 'EC2' : type));
}

/** A service whose definition is checked for where it runs, and has a network that there is. */
export function withHost(spec: DaemonSpec): DaemonSpec {
  const { networkMode = 'awsvpc' } = spec;
  const launchType = launchTypeOf(spec);
  const named = withField(spec, 'requiresCompatibilities', (names) =>
    names.length === 0
      ? names
      : [launchType, ...ALSO[launchType].filter((name) => names.length < 3 && names.includes(name))],
  );
  return launchType === 'EXTERNAL' && networkMode === 'awsvpc' ? { ...named, networkMode: 'bridge' } : named;
}

/** Containers that name each other and the volumes of their task, as far as there are any. */
export function withReferences(spec: DaemonSpec): DaemonSpec {
  const { volumes = [] } = spec;
  const sources = volumes.map(({ name }) => name);
  const containers = spec.containers.map((container, index): Container => {
    const earlier = spec.containers.slice(0, index).map(({ name }) => name);
    const mounted = withField(container, 'mountPoints', (mounts) =>
      sources.slice(0, mounts.length).map((sourceVolume, nth) => ({ ...mounts[nth]!, sourceVolume })),
    );
    const from = withField(mounted, 'volumesFrom', (others) =>
      earlier.slice(0, others.length).map((sourceContainer, nth) => ({ ...others[nth]!, sourceContainer })),
    );
    return withField(from, 'links', (links) =>
      earlier.slice(0, links.length).map((name) => `${name}:${name}`),
    );
  });
  const withVolumes = withField({ ...spec, containers }, 'volumes', (all) => all.map(withEncryption));
  return withField(withVolumes, 'proxyConfiguration', (proxy) => ({
    ...proxy,
    containerName: spec.containers[0]!.name,
  }));
}

/** What else is said of EFS mostly needs the connection to be encrypted: it is, where it is authorized and nothing else is said. */
function withEncryption(volume: Volume): Volume {
  return withField(volume, 'efsVolumeConfiguration', (efs) => {
    if (efs.transitEncryption === 'ENABLED') return efs;
    if (efs.transitEncryption === undefined && efs.authorizationConfig !== undefined) {
      return { ...efs, transitEncryption: 'ENABLED' as const };
    }
    const { transitEncryptionPort: _port, authorizationConfig: _authorization, ...rest } = efs;
    return rest;
  });
}
