import type { ResourceId } from '../../core/resource.ts';

/** A Cloud Map private DNS namespace. Outputs: `id`, `arn`, `name`. */
export interface NamespaceSpec {
  readonly name: string;
  /** The Environment whose VPC its hosted zone is for. */
  readonly environment: ResourceId;
  /** Description and SOA TTL (seconds) are undefined for an external namespace, and where the manifest sets none. */
  readonly description?: string;
  readonly soaTtl?: number;
}
