import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { paginateDescribeNetworkInterfaces, paginateDescribeSecurityGroups } from '@aws-sdk/client-ec2';
import { paginateListClusters, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import { paginateListRoles } from '@aws-sdk/client-iam';
import { paginateListNamespaces, paginateListServices } from '@aws-sdk/client-servicediscovery';
import { sdkClients } from './sdk.ts';

/** Names of what can be made in an account and still exists, as AWS lists it. */
export async function leftInAccount(endpoint: string) {
  const { ecs, ec2, iam, logs, cloudMap } = sdkClients(endpoint);
  const [clusters, definitions, groups, interfaces, roles, logGroups, namespaces, services] =
    await Promise.all([
      all(paginateListClusters({ client: ecs }, {}), (page) => page.clusterArns),
      all(
        paginateListTaskDefinitions({ client: ecs }, { status: 'ACTIVE' }),
        (page) => page.taskDefinitionArns,
      ),
      all(paginateDescribeSecurityGroups({ client: ec2 }, {}), (page) => page.SecurityGroups),
      all(paginateDescribeNetworkInterfaces({ client: ec2 }, {}), (page) => page.NetworkInterfaces),
      all(paginateListRoles({ client: iam }, {}), (page) => page.Roles),
      all(paginateDescribeLogGroups({ client: logs }, {}), (page) => page.logGroups),
      all(paginateListNamespaces({ client: cloudMap }, {}), (page) => page.Namespaces),
      all(paginateListServices({ client: cloudMap }, {}), (page) => page.Services),
    ]);
  return {
    clusters,
    definitions,
    groups: groups.map((group) => group.GroupName),
    interfaces: interfaces.map((item) => item.NetworkInterfaceId),
    // AWS makes service-linked roles by itself, and they stay.
    roles: roles.filter((role) => !role.Path?.startsWith('/aws-service-role/')).map((role) => role.RoleName),
    logGroups: logGroups.map((group) => group.logGroupName),
    namespaces: namespaces.map((namespace) => namespace.Name),
    services: services.map((service) => service.Name),
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
