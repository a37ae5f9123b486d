import { MANIFEST_KINDS } from '../core/resource.ts';
import type { ManifestKind } from '../core/resource.ts';

/** What a document may be: an object, or what objects are made from before anything else is looked at. */
export const DOCUMENT_KINDS = [...MANIFEST_KINDS, 'EnvironmentSet', 'Rollout'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export function isManifestKind(kind: DocumentKind): kind is ManifestKind {
  return MANIFEST_KINDS.some((one) => one === kind);
}
