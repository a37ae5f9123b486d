import { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type {
  DescribeServiceDeploymentsCommandInput,
  DescribeServiceDeploymentsCommandOutput,
  DescribeServiceRevisionsCommandInput,
  DescribeServiceRevisionsCommandOutput,
  Failure,
  ListServiceDeploymentsCommandInput,
  ListServiceDeploymentsCommandOutput,
  ServiceDeployment,
  ServiceDeploymentAlarms,
  ServiceDeploymentBrief,
  ServiceDeploymentCircuitBreaker,
  ServiceRevision,
  StopServiceDeploymentCommandInput,
  StopServiceDeploymentCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { requireCluster } from '../clusters/store.ts';
import { invalidParameter, requireOneOf } from '../errors.ts';
import { resourcePath } from '../names.ts';
import type { Owner } from '../names.ts';
import { readPage } from '../pages.ts';
import { wakeScheduler } from '../services/scheduler.ts';
import { requireService } from '../services/store.ts';
import { capacity, showLaunch, showNetwork, showPlatform, showRevisionCounts } from '../services/view.ts';
import type { DeploymentRecord, ServiceDeploymentRecord, ServiceRecord } from '../state.ts';
import { runningVersion } from '../task-definitions/platform.ts';
import { kept, ongoing, serviceDeploymentArn, serviceRevisionArn } from './history.ts';
import { breakerThreshold } from './rollout.ts';

const MOST_DESCRIBED = 20;
const STATUSES = Object.values(ServiceDeploymentStatus);

interface Found<Item> {
  readonly service: ServiceRecord;
  readonly item: Item;
}

/** Throws InvalidParameterException; what is unknown is a failure of the answer. */
export function describeServiceDeployments(
  input: DescribeServiceDeploymentsCommandInput,
  context: CallContext,
): Answer<DescribeServiceDeploymentsCommandOutput> {
  const asked = readArns(input.serviceDeploymentArns, 'serviceDeploymentArns');
  const { found, failures } = findAll(asked, (arn) => findDeployment(context, arn));
  return {
    serviceDeployments: found.map(({ service, item }) => showServiceDeployment(context, service, item)),
    failures,
  };
}

/** Newest first. Throws InvalidParameterException, ClusterNotFoundException, ServiceNotFoundException. */
export function listServiceDeployments(
  input: ListServiceDeploymentsCommandInput,
  context: CallContext,
): Answer<ListServiceDeploymentsCommandOutput> {
  const service = requireService(context, requireCluster(context, input.cluster), input.service);
  const { status = [], createdAt = {} } = input;
  for (const wantedStatus of status) requireOneOf('status', wantedStatus, STATUSES);
  const { before, after } = createdAt;
  const wanted = kept(context.world, service).filter(
    (entry) =>
      (status.length === 0 || status.includes(entry.status)) &&
      (before === undefined || entry.createdAt < before) &&
      (after === undefined || entry.createdAt > after),
  );
  const entries = wanted
    .toReversed()
    .map((entry) => [String(entry.number).padStart(10, '0'), entry] as const);
  const { items, nextToken } = readPage(entries, input, { size: 20, descending: true });
  return { serviceDeployments: items.map((entry) => showBrief(context, service, entry)), nextToken };
}

/** Throws InvalidParameterException; what is unknown is a failure of the answer. */
export function describeServiceRevisions(
  input: DescribeServiceRevisionsCommandInput,
  context: CallContext,
): Answer<DescribeServiceRevisionsCommandOutput> {
  const asked = readArns(input.serviceRevisionArns, 'serviceRevisionArns');
  const { found, failures } = findAll(asked, (arn) => findRevision(context, arn));
  return {
    serviceRevisions: found.map(({ service, item }) => showRevision(context, service, item)),
    failures,
  };
}

/**
 * Asks for a rollback to the last deployment that completed; where one is asked for or under way it goes on (ECS Developer
 * Guide, stopping service deployments). Throws InvalidParameterException, ServiceDeploymentNotFoundException,
 * ConflictException for one that has ended.
 */
export function stopServiceDeployment(
  input: StopServiceDeploymentCommandInput,
  context: CallContext,
): Answer<StopServiceDeploymentCommandOutput> {
  const { stopType = 'ROLLBACK', serviceDeploymentArn: arn = '' } = input;
  if (stopType !== 'ROLLBACK') throw invalidParameter('The only valid stop type is ROLLBACK.');
  const found = findDeployment(context, arn);
  if (found === undefined) {
    throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  }
  const { service, item } = found;
  if (ongoing(service) !== item) {
    throw new AwsError('ConflictException', 'The service deployment has ended and cannot be stopped.');
  }
  if (item.status === 'PENDING' || item.status === 'IN_PROGRESS') {
    item.status = 'ROLLBACK_REQUESTED';
    item.updatedAt = context.world.date();
    wakeScheduler(context, service);
  }
  return { serviceDeploymentArn: arn };
}

function readArns(arns: readonly string[] | undefined, name: string): ReadonlySet<string> {
  if (arns === undefined || arns.length === 0) throw invalidParameter(`${name} cannot be empty.`);
  if (arns.length > MOST_DESCRIBED) {
    throw invalidParameter(`${name} can have at most ${MOST_DESCRIBED} items.`);
  }
  return new Set(arns);
}

function findAll<Item>(
  asked: ReadonlySet<string>,
  find: (arn: string) => Item | undefined,
): { found: Item[]; failures: Failure[] } {
  const found: Item[] = [];
  const failures: Failure[] = [];
  for (const arn of asked) {
    const item = find(arn);
    if (item === undefined) failures.push({ arn, reason: 'MISSING' });
    else found.push(item);
  }
  return { found, failures };
}

function findDeployment(context: CallContext, arn: string): Found<ServiceDeploymentRecord> | undefined {
  const { service, id } = ownerOf(context, 'service-deployment', arn);
  if (service === undefined) return undefined;
  const item = kept(context.world, service).find((entry) => entry.id === id);
  return item === undefined ? undefined : { service, item };
}

function findRevision(context: CallContext, arn: string): Found<DeploymentRecord> | undefined {
  const { service, id } = ownerOf(context, 'service-revision', arn);
  if (service === undefined) return undefined;
  const known = [
    ...service.deployments,
    ...service.history.flatMap(({ target, sources }) => [target, ...sources]),
  ];
  const item = known.find((deployment) => deployment.id === `ecs-svc/${id}`);
  return item === undefined ? undefined : { service, item };
}

/** Both ARNs end in `<cluster>/<service>/<id>`. */
function ownerOf(
  context: CallContext,
  type: string,
  arn: string,
): { readonly service: ServiceRecord | undefined; readonly id: string } {
  const path = arn.startsWith('arn:') ? (resourcePath(context, type, arn) ?? '') : '';
  const [cluster = '', service = '', id = ''] = path.split('/');
  return { service: context.state.ecs.clusters.get(cluster)?.services.get(service), id };
}

function showBrief(
  owner: Owner,
  service: ServiceRecord,
  entry: ServiceDeploymentRecord,
): ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: serviceDeploymentArn(owner, service, entry),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    ...startAndEnd(entry),
    createdAt: entry.createdAt,
    targetServiceRevisionArn: serviceRevisionArn(owner, service, entry.target),
    status: entry.status,
    ...(entry.statusReason === undefined ? {} : { statusReason: entry.statusReason }),
  };
}

