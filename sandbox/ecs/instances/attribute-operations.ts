import type {
  Attribute,
  DeleteAttributesCommandInput,
  DeleteAttributesCommandOutput,
  ListAttributesCommandInput,
  ListAttributesCommandOutput,
  PutAttributesCommandInput,
  PutAttributesCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { requireActiveCluster, requireCluster } from '../clusters/store.ts';
import { invalidParameter, requireBatch, requireOneOf } from '../errors.ts';
import { filtered, readPage } from '../pages.ts';
import { taskContext } from '../services/scheduler.ts';
import type { ClusterRecord } from '../state.ts';
import {
  attributeNames,
  attributeOf,
  checkAttribute,
  hasAttribute,
  removeAttribute,
  setAttribute,
} from './attributes.ts';
import { changeHost } from './lifecycle.ts';
import type { HostRecord } from './state.ts';
import { findHost, registeredHosts } from './store.ts';

/** API references, PutAttributes and DeleteAttributes. */
const MOST_CHANGED = 10;
/** Quota "Custom attributes per container instance" is ten; those of agents, some ninety, count with them here. */
const MOST_OF_INSTANCE = 200;

/** Sets attributes of instances. Throws ClusterNotFoundException, TargetNotFoundException, AttributeLimitExceededException, InvalidParameterException. */
export function putAttributes(
  input: PutAttributesCommandInput,
  context: CallContext,
): Answer<PutAttributesCommandOutput> {
  requireBatch('attributes', input.attributes, MOST_CHANGED);
  const cluster = requireActiveCluster(context, input.cluster);
  const changes = (input.attributes ?? []).map((attribute) => {
    checkAttribute(attribute);
    return { attribute, host: requireTarget(context, cluster, attribute) };
  });
  for (const { host, attribute } of changes) {
    const count = attributeNames(host).length;
    if (count < MOST_OF_INSTANCE || hasAttribute(host, attribute.name ?? '')) continue;
    throw new AwsError('AttributeLimitExceededException', 'The attribute limit of the resource is reached.');
  }
  for (const { host, attribute } of changes) setAttribute(host, attribute.name ?? '', attribute.value);
  tellChanged(context, cluster, changes);
  return { attributes: changes.map(({ host, attribute }) => shown(host, attribute.name ?? '')) };
}

/** Takes attributes from instances; one that they do not have, or have with another value, is refused. */
export function deleteAttributes(
  input: DeleteAttributesCommandInput,
  context: CallContext,
): Answer<DeleteAttributesCommandOutput> {
  requireBatch('attributes', input.attributes, MOST_CHANGED);
  const cluster = requireActiveCluster(context, input.cluster);
  const changes = (input.attributes ?? []).map((attribute) => {
    const host = requireTarget(context, cluster, attribute);
    const { name = '', value } = attribute;
    if (!hasAttribute(host, name) || (value !== undefined && attributeOf(host, name) !== value)) {
      throw new AwsError('TargetNotFoundException', `The attribute ${name} was not found.`);
    }
    return { attribute, host };
  });
  const deleted = changes.map(({ host, attribute }) => shown(host, attribute.name ?? ''));
  for (const { host, attribute } of changes) removeAttribute(host, attribute.name ?? '');
  tellChanged(context, cluster, changes);
  return { attributes: deleted };
}

function tellChanged(
  context: CallContext,
  cluster: ClusterRecord,
  changes: readonly { readonly host: HostRecord }[],
): void {
  for (const host of new Set(changes.map((change) => change.host))) {
    changeHost(taskContext(context), cluster, host);
  }
}

/** By ARN, or by an id with the type of the target (API reference, Attribute). */
function requireTarget(
  context: CallContext,
  cluster: ClusterRecord,
  { targetId, targetType }: Attribute,
): HostRecord {
  if (!targetId) throw invalidParameter('attribute.targetId should not be null or empty.');
  if (targetType !== undefined) requireOneOf('targetType', targetType, ['container-instance']);
  if (targetType === undefined && !targetId.startsWith('arn:')) {
    throw invalidParameter('attribute.targetType is required where targetId is no ARN.');
  }
  const found = findHost(context, cluster, targetId);
  if (found !== undefined && found.status !== 'INACTIVE') return found;
  throw new AwsError('TargetNotFoundException', `The target ${targetId} was not found.`);
}

function shown(host: HostRecord, name: string): Attribute {
  const value = attributeOf(host, name);
  return { name, ...(value === undefined ? {} : { value }), targetId: host.arn };
}

/** The attributes of a cluster's instances, by name, and by value where that is asked for. */
export function listAttributes(
  input: ListAttributesCommandInput,
  context: CallContext,
): Answer<ListAttributesCommandOutput> {
  const { attributeName, attributeValue } = input;
  requireOneOf('targetType', input.targetType ?? '', ['container-instance']);
  if (attributeValue !== undefined && attributeName === undefined) {
    throw invalidParameter('attributeValue needs an attributeName.');
  }
  const cluster = requireCluster(context, input.cluster);
  const { items, nextToken } = readPage(
    filtered(
      everyAttribute(cluster, attributeName),
      ([, { value }]) => attributeValue === undefined || value === attributeValue,
    ),
    input,
    { size: 100 },
  );
  return { attributes: [...items], nextToken };
}

/** In the order of ids, then of names, as the keys are that pages begin with. */
function* everyAttribute(
  cluster: ClusterRecord,
  name: string | undefined,
): Generator<readonly [string, Attribute]> {
  for (const host of registeredHosts(cluster)) {
    const names = attributeNames(host).filter((each) => name === undefined || each === name);
    for (const each of names) yield [`${host.id} ${each}`, shown(host, each)];
  }
}
