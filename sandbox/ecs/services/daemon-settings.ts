import type {
  CapacityProviderStrategyItem,
  CreateServiceCommandInput,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { ClusterRecord } from '../state.ts';

type DaemonInput = Pick<
  CreateServiceCommandInput & UpdateServiceCommandInput,
  'desiredCount' | 'placementStrategy' | 'deploymentConfiguration' | 'volumeConfigurations'
>;

/**
 * What only a creation says of a service with one task an instance: it runs on instances of one launch type, whatever group they are of. EXTERNAL is
 * taken (aws-cdk, integ.daemon-service.ts of external services, which is deployed to AWS; containers-roadmap#2395 asked for it before). The text is
 * AWS's at its end. Throws InvalidParameterException.
 */
export function checkDaemonLaunch(cluster: ClusterRecord, input: CreateServiceCommandInput): void {
  const { launchType, capacityProviderStrategy = [] } = input;
  if (launchType === 'FARGATE') {
    throw invalidParameter(
      `The daemon scheduling strategy does not support the ${launchType} launch type. Change the launch type and try again`,
    );
  }
  if (launchType === undefined) {
    refuseProviders([...capacityProviderStrategy, ...cluster.defaultCapacityProviderStrategy]);
  }
}

/**
 * Capacity providers of any type, the cluster's default ones too (containers-roadmap#692, terraform-provider-aws#16772). Throws
 * InvalidParameterException.
 */
export function refuseProviders(strategy: readonly CapacityProviderStrategyItem[]): void {
  if (strategy.length === 0) return;
  throw invalidParameter(
    'Specifying a capacity provider strategy is not supported when you create a service using the DAEMON scheduling strategy.',
  );
}

/**
 * What a service with one task an instance says nothing of (ecs-deploy#59, ecspresso#402, aws-cdk#2209; the text of volumes is the sandbox's).
 * Throws InvalidParameterException.
 */
export function checkDaemonSettings(input: DaemonInput): void {
  if (input.desiredCount !== undefined) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  if ((input.placementStrategy ?? []).length > 0) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support placement strategies. Remove the placement strategy and try again',
    );
  }
  if ((input.deploymentConfiguration?.maximumPercent ?? 100) > 100) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. Change the maximumPercent value to 100, and try again',
    );
  }
  if ((input.volumeConfigurations ?? []).length > 0) {
    throw invalidParameter(
      'The daemon scheduling strategy does not support volume configurations. Remove the volume configurations and try again',
    );
  }
}
