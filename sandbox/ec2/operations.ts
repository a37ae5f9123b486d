import { createNetworkAclEntry, deleteNetworkAclEntry, replaceNetworkAclEntry } from './acls/entries.ts';
import {
  createNetworkAcl,
  deleteNetworkAcl,
  describeNetworkAcls,
  replaceNetworkAclAssociation,
} from './acls/network-acls.ts';
import {
  associateDhcpOptions,
  createDhcpOptions,
  deleteDhcpOptions,
  describeDhcpOptions,
} from './dhcp-options.ts';
import { associateAddress, disassociateAddress } from './gateways/address-associations.ts';
import {
  createEgressOnlyInternetGateway,
  deleteEgressOnlyInternetGateway,
  describeEgressOnlyInternetGateways,
} from './gateways/egress-only-gateways.ts';
import {
  allocateAddress,
  describeAddresses,
  describeAddressesAttribute,
  releaseAddress,
} from './gateways/elastic-addresses.ts';
import {
  attachInternetGateway,
  createInternetGateway,
  deleteInternetGateway,
  describeInternetGateways,
  detachInternetGateway,
} from './gateways/internet-gateways.ts';
import { createNatGateway, deleteNatGateway, describeNatGateways } from './gateways/nat-gateways.ts';
import {
  createVpcEndpoint,
  deleteVpcEndpoints,
  describeVpcEndpoints,
  modifyVpcEndpoint,
} from './endpoints/endpoints.ts';
import { describeVpcEndpointServices } from './endpoints/services.ts';
import {
  acceptVpcPeeringConnection,
  createVpcPeeringConnection,
  deleteVpcPeeringConnection,
  describeVpcPeeringConnections,
  rejectVpcPeeringConnection,
} from './peering/connections.ts';
import {
  associateRouteTable,
  disassociateRouteTable,
  replaceRouteTableAssociation,
} from './routes/associations.ts';
import { createRouteTable, deleteRouteTable, describeRouteTables } from './routes/route-tables.ts';
import { createRoute, deleteRoute, replaceRoute } from './routes/routes.ts';
import { associateSubnetCidrBlock, disassociateSubnetCidrBlock } from './subnet-blocks.ts';
import { associateVpcCidrBlock, disassociateVpcCidrBlock } from './vpc-blocks.ts';
import { describeAccountAttributes } from './account.ts';
import { orDryRun } from './dry-run.ts';
import {
  describeSecurityGroupReferences,
  describeStaleSecurityGroups,
  getSecurityGroupsForVpc,
} from './groups-for-vpc.ts';
import { describeInstances } from './instances.ts';
import { assignIpv6Addresses, unassignIpv6Addresses } from './interface-ipv6.ts';
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
  AcceptVpcPeeringConnection: orDryRun(acceptVpcPeeringConnection),
  AllocateAddress: orDryRun(allocateAddress),
  AssociateAddress: orDryRun(associateAddress),
  AssignIpv6Addresses: assignIpv6Addresses,
  AssociateDhcpOptions: orDryRun(associateDhcpOptions),
  AssociateRouteTable: orDryRun(associateRouteTable),
  AssociateSubnetCidrBlock: associateSubnetCidrBlock,
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  AttachInternetGateway: orDryRun(attachInternetGateway),
  AuthorizeSecurityGroupEgress: orDryRun(authorizeSecurityGroupEgress),
  AuthorizeSecurityGroupIngress: orDryRun(authorizeSecurityGroupIngress),
  CreateDhcpOptions: orDryRun(createDhcpOptions),
  CreateEgressOnlyInternetGateway: orDryRun(createEgressOnlyInternetGateway),
  CreateInternetGateway: orDryRun(createInternetGateway),
  CreateNatGateway: orDryRun(createNatGateway),
  CreateNetworkAcl: orDryRun(createNetworkAcl),
  CreateNetworkAclEntry: orDryRun(createNetworkAclEntry),
  CreateRoute: orDryRun(createRoute),
  CreateRouteTable: orDryRun(createRouteTable),
  CreateSecurityGroup: orDryRun(createSecurityGroup),
  CreateSubnet: orDryRun(createSubnet),
  CreateTags: orDryRun(createTags),
  CreateVpc: orDryRun(createVpc),
  CreateVpcEndpoint: orDryRun(createVpcEndpoint),
  CreateVpcPeeringConnection: orDryRun(createVpcPeeringConnection),
  DeleteDhcpOptions: orDryRun(deleteDhcpOptions),
  DeleteEgressOnlyInternetGateway: orDryRun(deleteEgressOnlyInternetGateway),
  DeleteInternetGateway: orDryRun(deleteInternetGateway),
  DeleteNatGateway: orDryRun(deleteNatGateway),
  DeleteNetworkAcl: orDryRun(deleteNetworkAcl),
  DeleteNetworkAclEntry: orDryRun(deleteNetworkAclEntry),
  DeleteNetworkInterface: orDryRun(deleteNetworkInterface),
  DeleteRoute: orDryRun(deleteRoute),
  DeleteRouteTable: orDryRun(deleteRouteTable),
  DeleteSecurityGroup: orDryRun(deleteSecurityGroup),
  DeleteSubnet: orDryRun(deleteSubnet),
  DeleteTags: orDryRun(deleteTags),
  DeleteVpc: orDryRun(deleteVpc),
  DeleteVpcEndpoints: orDryRun(deleteVpcEndpoints),
  DeleteVpcPeeringConnection: orDryRun(deleteVpcPeeringConnection),
  DescribeAccountAttributes: orDryRun(describeAccountAttributes),
  DescribeAddresses: orDryRun(describeAddresses),
  DescribeAddressesAttribute: orDryRun(describeAddressesAttribute),
  DescribeAvailabilityZones: orDryRun(describeAvailabilityZones),
  DescribeDhcpOptions: orDryRun(describeDhcpOptions),
  DescribeEgressOnlyInternetGateways: orDryRun(describeEgressOnlyInternetGateways),
  DescribeInstances: orDryRun(describeInstances),
  DescribeInternetGateways: orDryRun(describeInternetGateways),
  DescribeManagedPrefixLists: orDryRun(describeManagedPrefixLists),
  DescribeNatGateways: orDryRun(describeNatGateways),
  DescribeNetworkAcls: orDryRun(describeNetworkAcls),
  DescribeNetworkInterfaces: orDryRun(describeNetworkInterfaces),
  DescribePrefixLists: orDryRun(describePrefixLists),
  DescribeRegions: orDryRun(describeRegions),
  DescribeRouteTables: orDryRun(describeRouteTables),
  DescribeSecurityGroupReferences: orDryRun(describeSecurityGroupReferences),
  DescribeSecurityGroupRules: orDryRun(describeSecurityGroupRules),
  DescribeSecurityGroups: orDryRun(describeSecurityGroups),
  DescribeStaleSecurityGroups: orDryRun(describeStaleSecurityGroups),
  DescribeSubnets: orDryRun(describeSubnets),
  DescribeTags: orDryRun(describeTags),
  DescribeVpcAttribute: orDryRun(describeVpcAttribute),
  DescribeVpcs: orDryRun(describeVpcs),
  DescribeVpcEndpoints: orDryRun(describeVpcEndpoints),
  DescribeVpcEndpointServices: orDryRun(describeVpcEndpointServices),
  DescribeVpcPeeringConnections: orDryRun(describeVpcPeeringConnections),
  DetachInternetGateway: orDryRun(detachInternetGateway),
  DetachNetworkInterface: orDryRun(detachNetworkInterface),
  DisassociateAddress: orDryRun(disassociateAddress),
  DisassociateRouteTable: orDryRun(disassociateRouteTable),
  DisassociateSubnetCidrBlock: disassociateSubnetCidrBlock,
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
  GetManagedPrefixListEntries: orDryRun(getManagedPrefixListEntries),
  GetSecurityGroupsForVpc: orDryRun(getSecurityGroupsForVpc),
  ModifySecurityGroupRules: orDryRun(modifySecurityGroupRules),
  ModifySubnetAttribute: modifySubnetAttribute,
  ModifyVpcAttribute: modifyVpcAttribute,
  ModifyVpcEndpoint: orDryRun(modifyVpcEndpoint),
  RejectVpcPeeringConnection: orDryRun(rejectVpcPeeringConnection),
  ReleaseAddress: orDryRun(releaseAddress),
  ReplaceNetworkAclAssociation: orDryRun(replaceNetworkAclAssociation),
  ReplaceNetworkAclEntry: orDryRun(replaceNetworkAclEntry),
  ReplaceRoute: orDryRun(replaceRoute),
  ReplaceRouteTableAssociation: orDryRun(replaceRouteTableAssociation),
  RevokeSecurityGroupEgress: orDryRun(revokeSecurityGroupEgress),
  RevokeSecurityGroupIngress: orDryRun(revokeSecurityGroupIngress),
  UnassignIpv6Addresses: unassignIpv6Addresses,
  UpdateSecurityGroupRuleDescriptionsEgress: orDryRun(updateSecurityGroupRuleDescriptionsEgress),
  UpdateSecurityGroupRuleDescriptionsIngress: orDryRun(updateSecurityGroupRuleDescriptionsIngress),
} as const;
