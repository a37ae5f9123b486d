import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { mapConcurrently } from '../../aws/collect.ts';
import { policiesOf, scalableTargets, serviceIn } from '../../aws/scaling.ts';
import { changeTags } from '../../aws/tags.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { createdAt } from '../../core/created-at.ts';
import { HEALTHY } from '../../core/kind.ts';
import { ownerOf, ownership } from '../../core/ownership.ts';
import { resourceKey } from '../../core/resource.ts';
import type { Observed, Progress, ResourceId, Tags, UnseenResource } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver, ObserveRequest } from '../kind.ts';
import { scalableTargetFacts } from './facts.ts';
import type { ScalableTargetOutputs } from './facts.ts';
import { DIMENSION, changedScaling, putting, resourceIdOf, wantedScaling } from './request.ts';
import type { ScalableTargetSpec } from './spec.ts';
import { scalingOf, stateOfScaling } from './state.ts';
import type { ScalableTargetState } from './state.ts';

const READS_AT_ONCE = 5;
const LOOK_AGAIN_MS = 2_000;

export function scalableTargetDriver(
  context: DriverContext,
): KindDriver<ScalableTargetSpec, ScalableTargetState> {
  const { aws, claim, inventory } = context;
  const scaling = aws['application-autoscaling'];

  function observed(
    id: ResourceId,
    { arn, tags, made }: { readonly arn: string; readonly tags: Tags; readonly made?: Date | undefined },
    state: ScalableTargetState,
  ): Observed<ScalableTargetState> {
    return {
      id,
      ...ownership(claim, tags),
      arn,
      ...createdAt(made),
      state,
      outputs: { arn } satisfies ScalableTargetOutputs,
      health: HEALTHY,
    };
  }

  function idOf(target: ScalableTarget): ResourceId | undefined {
    const service = serviceIn(target);
    return service && { environment: claim.environment, kind: scalableTargetFacts.name, ...service };
  }

  /** Targets that are wanted, and those of ours that no manifest wants: an ARN tells no service, so that these are found among all. */
  async function described({ desired, scope }: ObserveRequest<ScalableTargetSpec>) {
    const owned = scope === 'all-owned' ? await inventory.owned('application-autoscaling') : new Map();
    if (desired.length === 0 && owned.size === 0) return [];
    const named =
      desired.length === 0
        ? []
        : await scalableTargets(
            aws,
            desired.map(({ id }) => resourceIdOf(id)),
          );
    const arns = new Set(named.map(({ ScalableTargetARN }) => ScalableTargetARN));
    const isComplete = [...owned.keys()].every((arn: string) => arns.has(arn));
    return isComplete ? named : scalableTargets(aws);
  }

  async function readTags(ResourceARN: string): Promise<Tags> {
    return (await scaling.listTagsForResource({ ResourceARN })).Tags ?? {};
  }

  return {
    async observe(request) {
      const wanted = new Set(request.desired.map(({ id }) => resourceKey(id)));
      const items: Observed<ScalableTargetState>[] = [];
      const unseen: UnseenResource[] = [];
      const tagged: { readonly id: ResourceId; readonly target: ScalableTarget; readonly tags: Tags }[] = [];
      await mapConcurrently(READS_AT_ONCE, await described(request), async (target) => {
        const id = idOf(target);
        if (id === undefined) return;
        try {
          const arn = target.ScalableTargetARN ?? '';
          const tags = await inventory.tagsOf(arn, () => readTags(arn));
          if (wanted.has(resourceKey(id)) || ownerOf(claim, tags) === 'us') tagged.push({ id, target, tags });
        } catch (thrown) {
          // One that went meanwhile is gone.
          if (hasCode(thrown, 'ResourceNotFoundException')) return;
          unseen.push({ id, why: asStationkeeperError(thrown).message });
        }
      });
      const policies = await policiesOf(
        aws,
        tagged.map(({ target }) => target.ResourceId ?? ''),
      );
      for (const { id, target, tags } of tagged) {
        const { ScalableTargetARN: arn = '', CreationTime: made, ResourceId = '' } = target;
        const state = stateOfScaling(scalingOf(target, policies.get(ResourceId) ?? []));
        items.push(observed(id, { arn, tags, made }, state));
      }
      return { items, unseen };
    },

    async create(desired, tags) {
      const ResourceId = resourceIdOf(desired.id);
      // Registering what somebody has registered meanwhile would change that.
      if ((await scalableTargets(aws, [ResourceId])).length > 0) {
        return started('it exists already; the controller looks again');
      }
      const wanted = wantedScaling(desired.spec);
      const { MinCapacity, MaxCapacity, targetTracking = [] } = wanted;
      try {
        const { ScalableTargetARN: arn = '' } = await scaling.registerScalableTarget({
          ...DIMENSION,
          ResourceId,
          MinCapacity,
          MaxCapacity,
          Tags: { ...tags },
        });
        inventory.wrote(arn, tags);
        for (const policy of targetTracking) await scaling.putScalingPolicy(putting(ResourceId, policy));
        return { type: 'done', observed: observed(desired.id, { arn, tags }, stateOfScaling(wanted)) };
      } catch (thrown) {
        return afterRefusal(thrown);
      }
    },

    async update({ id, spec }, before, { changes }) {
      const ResourceId = resourceIdOf(id);
      const { after, put, deleted } = changedScaling(before.state.aws, wantedScaling(spec), changes);
      const { MinCapacity, MaxCapacity } = after;
      try {
        if (isChanged(changes, 'min') || isChanged(changes, 'max')) {
          await scaling.registerScalableTarget({ ...DIMENSION, ResourceId, MinCapacity, MaxCapacity });
        }
        // AWS takes one policy for a metric: what has another name now goes first.
        for (const PolicyName of deleted) await deletePolicy(ResourceId, PolicyName);
        for (const policy of put) await scaling.putScalingPolicy(putting(ResourceId, policy));
      } catch (thrown) {
        return afterRefusal(thrown);
      }
      return { type: 'done', observed: { ...before, state: stateOfScaling(after) } };
    },

    async delete({ id, arn = '' }) {
      try {
        await scaling.deregisterScalableTarget({ ...DIMENSION, ResourceId: resourceIdOf(id) });
      } catch (thrown) {
        if (!hasCode(thrown, 'ObjectNotFoundException')) throw thrown;
      }
      inventory.wrote(arn, {});
      return { type: 'gone' };
    },

    async tagsNow({ arn = '' }) {
      try {
        return await readTags(arn);
      } catch (thrown) {
        if (!hasCode(thrown, 'ResourceNotFoundException')) throw thrown;
        return undefined;
      }
    },

    async tag(before, set, remove) {
      const { arn: ResourceARN = '' } = before;
      const tags = await changeTags(before.tags, set, remove, {
        set: (changed) => scaling.tagResource({ ResourceARN, Tags: { ...changed } }),
        remove: (TagKeys) => scaling.untagResource({ ResourceARN, TagKeys }),
      });
      inventory.wrote(ResourceARN, tags);
      const { manifest: _former, ...rest } = before;
      return { ...rest, ...ownership(claim, tags) };
    },
  };

  async function deletePolicy(ResourceId: string, PolicyName: string): Promise<void> {
    try {
      await scaling.deleteScalingPolicy({ ...DIMENSION, ResourceId, PolicyName });
    } catch (thrown) {
      if (!hasCode(thrown, 'ObjectNotFoundException')) throw thrown;
    }
  }
}

type Started = Extract<Progress<never>, { type: 'started' }>;

function started(message: string): Started {
  return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message };
}

/** Application Auto Scaling learns of a service, and of what is registered, a little later than ECS and itself. */
function afterRefusal(thrown: unknown): Started {
  if (hasCode(thrown, 'ObjectNotFoundException'))
    return started('somebody deregistered it meanwhile; the controller looks again');
  if (hasCode(thrown, 'ValidationException') && /service doesn't exist/i.test(thrown.message)) {
    return started('waits until Application Auto Scaling knows its service');
  }
  throw thrown;
}
