import type { CreateServiceCommandInput, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { invalidParameter } from '../errors.ts';
import type { ClusterRecord, Rollout, RunsOn } from '../state.ts';
import { platformOf, readPlatformVersion } from '../task-definitions/platform.ts';
import { readLoadBalancers } from './load-balancers.ts';
import { readMonitoring } from './monitoring.ts';
import { readNetwork } from './network.ts';
import { readRegistries } from './registries.ts';
import { readServiceConnect } from './service-connect.ts';
import { readTaskDefinition, requireCompatible } from './settings.ts';
import { readVolumes } from './volumes.ts';

interface RolloutPlace {
  readonly cluster: ClusterRecord;
  readonly launchType: RunsOn;
  /** Undefined for a creation. */
  readonly before?: Rollout;
}

/** What a request asks to roll out, over what was rolled out before. */
export function readRollout(
  context: CallContext,
  input: CreateServiceCommandInput | UpdateServiceCommandInput,
  { cluster, launchType, before }: RolloutPlace,
): Rollout {
  const taskDefinition =
    before !== undefined && input.taskDefinition === undefined
      ? before.taskDefinition
      : readTaskDefinition(context, input.taskDefinition, launchType);
  requireCompatible(taskDefinition, launchType);
  const platformVersion = readPlatformVersion(
    taskDefinition,
    input.platformVersion,
    launchType,
    before?.platformVersion,
  );
  if (
    before !== undefined &&
    platformOf(before.taskDefinition).family !== platformOf(taskDefinition).family
  ) {
    throw invalidParameter('The platform family of a service cannot be changed.');
  }
  const registries =
    input.serviceRegistries === undefined && taskDefinition === before?.taskDefinition
      ? before.registries
      : readRegistries(
          context,
          input.serviceRegistries ?? before?.registries ?? [],
          taskDefinition,
          launchType,
        );
  const loadBalancers =
    input.loadBalancers === undefined && taskDefinition === before?.taskDefinition
      ? before.loadBalancers
      : readLoadBalancers(
          context,
          input.loadBalancers ?? before?.loadBalancers ?? [],
          taskDefinition,
          launchType,
        );
  const keepsNetwork =
    before !== undefined &&
    input.networkConfiguration === undefined &&
    before.taskDefinition.definition.networkMode === taskDefinition.definition.networkMode;
  const network = keepsNetwork
    ? before.network
    : readNetwork(context, input.networkConfiguration, taskDefinition, launchType);
  const volumes =
    before !== undefined && input.taskDefinition === undefined && input.volumeConfigurations === undefined
      ? before.volumes
      : readVolumes(taskDefinition, input.volumeConfigurations, launchType);
  const serviceConnect = readServiceConnect(context, input.serviceConnectConfiguration, {
    taskDefinition,
    cluster,
    launchType,
    before: before?.serviceConnect,
  });
  const monitoring = readMonitoring(input.monitoring) ?? before?.monitoring;
  return {
    taskDefinition,
    network,
    platformVersion,
    registries,
    loadBalancers,
    volumes,
    serviceConnect,
    monitoring,
  };
}
