import { markOf, ownerOf } from '../../core/ownership.ts';
import type { Claim } from '../../core/ownership.ts';
import type { ManifestRef } from '../../core/resource.ts';

type Attributes = Readonly<Record<string, string>>;

/**
 * Whose an instance is, which has no tags, in its attributes. These are printable ASCII (RegisterInstance, Cloud Map API reference), and an
 * owner is any text.
 */
export function marksOf(claim: Claim, manifest: ManifestRef): Attributes {
  return markOf(inAscii(claim), manifest);
}

/** Whether it is marked as this owner's, in this Environment. */
export function isMarked(claim: Claim, attributes: Attributes): boolean {
  return ownerOf(inAscii(claim), attributes) === 'us';
}

function inAscii(claim: Claim): Claim {
  return { ...claim, owner: encodeURI(claim.owner) };
}
