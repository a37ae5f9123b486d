import { didYouMean } from '../../core/suggest.ts';
import type { ManifestSpecs } from '../schema/index.ts';
import { checksOf } from './check.ts';
import { FARGATE_PROVIDERS } from '../../core/capacity-provider-strategy.ts';
import { checkStrategy } from './strategies.ts';

const check = checksOf<ManifestSpecs['Cluster']>();

/** ECS API reference, PutClusterCapacityProviders: "A capacity provider must be associated with the cluster to be used in a capacity provider strategy". */
const strategy = check(['capacityProviders', 'defaultCapacityProviderStrategy'], (spec, { report }) => {
  const { capacityProviders, defaultCapacityProviderStrategy = [] } = spec;
  const at = ['spec', 'defaultCapacityProviderStrategy'];
  checkStrategy(defaultCapacityProviderStrategy, at, report);
  if (capacityProviders === undefined) return;
  defaultCapacityProviderStrategy.forEach(({ capacityProvider: name }, nth) => {
    if (capacityProviders.includes(name)) return;
    const others =
      capacityProviders.length === 0 || FARGATE_PROVIDERS.includes(name)
        ? 'add it'
        : didYouMean(name, capacityProviders, 'it has');
    report(
      [...at, nth, 'capacityProvider'],
      `the cluster's capacityProviders do not name ${name}; ${others}`,
    );
  });
});

/** ECS API reference, ExecuteCommandConfiguration. */
const executeCommand = check(['configuration'], ({ configuration }, { report }) => {
  const { logging = 'DEFAULT', logConfiguration } = configuration?.executeCommandConfiguration ?? {};
  const at = ['spec', 'configuration', 'executeCommandConfiguration'];
  const { cloudWatchLogGroupName, s3BucketName, ...rest } = logConfiguration ?? {};
  const hasPlace = cloudWatchLogGroupName !== undefined || s3BucketName !== undefined;
  if (logging === 'OVERRIDE' && !hasPlace) {
    report(
      [...at, 'logConfiguration'],
      'logging OVERRIDE needs a place to log: add cloudWatchLogGroupName or s3BucketName to logConfiguration',
    );
  } else if (logging !== 'OVERRIDE' && logConfiguration !== undefined) {
    report(
      [...at, 'logConfiguration'],
      `ECS refuses logConfiguration with logging ${logging}; write logging: OVERRIDE, or remove it`,
    );
  }
  if (s3BucketName === undefined) {
    for (const name of ['s3KeyPrefix', 's3EncryptionEnabled'] as const) {
      if (rest[name] !== undefined && rest[name] !== false)
        report([...at, 'logConfiguration', name], 'it is of a bucket; add s3BucketName, or remove it');
    }
  }
  if (cloudWatchLogGroupName === undefined && rest.cloudWatchEncryptionEnabled === true) {
    report(
      [...at, 'logConfiguration', 'cloudWatchEncryptionEnabled'],
      'it is of a log group; add cloudWatchLogGroupName, or remove it',
    );
  }
});

export const clusterChecks = [strategy, executeCommand];
