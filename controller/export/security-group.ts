import type { SecurityGroupRule as ApiRule } from '@aws-sdk/client-ec2';
import type { Account } from '../aws/account.ts';
import { compareText } from '../core/order.ts';
import type { SecurityGroupRule } from '../core/security-group-rule.ts';
import { fromApiRule } from '../aws/permission.ts';
import { parseCidr } from '../manifest/cidr.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { exportConsumers, isOfConsumer } from './consumers.ts';
import { isShared } from './uses.ts';
import type { Uses } from './uses.ts';

type Groups = Pick<DaemonServiceManifestSpec, 'securityGroup' | 'securityGroupIds' | 'consumers'>;
type Rule = NonNullable<NonNullable<DaemonServiceManifestSpec['securityGroup']>['ingress']>[number];

/** A service's security groups: one of its own is taken over with its rules, any other is used by its id. */
export function exportSecurityGroups(
  account: Account,
  uses: Uses,
  service: {
    readonly manifest: string;
    readonly vpcId: string;
    readonly owner: string;
    readonly groupIds: readonly string[];
  },
): { readonly spec: Groups; readonly notes: readonly string[] } {
  const { groupIds, manifest, owner } = service;
  if (groupIds.length === 0)
    return {
      spec: { securityGroupIds: [] },
      notes: ["it names no security group, so its tasks have the VPC's default one"],
    };
  const why = whyOnlyUsed(account, uses, service);
  if (why !== undefined) {
    const what = groupIds.length === 1 ? 'is used by its id' : 'are used by their ids';
    return {
      spec: { securityGroupIds: [...groupIds] },
      notes: [
        `security ${groupIds.length === 1 ? 'group' : 'groups'} ${groupIds.join(', ')} ${what} and never changed: ${why}`,
      ],
    };
  }
  const group = account.securityGroups.find(({ GroupId }) => GroupId === groupIds[0]);
  const rules = account.rules.filter((rule) => rule.GroupId === group?.GroupId && !isOfConsumer(rule, owner));
  const consumers = exportConsumers(account, owner, group?.GroupId);
  const inDirection = (egress: boolean): readonly Rule[] =>
    rules
      .filter(({ IsEgress = false }) => IsEgress === egress)
      .map((rule) => exportRule(rule, egress))
      .toSorted((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
  return {
    spec: {
      securityGroup: {
        ...(group?.GroupName === undefined || group.GroupName === manifest ? {} : { name: group.GroupName }),
        ...(group?.Description === undefined ? {} : { description: group.Description }),
        ingress: [...inDirection(false)],
        egress: [...inDirection(true)],
      },
      ...(consumers.length > 0 && { consumers }),
    },
    notes: [],
  };
}

function whyOnlyUsed(
  { securityGroups, interfaces }: Account,
  { securityGroups: shared }: Uses,
  { groupIds, vpcId }: { readonly vpcId: string; readonly groupIds: readonly string[] },
): string | undefined {
  const [id = ''] = groupIds;
  if (groupIds.length !== 1) return 'a manifest makes one group only';
  const group = securityGroups.find(({ GroupId }) => GroupId === id);
  if (group === undefined || group.VpcId !== vpcId) return 'it is of another VPC or account';
  if (group.GroupName === 'default') return "it is the VPC's default group";
  if (isShared(shared, id)) return 'another service has it too';
  const elsewhere = interfaces.filter(({ Groups = [], Description = '' }) => {
    const isTask = /^arn:[^:]+:ecs:.*:attachment\//.test(Description);
    return !isTask && Groups.some(({ GroupId }) => GroupId === id);
  });
  if (elsewhere.length > 0) {
    return `other network interfaces carry it too (${elsewhere.map(({ NetworkInterfaceId }) => NetworkInterfaceId).join(', ')})`;
  }
  return undefined;
}

function exportRule(rule: ApiRule, egress: boolean): Rule {
  const { protocol, fromPort, toPort, description, ...peer } = fromApiRule(rule);
  const anywhere = !egress && parseCidr(peer.peer)?.anywhere === true;
  return {
    protocol: protocol === '-1' ? 'all' : /^\d+$/.test(protocol) ? Number(protocol) : protocol,
    ...portsOf(fromPort, toPort, protocol),
    ...peerOf(peer, rule.GroupId),
    ...(anywhere ? { allowAnywhere: true } : {}),
    ...(description === undefined || description === '' ? {} : { description }),
  };
}

function portsOf(from: number | null, to: number | null, protocol: string): Partial<Rule> {
  if (from === null || to === null) return {};
  const isOne = from === to && from > 0 && !protocol.startsWith('icmp');
  return isOne ? { port: from } : { fromPort: from, toPort: to };
}

function peerOf(
  {
    peer,
    userId,
    vpcPeeringConnectionId,
  }: Pick<SecurityGroupRule, 'peer' | 'userId' | 'vpcPeeringConnectionId'>,
  ownGroup: string | undefined,
): Partial<Rule> {
  if (peer === ownGroup) return { self: true };
  if (userId !== undefined) {
    const connection = vpcPeeringConnectionId === undefined ? {} : { vpcPeeringConnectionId };
    return { securityGroup: { id: peer, userId, ...connection } };
  }
  if (peer.startsWith('sg-')) return { securityGroupId: peer };
  return peer.startsWith('pl-') ? { prefixListId: peer } : { cidr: peer };
}
