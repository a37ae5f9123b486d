import { describeAccountAttributes } from './account.ts';
import { orDryRun } from './dry-run.ts';
import {
  describeSecurityGroupReferences,
  describeStaleSecurityGroups,
  getSecurityGroupsForVpc,
} from './groups-for-vpc.ts';
import { describeInternetGateways, describeNetworkAcls, describeRouteTables } from './network-defaults.ts';
import {
  deleteNetworkInterface,
  describeNetworkInterfaces,
  detachNetworkInterface,
} from './network-interfaces.ts';
import {
  describeManagedPrefixLists,
  describePrefixLists,
  getManagedPrefixListEntries,
} from './prefix-lists.ts';
import { describeRegions } from './regions.ts';
import {
  modifySecurityGroupRules,
  updateSecurityGroupRuleDescriptionsEgress,
  updateSecurityGroupRuleDescriptionsIngress,
} from './rule-changes.ts';
import {
  authorizeSecurityGroupEgress,
  authorizeSecurityGroupIngress,
  describeSecurityGroupRules,
  revokeSecurityGroupEgress,
  revokeSecurityGroupIngress,
} from './security-group-rules.ts';
import { createSecurityGroup, deleteSecurityGroup, describeSecurityGroups } from './security-groups.ts';
import { modifySubnetAttribute } from './subnet-attributes.ts';
import { createSubnet, deleteSubnet, describeSubnets } from './subnets.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';
import { describeVpcAttribute, modifyVpcAttribute } from './vpc-attributes.ts';
import { createVpc, deleteVpc, describeVpcs } from './vpcs.ts';
import { describeAvailabilityZones } from './zones.ts';

export const ec2Operations = {
  AuthorizeSecurityGroupEgress: orDryRun(authorizeSecurityGroupEgress),
  AuthorizeSecurityGroupIngress: orDryRun(authorizeSecurityGroupIngress),
  CreateSecurityGroup: orDryRun(createSecurityGroup),
  CreateSubnet: orDryRun(createSubnet),
  CreateTags: orDryRun(createTags),
  CreateVpc: orDryRun(createVpc),
  DeleteNetworkInterface: orDryRun(deleteNetworkInterface),
  DeleteSecurityGroup: orDryRun(deleteSecurityGroup),
  DeleteSubnet: orDryRun(deleteSubnet),
  DeleteTags: orDryRun(deleteTags),
  DeleteVpc: orDryRun(deleteVpc),
  DescribeAccountAttributes: orDryRun(describeAccountAttributes),
  DescribeAvailabilityZones: orDryRun(describeAvailabilityZones),
  DescribeInternetGateways: orDryRun(describeInternetGateways),
  DescribeManagedPrefixLists: orDryRun(describeManagedPrefixLists),
  DescribeNetworkAcls: orDryRun(describeNetworkAcls),
  DescribeNetworkInterfaces: orDryRun(describeNetworkInterfaces),
  DescribePrefixLists: orDryRun(describePrefixLists),
  DescribeRegions: orDryRun(describeRegions),
  DescribeRouteTables: orDryRun(describeRouteTables),
  DescribeSecurityGroupReferences: orDryRun(describeSecurityGroupReferences),
  DescribeStaleSecurityGroups: orDryRun(describeStaleSecurityGroups),
  DescribeSecurityGroupRules: orDryRun(describeSecurityGroupRules),
  DescribeSecurityGroups: orDryRun(describeSecurityGroups),
  DescribeSubnets: orDryRun(describeSubnets),
  DescribeTags: orDryRun(describeTags),
  DescribeVpcAttribute: orDryRun(describeVpcAttribute),
  DescribeVpcs: orDryRun(describeVpcs),
  DetachNetworkInterface: orDryRun(detachNetworkInterface),
  GetManagedPrefixListEntries: orDryRun(getManagedPrefixListEntries),
  GetSecurityGroupsForVpc: orDryRun(getSecurityGroupsForVpc),
  ModifySecurityGroupRules: orDryRun(modifySecurityGroupRules),
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  RevokeSecurityGroupEgress: orDryRun(revokeSecurityGroupEgress),
  RevokeSecurityGroupIngress: orDryRun(revokeSecurityGroupIngress),
  UpdateSecurityGroupRuleDescriptionsEgress: orDryRun(updateSecurityGroupRuleDescriptionsEgress),
  UpdateSecurityGroupRuleDescriptionsIngress: orDryRun(updateSecurityGroupRuleDescriptionsIngress),
} as const;
