import type { SpecOf } from '../../core/fields/field.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { DiscoveryServiceFindings, DiscoveryServiceOutputs } from '../discovery-service/facts.ts';
import type { SecurityGroupOutputs } from '../security-group/facts.ts';
import type { TaskDefinitionOutputs } from '../task-definition/facts.ts';
import type { WRITTEN_FIELDS } from './fields.ts';

/** An ECS service on Fargate, as its fields have it (fields.ts), and the resources that it is made of. */
export type ServiceSpec = Omit<SpecOf<typeof WRITTEN_FIELDS>, 'availabilityZoneRebalancing'> & {
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  readonly name: string;
  readonly cluster: ResourceId;
  readonly taskDefinition: Reference<TaskDefinitionOutputs>;
  /** The Environment, for its subnets. */
  readonly environment: Reference<EnvironmentOutputs>;
  readonly assignPublicIp: boolean;
  /** A group of ours by id, or groups that the manifest brings. */
  readonly securityGroups:
    | { readonly managed: Reference<SecurityGroupOutputs> }
    | { readonly ids: readonly string[] };
  /** Null: not in service discovery. */
  readonly registry: {
    readonly discoveryService: Reference<DiscoveryServiceOutputs, DiscoveryServiceFindings>;
    /** For SRV records: a port, or a container and its port; never both. */
    readonly port?: number;
    readonly containerName?: string;
    readonly containerPort?: number;
  } | null;
};
