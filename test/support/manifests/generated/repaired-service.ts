import type { ManifestDocument } from '../documents.ts';
import { withField } from './with-field.ts';

type DaemonSpec = ManifestDocument<'DaemonService'>['spec'];
type ClusterSpec = ManifestDocument<'Cluster'>['spec'];
type VolumeConfiguration = NonNullable<DaemonSpec['volumeConfigurations']>[number];
type Strategy = NonNullable<DaemonSpec['capacityProviderStrategy']>;

const FARGATE = ['FARGATE', 'FARGATE_SPOT'];

/** A strategy with one base and some weight; which strategy an empty one becomes, its manifest does not tell. */
function repairedStrategy(strategy: Strategy): Strategy {
  const once = strategy.filter(
    ({ capacityProvider }, nth) =>
      strategy.findIndex((other) => other.capacityProvider === capacityProvider) === nth,
  );
  const [first = { capacityProvider: 'FARGATE' }, ...others] = once;
  const weight = once.length > 1 && once.every((item) => (item.weight ?? 0) === 0) ? { weight: 1 } : {};
  return [{ ...first, ...weight }, ...others.map(({ base: _one, ...rest }) => rest)];
}

/** A service with a launch type or a strategy, whose volumes are configured where they are to be, and only there. */
export function withCapacity(spec: DaemonSpec): DaemonSpec {
  const { capacityProviderStrategy: strategy, volumeConfigurations = [], ...rest } = spec;
  const placed =
    strategy === undefined || spec.launchType !== undefined
      ? rest
      : { ...rest, capacityProviderStrategy: repairedStrategy(strategy) };
  const closed = withField(placed, 'volumes', (volumes) =>
    volumes.map(({ configuredAtLaunch: _open, ...volume }) => volume),
  );
  const [configuration] = volumeConfigurations;
  if (configuration === undefined) return closed;
  return {
    ...closed,
    volumes: [...(closed.volumes ?? []), { name: 'at-launch', configuredAtLaunch: true }],
    volumeConfigurations: [{ ...withFileSystem(configuration, spec), name: 'at-launch' }],
  };
}

/** Windows has one file system, and nothing else has that one. */
function withFileSystem(
  configuration: VolumeConfiguration,
  { runtimePlatform }: DaemonSpec,
): VolumeConfiguration {
  const isWindows = runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true;
  return withField(configuration, 'managedEBSVolume', (volume) =>
    withField(volume, 'filesystemType', (type) => {
      if (isWindows) return 'ntfs';
      return type === 'ntfs' ? 'xfs' : type;
    }),
  );
}

/** A cluster that has the providers of its default strategy, and logs sessions where it says. */
export function repairedCluster(spec: ClusterSpec): ClusterSpec {
  const { defaultCapacityProviderStrategy: strategy, capacityProviders = [] } = spec;
  const withStrategy =
    strategy === undefined
      ? spec
      : {
          ...spec,
          capacityProviders: capacityProviders.length < FARGATE.length ? FARGATE : capacityProviders,
          defaultCapacityProviderStrategy: repairedStrategy(strategy),
        };
  return withField(withStrategy, 'configuration', (configuration) =>
    withField(configuration, 'executeCommandConfiguration', ({ logConfiguration, ...rest }) => {
      const logs = withPlaces(logConfiguration ?? {});
      if (rest.logging === 'OVERRIDE') return { ...rest, logConfiguration: logs };
      return rest;
    }),
  );
}

type Logs = NonNullable<
  NonNullable<NonNullable<ClusterSpec['configuration']>['executeCommandConfiguration']>['logConfiguration']
>;

/** Settings of a bucket or log group are said where there is one. */
function withPlaces(logs: Logs): Logs {
  const { s3KeyPrefix: _prefix, s3EncryptionEnabled: _encrypted, ...ofGroup } = logs;
  if (logs.s3BucketName === undefined) return { cloudWatchLogGroupName: 'sessions', ...ofGroup };
  return logs.cloudWatchEncryptionEnabled === true ? { cloudWatchLogGroupName: 'sessions', ...logs } : logs;
}
