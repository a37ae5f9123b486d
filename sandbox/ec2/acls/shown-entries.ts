import type { NetworkAclEntry } from '@aws-sdk/client-ec2';
import type { AclEntry, NetworkAcl } from '../network-state.ts';
import type { Ec2State } from '../state.ts';

/** All entries of an ACL by direction and number; the last ones deny what no other names, and cannot be changed. */
export function shownEntries(ec2: Ec2State, acl: NetworkAcl): readonly NetworkAclEntry[] {
  const hasIpv6 = ec2.vpcs.get(acl.vpcId)?.ipv6 !== undefined;
  return [true, false].flatMap((egress) => [
    ...[...acl.entries.values()]
      .filter((entry) => entry.egress === egress)
      .toSorted((a, b) => a.ruleNumber - b.ruleNumber)
      .map(entryShape),
    { ...denyAll(egress), CidrBlock: '0.0.0.0/0', RuleNumber: 32_767 },
    ...(hasIpv6 ? [{ ...denyAll(egress), Ipv6CidrBlock: '::/0', RuleNumber: 32_768 }] : []),
  ]);
}

function denyAll(egress: boolean): NetworkAclEntry {
  return { Egress: egress, Protocol: '-1', RuleAction: 'deny' };
}

function entryShape(entry: AclEntry): NetworkAclEntry {
  return {
    ...entry.block,
    Egress: entry.egress,
    Protocol: entry.protocol,
    RuleAction: entry.ruleAction,
    RuleNumber: entry.ruleNumber,
    ...(entry.portRange === undefined ? {} : { PortRange: entry.portRange }),
    ...(entry.icmpTypeCode === undefined ? {} : { IcmpTypeCode: entry.icmpTypeCode }),
  };
}
