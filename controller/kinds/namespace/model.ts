import type { KindModel } from '../../core/kind.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import { compareFields } from '../../plan/compare.ts';
import { namespaceFacts } from './facts.ts';

/** A Cloud Map private DNS namespace. */
export interface NamespaceSpec {
  readonly name: string;
  /** The one of this id, where people say which; only of an external one. */
  readonly id?: string;
  /** The Environment whose VPC its hosted zone is for. */
  readonly environment: Reference<EnvironmentOutputs>;
  /** Description and SOA TTL (seconds) are undefined for an external namespace, and where the manifest sets none. */
  readonly description?: string;
  readonly soaTtl?: number;
}

/** Cloud Map does not tell a namespace's VPC, so there is none to compare; which is meant, `choice.ts` finds out. */
export interface NamespaceState {
  readonly id: string;
  readonly description: string | undefined;
  /** Seconds. */
  readonly soaTtl: number | undefined;
  /** Names of services in it that are not ours; of one that is to be deleted. */
  readonly foreign?: readonly string[];
}

export const namespaceModel: KindModel<NamespaceSpec, NamespaceState> = {
  facts: namespaceFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'every name in the namespace',
  needs: ({ spec }) => [spec.environment],
  diff: ({ spec }, { state }) => compareFields({ description: spec.description, soaTtl: spec.soaTtl }, state),
  removal: ({ state: { foreign = [] } }) => ({
    upkeep: [],
    ...(foreign.length === 0
      ? {}
      : { waits: `waits until its services are gone, which are not ours: ${namesOf(foreign)}` }),
  }),
};

const NAMED_AT_MOST = 3;

function namesOf(names: readonly string[]): string {
  const more = names.length - NAMED_AT_MOST;
  return `${names.slice(0, NAMED_AT_MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
