import type { Operation, OperationType, ServiceSummary } from '@aws-sdk/client-servicediscovery';
import { denialAdvice } from '../core/denial.ts';
import { StationkeeperError, hasCode, isDenial } from '../core/errors.ts';
import type { Retry } from '../core/errors.ts';
import { ownerOf } from '../core/ownership.ts';
import type { Claim } from '../core/ownership.ts';
import type { Tags } from '../core/resource.ts';
import { collect } from './collect.ts';
import type { Inventory } from './inventory.ts';
import type { Aws } from './operations.ts';
import { changeTags, fromTagList, toUpperTags } from './tags.ts';

/** What repeating the request of a failed operation can come to, by its ErrorCode (reference: hazards, Cloud Map ops). */
const RETRY_BY_ERROR_CODE: Readonly<Record<string, Retry>> = {
  CANNOT_CREATE_HOSTED_ZONE: 'never',
  INVALID_CHANGE_BATCH: 'never',
};

export type OperationLook =
  | { readonly status: 'running' }
  /** `targets`: ids of what it was about, by `NAMESPACE`, `SERVICE` or `INSTANCE`. */
  | { readonly status: 'done'; readonly targets: Readonly<Partial<Record<string, string>>> }
  | { readonly status: 'failed'; readonly error: StationkeeperError };

/**
 * Looks once at an asynchronous operation; rejects where it cannot be read. One of another type than `type`, met by
 * following a DuplicateRequest, stands in the way of what is wanted, which therefore counts as running however the other
 * ended. `what` names for people what the operation does.
 */
export async function lookAtOperation(
  aws: Aws,
  operationId: string,
  type: OperationType,
  what: string,
): Promise<OperationLook> {
  try {
    const { Operation: operation } = await aws.servicediscovery.getOperation({ OperationId: operationId });
    if (operation?.Type !== type) return { status: 'running' };
    if (operation.Status === 'SUCCESS') return { status: 'done', targets: operation.Targets ?? {} };
    return operation.Status === 'FAIL'
      ? { status: 'failed', error: failureOf(operation, what) }
      : { status: 'running' };
  } catch (thrown) {
    // Cloud Map forgets operations after a while.
    if (hasCode(thrown, 'OperationNotFound')) return { status: 'failed', error: thrown };
    throw thrown;
  }
}

function failureOf({ Type, ErrorCode, ErrorMessage }: Operation, what: string): StationkeeperError {
  const code = ErrorCode ?? 'UNKNOWN_ERROR';
  const said = ErrorMessage ?? 'no reason given';
  // Cloud Map acts in Route 53 in our name.
  const isAdvised = isDenial(code);
  const advice = isAdvised ? `; ${denialAdvice(said, undefined)}` : '';
  return new StationkeeperError({
    code,
    message: `Cloud Map could not ${what}: ${code}: ${said}${advice}`,
    retry: RETRY_BY_ERROR_CODE[code] ?? 'backoff',
    isAdvised,
    operation: `servicediscovery:${Type}`,
  });
}

/** The operation already under way that a DuplicateRequest refers to; undefined for anything else thrown. */
export function duplicateOperationId(thrown: unknown): string | undefined {
  if (!hasCode(thrown, 'DuplicateRequest')) return undefined;
  const { DuplicateOperationId: id } = (thrown.cause ?? {}) as { readonly DuplicateOperationId?: unknown };
  return typeof id === 'string' ? id : undefined;
}

/** Tags of Cloud Map's namespaces and services. */
export interface CloudMapTags {
  of(arn: string): Promise<Tags>;
  /** Tags as a driver's `tagsNow` answers them. */
  now(arn: string): Promise<Tags | undefined>;
  /**
   * Tags of a resource that no manifest names; undefined where it is not ours. One that the inventory does not list is asked for its
   * own tags, once: it may be of this minute, and a foreign one costs no call per pass.
   */
  ofLeftover(arn: string): Promise<Tags | undefined>;
  /** As a driver's `tag`: returns the tags as they now are. */
  change(arn: string, current: Tags, set: Tags, remove: readonly string[]): Promise<Tags>;
}

const PAGE_SIZE = 100;

/** The services of one namespace, or of the whole account and region; of an endpoint that ignores filters, always the latter. */
export function listCloudMapServices(
  { servicediscovery }: Aws,
  namespaceId: string | undefined,
): Promise<readonly ServiceSummary[]> {
  return collect(async (NextToken) => {
    const page = await servicediscovery.listServices({
      Filters:
        namespaceId === undefined
          ? undefined
          : [{ Name: 'NAMESPACE_ID', Values: [namespaceId], Condition: 'EQ' }],
      MaxResults: PAGE_SIZE,
      NextToken,
    });
    return { items: page.Services, next: page.NextToken };
  });
}

/** Namespaces can be shared between accounts (Cloud Map developer guide); in another account nothing is ours. */
export function isOfAnotherAccount(arn: string, accountId: string | undefined): boolean {
  return accountId !== undefined && arn.split(':')[4] !== accountId;
}

export function createCloudMapTags(aws: Aws, inventory: Inventory, claim: Claim): CloudMapTags {
  const foreign = new Set<string>();

  async function read(arn: string): Promise<Tags> {
    return fromTagList((await aws.servicediscovery.listTagsForResource({ ResourceARN: arn })).Tags);
  }

  const of = (arn: string): Promise<Tags> => inventory.tagsOf(arn, () => read(arn));

  return {
    of,
    async now(arn) {
      try {
        return await read(arn);
      } catch (thrown) {
        if (!hasCode(thrown, 'ResourceNotFoundException')) throw thrown;
        return undefined;
      }
    },
    async ofLeftover(arn) {
      const owned = await inventory.owned('servicediscovery');
      const listed = owned.get(arn);
      if (listed === undefined && foreign.has(arn)) return undefined;
      const tags = listed ?? (await of(arn));
      if (ownerOf(claim, tags) === 'us') return tags;
      foreign.add(arn);
      return undefined;
    },
    async change(arn, current, set, remove) {
      const tags = await changeTags(current, set, remove, {
        set: (changed) => aws.servicediscovery.tagResource({ ResourceARN: arn, Tags: toUpperTags(changed) }),
        remove: (TagKeys) => aws.servicediscovery.untagResource({ ResourceARN: arn, TagKeys }),
      });
      foreign.delete(arn);
      inventory.wrote(arn, tags);
      return tags;
    },
  };
}
