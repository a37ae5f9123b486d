import type { KindModel } from '../../core/kind.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import { compareFields } from '../../plan/compare.ts';
import { namespaceFacts } from './facts.ts';
import type { NamespaceType } from './facts.ts';
import { someOf } from '../../core/some-of.ts';

const NAMED_AT_MOST = 3;

/** A Cloud Map namespace. */
export interface NamespaceSpec {
  readonly name: string;
  /** Undefined: private-dns of one that is ours to make, and any type of an external one. */
  readonly type?: NamespaceType;
  /** The one of this id, where people say which; only of an external one. */
  readonly id?: string;
  /** The Environment whose VPC a private hosted zone is for. */
  readonly environment: Reference<EnvironmentOutputs>;
  /** Description and SOA TTL (seconds) are undefined for an external namespace, and where the manifest sets none. */
  readonly description?: string;
  readonly soaTtl?: number;
}

/** Cloud Map does not tell a namespace's VPC, so there is none to compare; which is meant, `choice.ts` finds out. */
export interface NamespaceState {
  readonly id: string;
  readonly type: NamespaceType;
  readonly description: string | undefined;
  /** Seconds; an HTTP namespace has no zone, and so none. */
  readonly soaTtl: number | undefined;
  /** Names of services in it that are not ours; of one that is to be deleted. */
  readonly foreign?: readonly string[];
  /** Names of all services in it; of one that is to be made anew. */
  readonly services?: readonly string[];
}

export const namespaceModel: KindModel<NamespaceSpec, NamespaceState> = {
  facts: namespaceFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'every name in the namespace',
  needs: ({ spec }) => [spec.environment],
  diff: ({ spec: { type = 'private-dns', description, soaTtl } }, { state }) => {
    const typed = compareFields({ type }, state, { replace: ['type'] });
    // What is made anew is made with all the rest.
    return typed.length > 0 ? typed : compareFields({ description, soaTtl }, state);
  },
  removal: ({ state: { foreign = [], services = [] } }) => ({
    upkeep: [],
    ...(services.length === 0
      ? {}
      : {
          held: `Cloud Map deletes no namespace that has services, and makes none of another type of it: ${someOf(services, NAMED_AT_MOST)}; move them to a Namespace of another name first, or leave the type as it is`,
        }),
    ...(foreign.length === 0
      ? {}
      : {
          waits: `waits until its services are gone, which are not ours: ${someOf(foreign, NAMED_AT_MOST)}`,
        }),
  }),
};
