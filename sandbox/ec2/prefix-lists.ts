import { createHash } from 'node:crypto';
import type {
  DescribeManagedPrefixListsCommandInput,
  DescribeManagedPrefixListsCommandOutput,
  DescribePrefixListsCommandInput,
  DescribePrefixListsCommandOutput,
  GetManagedPrefixListEntriesCommandInput,
  GetManagedPrefixListEntriesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { partitionOf } from '../partition.ts';
import { ec2Page, entriesOf, filterBy, listed } from './filters.ts';
import { requireById, requireByIds } from './ids.ts';

export interface PrefixList {
  readonly id: string;
  readonly name: string;
  /** How many rules it counts for. */
  readonly weight: number;
  /** Blocks of the documentation ranges; the real ones are AWS's to change. */
  readonly cidrs: readonly string[];
  /** A gateway endpoint's: DescribePrefixLists shows no other. */
  readonly gatewayService: boolean;
}

/** AWS's own, by the name after the region (AWS-managed prefix lists, Amazon VPC user guide). Customers' are not served. */
const AWS_MANAGED = [
  { service: 's3', weight: 1, cidrs: ['198.51.100.0/24', '203.0.113.0/24'], gatewayService: true },
  { service: 'dynamodb', weight: 1, cidrs: ['192.0.2.0/24'], gatewayService: true },
  { service: 'vpc-lattice', weight: 10, cidrs: ['169.254.171.0/24'], gatewayService: false },
] as const;

const MANAGED_LIMITS = { least: 1, most: 100 };

export function describeManagedPrefixLists(
  input: DescribeManagedPrefixListsCommandInput,
  { region }: CallContext,
): Answer<DescribeManagedPrefixListsCommandOutput> {
  const keep = filterBy<PrefixList>(input.Filters, {
    'owner-id': () => ['AWS'],
    'prefix-list-id': (list) => [list.id],
    'prefix-list-name': (list) => [list.name],
  });
  const entries = entriesOf(chosen(region, listed(input.PrefixListIds)), idOf);
  const page = ec2Page(input, entries, keep, MANAGED_LIMITS);
  return {
    PrefixLists: page.items.map(({ id, name }) => ({
      PrefixListId: id,
      PrefixListName: name,
      PrefixListArn: `arn:${partitionOf(region)}:ec2:${region}:aws:prefix-list/${id}`,
      AddressFamily: 'IPv4',
      OwnerId: 'AWS',
      State: 'create-complete',
      Tags: [],
    })),
    NextToken: page.nextToken,
  };
}

/** Answers the entries of a list; those of AWS have one version. Throws InvalidPrefixListID.NotFound, InvalidPrefixListId.Malformed. */
export function getManagedPrefixListEntries(
  input: GetManagedPrefixListEntriesCommandInput,
  { region }: CallContext,
): Answer<GetManagedPrefixListEntriesCommandOutput> {
  const { cidrs } = requirePrefixList(region, input.PrefixListId ?? '');
  const entries = entriesOf(cidrs, (cidr) => cidr);
  const page = ec2Page(input, entries, () => true, MANAGED_LIMITS);
  return { Entries: page.items.map((cidr) => ({ Cidr: cidr })), NextToken: page.nextToken };
}

export function describePrefixLists(
  input: DescribePrefixListsCommandInput,
  { region }: CallContext,
): Answer<DescribePrefixListsCommandOutput> {
  const keep = filterBy<PrefixList>(input.Filters, {
    'prefix-list-id': (list) => [list.id],
    'prefix-list-name': (list) => [list.name],
  });
  const entries = entriesOf(chosen(region, listed(input.PrefixListIds)), idOf);
  const page = ec2Page(input, entries, (list) => list.gatewayService && keep(list));
  return {
    PrefixLists: page.items.map(({ id, name, cidrs }) => ({
      PrefixListId: id,
      PrefixListName: name,
      Cidrs: [...cidrs],
    })),
    NextToken: page.nextToken,
  };
}

/** Throws InvalidPrefixListID.NotFound, InvalidPrefixListId.Malformed. */
export function requirePrefixList(region: string, prefixListId: string): PrefixList {
  return requireById('prefixList', prefixListId, (id) => find(region, id));
}

export function prefixListWeight(region: string, prefixListId: string): number {
  return find(region, prefixListId)?.weight ?? 1;
}

/** The list that a gateway endpoint of the service routes to itself; undefined where the service has no such endpoints. */
export function gatewayPrefixList(region: string, serviceName: string): PrefixList | undefined {
  return prefixListsOf(region).find(({ name, gatewayService }) => gatewayService && name === serviceName);
}

function chosen(region: string, ids: readonly string[] | undefined): readonly PrefixList[] {
  return ids === undefined
    ? prefixListsOf(region)
    : requireByIds('prefixList', ids, (id) => find(region, id));
}

function find(region: string, prefixListId: string): PrefixList | undefined {
  return prefixListsOf(region).find(({ id }) => id === prefixListId);
}

function prefixListsOf(region: string): readonly PrefixList[] {
  return AWS_MANAGED.map(({ service, ...list }) => {
    const name = `com.amazonaws.${region}.${service}`;
    return { ...list, name, id: `pl-${digitsOf(name)}` };
  });
}

/** Eight digits, the same whenever somebody asks. */
function digitsOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

function idOf(list: PrefixList): string {
  return list.id;
}
