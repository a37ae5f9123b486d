import type {
  CapacityProviderStrategyItem,
  CreateServiceCommandInput,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { isFargate } from '../clusters/capacity-strategies.ts';
import { invalidParameter } from '../errors.ts';
import type { ClusterRecord } from '../state.ts';

type DaemonInput = Pick<
  CreateServiceCommandInput & UpdateServiceCommandInput,
  'desiredCount' | 'placementStrategy' | 'deploymentConfiguration' | 'volumeConfigurations'
>;

/**
 * What only a creation says of a service with one task an instance: it runs on instances of EC2, by launch type or by providers of Auto Scaling
 * groups (containers-roadmap#2395 of EXTERNAL, #692 of the strategy; the first text's end is AWS's too). Throws InvalidParameterException.
 */
export function checkDaemonLaunch(cluster: ClusterRecord, input: CreateServiceCommandInput): void {
  const { launchType } = input;
  if (launchType === 'FARGATE' || launchType === 'EXTERNAL') {
    throw invalidParameter(
      `The daemon scheduling strategy does not support the ${launchType} launch type. Change the launch type and try again`,
    );
  }
  const asked = input.capacityProviderStrategy ?? [];
  const strategy = asked.length > 0 ? asked : cluster.defaultCapacityProviderStrategy;
  if (launchType === undefined) refuseFargate(strategy);
}

/** Throws InvalidParameterException for providers of Fargate. */
export function refuseFargate(strategy: readonly CapacityProviderStrategyItem[]): void {
  if (!strategy.some(isFargate)) return;
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
