import type { SpecOf } from '../../core/fields/field.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { WRITTEN_FIELDS } from './fields.ts';

/** An ECS service on Fargate, as its fields have it (fields.ts), and the resources that it is made of. */
export type ServiceSpec = Omit<SpecOf<typeof WRITTEN_FIELDS>, 'availabilityZoneRebalancing'> & {
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  readonly name: string;
  readonly cluster: ResourceId;
  readonly taskDefinition: ResourceId;
  /** The Environment, for its subnets. */
  readonly environment: ResourceId;
  readonly assignPublicIp: boolean;
  /** A group of ours by id, or groups that the manifest brings. */
  readonly securityGroups: { readonly managed: ResourceId } | { readonly ids: readonly string[] };
  /** Null: not in service discovery. */
  readonly registry: {
    readonly discoveryService: ResourceId;
    /** For SRV records: a port, or a container and its port; never both. */
    readonly port?: number;
    readonly containerName?: string;
    readonly containerPort?: number;
  } | null;
};
