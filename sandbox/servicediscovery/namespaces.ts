import type {
  DeleteNamespaceCommandInput,
  DeleteNamespaceCommandOutput,
  GetNamespaceCommandInput,
  GetNamespaceCommandOutput,
  ListNamespacesCommandInput,
  ListNamespacesCommandOutput,
  NamespaceSummary,
  UpdateHttpNamespaceCommandInput,
  UpdateHttpNamespaceCommandOutput,
  UpdatePrivateDnsNamespaceCommandInput,
  UpdatePrivateDnsNamespaceCommandOutput,
  UpdatePublicDnsNamespaceCommandInput,
  UpdatePublicDnsNamespaceCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { tagsChanged } from '../tagging/state.ts';
import { startOperation } from './async-operations.ts';
import {
  checkDescription,
  checkReference,
  checkResourceId,
  checkTtl,
  cloudMapPage,
  filterBy,
  idOf,
  invalidInput,
  isReferenceTo,
} from './checks.ts';
import type { CloudMapState, Namespace, NamespaceType } from './state.ts';

type Update = Pick<UpdatePrivateDnsNamespaceCommandInput, 'Id' | 'UpdaterRequestId' | 'Namespace'>;

/** Throws what `updateNamespace` throws. */
export function updateHttpNamespace(
  { Id, UpdaterRequestId, Namespace: change }: UpdateHttpNamespaceCommandInput,
  context: CallContext,
): Answer<UpdateHttpNamespaceCommandOutput> {
  if (change !== undefined && change.Description === undefined) {
    throw invalidInput('Description must not be empty.');
  }
  return updateNamespace('HTTP', { Id, UpdaterRequestId, Namespace: change }, context);
}

/** Throws what `updateNamespace` throws. */
export function updatePrivateDnsNamespace(
  input: UpdatePrivateDnsNamespaceCommandInput,
  context: CallContext,
): Answer<UpdatePrivateDnsNamespaceCommandOutput> {
  return updateNamespace('DNS_PRIVATE', input, context);
}

/** Throws what `updateNamespace` throws. */
export function updatePublicDnsNamespace(
  input: UpdatePublicDnsNamespaceCommandInput,
  context: CallContext,
): Answer<UpdatePublicDnsNamespaceCommandOutput> {
  return updateNamespace('DNS_PUBLIC', input, context);
}

/** What the request leaves out stays. Throws NamespaceNotFound, InvalidInput, also for one of another type, DuplicateRequest. */
function updateNamespace(
  type: NamespaceType,
  input: Update,
  context: CallContext,
): { readonly OperationId: string } {
  const change = input.Namespace;
  if (change === undefined) throw invalidInput('Namespace must not be empty.');
  const updaterRequestId = checkResourceId(input.UpdaterRequestId, 'UpdaterRequestId');
  const askedDescription = checkDescription(change.Description);
  const askedTtl = change.Properties?.DnsProperties?.SOA?.TTL;
  if (askedTtl !== undefined) checkTtl(askedTtl);
  const namespace = requireNamespace(context.state.servicediscovery, input.Id);
  if (namespace.type !== type) {
    throw invalidInput(`The namespace ${namespace.id} is of the type ${namespace.type}, and not ${type}.`);
  }
  const description = change.Description === undefined ? namespace.description : askedDescription;
  const operationId = startOperation(context, {
    type: 'UPDATE_NAMESPACE',
    targets: { NAMESPACE: namespace.id },
    changes: namespace.id,
    ...(updaterRequestId === undefined ? {} : { request: updaterRequestId }),
    complete: () => {
      namespace.description = description;
      if (namespace.zone !== undefined && askedTtl !== undefined) namespace.zone.soaTtl = askedTtl;
      return undefined;
    },
  });
  return { OperationId: operationId };
}

/** Throws ResourceInUse while the namespace has services. */
export function deleteNamespace(
  input: DeleteNamespaceCommandInput,
  context: CallContext,
): Answer<DeleteNamespaceCommandOutput> {
  const state = context.state.servicediscovery;
  const namespace = requireNamespace(state, input.Id);
  if (namespace.services.size > 0) {
    throw new AwsError(
      'ResourceInUse',
      'Namespace has associated services; delete the services before deleting the namespace',
    );
  }
  const operationId = startOperation(context, {
    type: 'DELETE_NAMESPACE',
    targets: { NAMESPACE: namespace.id },
    changes: namespace.id,
    complete: () => {
      state.namespaces.delete(namespace.id);
      tagsChanged(context, namespace.arn, undefined);
      if (namespace.zone !== undefined) context.account.route53.tags.delete(namespace.zone.hostedZoneId);
      state.creations.delete(namespace.creatorRequestId);
      for (const key of state.formerServiceIds.keys()) {
        if (key.startsWith(`${namespace.id}/`)) state.formerServiceIds.delete(key);
      }
      return undefined;
    },
  });
  return { OperationId: operationId };
}

export function getNamespace(
  input: GetNamespaceCommandInput,
  { state, accountId }: CallContext,
): Answer<GetNamespaceCommandOutput> {
  const namespace = requireNamespace(state.servicediscovery, input.Id);
  return {
    Namespace: {
      ...namespaceSummary(namespace, accountId),
      CreatorRequestId: namespace.creatorRequestId,
    },
  };
}

/** Filters sieve a page after it was cut: a page can be empty and still carry a token (reference: Batches). */
export function listNamespaces(
  input: ListNamespacesCommandInput,
  { state: { servicediscovery }, accountId }: CallContext,
): Answer<ListNamespacesCommandOutput> {
  const keep = filterBy<Namespace>(input.Filters, {
    TYPE: { conditions: ['EQ', 'BEGINS_WITH'], valueOf: ({ type }) => type },
    NAME: { conditions: ['EQ', 'BEGINS_WITH'], valueOf: ({ name }) => name },
    HTTP_NAME: { conditions: ['EQ', 'BEGINS_WITH'], valueOf: ({ httpName }) => httpName },
    RESOURCE_OWNER: { conditions: ['EQ'], valueOf: () => 'SELF' },
  });
  const page = cloudMapPage(input, (start) => servicediscovery.namespaces.from(start));
  return {
    Namespaces: page.items.filter(keep).map((namespace) => namespaceSummary(namespace, accountId)),
    NextToken: page.nextToken,
  };
}

/** Throws NamespaceNotFound. */
export function requireNamespace(state: CloudMapState, id: string | undefined): Namespace {
  const reference = checkReference(id, 'Id');
  const namespace = state.namespaces.get(idOf(reference));
  if (namespace === undefined || !isReferenceTo(namespace, reference)) {
    throw new AwsError('NamespaceNotFound', `No namespace exists with the specified ID: ${id}`);
  }
  return namespace;
}

function namespaceSummary(namespace: Namespace, accountId: string): NamespaceSummary {
  const { zone } = namespace;
  return {
    Id: namespace.id,
    Arn: namespace.arn,
    ResourceOwner: accountId,
    Name: namespace.name,
    Type: namespace.type,
    ...(namespace.description === undefined ? {} : { Description: namespace.description }),
    ServiceCount: namespace.services.size,
    Properties: {
      // AWS shows an SOA without a TTL of what has no zone (AWS CLI examples, list-namespaces).
      DnsProperties:
        zone === undefined
          ? { SOA: { TTL: undefined } }
          : { HostedZoneId: zone.hostedZoneId, SOA: { TTL: zone.soaTtl } },
      HttpProperties: { HttpName: namespace.httpName },
    },
    CreateDate: namespace.createDate,
  };
}
