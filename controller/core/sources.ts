import type { Tags } from './resource.ts';

/** The source whose manifest names a resource: two sources under one owner leave each other's alone. */
export const SOURCE_TAG = 'stationkeeper:source';

/** The source that a controller reads, and those that it takes the place of. */
export interface SourceClaim {
  /** `github.com/acme/infra//live`, as a tag's value. */
  readonly id: string;
  /** Ids of sources whose resources are taken for its own. */
  readonly takesOver: readonly string[];
}

/** Who asks whose a resource is; without a source nobody is told from another. */
interface Asking {
  readonly source?: SourceClaim | undefined;
}

/** The id of another source that a resource of ours belongs to; undefined where it belongs to this one, or says nothing of it. */
export function otherSourceOf({ source }: Asking, tags: Tags): string | undefined {
  const id = tags[SOURCE_TAG];
  if (source === undefined || id === undefined || id === source.id) return undefined;
  return source.takesOver.includes(id) ? undefined : id;
}

/** Whether a resource does not say which source it belongs to, although this controller would have written it down. */
export function lacksSource({ source }: Asking, tags: Tags): boolean {
  return source !== undefined && tags[SOURCE_TAG] === undefined;
}
