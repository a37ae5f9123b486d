import type { SpecOf } from '../../core/fields/field.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { DiscoveryServiceFindings, DiscoveryServiceOutputs } from '../discovery-service/facts.ts';
import type { NamespaceOutputs } from '../namespace/facts.ts';
import type { SecurityGroupOutputs } from '../security-group/facts.ts';
import type { TaskDefinitionOutputs } from '../task-definition/facts.ts';
import type { WRITTEN_FIELDS } from './fields.ts';

type Written = SpecOf<typeof WRITTEN_FIELDS>;

/** What manifests say of a service itself, as its fields have it (fields.ts). */
export type ServiceSettings = Omit<
  Written,
  'availabilityZoneRebalancing' | 'circuitBreaker' | 'desiredCount' | 'launchType' | 'platformVersion'
> & {
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  /** Undefined with a Classic Load Balancer, unless the manifest says it. */
  readonly circuitBreaker?: Written['circuitBreaker'];
  /** Undefined with DAEMON: how many hosts are eligible, ECS counts. */
  readonly desiredCount?: Written['desiredCount'];
  /** Undefined where there is a capacityProviderStrategy, of which an empty one is the cluster's. */
  readonly launchType?: Written['launchType'];
  /** Of Fargate alone. */
  readonly platformVersion?: Written['platformVersion'];
};

/** An ECS service, and the resources that it is made of. */
export type ServiceSpec = ServiceSettings & {
  /** Who moves its desired count once it is made, `us` by Application Auto Scaling: `desiredCount` is then what it begins with. Absent: nobody. */
  readonly scaledBy?: 'others' | 'us';
  readonly name: string;
  readonly cluster: ResourceId;
  readonly taskDefinition: Reference<TaskDefinitionOutputs>;
  /** The Environment, for its subnets. */
  readonly environment: Reference<EnvironmentOutputs>;
  readonly assignPublicIp: boolean;
  /** A group of ours by id, or groups that the manifest brings; null where tasks have no network interface of their own. */
  readonly securityGroups:
    | { readonly managed: Reference<SecurityGroupOutputs> }
    | { readonly ids: readonly string[] }
    | null;
  /** The namespace of serviceConnectConfiguration, where a manifest declares it. */
  readonly connectNamespace?: Reference<NamespaceOutputs>;
  /** The controller registers its hosts in service discovery. */
  readonly registersHosts?: true;
  /** Null: ECS registers no tasks in service discovery. */
  readonly registry: {
    readonly discoveryService: Reference<DiscoveryServiceOutputs, DiscoveryServiceFindings>;
    /** For SRV records: a port, or a container and its port; never both. */
    readonly port?: number;
    readonly containerName?: string;
    readonly containerPort?: number;
  } | null;
};
