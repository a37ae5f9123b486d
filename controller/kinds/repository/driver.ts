import type { Repository } from '@aws-sdk/client-ecr';
import { mapConcurrently } from '../../aws/collect.ts';
import { createRepositoryLookup, readLifecyclePolicy, readRepositoryPolicy } from '../../aws/repositories.ts';
import { changeTags, fromTagList, toUpperTags } from '../../aws/tags.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { awsOf } from '../../core/fields/table.ts';
import { HEALTHY } from '../../core/kind.ts';
import { leftoverPolicy, ownerOf, ownership } from '../../core/ownership.ts';
import { canonicalPolicy } from '../../core/policy-document.ts';
import type { Desired, Observed, Progress, ResourceId, Tags, UnseenResource } from '../../core/resource.ts';
import { saidIn } from '../../core/said-fields.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver, ObserveRequest } from '../kind.ts';
import { describedState, lifecycleState, policyState } from './definition.ts';
import { isForced, repositoryFacts } from './facts.ts';
import type { RepositoryOutputs } from './facts.ts';
import { REPOSITORY } from './fields.ts';
import { repositoryModel, wantedState } from './model.ts';
import type { RepositorySpec } from './spec.ts';
import type { ImageCount, RepositoryState } from './state.ts';

const READS_AT_ONCE = 5;
/** Images of one page of ListImages; more need not be counted. */
const COUNTED_AT_MOST = 1000;
const LOOK_AGAIN_MS = 1_000;
const NOT_EMPTY_MS = 5_000;

