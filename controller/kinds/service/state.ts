import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { StateOf } from '../../core/fields/field.ts';
import type { SERVICE_FIELDS } from './fields.ts';

/** A service as it is compared; what the API did not return is not there. */
export interface ServiceState extends Partial<StateOf<typeof SERVICE_FIELDS>> {
  readonly status: 'ACTIVE' | 'DRAINING';
  /** Whether its tasks have a network interface of their own (awsvpc); undefined where ECS did not say. */
  readonly hasOwnNetwork?: boolean;
  /** As ECS has it, with what no manifest says: it is sent back with what changes. */
  readonly deploymentConfiguration?: DeploymentConfiguration;
  /** ARN of the revision whose deployment failed last and was given up; null where none has. */
  readonly failedTaskDefinition: string | null;
  /** The attempt that is due of a rollout that ECS has given up; null where none is. */
  readonly rolloutRetry: number | null;
}
