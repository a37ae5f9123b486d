import { HEALTHY } from '../../core/kind.ts';
import { ownership } from '../../core/ownership.ts';
import type { Claim } from '../../core/ownership.ts';
import type { Discovery, Health, Observed, Registration, ResourceId, Tags } from '../../core/resource.ts';
import type { DiscoveryServiceFindings, DiscoveryServiceOutputs } from './facts.ts';
import type { DiscoveryServiceState } from './state.ts';

/** What is known of one service. */
interface KnownService {
  readonly id: ResourceId;
  readonly arn: string;
  readonly tags: Tags;
  readonly createdAt?: number | undefined;
  readonly state: DiscoveryServiceState;
  /** Undefined where they were not, or could not be, read. */
  readonly registrations?: readonly Registration[] | undefined;
  /** Ids of tasks that have run for a while and are not registered. */
  readonly unregistered?: readonly string[];
  readonly health?: Health;
  /** Undefined of what no manifest wants. */
  readonly discovery?: Discovery | undefined;
}

export function observedService(claim: Claim, known: KnownService): Observed<DiscoveryServiceState> {
  const {
    id,
    arn,
    tags,
    createdAt,
    state,
    registrations,
    unregistered = [],
    health = HEALTHY,
    discovery,
  } = known;
  return {
    id,
    ...ownership(claim, tags),
    arn,
    ...(createdAt === undefined ? {} : { createdAt }),
    state,
    outputs: { id: state.id, arn, name: id.name } satisfies DiscoveryServiceOutputs,
    findings: { unregistered } satisfies DiscoveryServiceFindings,
    health,
    ...(registrations === undefined ? {} : { registrations }),
    ...(discovery === undefined ? {} : { discovery }),
  };
}

export function withStale(state: DiscoveryServiceState, stale: readonly string[]): DiscoveryServiceState {
  return stale.length === 0 ? state : { ...state, stale };
}
