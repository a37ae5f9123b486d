import type { Place } from './arn.ts';
import type { KindName, ResourceId } from './resource.ts';

declare const gives: unique symbol;
declare const finds: unique symbol;

/** What carries, for the compiler alone, what resources of a kind give to those that use them, and what their driver finds out. */
export interface Giving<out Outputs, out Findings> {
  readonly [gives]?: Outputs;
  readonly [finds]?: Findings;
}

/** A resource as others refer to it, with the types of what they get from it: those that its kind's facts name. */
export interface Reference<out Outputs, out Findings = unknown>
  extends ResourceId,
    Giving<Outputs, Findings> {}

/** The kind that everything else stands in, and that nothing can be said of a resource without. */
export const ENVIRONMENT_KIND: KindName = 'environment';

export interface EnvironmentOutputs extends Place {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

/** The Environment itself as a resource: everything in it needs it, so that nothing happens where it was not seen. */
export function environmentId(environment: string): Reference<EnvironmentOutputs> {
  return { environment, kind: ENVIRONMENT_KIND, name: environment };
}

export function isEnvironment(id: ResourceId): boolean {
  return id.kind === ENVIRONMENT_KIND;
}