function startAndEnd({
  startedAt,
  finishedAt,
}: ServiceDeploymentRecord): Pick<ServiceDeploymentBrief, 'startedAt' | 'finishedAt'> {
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

function showServiceDeployment(
  owner: Owner,
  service: ServiceRecord,
  entry: ServiceDeploymentRecord,
): ServiceDeployment {
  const { rollback } = entry;
  return {
    serviceDeploymentArn: serviceDeploymentArn(owner, service, entry),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: entry.createdAt,
    ...startAndEnd(entry),
    ...(entry.stoppedAt === undefined ? {} : { stoppedAt: entry.stoppedAt }),
    updatedAt: entry.updatedAt,
    sourceServiceRevisions: entry.sources.map((source) => showRevisionCounts(owner, service, source)),
    targetServiceRevision: showRevisionCounts(owner, service, entry.target),
    status: entry.status,
    ...(entry.statusReason === undefined ? {} : { statusReason: entry.statusReason }),
    deploymentConfiguration: entry.configuration,
    ...(rollback === undefined
      ? {}
      : {
          rollback: {
            reason: rollback.reason,
            startedAt: rollback.startedAt,
            serviceRevisionArn: serviceRevisionArn(owner, service, rollback.to),
          },
        }),
    deploymentCircuitBreaker: showBreaker(service, entry),
    alarms: showAlarms(service, entry),
    ...(entry.bakesUntil !== undefined && ongoing(service) === entry ? { lifecycleStage: 'BAKE_TIME' } : {}),
  };
}

function showAlarms(service: ServiceRecord, entry: ServiceDeploymentRecord): ServiceDeploymentAlarms {
  const { alarmNames = [], enable } = entry.configuration.alarms ?? {};
  if (enable !== true || entry.alarmsAtStart.length > 0) {
    return { status: 'DISABLED', alarmNames: [], triggeredAlarmNames: [] };
  }
  const watching = ongoing(service) === entry ? 'MONITORING' : 'MONITORING_COMPLETE';
  const status = entry.triggeredAlarms.length > 0 ? 'TRIGGERED' : watching;
  return { status, alarmNames: [...alarmNames], triggeredAlarmNames: [...entry.triggeredAlarms] };
}

function showBreaker(
  service: ServiceRecord,
  entry: ServiceDeploymentRecord,
): ServiceDeploymentCircuitBreaker {
  const breaker = entry.configuration.deploymentCircuitBreaker;
  const threshold = breakerThreshold(service.options.desiredCount, breaker?.thresholdConfiguration);
  const { failedTasks } = entry.target;
  if (breaker?.enable !== true) return { status: 'DISABLED', failureCount: 0, threshold: 0 };
  const watching = ongoing(service) === entry ? 'MONITORING' : 'MONITORING_COMPLETE';
  return { status: entry.broken ? 'TRIGGERED' : watching, failureCount: failedTasks, threshold };
}

function showRevision(owner: Owner, service: ServiceRecord, deployment: DeploymentRecord): ServiceRevision {
  const { taskDefinition, network, platformVersion, registries, monitoring } = deployment.rollout;
  const { containerDefinitions = [] } = taskDefinition.definition;
  return {
    serviceRevisionArn: serviceRevisionArn(owner, service, deployment),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: taskDefinition.arn,
    ...capacity(deployment.capacityProviderStrategy, service),
    ...showPlatform(taskDefinition, runningVersion(taskDefinition, platformVersion)),
    loadBalancers: [...deployment.rollout.loadBalancers],
    serviceRegistries: [...registries],
    ...showNetwork(network),
    ...showLaunch(deployment.rollout),
    ...(monitoring === undefined ? {} : { monitoring }),
    containerImages: containerDefinitions.map(({ name, image }) => ({ containerName: name, image })),
    guardDutyEnabled: false,
    createdAt: deployment.createdAt,
  };
}
