import type { KindModel } from '../../core/kind.ts';
import type { ResourceId } from '../../core/resource.ts';
import { compareFields } from '../../plan/compare.ts';

/** A Cloud Map private DNS namespace. Outputs: `id`, `arn`, `name`. */
export interface NamespaceSpec {
  readonly name: string;
  /** The Environment whose VPC its hosted zone is for. */
  readonly environment: ResourceId;
  /** Description and SOA TTL (seconds) are undefined for an external namespace, and where the manifest sets none. */
  readonly description?: string;
  readonly soaTtl?: number;
}

/** Cloud Map does not tell a namespace's VPC, so there is none to compare. */
export interface NamespaceState {
  readonly id: string;
  readonly description: string | undefined;
  /** Seconds. */
  readonly soaTtl: number | undefined;
}

export const namespaceModel: KindModel<NamespaceSpec, NamespaceState> = {
  name: 'namespace',
  updateChangesOutputs: false,
  replaceInterrupts: 'every name in the namespace',
  needs: ({ spec }) => [spec.environment],
  diff: ({ spec }, { state }) => compareFields({ description: spec.description, soaTtl: spec.soaTtl }, state),
};
