import { orDryRun } from './dry-run.ts';
import { describeNetworkInterfaces } from './network-interfaces.ts';
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
import { createSubnet, deleteSubnet, describeSubnets } from './subnets.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';
import { createVpc, deleteVpc, describeVpcAttribute, describeVpcs } from './vpcs.ts';
import { describeAvailabilityZones } from './zones.ts';

export const ec2Operations = {
  AuthorizeSecurityGroupEgress: orDryRun(authorizeSecurityGroupEgress),
  AuthorizeSecurityGroupIngress: orDryRun(authorizeSecurityGroupIngress),
  CreateSecurityGroup: orDryRun(createSecurityGroup),
  CreateSubnet: orDryRun(createSubnet),
  CreateTags: orDryRun(createTags),
  CreateVpc: orDryRun(createVpc),
  DeleteSecurityGroup: orDryRun(deleteSecurityGroup),
  DeleteSubnet: orDryRun(deleteSubnet),
  DeleteTags: orDryRun(deleteTags),
  DeleteVpc: orDryRun(deleteVpc),
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVpcAttribute: describeVpcAttribute,
  DescribeVpcs: describeVpcs,
  ModifySecurityGroupRules: orDryRun(modifySecurityGroupRules),
  RevokeSecurityGroupEgress: orDryRun(revokeSecurityGroupEgress),
  RevokeSecurityGroupIngress: orDryRun(revokeSecurityGroupIngress),
  UpdateSecurityGroupRuleDescriptionsEgress: orDryRun(updateSecurityGroupRuleDescriptionsEgress),
  UpdateSecurityGroupRuleDescriptionsIngress: orDryRun(updateSecurityGroupRuleDescriptionsIngress),
} as const;
