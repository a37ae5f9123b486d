import type { ResourceId } from '../../core/resource.ts';

/** An ECS service on Fargate. Outputs: `arn`, `name`. */
export interface ServiceSpec {
  readonly name: string;
  readonly cluster: ResourceId;
  readonly taskDefinition: ResourceId;
  readonly launchType: 'FARGATE';
  readonly platformVersion: string;
  readonly desiredCount: number;
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
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly enableExecuteCommand: boolean;
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
}
