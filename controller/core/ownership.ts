import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KindFacts } from './facts.ts';
import { MANIFEST_KINDS, manifestKey } from './resource.ts';
import type { Desired, FieldChange, ManifestRef, Observed, Owner, Tags } from './resource.ts';
import { otherSourceOf, SOURCE_TAG } from './sources.ts';
import type { SourceClaim } from './sources.ts';

/** What must still be known of a resource when its manifest has gone is a tag (docs/manifests.md, "Ownership tags"). */
export const TAG_PREFIX = 'stationkeeper:';
export const OWNER_TAG = 'stationkeeper:owner';
const MANIFEST_TAG = 'stationkeeper:manifest';
/** Which ECS service registers in a discovery service, `cluster/service`, so that its instances are told from others'. */
export const REGISTRANT_TAG = 'stationkeeper:registrant';
export const ENVIRONMENT_TAG = 'stationkeeper:environment';
/** Stands on what belongs to no Region by itself: environments of one name in two Regions share IAM. */
export const REGION_TAG = 'stationkeeper:region';
/**
 * Digest of the spec last applied, and behind a slash, where a kind names parts, of what the resource was then made of: they tell a change
 * made in git from one made in AWS. Where its definition goes through a Rollout, what the first has of two things follows behind slashes of
 * their own: what is the resource's own, and its basis.
 */
const SPEC_TAG = 'stationkeeper:spec';
/** What git says of the fields in which drift is ignored, as `spec` was last applied: tells which of them git has changed since. */
export const IGNORED_TAG = 'stationkeeper:ignored';
/** The revision of the source that last changed an ECS service, or made a revision of its task definition: for people, nothing is decided by it. */
export const REVISION_TAG = 'stationkeeper:revision';
const DELETION_TAG = 'stationkeeper:deletion-policy';
const PRUNE_TAG = 'stationkeeper:prune';
/** That everything of ours carries, as the digest or the ownership says. */
const COVERED: readonly string[] = [OWNER_TAG, ENVIRONMENT_TAG, DELETION_TAG, PRUNE_TAG];

/** As whom we act, and in which environment. */
export interface Claim {
  readonly owner: string;
  readonly environment: string;
  /** Whose manifests are read; absent for a single file, which is a part of a source and speaks for none. */
  readonly source?: SourceClaim | undefined;
  /** The environment's Region; absent while it is not known, and then not compared. */
  readonly region?: string;
}

/**
 * `us` needs our owner and our environment: two environments of one account must not take each other's
 * resources for leftovers, nor two of one name in two regions each other's roles.
 */
export function ownerOf(claim: Claim, tags: Tags): Owner {
  const owner = tags[OWNER_TAG];
  if (owner === undefined) return 'nobody';
  const isElsewhere = claim.region !== undefined && (tags[REGION_TAG] ?? claim.region) !== claim.region;
  const isOurs = owner === claim.owner && tags[ENVIRONMENT_TAG] === claim.environment && !isElsewhere;
  return isOurs ? 'us' : 'another';
}

/** Whether it is ours and no other source's: parts of what we own may be. */
export function isOwn(claim: Claim, tags: Tags): boolean {
  return ownerOf(claim, tags) === 'us' && otherSourceOf(claim, tags) === undefined;
}

/** In words, whose a resource is that is not ours: the first of its tags that differs from ours tells. */
export function whoseIs(claim: Claim, tags: Tags): string {
  const { [OWNER_TAG]: owner = '', [ENVIRONMENT_TAG]: environment, [REGION_TAG]: region = '' } = tags;
  if (owner !== claim.owner) return `the owner "${owner}"`;
  if (environment === claim.environment) return `the environment "${environment}" in ${region}`;
  return environment === undefined
    ? `no environment (its tag ${ENVIRONMENT_TAG} is missing)`
    : `the environment "${environment}"`;
}

/** What helps where something that we want is whose `whoseIs` says. */
export function whatHelps(claim: Claim, tags: Tags): string {
  const { [OWNER_TAG]: owner, [ENVIRONMENT_TAG]: environment } = tags;
  const byTag = `set its tag ${ENVIRONMENT_TAG} to "${claim.environment}"`;
  if (owner === claim.owner && environment === undefined) return `${byTag} where it is of this one`;
  const there =
    'use another name here, or have it released there (stationkeeper.dev/deletion-policy: retain)';
  return owner !== claim.owner || environment === claim.environment
    ? there
    : `${there}; where this Environment was named "${environment}" before, name it so again, or ${byTag}`;
}

