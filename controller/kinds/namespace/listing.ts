import type { NamespaceSummary } from '@aws-sdk/client-servicediscovery';
import { createdAt } from '../../core/created-at.ts';
import { collect } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import type { NamespaceState } from './model.ts';

const PAGE_SIZE = 100;

/** A private namespace as ListNamespaces shows it. */
export interface ListedNamespace {
  readonly name: string;
  readonly arn: string;
  /** What DiscoverInstances calls it; undefined where the answer leaves it open. */
  readonly httpName: string | undefined;
  /** Its hosted zone, of which Route 53 knows the VPCs. */
  readonly zoneId: string | undefined;
  readonly createdAt?: number;
  readonly state: NamespaceState;
}

/** Every private namespace of the account and Region, and those that other accounts share with it. */
export async function listNamespaces({ servicediscovery }: Aws): Promise<readonly ListedNamespace[]> {
  const namespaces = await collect(async (NextToken) => {
    const page = await servicediscovery.listNamespaces({
      Filters: [{ Name: 'TYPE', Values: ['DNS_PRIVATE'], Condition: 'EQ' }],
      MaxResults: PAGE_SIZE,
      NextToken,
    });
    return { items: page.Namespaces, next: page.NextToken };
  });
  const listed = namespaces.flatMap(listedOf);
  return listed.map((one) => {
    const namesakes = listed.filter(({ name }) => isSameName(name, one.name));
    // An endpoint that does not tell the HttpName has none but the name; whose of several that is stays open.
    return one.httpName === undefined && namesakes.length === 1 ? { ...one, httpName: one.name } : one;
  });
}

/** DNS does not tell the case of a name. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The private DNS namespaces of a listing: some endpoints ignore the filters of ListNamespaces. */
function listedOf(summary: NamespaceSummary): ListedNamespace[] {
  const { Id, Arn, Name, Type, Description, Properties, CreateDate } = summary;
  if (Id === undefined || Arn === undefined || Name === undefined || Type !== 'DNS_PRIVATE') return [];
  const { DnsProperties, HttpProperties } = Properties ?? {};
  return [
    {
      name: Name,
      arn: Arn,
      httpName: HttpProperties?.HttpName,
      zoneId: DnsProperties?.HostedZoneId,
      ...createdAt(CreateDate),
      state: { id: Id, description: Description, soaTtl: DnsProperties?.SOA?.TTL },
    },
  ];
}
