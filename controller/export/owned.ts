import type { RoleDetail } from '@aws-sdk/client-iam';
import type { Account } from '../aws/account.ts';
import { leftoverPolicy, madeFor } from '../core/ownership.ts';
import { manifestKey } from '../core/resource.ts';
import type { ManifestKind, ManifestRef, Tags } from '../core/resource.ts';

/** An object that this owner has applied before, by the tags of what it owns. */
export interface Applied {
  readonly manifest: ManifestRef;
  readonly environment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type AppliedAs = (arn: string | undefined, kind: ManifestKind) => Applied | undefined;

/** As what something was applied by this owner; undefined for what is nobody's, or another's. */
export function appliedBy(owner: string, { tags }: Account): AppliedAs {
  return (arn, kind) => {
    const own = tags.get(arn ?? '') ?? {};
    const made = madeFor(owner, own);
    return made?.manifest.kind === kind ? { ...made, annotations: annotationsOf(own) } : undefined;
  };
}

/** The execution roles of this owner that the daemons of an Environment share, by its name. */
export function sharedRolesIn({ roles }: Account, owner: string): ReadonlyMap<string, RoleDetail> {
  return new Map(
    roles.flatMap((role) => {
      const tags = (role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
      const made = madeFor(owner, Object.fromEntries(tags));
      return made?.manifest.kind === 'Environment' && made.manifest.name === made.environment
        ? [[made.environment, role] as const]
        : [];
    }),
  );
}

/** As far as tags hold them. */
function annotationsOf(tags: Tags): Readonly<Record<string, string>> {
  const { deletion, prune } = leftoverPolicy(tags);
  return {
    ...(deletion === 'retain' ? { 'stationkeeper.dev/deletion-policy': 'retain' } : {}),
    ...(prune ? {} : { 'stationkeeper.dev/prune': 'disabled' }),
  };
}

/** Names of the log groups that this owner has made for a daemon service of an Environment. */
export function logGroupsMadeFor(
  { ownedLogGroups }: Account,
  owner: string,
  { manifest, environment }: Omit<Applied, 'annotations'>,
): readonly string[] {
  return [...ownedLogGroups].flatMap(([name, tags]) => {
    const made = madeFor(owner, tags);
    const isSame = made?.environment === environment && manifestKey(made.manifest) === manifestKey(manifest);
    return isSame ? [name] : [];
  });
}

/** `Kind/name` of all that this owner has applied in the account and region, as far as its clusters, services and namespaces tell. */
export function appliedIn({ tags }: Account, owner: string): ReadonlySet<string> {
  const made = [...tags.values()].flatMap((own) => madeFor(owner, own)?.manifest ?? []);
  return new Set(made.map(manifestKey).toSorted());
}