/** The manifest named in our tag; undefined where there is none or it is not one we could have written. */
function manifestOf(tags: Tags): ManifestRef | undefined {
  const [kind, ...rest] = (tags[MANIFEST_TAG] ?? '').split('/');
  const known = MANIFEST_KINDS.find((candidate) => candidate === kind);
  const name = rest.join('/');
  return known === undefined || name === '' ? undefined : { kind: known, name };
}

/** The manifest and the environment that something of this owner was made for, wherever that is; undefined for what is not this owner's. */
export function madeFor(
  owner: string,
  tags: Tags,
): { readonly manifest: ManifestRef; readonly environment: string } | undefined {
  const { [OWNER_TAG]: by, [ENVIRONMENT_TAG]: environment } = tags;
  const manifest = manifestOf(tags);
  return by === owner && environment !== undefined && manifest !== undefined
    ? { manifest, environment }
    : undefined;
}

/** What tags say about whose a resource is; the part of an observation that every driver derives alike. */
export function ownership(claim: Claim, tags: Tags): Pick<Observed, 'owner' | 'manifest' | 'tags'> {
  const owner = ownerOf(claim, tags);
  const manifest = owner === 'us' ? manifestOf(tags) : undefined;
  return { owner, tags, ...(manifest === undefined ? {} : { manifest }) };
}

/** Whether tags say that a manifest of this owner wants what carries them, in whatever Environment. */
export function isOfManifest({ owner }: Pick<Claim, 'owner'>, tags: Tags): boolean {
  return tags[OWNER_TAG] === owner && manifestOf(tags) !== undefined;
}

/** What says of anything, by tags or otherwise, whose it is: `ownerOf` reads it. */
export function markOf({ owner, environment }: Claim, manifest: ManifestRef): Tags {
  return {
    [OWNER_TAG]: owner,
    [MANIFEST_TAG]: manifestKey(manifest),
    [ENVIRONMENT_TAG]: environment,
  };
}

/** The complete set of tags that a desired resource shall carry, by the facts of its kind; `parts` is what it is made of (`KindModel.parts`). */
export function wantedTags(
  claim: Claim,
  desired: Desired,
  facts: Pick<KindFacts, 'isGlobal' | 'tags'>,
  parts?: unknown,
): Tags {
  return {
    ...desired.labels,
    ...markOf(claim, desired.manifest),
    ...(claim.region !== undefined && facts.isGlobal === true ? { [REGION_TAG]: claim.region } : {}),
    [SPEC_TAG]: specText(desired, parts),
    ...(claim.source === undefined ? {} : { [SOURCE_TAG]: claim.source.id }),
    [DELETION_TAG]: desired.policy.deletion,
    [PRUNE_TAG]: desired.policy.prune ? 'enabled' : 'disabled',
    ...facts.tags?.(desired),
  };
}

/** The tag that tells people which revision of the source wanted it so; nothing where AWS would refuse its text. */
export function revisionTag(revision: string | undefined): Tags {
  return revision !== undefined && /^[\w .:/=+@-]{1,256}$/.test(revision) ? { [REVISION_TAG]: revision } : {};
}

function specText(desired: Desired, parts: unknown): string {
  if (parts === undefined) return wantedDigest(desired);
  const text = `${wantedDigest(desired)}/${digest(parts)}`;
  const { basis, target } = desired;
  return basis === undefined || target === undefined ? text : `${text}/${ownDigest(desired)}/${basis}`;
}

/** The tag of what was applied with the two digests behind it, where they are not there yet; nothing where they are, or may not be told. */
export function withOwnDigests(desired: Desired, tags: Tags): Tags {
  const { basis, target } = desired;
  const text = tags[SPEC_TAG] ?? '';
  if (basis === undefined || target === undefined || !appliedThisSpec(desired, tags)) return {};
  return text.split('/').length === 2 ? { [SPEC_TAG]: `${text}/${ownDigest(desired)}/${basis}` } : {};
}

