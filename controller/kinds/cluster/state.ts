import type { Cluster } from '@aws-sdk/client-ecs';

/** What of a cluster is replaced whole, as ECS has it: what no manifest says of it is sent back with what changes. */
export type AsItIs = Pick<Cluster, 'configuration' | 'capacityProviders' | 'defaultCapacityProviderStrategy'>;
