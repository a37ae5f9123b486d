import { asStationkeeperError, isDenial } from '../core/errors.ts';
import type { StationkeeperError } from '../core/errors.ts';
import { OWNER_TAG } from '../core/ownership.ts';
import type { Clock } from '../core/ports.ts';
import { createRemembered } from '../core/remembered.ts';
import type { Tags } from '../core/resource.ts';
import { collect } from './collect.ts';
import type { Aws, AwsService } from './operations.ts';
import { fromTagList } from './tags.ts';

/**
 * The tags of everything that carries our owner tag in one account and region, read at most once per pass with
 * tagging GetResources: the batch that CloudWatch Logs and Cloud Map lack, and the list of what we own when no
 * manifest names it any more. GetResources lags behind and knows neither IAM roles nor every endpoint's
 * services, so a resource it does not list is asked for its own tags, and our own writes count until it
 * shows them.
 */
export interface Inventory {
  /**
   * Forgets the last read; the next question reads AWS again. Called once at the start of a pass.
   *
   * @param waiting how the batch is waited for; by default until it has come to its end. Where it rejects with an outage of the batch, that
   * counts for the whole pass.
   */
  startPass(waiting?: Waiting): void;
  /** Tags of one resource; `read` is the service's own ListTagsForResource, used where the batch does not list it. */
  tagsOf(arn: string, read: () => Promise<Tags>): Promise<Tags>;
  /** Everything with our owner tag whose ARN belongs to `service` (`logs`, `servicediscovery`, `ecs`), by ARN; what we have just made is among it. */
  owned(service: AwsService): Promise<ReadonlyMap<string, Tags>>;
  /**
   * ARNs of all clusters by ECS's own list, whoever's they are, read at most once per pass. None while the batch lists what there is
   * of ours: it may not right after a start, nor after a creation of which nobody knows what became.
   */
  unlistedClusters(): Promise<readonly string[]>;
  /** Records that something may have been made, although we were not told so. */
  doubted(): void;
  /** Records tags that we have just written; none for what we have just deleted, which the batch still lists for a while. */
  wrote(arn: string, tags: Tags): void;
}

type Waiting = <Answer>(begin: () => Promise<Answer>) => Promise<Answer>;

/** How long our own write counts for more than a batch that does not show it yet: longer than it ever lags. */
const INVENTORY_LAG_MS = 120_000;
const PAGE_SIZE = 100;

/** What the inventory calls. */
export interface InventoryReads {
  readonly tagging: Pick<Aws['tagging'], 'getResources'>;
  readonly ecs: Pick<Aws['ecs'], 'listClusters'>;
}

/** Asks for these types only: tasks and network interfaces carry our tags too, and would only cost pages. */
export function createInventory(
  aws: InventoryReads,
  owner: string,
  clock: Clock,
  types: readonly string[],
): Inventory {
  let reading: Promise<ReadonlyMap<string, Tags>> | undefined;
  let waitFor: Waiting = untilItsEnd;
  const writes = createRemembered<Tags>(clock, INVENTORY_LAG_MS);
  let clusters: Promise<readonly string[]> | undefined;
  let doubtedAt = clock.monotonic();

  function listed(): Promise<ReadonlyMap<string, Tags>> {
    reading ??= waitFor(readBatch);
    return reading;
  }

  async function readBatch(): Promise<ReadonlyMap<string, Tags>> {
    const before = new Map(writes.all());
    const found = await readOwned(aws, owner, types);
    for (const [arn, write] of before) {
      const isSeen = write.value[OWNER_TAG] === owner && shows(found.get(arn), write.value);
      if (isSeen && writes.of(arn) === write) writes.forget(arn);
    }
    return found;
  }

  return {
    startPass(waiting = untilItsEnd) {
      waitFor = waiting;
      reading = undefined;
      clusters = undefined;
    },
    async tagsOf(arn, read) {
      const batch = await listed().catch(noneListed);
      return writes.of(arn)?.value ?? batch.get(arn) ?? read();
    },
    async owned(service) {
      const mine = new Map([...(await listed())].filter(([arn]) => arn.split(':')[2] === service));
      for (const [arn, { value: written }] of writes.all()) {
        if (arn.split(':')[2] !== service) continue;
        if (written[OWNER_TAG] === owner) mine.set(arn, written);
        else mine.delete(arn);
      }
      return mine;
    },
    async unlistedClusters() {
      if (clock.monotonic() - doubtedAt >= INVENTORY_LAG_MS) return [];
      clusters ??= listClusters(aws);
      return clusters;
    },
    doubted() {
      doubtedAt = clock.monotonic();
    },
    wrote(arn, tags) {
      writes.note(arn, tags);
    },
  };
}

/**
 * Whether it is only the batch that could not be read: what is asked for by name still can be, at a call each. A missing
 * permission is not worked around: that has to be told.
 */
export function isBatchOutage({ operation, code }: StationkeeperError): boolean {
  return operation === 'tagging:GetResources' && !isDenial(code);
}

function untilItsEnd<Answer>(begin: () => Promise<Answer>): Promise<Answer> {
  return begin();
}

function noneListed(thrown: unknown): ReadonlyMap<string, Tags> {
  const error = asStationkeeperError(thrown);
  if (!isBatchOutage(error)) throw error;
  return new Map();
}

/**
 * Whether the batch has caught up with what we wrote; from then on, what it says counts, or a tag that somebody takes away
 * would be ours for minutes. A release is never shown: nothing tells it from a batch that does not list the resource yet.
 */
function shows(listed: Tags | undefined, written: Tags): boolean {
  return listed !== undefined && Object.entries(written).every(([key, value]) => listed[key] === value);
}

function listClusters({ ecs }: Pick<InventoryReads, 'ecs'>): Promise<readonly string[]> {
  return collect(async (nextToken) => {
    const page = await ecs.listClusters({ maxResults: 100, nextToken });
    return { items: page.clusterArns, next: page.nextToken };
  });
}

async function readOwned(
  aws: Pick<InventoryReads, 'tagging'>,
  owner: string,
  types: readonly string[],
): Promise<ReadonlyMap<string, Tags>> {
  const resources = await collect(async (PaginationToken) => {
    const page = await aws.tagging.getResources({
      TagFilters: [{ Key: OWNER_TAG, Values: [owner] }],
      ResourceTypeFilters: [...types],
      ResourcesPerPage: PAGE_SIZE,
      ...(PaginationToken === undefined ? {} : { PaginationToken }),
    });
    return { items: page.ResourceTagMappingList, next: page.PaginationToken };
  });
  return new Map(
    resources.flatMap(({ ResourceARN: arn, Tags: tags }) =>
      arn === undefined ? [] : [[arn, fromTagList(tags)] as const],
    ),
  );
}