/** What git has changed of a resource since it was last written: of its own, of its basis, or both where nobody wrote down which. */
export function changedSince(
  desired: Desired,
  tags: Tags,
): { readonly own: boolean; readonly basis: boolean } {
  if (appliedThisSpec(desired, tags)) return { own: false, basis: false };
  const [, , own, basis] = tags[SPEC_TAG]?.split('/') ?? [];
  return own === undefined || basis === undefined
    ? { own: true, basis: true }
    : { own: own !== ownDigest(desired), basis: basis !== desired.basis };
}

/** Whether the resource was last written for exactly this spec. */
export function appliedThisSpec(desired: Desired, tags: Tags): boolean {
  return tags[SPEC_TAG]?.split('/')[0] === wantedDigest(desired);
}

/** Whether the resource was last written with other parts; false where nobody wrote down which. */
export function appliedOtherParts(parts: unknown, tags: Tags): boolean {
  const applied = tags[SPEC_TAG]?.split('/')[1];
  return parts !== undefined && applied !== undefined && applied !== digest(parts);
}

/**
 * Whether a differing tag is one that git decides beside the spec, and so made differ: it names another manifest of ours, or is one of
 * those that only some kinds and versions write. What everything carries, and the digest covers, somebody else has changed.
 */
export function isTagOfGit({ path, from }: FieldChange): boolean {
  const key = path.startsWith('tags.') ? path.slice('tags.'.length) : '';
  if (key === MANIFEST_TAG) return manifestOf({ [MANIFEST_TAG]: String(from) }) !== undefined;
  return key.startsWith(TAG_PREFIX) && !COVERED.includes(key);
}

/** A pass asks for the same digests several times, and while a revision stays every pass asks for them again. */
const digests = new WeakMap<Desired, string>();

/** The same without its basis. */
function ownDigest({ spec, labels, policy: { deletion, prune } }: Desired): string {
  return digest({ spec, labels, deletion, prune });
}

/** Digest of everything about a resource that git decides. */
function wantedDigest(desired: Desired): string {
  const known = digests.get(desired);
  if (known !== undefined) return known;
  const { deletion, prune } = desired.policy;
  const { spec, labels, basis } = desired;
  const fresh = digest({ spec, labels, deletion, prune, ...(basis === undefined ? {} : { basis }) });
  digests.set(desired, fresh);
  return fresh;
}

/** Whether a tag only says what was applied: such alone never make an update. */
export function isDigestTag(key: string): boolean {
  return key === SPEC_TAG || key === IGNORED_TAG || key === REVISION_TAG;
}

/** The tags that mean something by themselves, which do not say that a whole spec was applied. */
export function withoutDigest(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !isDigestTag(key)));
}

/** The tags, saying that no spec is applied as a whole any more. */
export function withoutAppliedSpec(tags: Tags): Tags {
  return { ...tags, [SPEC_TAG]: '' };
}

/** What of these tags says how the resource goes once its manifest has gone. */
export function policyTags({ [DELETION_TAG]: deletion, [PRUNE_TAG]: prune }: Tags): Tags {
  return {
    ...(deletion === undefined ? {} : { [DELETION_TAG]: deletion }),
    ...(prune === undefined ? {} : { [PRUNE_TAG]: prune }),
  };
}

/** Deletion policy of a resource whose manifest has gone, by its tags. Where a tag cannot be read the careful answer counts. */
export function leftoverPolicy(tags: Tags): {
  readonly deletion: 'delete' | 'retain';
  readonly prune: boolean;
} {
  return {
    deletion: tags[DELETION_TAG] === 'delete' ? 'delete' : 'retain',
    prune: tags[PRUNE_TAG] === 'enabled',
  };
}

/** 16 hex digits over the canonical JSON of a value: keys sorted, undefined left out. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest().toString('hex', 0, 8);
}

/** Whether two values have equal canonical JSON; most are equal, and need none made. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return a === b || isDeepStrictEqual(a, b) || canonicalJson(a) === canonicalJson(b);
}

/** JSON with sorted keys, of what JSON can say; equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(withSortedKeys(value));
}

function withSortedKeys(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, withSortedKeys(inner)]),
  );
}
