import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { fromTagList } from '../../aws/tags.ts';
import { ownership } from '../../core/ownership.ts';
import type { Claim } from '../../core/ownership.ts';
import { manifestKey } from '../../core/resource.ts';
import type { Tags } from '../../core/resource.ts';
import { ruleKey } from '../../core/security-group-rule.ts';
import type { ObservedRule, PlacedRule } from '../../core/security-group-rule.ts';
import type { Referrer } from './model.ts';

type Referrers = ReadonlyMap<string, readonly Referrer[]>;

/** The rules of other groups that name a group, by that group's id. Only groups of one VPC keep each other from being deleted. Pure. */
export function referrersIn(groups: Iterable<SecurityGroup>): Referrers {
  const found = new Map<string, Referrer[]>();
  for (const { GroupId: id = '', GroupName: name = '', ...group } of groups) {
    const rules = [
      ...rulesNaming('ingress', group.IpPermissions),
      ...rulesNaming('egress', group.IpPermissionsEgress),
    ];
    for (const { named, rule } of rules) {
      if (named === id) continue;
      found.set(named, [...(found.get(named) ?? []), { id, name, rule }]);
    }
  }
  return found;
}

/** Without the rules that the manifest of a group made there, and takes back before the group goes; of the groups that are to go. */
export async function withoutOwn(
  referrers: Referrers,
  going: readonly SecurityGroup[],
  {
    claim,
    rulesIn,
  }: {
    readonly claim: Claim;
    readonly rulesIn: (groupIds: readonly string[]) => Promise<readonly (ObservedRule & PlacedRule)[]>;
  },
): Promise<Referrers> {
  const manifestIn = (tags: Tags): string | undefined => {
    const { manifest } = ownership(claim, tags);
    return manifest && manifestKey(manifest);
  };
  const named = going.filter(({ GroupId = '' }) => referrers.has(GroupId));
  const manifests = new Map(named.map(({ GroupId = '', Tags }) => [GroupId, manifestIn(fromTagList(Tags))]));
  const places = [...manifests.keys()].flatMap((id) => (referrers.get(id) ?? []).map((by) => by.id));
  const own = new Set(
    (await rulesIn([...new Set(places)])).flatMap(({ tags = {}, groupId: id, ...rule }) => {
      const manifest = manifestIn(tags);
      const isOwn = manifest !== undefined && manifests.get(rule.peer) === manifest;
      return isOwn ? [referrerKey({ id, rule: `${rule.direction}[${ruleKey(rule)}]` })] : [];
    }),
  );
  return new Map([...referrers].map(([id, all]) => [id, all.filter((by) => !own.has(referrerKey(by)))]));
}

function referrerKey({ id, rule }: Pick<Referrer, 'id' | 'rule'>): string {
  return `${id} ${rule}`;
}

function rulesNaming(direction: string, permissions: readonly IpPermission[] = []) {
  return permissions.flatMap(({ IpProtocol: protocol = '-1', FromPort, ToPort, UserIdGroupPairs = [] }) =>
    UserIdGroupPairs.flatMap(({ GroupId: named }) => {
      if (named === undefined) return [];
      const key = ruleKey({ protocol, fromPort: FromPort ?? null, toPort: ToPort ?? null, peer: named });
      return [{ named, rule: `${direction}[${key}]` }];
    }),
  );
}
