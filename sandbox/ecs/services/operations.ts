import type {
  CreateServiceCommandInput,
  CreateServiceCommandOutput,
  DeleteServiceCommandInput,
  DeleteServiceCommandOutput,
  DescribeServicesCommandInput,
  DescribeServicesCommandOutput,
  Failure,
  Service,
  UpdateServiceCommandInput,
  UpdateServiceCommandOutput,
} from '@aws-sdk/client-ecs';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { forgetService } from '../../application-autoscaling/forget.ts';
import { ensureServiceLinkedRole } from '../../iam/service-linked-roles.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { requireActiveCluster, requireCluster } from '../clusters/store.ts';
import { readDeploymentConfiguration, readRebalancing } from '../deployments/configuration.ts';
import { deploy } from '../deployments/lifecycle.ts';
import {
  invalidParameter,
  requireBatch,
  requireOneOf,
  serviceLinkedRoleMissing,
  serviceNotFound,
} from '../errors.ts';
import { ECS_NAME, callerArn, ecsArn } from '../names.ts';
import type { ClusterRecord, ServiceRecord } from '../state.ts';
import { readTags } from '../tags.ts';
import { checkDaemonSettings } from './daemon-settings.ts';
import { readPlacement } from './placement.ts';
import { readRollout } from './rollout.ts';
import { wakeScheduler } from './scheduler.ts';
import {
  checkExecuteCommand,
  checkScheduling,
  readCapacity,
  readDesiredCount,
  readGracePeriod,
  readPropagateTags,
  readUpdatedCapacity,
  refuseUnserved,
  runsOn,
} from './settings.ts';
import { addService, findService, missingServiceArn, rememberDeleted, requireService } from './store.ts';
import { showService } from './view.ts';

const MOST_DESCRIBED = 10;

/** A name in use is refused, unless the very same request is repeated with its clientToken. */
export function createService(
  input: CreateServiceCommandInput,
  context: CallContext,
): Answer<CreateServiceCommandOutput> {
  const name = input.serviceName ?? '';
  if (!ECS_NAME.test(name)) throw invalidParameter('Service name contains invalid characters.');
  checkClientToken(input.clientToken);
  const cluster = requireActiveCluster(context, input.cluster);
  const replayed = repeatedCreation(cluster, input);
  if (replayed !== undefined) return { service: showService(context, replayed, true) };
  const { schedulingStrategy = 'REPLICA' } = input;
  checkScheduling(cluster, input);
  refuseUnserved(input);
  const capacityProviderStrategy = readCapacity(cluster, input);
  const launchType = runsOn(capacityProviderStrategy, input.launchType);
  const placement = readPlacement(input, launchType);
  const rollout = readRollout(context, input, { cluster, launchType });
  const desiredCount = schedulingStrategy === 'DAEMON' ? 0 : readDesiredCount(input.desiredCount);
  const deploymentConfiguration = readDeploymentConfiguration(
    schedulingStrategy,
    input.deploymentConfiguration,
  );
  const enableExecuteCommand = input.enableExecuteCommand ?? false;
  checkExecuteCommand(enableExecuteCommand, rollout.taskDefinition, "service couldn't be created");
  if (ensureServiceLinkedRole(context, 'ecs.amazonaws.com') !== 'ready') throw serviceLinkedRoleMissing();
  const service: ServiceRecord = {
    arn: ecsArn(context, `service/${cluster.name}/${name}`),
    name,
    cluster,
    schedulingStrategy,
    launchType,
    creation: input,
    createdAt: context.world.date(),
    createdBy: callerArn(context),
    options: {
      desiredCount,
      deploymentConfiguration,
      availabilityZoneRebalancing: readRebalancing(
        input.availabilityZoneRebalancing,
        deploymentConfiguration.maximumPercent,
      ),
      propagateTags: readPropagateTags(input.propagateTags),
      enableExecuteCommand,
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      healthCheckGracePeriodSeconds: readGracePeriod(input.healthCheckGracePeriodSeconds),
      capacityProviderStrategy,
      ...placement,
    },
    tags: readTags(input.tags),
    status: 'ACTIVE',
    rollout,
    deployments: [],
    lastCompleted: undefined,
    events: [],
    tasks: new Set(),
    history: [],
    steadySince: undefined,
    wakesAt: undefined,
  };
  addService(service);
  tagsChanged(context, service.arn, service.tags);
  deploy(context, service, rollout);
  wakeScheduler(context, service);
  return { service: showService(context, service, true) };
}

