import type { NamespaceSummary } from '@aws-sdk/client-servicediscovery';
import { createdAt } from '../../core/created-at.ts';
import { collect } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { TYPE_BY_CLOUD_MAP } from './facts.ts';
import type { NamespaceState } from './model.ts';

const PAGE_SIZE = 100;

/** A namespace as ListNamespaces shows it. */
export interface ListedNamespace {
  readonly name: string;
  readonly arn: string;
  /** What DiscoverInstances calls it; undefined where the answer leaves it open. */
  readonly httpName: string | undefined;
  /** Its hosted zone, of which Route 53 knows the VPCs; an HTTP namespace has none. */
  readonly zoneId: string | undefined;
  readonly createdAt?: number;
  readonly state: NamespaceState;
}

/** Every namespace of the account and Region, and those that other accounts share with it. */
export async function listNamespaces({ servicediscovery }: Aws): Promise<readonly ListedNamespace[]> {
  const namespaces = await collect(async (NextToken) => {
    const page = await servicediscovery.listNamespaces({
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

/** Whether a namespace has the name: case tells those apart that no DNS is in the way of (Cloud Map API reference, CreateService). */
export function isCalled({ name, state }: ListedNamespace, wanted: string): boolean {
  return state.type === 'http' ? name === wanted : isSameName(name, wanted);
}

/** None of what is of a type that came after this version. */
function listedOf(summary: NamespaceSummary): ListedNamespace[] {
  const { Id, Arn, Name, Type = '', Description, Properties, CreateDate } = summary;
  const type = TYPE_BY_CLOUD_MAP[Type];
  if (Id === undefined || Arn === undefined || Name === undefined || type === undefined) return [];
  const { DnsProperties, HttpProperties } = Properties ?? {};
  return [
    {
      name: Name,
      arn: Arn,
      httpName: HttpProperties?.HttpName,
      zoneId: DnsProperties?.HostedZoneId,
      ...createdAt(CreateDate),
      state: { id: Id, type, description: Description, soaTtl: DnsProperties?.SOA?.TTL },
    },
  ];
}
