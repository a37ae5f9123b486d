import type { ServiceId } from '@aws-sdk/client-xray';
import type { ServiceNode } from './trace-map.ts';

/** A key of its own for each node of a map. */
export function nodeKey({ name, type, accountId }: ServiceNode): string {
  return JSON.stringify([accountId, type ?? null, name]);
}

export function serviceIdOf({ name, type, accountId }: ServiceNode): ServiceId {
  return { Name: name, Names: [name], AccountId: accountId, ...(type === undefined ? {} : { Type: type }) };
}

/** Each node once. */
export function serviceIdsOf(nodes: readonly ServiceNode[]): ServiceId[] {
  return [...new Map(nodes.map((node) => [nodeKey(node), node])).values()].map(serviceIdOf);
}