export function repositoryDriver(context: DriverContext): KindDriver<RepositorySpec, RepositoryState> {
  const { aws, claim, inventory } = context;
  const { ecr } = aws;
  const lookUp = createRepositoryLookup(aws);

  function observed(repository: Repository, tags: Tags, state: RepositoryState): Observed<RepositoryState> {
    const { repositoryName: name = '', repositoryArn: arn = '', repositoryUri: uri = '' } = repository;
    const { createdAt } = repository;
    const id: ResourceId = { environment: claim.environment, kind: repositoryFacts.name, name };
    return {
      id,
      ...ownership(claim, tags),
      arn,
      ...(createdAt === undefined ? {} : { createdAt: createdAt.getTime() }),
      state,
      outputs: { arn, name, uri } satisfies RepositoryOutputs,
      health: HEALTHY,
    };
  }

  async function readTags(resourceArn: string): Promise<Tags> {
    return fromTagList((await ecr.listTagsForResource({ resourceArn })).tags);
  }

  async function leftoverNames({ scope }: ObserveRequest<RepositorySpec>): Promise<readonly string[]> {
    if (scope === 'these') return [];
    const owned = [...(await inventory.owned('ecr'))].filter(([, tags]) => ownerOf(claim, tags) === 'us');
    return owned.map(([arn]) => arn.slice(arn.indexOf('/') + 1));
  }

  /** One that a manifest has made: its policies only where that says them, or said them before. */
  async function readManaged(
    repository: Repository,
    desired: Desired<RepositorySpec>,
  ): Promise<Observed<RepositoryState>> {
    const { repositoryName = '', repositoryArn = '' } = repository;
    const tags = await inventory.tagsOf(repositoryArn, () => readTags(repositoryArn));
    const said = saidIn(tags);
    const isAsked = (field: 'lifecyclePolicy' | 'repositoryPolicy') =>
      desired.spec[field] !== undefined || said.has(field);
    const item = observed(repository, tags, {
      ...describedState(repository),
      ...(isAsked('lifecyclePolicy') && {
        lifecyclePolicy: lifecycleState(await readLifecyclePolicy(aws, repositoryName)),
      }),
      ...(isAsked('repositoryPolicy') && {
        repositoryPolicy: policyState(await readRepositoryPolicy(aws, repositoryName)),
      }),
    });
    const isReplaced = repositoryModel
      .diff(desired, item, () => undefined)
      .some(({ by }) => by === 'replace');
    return isReplaced ? withImages(item) : item;
  }

  async function readLeftover(repository: Repository): Promise<readonly Observed<RepositoryState>[]> {
    const { repositoryArn = '' } = repository;
    const tags = await inventory.tagsOf(repositoryArn, () => readTags(repositoryArn));
    const item = observed(repository, tags, describedState(repository));
    if (item.owner !== 'us') return [];
    const { prune, deletion } = leftoverPolicy(tags);
    return [prune && deletion === 'delete' ? await withImages(item) : item];
  }

  async function withImages(item: Observed<RepositoryState>): Promise<Observed<RepositoryState>> {
    return { ...item, state: { ...item.state, images: await imagesIn(item.id.name) } };
  }

  /** An image has an id for each of its tags. */
  async function imagesIn(repositoryName: string): Promise<ImageCount> {
    const { imageIds = [], nextToken } = await ecr.listImages({
      repositoryName,
      maxResults: COUNTED_AT_MOST,
    });
    const count = new Set(imageIds.map(({ imageDigest }) => imageDigest)).size;
    return { count, isLeast: nextToken !== undefined };
  }

  /** Makes the policies as they are wanted, of those that are meant. */
  async function putPolicies(
    repositoryName: string,
    { lifecyclePolicy, repositoryPolicy }: RepositorySpec,
    wanted: Partial<RepositoryState>,
    isMeant: (field: string) => boolean,
  ): Promise<void> {
    if (isMeant('lifecyclePolicy')) {
      if (lifecyclePolicy === undefined || wanted.lifecyclePolicy === null) {
        await ecr.deleteLifecyclePolicy({ repositoryName });
      } else {
        const lifecyclePolicyText = JSON.stringify(lifecyclePolicy);
        await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText });
      }
    }
    if (isMeant('repositoryPolicy')) {
      if (repositoryPolicy === undefined || wanted.repositoryPolicy === null) {
        await ecr.deleteRepositoryPolicy({ repositoryName });
      } else {
        const policyText = JSON.stringify(canonicalPolicy(repositoryPolicy));
        await ecr.setRepositoryPolicy({ repositoryName, policyText });
      }
    }
  }

  return {
    async observe(request) {
      const wanted = new Map(request.desired.map((one) => [one.spec.name, one]));
      const names = new Set([...wanted.keys(), ...(await leftoverNames(request))]);
      const found = await lookUp([...names]);
      const unseen: UnseenResource[] = [];
      const items = await mapConcurrently(READS_AT_ONCE, found, async (repository) => {
        const { repositoryName: name = '' } = repository;
        const desired = wanted.get(name);
        try {
          if (desired === undefined) return await readLeftover(repository);
          if (desired.management === 'external')
            return [observed(repository, {}, describedState(repository))];
          return [await readManaged(repository, desired)];
        } catch (thrown) {
          const id = { environment: claim.environment, kind: repositoryFacts.name, name };
          unseen.push({ id, why: asStationkeeperError(thrown).message });
          return [];
        }
      });
      return { items: items.flat(), unseen };
    },

    async create({ spec }, tags) {
      const { name } = spec;
      try {
        const { repository } = await ecr.createRepository({
          repositoryName: name,
          ...awsOf(REPOSITORY.fields, spec),
          ...mutabilityOf(spec),
          tags: toUpperTags(tags),
        });
        const { repositoryArn = '' } = repository ?? {};
        inventory.wrote(repositoryArn, tags);
        const wanted = wantedState(spec, {});
        const isWritten = (field: string) => (wanted[field as keyof RepositoryState] ?? null) !== null;
        await putPolicies(name, spec, wanted, isWritten);
        const state = { ...describedState(repository ?? {}), ...wanted };
        return { type: 'done', observed: observed(repository ?? {}, tags, state) };
      } catch (thrown) {
        if (!hasCode(thrown, 'RepositoryAlreadyExistsException')) throw thrown;
        return started(LOOK_AGAIN_MS, `repository ${name} exists already; the controller looks again`);
      }
    },

    async update({ spec }, before, { changes }) {
      const { name: repositoryName } = spec;
      const wanted = wantedState(spec, before.tags);
      const isMeant = (field: string): boolean => isChanged(changes, field);
      if (isMeant('imageTagMutability') || isMeant('imageTagMutabilityExclusionFilters')) {
        await ecr.putImageTagMutability({ repositoryName, ...mutabilityOf(spec) });
      }
      if (isMeant('imageScanningConfiguration')) {
        const { imageScanningConfiguration = {} } = spec;
        await ecr.putImageScanningConfiguration({ repositoryName, imageScanningConfiguration });
      }
      await putPolicies(repositoryName, spec, wanted, isMeant);
      return { type: 'done', observed: { ...before, state: { ...before.state, ...wanted } } };
    },

    async delete({ id: { name: repositoryName }, arn = '', tags }) {
      try {
        await ecr.deleteRepository({ repositoryName, force: isForced(tags) });
      } catch (thrown) {
        if (hasCode(thrown, 'RepositoryNotEmptyException')) {
          return started(
            NOT_EMPTY_MS,
            'somebody pushed an image into it meanwhile; the controller looks again',
          );
        }
        if (!hasCode(thrown, 'RepositoryNotFoundException')) throw thrown;
      }
      inventory.wrote(arn, {});
      return { type: 'gone' };
    },

    async tagsNow({ arn = '' }) {
      try {
        return await readTags(arn);
      } catch (thrown) {
        if (!hasCode(thrown, 'RepositoryNotFoundException')) throw thrown;
        return undefined;
      }
    },

    async tag(before, set, remove) {
      const resourceArn = before.arn ?? '';
      const tags = await changeTags(before.tags, set, remove, {
        set: (changed) => ecr.tagResource({ resourceArn, tags: toUpperTags(changed) }),
        remove: (tagKeys) => ecr.untagResource({ resourceArn, tagKeys }),
      });
      inventory.wrote(resourceArn, tags);
      const { manifest: _former, ...rest } = before;
      return { ...rest, ...ownership(claim, tags) };
    },
  };
}

/** Both are set together, and ECR takes no empty list of filters. */
function mutabilityOf({
  imageTagMutability = 'MUTABLE',
  imageTagMutabilityExclusionFilters: filters = [],
}: RepositorySpec) {
  return {
    imageTagMutability,
    imageTagMutabilityExclusionFilters: filters.length === 0 ? undefined : filters,
  };
}

function started(checkAgainInMs: number, message: string): Extract<Progress<never>, { type: 'started' }> {
  return { type: 'started', checkAgainInMs, message };
}