function repeatedCreation(
  cluster: ClusterRecord,
  input: CreateServiceCommandInput,
): ServiceRecord | undefined {
  const existing = cluster.services.get(input.serviceName ?? '');
  if (existing === undefined || existing.status === 'INACTIVE') return undefined;
  if (existing.status === 'DRAINING') {
    throw invalidParameter('Unable to Start a service that is still Draining.');
  }
  if (input.clientToken !== undefined && isDeepStrictEqual(input, existing.creation)) return existing;
  throw invalidParameter('Creation of service was not idempotent.');
}

/** Up to 36 ASCII characters that can be seen (API reference, CreateService). */
function checkClientToken(token = ''): void {
  if (token.length > 36) throw invalidParameter('idempotency token longer than 36.');
  if (!/^[!-~]*$/.test(token)) throw invalidParameter('idempotency token contains invalid characters.');
}

export function describeServices(
  input: DescribeServicesCommandInput,
  context: CallContext,
): Answer<DescribeServicesCommandOutput> {
  requireBatch('services', input.services, MOST_DESCRIBED);
  for (const field of input.include ?? []) requireOneOf('include', field, ['TAGS']);
  const cluster = requireCluster(context, input.cluster);
  const withTags = input.include?.includes('TAGS') === true;
  const services: Service[] = [];
  const failures: Failure[] = [];
  for (const reference of new Set(input.services)) {
    const found = findService(context, cluster, reference);
    if (found !== undefined) services.push(showService(context, found, withTags));
    else failures.push({ arn: missingServiceArn(context, input.cluster, reference), reason: 'MISSING' });
  }
  return { services, failures };
}

/**
 * Changes of what is rolled out make a new deployment, as does forceNewDeployment; the rest does not
 * (reference: ECS service).
 */
export function updateService(
  input: UpdateServiceCommandInput,
  context: CallContext,
): Answer<UpdateServiceCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const service = requireService(context, cluster, input.service);
  if (service.status !== 'ACTIVE') {
    throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  }
  refuseUnserved(input);
  if (service.schedulingStrategy === 'DAEMON') checkDaemonSettings(input);
  const { options } = service;
  const capacityProviderStrategy = readUpdatedCapacity(service, input);
  const launchType = runsOn(capacityProviderStrategy, service.launchType);
  const placement = readPlacement(input, launchType, options);
  const rollout = readRollout(context, input, { cluster, launchType, before: service.rollout });
  const deploymentConfiguration = readDeploymentConfiguration(
    service.schedulingStrategy,
    input.deploymentConfiguration,
    options.deploymentConfiguration,
  );
  const changed: Partial<ServiceRecord['options']> = {
    deploymentConfiguration,
    availabilityZoneRebalancing: readRebalancing(
      input.availabilityZoneRebalancing ?? options.availabilityZoneRebalancing,
      deploymentConfiguration.maximumPercent,
    ),
    desiredCount:
      input.desiredCount === undefined ? options.desiredCount : readDesiredCount(input.desiredCount),
    propagateTags: readPropagateTags(input.propagateTags ?? options.propagateTags),
    enableExecuteCommand: input.enableExecuteCommand ?? options.enableExecuteCommand,
    enableECSManagedTags: input.enableECSManagedTags ?? options.enableECSManagedTags,
    healthCheckGracePeriodSeconds:
      readGracePeriod(input.healthCheckGracePeriodSeconds) ?? options.healthCheckGracePeriodSeconds,
    capacityProviderStrategy,
    ...placement,
  };
  checkExecuteCommand(
    input.enableExecuteCommand ?? options.enableExecuteCommand,
    rollout.taskDefinition,
    "service couldn't be updated",
  );
  Object.assign(options, changed);
  if (input.forceNewDeployment === true || !isDeepStrictEqual(rollout, service.rollout)) {
    deploy(context, service, rollout);
  }
  wakeScheduler(context, service);
  return { service: showService(context, service, true) };
}

/** Drains: the tasks stop, then the service is INACTIVE. One of DAEMON cannot be scaled to 0 before (API reference, DeleteService). Deleting a draining service again changes nothing. */
export function deleteService(
  input: DeleteServiceCommandInput,
  context: CallContext,
): Answer<DeleteServiceCommandOutput> {
  const service = requireService(context, requireCluster(context, input.cluster), input.service);
  if (service.status === 'INACTIVE') throw serviceNotFound();
  if (service.status === 'ACTIVE') {
    const isScaled = service.schedulingStrategy === 'REPLICA' && service.options.desiredCount > 0;
    if (input.force !== true && isScaled) {
      throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
    }
    if (input.force !== true && service.deployments.length > 1) {
      throw invalidParameter('The service cannot be stopped while deployments are active.');
    }
    service.status = 'DRAINING';
    service.options.desiredCount = 0;
    service.cluster.activeServices -= 1;
    rememberDeleted(context.state.ecs, service);
    forgetService(context, service.cluster.name, service.name);
    wakeScheduler(context, service);
  }
  return { service: showService(context, service, true) };
}
