import type { ResourceId } from '../../core/resource.ts';
import { infrastructureRolesOf } from './facts.ts';
import type { ServiceSpec } from './spec.ts';

/** What tasks of a service need to start, beside what its task definition names, and no manifest declares: the roles that ECS acts with for it. */
export function serviceStartNeeds(spec: ServiceSpec): readonly ResourceId[] {
  const { environment } = spec.environment;
  return infrastructureRolesOf(spec).map((name) => ({ environment, kind: 'given-role', name }));
}
