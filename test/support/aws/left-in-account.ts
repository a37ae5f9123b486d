import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeAddressesCommand,
  paginateDescribeDhcpOptions,
  paginateDescribeEgressOnlyInternetGateways,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeNetworkAcls,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { paginateDescribeRepositories } from '@aws-sdk/client-ecr';
import { paginateListClusters, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import {
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListOpenIDConnectProvidersCommand,
  paginateListInstanceProfiles,
  paginateListPolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { paginateListNamespaces, paginateListServices } from '@aws-sdk/client-servicediscovery';
import { paginateDescribeParameters } from '@aws-sdk/client-ssm';
import { sdkClients } from './sdk.ts';

/** Names of what can be made in an account and still exists, as AWS lists it. */
export async function leftInAccount(endpoint: string) {
  const { ecr, ecs, ec2, elb, iam, logs, cloudMap, secretsmanager, ssm } = sdkClients(endpoint);
  const [
    clusters,
    definitions,
    vpcs,
    subnets,
    groups,
    interfaces,
    roles,
    policies,
    logGroups,
    namespaces,
    services,
    loadBalancers,
    targetGroups,
  ] = await Promise.all([
    all(paginateListClusters({ client: ecs }, {}), (page) => page.clusterArns),
    all(
      paginateListTaskDefinitions({ client: ecs }, { status: 'ACTIVE' }),
      (page) => page.taskDefinitionArns,
    ),
    all(paginateDescribeVpcs({ client: ec2 }, {}), (page) => page.Vpcs),
    all(paginateDescribeSubnets({ client: ec2 }, {}), (page) => page.Subnets),
    all(paginateDescribeSecurityGroups({ client: ec2 }, {}), (page) => page.SecurityGroups),
    all(paginateDescribeNetworkInterfaces({ client: ec2 }, {}), (page) => page.NetworkInterfaces),
    all(paginateListRoles({ client: iam }, {}), (page) => page.Roles),
    all(paginateListPolicies({ client: iam }, { Scope: 'Local' }), (page) => page.Policies),
    all(paginateDescribeLogGroups({ client: logs }, {}), (page) => page.logGroups),
    all(paginateListNamespaces({ client: cloudMap }, {}), (page) => page.Namespaces),
    all(paginateListServices({ client: cloudMap }, {}), (page) => page.Services),
    all(paginateDescribeLoadBalancers({ client: elb }, {}), (page) => page.LoadBalancers),
    all(paginateDescribeTargetGroups({ client: elb }, {}), (page) => page.TargetGroups),
  ]);
  return {
    ...(await leftOfNetworks(ec2)),
    repositories: await all(paginateDescribeRepositories({ client: ecr }, {}), (page) =>
      page.repositories?.map((repository) => repository.repositoryName),
    ),
    parameters: await all(paginateDescribeParameters({ client: ssm }, {}), (page) =>
      page.Parameters?.map((parameter) => parameter.Name),
    ),
    // One that is deleted can be restored for some days, and is left out.
    secrets: await all(paginateListSecrets({ client: secretsmanager }, {}), (page) =>
      page.SecretList?.map((secret) => secret.Name),
    ),
    profiles: await all(paginateListInstanceProfiles({ client: iam }, {}), (page) =>
      page.InstanceProfiles?.map((profile) => profile.InstanceProfileName),
    ),
    providers: (await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList,
    clusters,
    definitions,
    vpcs: vpcs.map((vpc) => vpc.VpcId),
    subnets: subnets.map((subnet) => subnet.SubnetId),
    groups: groups.map((group) => group.GroupName),
    interfaces: interfaces.map((item) => item.NetworkInterfaceId),
    // AWS makes service-linked roles by itself, and they stay.
    roles: roles.filter((role) => !role.Path?.startsWith('/aws-service-role/')).map((role) => role.RoleName),
    policies: policies.map((policy) => policy.PolicyName),
    logGroups: logGroups.map((group) => group.logGroupName),
    namespaces: namespaces.map((namespace) => namespace.Name),
    services: services.map((service) => service.Name),
    loadBalancers: loadBalancers.map((balancer) => balancer.LoadBalancerName),
    targetGroups: targetGroups.map((group) => group.TargetGroupName),
  };
}

/** What a VPC's traffic goes through; a NAT gateway that is deleted can still be seen, and is left out. */
async function leftOfNetworks(client: EC2Client) {
  const alive = { Filter: [{ Name: 'state', Values: ['pending', 'available', 'failed', 'deleting'] }] };
  const [internet, outgoing, nat, tables, acls, options, addresses] = await Promise.all([
    all(paginateDescribeInternetGateways({ client }, {}), (page) => page.InternetGateways),
    all(
      paginateDescribeEgressOnlyInternetGateways({ client }, {}),
      (page) => page.EgressOnlyInternetGateways,
    ),
    all(paginateDescribeNatGateways({ client }, alive), (page) => page.NatGateways),
    all(paginateDescribeRouteTables({ client }, {}), (page) => page.RouteTables),
    all(paginateDescribeNetworkAcls({ client }, {}), (page) => page.NetworkAcls),
    all(paginateDescribeDhcpOptions({ client }, {}), (page) => page.DhcpOptions),
    client.send(new DescribeAddressesCommand({})),
  ]);
  return {
    internetGateways: internet.map((gateway) => gateway.InternetGatewayId),
    egressOnlyGateways: outgoing.map((gateway) => gateway.EgressOnlyInternetGatewayId),
    natGateways: nat.map((gateway) => gateway.NatGatewayId),
    routeTables: tables.map((table) => table.RouteTableId),
    networkAcls: acls.map((acl) => acl.NetworkAclId),
    dhcpOptions: options.map((each) => each.DhcpOptionsId),
    addresses: addresses.Addresses?.map((address) => address.PublicIp),
  };
}

async function all<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}
