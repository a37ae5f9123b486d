import type {
  CreateNetworkAclCommandInput,
  CreateNetworkAclCommandOutput,
  DeleteNetworkAclCommandInput,
  DeleteNetworkAclCommandOutput,
  DescribeNetworkAclsCommandInput,
  DescribeNetworkAclsCommandOutput,
  NetworkAcl as NetworkAclShape,
  NetworkAclAssociation,
  ReplaceNetworkAclAssociationCommandInput,
  ReplaceNetworkAclAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { oncePerToken } from '../client-tokens.ts';
import { describedPage } from '../describe.ts';
import type { FilterTable } from '../filters.ts';
import { requireById } from '../ids.ts';
import { requireNetworkAcl, requireVpc, subnetsOf } from '../lookups.ts';
import type { NetworkAcl } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2State } from '../state.ts';
import { forgetTags, setTags } from '../tag-store.ts';
import { shownTags, specifiedTags } from '../tags.ts';
import { shownEntries } from './shown-entries.ts';

/** Most ACLs of a VPC, before any increase (Amazon VPC quotas). */
const MAX_ACLS = 200;

/** A new one denies everything until it has entries. */
export function createNetworkAcl(
  input: CreateNetworkAclCommandInput,
  context: CallContext,
): Answer<CreateNetworkAclCommandOutput> {
  const { ec2 } = context.state;
  const acl = oncePerToken(ec2, 'CreateNetworkAcl', input, {
    find: (id) => ec2.networkAcls.get(id),
    idOf,
    make: () => {
      const { vpcId } = requireVpc(ec2, input.VpcId ?? '');
      const tags = specifiedTags(input.TagSpecifications, 'network-acl');
      if ([...ec2.networkAcls.values()].filter((other) => other.vpcId === vpcId).length >= MAX_ACLS) {
        throw new AwsError('NetworkAclLimitExceeded', 'The maximum number of network ACLs has been reached.');
      }
      const networkAclId = newId(context.world, 'acl');
      const added: NetworkAcl = { networkAclId, vpcId, isDefault: false, entries: new Map() };
      ec2.networkAcls.set(networkAclId, added);
      setTags(context, networkAclId, tags);
      return added;
    },
  });
  return { ClientToken: input.ClientToken, NetworkAcl: aclShape(ec2, acl) };
}

/** Refused for the default one, and while a subnet has it. */
export function deleteNetworkAcl(
  input: DeleteNetworkAclCommandInput,
  context: CallContext,
): Answer<DeleteNetworkAclCommandOutput> {
  const { ec2 } = context.state;
  const acl = requireNetworkAcl(ec2, input.NetworkAclId ?? '');
  if (acl.isDefault) {
    throw new AwsError('InvalidParameterValue', `cannot delete default network ACL ${acl.networkAclId}`);
  }
  if (associationsOf(ec2, acl).length > 0) {
    throw new AwsError(
      'DependencyViolation',
      `The networkAcl '${acl.networkAclId}' has dependencies and cannot be deleted.`,
    );
  }
  ec2.networkAcls.delete(acl.networkAclId);
  forgetTags(context, acl.networkAclId);
  return {};
}

/** A subnet has one ACL always: it gets another one under a new association. */
export function replaceNetworkAclAssociation(
  input: ReplaceNetworkAclAssociationCommandInput,
  { world, state: { ec2 } }: CallContext,
): Answer<ReplaceNetworkAclAssociationCommandOutput> {
  const subnet = requireById('aclAssociation', input.AssociationId ?? '', (id) =>
    [...ec2.subnets.values()].find(({ networkAcl }) => networkAcl.associationId === id),
  );
  const { networkAclId, vpcId } = requireNetworkAcl(ec2, input.NetworkAclId ?? '');
  if (vpcId !== subnet.vpcId) {
    throw new AwsError(
      'InvalidParameterValue',
      `Network ACL ${networkAclId} and subnet ${subnet.subnetId} belong to different networks`,
    );
  }
  subnet.networkAcl = { associationId: newId(world, 'aclassoc'), networkAclId };
  return { NewAssociationId: subnet.networkAcl.associationId };
}

export function describeNetworkAcls(
  input: DescribeNetworkAclsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeNetworkAclsCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.NetworkAclIds, Filters: input.Filters },
    { kind: 'networkAcl', items: ec2.networkAcls, idOf, filters: filterTable(ec2) },
  );
  return { NetworkAcls: page.items.map((acl) => aclShape(ec2, acl)), NextToken: page.nextToken };
}

function filterTable(ec2: Ec2State): FilterTable<NetworkAcl> {
  const associations =
    (read: (association: NetworkAclAssociation) => string | undefined) => (acl: NetworkAcl) =>
      associationsOf(ec2, acl).map(read);
  const entries =
    (read: (entry: ReturnType<typeof shownEntries>[number]) => string | number | boolean | undefined) =>
    (acl: NetworkAcl) =>
      shownEntries(ec2, acl).map((entry) => {
        const value = read(entry);
        return value === undefined ? undefined : String(value);
      });
  return {
    'association.association-id': associations((each) => each.NetworkAclAssociationId),
    'association.network-acl-id': associations((each) => each.NetworkAclId),
    'association.subnet-id': associations((each) => each.SubnetId),
    default: (acl) => [String(acl.isDefault)],
    'entry.cidr': entries((entry) => entry.CidrBlock),
    'entry.egress': entries((entry) => entry.Egress),
    'entry.icmp.code': entries((entry) => entry.IcmpTypeCode?.Code),
    'entry.icmp.type': entries((entry) => entry.IcmpTypeCode?.Type),
    'entry.ipv6-cidr': entries((entry) => entry.Ipv6CidrBlock),
    'entry.port-range.from': entries((entry) => entry.PortRange?.From),
    'entry.port-range.to': entries((entry) => entry.PortRange?.To),
    'entry.protocol': entries((entry) => entry.Protocol),
    'entry.rule-action': entries((entry) => entry.RuleAction),
    'entry.rule-number': entries((entry) => entry.RuleNumber),
    'network-acl-id': (acl) => [acl.networkAclId],
    'owner-id': () => [ec2.place.accountId],
    'vpc-id': (acl) => [acl.vpcId],
  };
}

function associationsOf(ec2: Ec2State, { networkAclId, vpcId }: NetworkAcl): NetworkAclAssociation[] {
  return subnetsOf(ec2, vpcId)
    .filter(({ networkAcl }) => networkAcl.networkAclId === networkAclId)
    .map(({ networkAcl, subnetId }) => ({
      NetworkAclAssociationId: networkAcl.associationId,
      NetworkAclId: networkAclId,
      SubnetId: subnetId,
    }));
}

function idOf(acl: NetworkAcl): string {
  return acl.networkAclId;
}

function aclShape(ec2: Ec2State, acl: NetworkAcl): NetworkAclShape {
  return {
    NetworkAclId: acl.networkAclId,
    VpcId: acl.vpcId,
    OwnerId: ec2.place.accountId,
    IsDefault: acl.isDefault,
    Associations: associationsOf(ec2, acl),
    Entries: [...shownEntries(ec2, acl)],
    Tags: shownTags(ec2, acl.networkAclId) ?? [],
  };
}
