import type {
  DeregisterInstanceCommandInput,
  DeregisterInstanceCommandOutput,
  GetInstanceCommandInput,
  GetInstanceCommandOutput,
  ListInstancesCommandInput,
  ListInstancesCommandOutput,
  RegisterInstanceCommandInput,
  RegisterInstanceCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { startOperation } from './async-operations.ts';
import { checkResourceId, cloudMapPage } from './checks.ts';
import { checkAttributes, checkInstanceId, initialHealth, invalidRecordName } from './instance-checks.ts';
import { deregisterTaskInstance, putInstance, releaseInstance, reserveInstance } from './instances.ts';
import { requireService } from './services.ts';
import type { CloudMapOperation, CloudMapState, DiscoveryService, Instance } from './state.ts';

/**
 * An upsert: it creates the instance, or replaces its attributes. One operation at a time runs for an instance; the
 * same CreatorRequestId joins it. Throws ServiceNotFound, InvalidInput, DuplicateRequest, ResourceLimitExceeded.
 */
export function registerInstance(
  input: RegisterInstanceCommandInput,
  context: CallContext,
): Answer<RegisterInstanceCommandOutput> {
  const state = context.state.servicediscovery;
  const service = requireService(state, input.ServiceId);
  const id = checkInstanceId(input.InstanceId);
  const attributes = checkAttributes(context, service, input.Attributes);
  const health = initialHealth(service, attributes);
  const creatorRequestId = checkResourceId(input.CreatorRequestId, 'CreatorRequestId');
  if (!reserveInstance(state, service, id)) {
    throw new AwsError(
      'ResourceLimitExceeded',
      'The instance cannot be registered because the quota on instances has been reached.',
    );
  }
  const operationId = startOperation(context, {
    type: 'REGISTER_INSTANCE',
    targets: { INSTANCE: id, SERVICE: service.id },
    changes: pairKey(service, id),
    ...(creatorRequestId === undefined ? {} : { request: creatorRequestId }),
    complete: () => {
      const error =
        state.services.get(service.id) === service ? recordError(state, service, id) : serviceGone(service);
      if (error === undefined) putInstance(state, service, { id, attributes, creatorRequestId, health });
      else releaseInstance(state, service, id);
      return error;
    },
  });
  return { OperationId: operationId };
}

/** Throws ServiceNotFound, InstanceNotFound, DuplicateRequest. */
export function deregisterInstance(
  input: DeregisterInstanceCommandInput,
  context: CallContext,
): Answer<DeregisterInstanceCommandOutput> {
  const state = context.state.servicediscovery;
  const service = requireService(state, input.ServiceId);
  const { id } = requireInstance(service, input.InstanceId);
  const operationId = startOperation(context, {
    type: 'DEREGISTER_INSTANCE',
    targets: { INSTANCE: id, SERVICE: service.id },
    changes: pairKey(service, id),
    complete: () => {
      deregisterTaskInstance(state, service.id, id);
      return undefined;
    },
  });
  return { OperationId: operationId };
}

export function getInstance(
  input: GetInstanceCommandInput,
  { state, accountId }: CallContext,
): Answer<GetInstanceCommandOutput> {
  const service = requireService(state.servicediscovery, input.ServiceId);
  const { id, attributes, creatorRequestId } = requireInstance(service, input.InstanceId);
  return {
    ResourceOwner: accountId,
    Instance: {
      Id: id,
      Attributes: attributes,
      ...(creatorRequestId === undefined ? {} : { CreatorRequestId: creatorRequestId }),
    },
  };
}

export function listInstances(
  input: ListInstancesCommandInput,
  { state, accountId }: CallContext,
): Answer<ListInstancesCommandOutput> {
  const service = requireService(state.servicediscovery, input.ServiceId);
  const page = cloudMapPage(input, (start) => service.instances.from(start));
  return {
    ResourceOwner: accountId,
    Instances: page.items.map(({ id, attributes }) => ({ Id: id, Attributes: attributes })),
    NextToken: page.nextToken,
  };
}

/** Throws InstanceNotFound. */
export function requireInstance(service: DiscoveryService, instanceId: string | undefined): Instance {
  const id = checkInstanceId(instanceId);
  const instance = service.instances.get(id);
  if (instance === undefined) {
    throw new AwsError('InstanceNotFound', `No instance exists with the specified ID: ${id}`);
  }
  return instance;
}

function pairKey(service: DiscoveryService, instanceId: string): string {
  return `${service.id}/${instanceId}`;
}

/** Route 53 takes no record whose name is not one of DNS. */
function recordError(
  state: CloudMapState,
  service: DiscoveryService,
  instanceId: string,
): CloudMapOperation['error'] {
  const zone = state.namespaces.get(service.namespaceId)?.name ?? '';
  const name = invalidRecordName(service, zone, instanceId);
  return name === undefined
    ? undefined
    : { code: 'INVALID_CHANGE_BATCH', message: `${name} is not a valid domain name. (InvalidChangeBatch)` };
}

function serviceGone(service: DiscoveryService): CloudMapOperation['error'] {
  return { code: 'INTERNAL_FAILURE', message: `The service ${service.id} was deleted meanwhile.` };
}
