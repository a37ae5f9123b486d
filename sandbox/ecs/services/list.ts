import type {
  ListServicesByNamespaceCommandInput,
  ListServicesByNamespaceCommandOutput,
  ListServicesCommandInput,
  ListServicesCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { findNamespaceArn, requireNamespaceArn } from '../clusters/service-connect-defaults.ts';
import { requireCluster } from '../clusters/store.ts';
import { invalidParameter, requireOneOf } from '../errors.ts';
import { filtered, readPage, readPageFrom } from '../pages.ts';
import type { ServiceRecord } from '../state.ts';

const LAUNCH_TYPES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];

/** Lists the services that are not INACTIVE yet, ten a page unless asked otherwise. */
export function listServices(
  input: ListServicesCommandInput,
  context: CallContext,
): Answer<ListServicesCommandOutput> {
  const { launchType, schedulingStrategy, resourceManagementType = 'CUSTOMER' } = input;
  if (launchType !== undefined) requireOneOf('launch type', launchType, LAUNCH_TYPES);
  if (schedulingStrategy !== undefined) {
    requireOneOf('Scheduling strategy', schedulingStrategy, ['REPLICA', 'DAEMON']);
  }
  requireOneOf('resourceManagementType', resourceManagementType, ['CUSTOMER', 'ECS']);
  const { services } = requireCluster(context, input.cluster);
  const isListed = ({ status, options, launchType: own, ...service }: ServiceRecord): boolean =>
    status !== 'INACTIVE' &&
    (schedulingStrategy === undefined || schedulingStrategy === service.schedulingStrategy) &&
    resourceManagementType === 'CUSTOMER' &&
    (launchType === undefined || (launchType === own && options.capacityProviderStrategy.length === 0));
  const { items, nextToken } = readPageFrom(
    (start) => filtered(services.from(start), ([, service]) => isListed(service)),
    input,
    { size: 10 },
  );
  return { serviceArns: items.map(({ arn }) => arn), nextToken };
}

/** Services that use a namespace for Service Connect, of all clusters. Throws NamespaceNotFoundException. */
export function listServicesByNamespace(
  input: ListServicesByNamespaceCommandInput,
  context: CallContext,
): Answer<ListServicesByNamespaceCommandOutput> {
  const { namespace = '' } = input;
  if (namespace === '') throw invalidParameter('Namespace should not be null or empty.');
  const wanted = requireNamespaceArn(context, namespace);
  const isIn = ({ status, rollout }: ServiceRecord): boolean =>
    status !== 'INACTIVE' &&
    rollout.serviceConnect?.namespace !== undefined &&
    findNamespaceArn(context, rollout.serviceConnect.namespace) === wanted;
  const arns = [...context.state.ecs.clusters.values()]
    .flatMap(({ services }) => [...services.values()].filter(isIn))
    .map(({ arn }) => arn)
    .toSorted();
  const { items, nextToken } = readPage(
    arns.map((arn) => [arn, arn] as const),
    input,
    { size: 10 },
  );
  return { serviceArns: [...items], nextToken };
}
