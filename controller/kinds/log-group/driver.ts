import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../../aws/operations.ts';
import { collect, mapConcurrently } from '../../aws/collect.ts';
import { changeTags } from '../../aws/tags.ts';
import { regionalArn } from '../../core/arn.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { ownerOf, ownership } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import type { Observed, Progress, ResourceId, Tags, UnseenResource } from '../../core/resource.ts';
import type { DriverContext, KindDriver, ObserveRequest } from '../kind.ts';
import { logGroupFacts } from './facts.ts';
import type { LogGroupOutputs } from './facts.ts';
import type { LogGroupSpec, LogGroupState } from './model.ts';
import { prefixesFor } from './prefixes.ts';

/** CloudWatch Logs allows ten DescribeLogGroups a second (reference: quotas). */
const READS_AT_ONCE = 5;
const LOOK_AGAIN_MS = 1_000;

/** A log group as the listing shows it; ARN without the trailing `:*`. */
interface ListedLogGroup extends LogGroupState {
  readonly name: string;
  readonly arn: string;
  readonly createdAt?: number;
}

export function logGroupDriver(context: DriverContext): KindDriver<LogGroupSpec, LogGroupState> {
  const { aws, claim, inventory } = context;

  function idOf(name: string): ResourceId {
    return { environment: claim.environment, kind: logGroupFacts.name, name };
  }

  function seen(
    { name, arn, createdAt, retentionInDays }: ListedLogGroup,
    tags: Tags,
  ): Observed<LogGroupState> {
    return {
      id: idOf(name),
      ...ownership(claim, tags),
      arn,
      ...(createdAt === undefined ? {} : { createdAt }),
      state: { retentionInDays },
      outputs: { name, arn } satisfies LogGroupOutputs,
      health: HEALTHY,
    };
  }

  async function leftoverNames({ scope }: ObserveRequest<LogGroupSpec>): Promise<readonly string[]> {
    if (scope === 'these') return [];
    const owned = await inventory.owned('logs');
    return [...owned].flatMap(([arn, tags]) => (ownerOf(claim, tags) === 'us' ? nameInArn(arn) : []));
  }

  return {
    async observe(request) {
      const desired = new Set(request.desired.map(({ spec }) => spec.name));
      const names = new Set([...desired, ...(await leftoverNames(request))]);
      const listings = await mapConcurrently(READS_AT_ONCE, prefixesFor(names), (prefix) =>
        listByPrefix(aws, prefix),
      );
      const listed = new Map(listings.flat().map((group) => [group.name, group]));
      const wanted = [...names].flatMap((name) => listed.get(name) ?? []);
      const items: Observed<LogGroupState>[] = [];
      const unseen: UnseenResource[] = [];
      await mapConcurrently(READS_AT_ONCE, wanted, async (group) => {
        try {
          const item = seen(group, await inventory.tagsOf(group.arn, () => readTags(aws, group.arn)));
          if (desired.has(group.name) || item.owner === 'us') items.push(item);
        } catch (thrown) {
          unseen.push({ id: idOf(group.name), why: asStationkeeperError(thrown).message });
        }
      });
      return { items, unseen };
    },

    async create({ id, spec }, tags, needs) {
      const { name, retentionInDays } = spec;
      const arn = regionalArn(
        requireOutputs(needs, environmentId(id.environment)),
        'logs',
        `log-group:${name}`,
      );
      try {
        await aws.logs.createLogGroup({ logGroupName: name, tags: { ...tags } });
      } catch (thrown) {
        if (!hasCode(thrown, 'ResourceAlreadyExistsException', 'OperationAbortedException')) throw thrown;
        return started(`log group ${name} is being created; the controller looks again`);
      }
      inventory.wrote(arn, tags);
      if (retentionInDays !== null) {
        await aws.logs.putRetentionPolicy({ logGroupName: name, retentionInDays });
      }
      return { type: 'done', observed: seen({ name, arn, retentionInDays }, tags) };
    },

    async update({ spec }, observed) {
      const { name: logGroupName, retentionInDays } = spec;
      try {
        if (retentionInDays === null) await aws.logs.deleteRetentionPolicy({ logGroupName });
        else await aws.logs.putRetentionPolicy({ logGroupName, retentionInDays });
      } catch (thrown) {
        if (!hasCode(thrown, 'OperationAbortedException')) throw thrown;
        return started(`another change of log group ${logGroupName} is under way`);
      }
      return { type: 'done', observed: { ...observed, state: { retentionInDays } } };
    },

    async delete({ id, arn = '' }) {
      try {
        await aws.logs.deleteLogGroup({ logGroupName: id.name });
      } catch (thrown) {
        if (hasCode(thrown, 'OperationAbortedException')) {
          return started(`another change of log group ${id.name} is under way`);
        }
        if (!hasCode(thrown, 'ResourceNotFoundException')) throw thrown;
      }
      inventory.wrote(arn, {});
      return { type: 'gone' };
    },

    async tagsNow({ arn = '' }) {
      try {
        return await readTags(aws, arn);
      } catch (thrown) {
        if (!hasCode(thrown, 'ResourceNotFoundException')) throw thrown;
        return undefined;
      }
    },

    async tag(observed, set, remove) {
      const { name } = observed.id;
      const resourceArn = observed.arn ?? '';
      const tags = await changeTags(observed.tags, set, remove, {
        set: (changed) => aws.logs.tagResource({ resourceArn, tags: { ...changed } }),
        remove: (tagKeys) => aws.logs.untagResource({ resourceArn, tagKeys }),
      });
      inventory.wrote(resourceArn, tags);
      return seen({ name, arn: resourceArn, ...observed.state }, tags);
    },
  };
}

function listByPrefix(aws: Aws, logGroupNamePrefix: string): Promise<ListedLogGroup[]> {
  return collect(async (nextToken) => {
    const page = await aws.logs.describeLogGroups({ logGroupNamePrefix, nextToken });
    return { items: page.logGroups?.flatMap(listedOf), next: page.nextToken };
  });
}

function listedOf({
  logGroupName: name,
  logGroupArn,
  arn,
  retentionInDays,
  creationTime,
}: LogGroup): ListedLogGroup[] {
  const found = logGroupArn ?? arn?.replace(/:\*$/, '');
  if (name === undefined || found === undefined) return [];
  return [
    {
      name,
      arn: found,
      retentionInDays: retentionInDays ?? null,
      ...(creationTime === undefined ? {} : { createdAt: creationTime }),
    },
  ];
}

async function readTags(aws: Aws, resourceArn: string): Promise<Tags> {
  return (await aws.logs.listTagsForResource({ resourceArn })).tags ?? {};
}

function nameInArn(arn: string): string | readonly [] {
  const name = /:log-group:(?<name>[^:]+)/.exec(arn)?.groups?.['name'];
  return name ?? [];
}

function started(message: string): Extract<Progress<never>, { type: 'started' }> {
  return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message };
}
