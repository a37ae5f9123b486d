import type { Consumer } from '../../core/consumer.ts';
import { environmentId } from '../../core/reference.ts';
import { objectKey, resourceKey } from '../../core/resource.ts';
import type { Desired, ResourceId } from '../../core/resource.ts';
import type { DeclaredObject } from '../../manifest/expand/index.ts';
import type { Reached } from '../../manifest/expand/reached.ts';
import type { EnvironmentRuntime } from '../environments.ts';
import { observe } from '../observe.ts';
import { reachOfConsumers } from './consumers.ts';
import type { ConsumerReach } from './consumers.ts';

/** A daemon service that consumers may reach. */
export interface ReachedObject extends DeclaredObject {
  readonly reached: Reached;
}

/** Looks whether these consumers reach one daemon, at nothing but what that depends on. */
export async function lookAtReach(
  runtime: EnvironmentRuntime,
  object: ReachedObject,
  consumers: readonly Consumer[],
  desired: readonly Desired[],
): Promise<readonly ConsumerReach[]> {
  const { service, discovery } = object.reached;
  const start: readonly ResourceId[] = [
    environmentId(object.environment),
    service,
    ...(discovery === undefined ? [] : [discovery.discoveryService]),
  ];
  const { snapshot } = await observe(runtime, withNeeds(start, desired, runtime.models), 'these');
  const asked = { ...object, reached: { ...object.reached, consumers } };
  const found = await reachOfConsumers([asked], snapshot, runtime.reach);
  return found.get(objectKey(object.environment, object.manifest)) ?? [];
}

/** These resources and all that they need, directly or not. */
function withNeeds(
  start: readonly ResourceId[],
  desired: readonly Desired[],
  models: EnvironmentRuntime['models'],
): readonly Desired[] {
  const all = new Map(desired.map((one) => [resourceKey(one.id), one]));
  const found = new Map<string, Desired>();
  const left = [...start];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    const key = resourceKey(id);
    const one = all.get(key);
    if (one === undefined || found.has(key)) continue;
    found.set(key, one);
    left.push(...(models.get(one.id.kind)?.needs(one) ?? []));
  }
  return [...found.values()];
}
