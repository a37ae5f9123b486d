import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { ruleKey } from './model.ts';
import type { Referrer } from './model.ts';

/** The rules of other groups that name a group, by that group's id. Only groups of one VPC keep each other from being deleted. Pure. */
export function referrersIn(groups: Iterable<SecurityGroup>): ReadonlyMap<string, readonly Referrer[]> {
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

function rulesNaming(direction: string, permissions: readonly IpPermission[] = []) {
  return permissions.flatMap(({ IpProtocol: protocol = '-1', FromPort, ToPort, UserIdGroupPairs = [] }) =>
    UserIdGroupPairs.flatMap(({ GroupId: named }) => {
      if (named === undefined) return [];
      const key = ruleKey({ protocol, fromPort: FromPort ?? null, toPort: ToPort ?? null, peer: named });
      return [{ named, rule: `${direction}[${key}]` }];
    }),
  );
}
