import type { Failure } from '@aws-sdk/client-ecs';
import type { HostRecord } from '../instances/state.ts';
import type { Misfit } from './fit.ts';

const UNPLACED = 'was unable to place a task because no container instance met all of its requirements.';
const MORE = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/** AWS's words for what a failure of RunTask is (developer guide, API failure reasons; amazon-ecs-agent#3044 of constraints). */
const REASONS: Readonly<Record<Misfit, string>> = {
  MEMBER_OF: 'MemberOf placement constraint unsatisfied.',
  DISTINCT_INSTANCE: 'DistinctInstance placement constraint unsatisfied.',
  AGENT: 'AGENT',
  ATTRIBUTE: 'ATTRIBUTE',
  PORTS: 'RESOURCE:PORTS',
  CPU: 'RESOURCE:CPU',
  MEMORY: 'RESOURCE:MEMORY',
  GPU: 'RESOURCE:GPU',
  ENI: 'RESOURCE:ENI',
  SUBNET: 'ATTRIBUTE',
};

/** The same of an event of a service (developer guide, service event messages); of all others it quotes the reason. */
const PLIGHTS: Partial<Readonly<Record<Misfit, string>>> = {
  ATTRIBUTE: 'is missing an attribute required by your task',
  SUBNET: 'is missing an attribute required by your task',
  PORTS: 'is already using a port required by your task',
  CPU: 'has insufficient CPU units available',
  MEMORY: 'has insufficient memory available',
};

/** AWS's text of a cluster without instances (factorio-spot-pricing#4; developer guide, service event messages). */
export function noHostsEvent(capacityProvider: string | undefined): string {
  const where = capacityProvider === undefined ? 'cluster' : 'capacity provider';
  return `${UNPLACED} Reason: No Container Instances were found in your ${where}. ${MORE}`;
}

/** AWS's text of instances none of which will do, with the one that came closest. */
export function misfitEvent({ id }: HostRecord, misfit: Misfit): string {
  const plight = PLIGHTS[misfit] ?? `encountered error "${REASONS[misfit]}"`;
  return `${UNPLACED} The closest matching (container-instance ${id}) ${plight}. ${MORE}`;
}

export function failureOf({ arn }: HostRecord, misfit: Misfit): Failure {
  return { arn, reason: REASONS[misfit] };
}
