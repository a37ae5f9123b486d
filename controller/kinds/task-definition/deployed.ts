import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { StationkeeperError, asStationkeeperError } from '../../core/errors.ts';
import type { Needs } from '../../core/outputs.ts';
import { isAtOrBelow } from '../../core/paths.ts';
import type { Reference } from '../../core/reference.ts';
import type { Desired, FieldChange, Observation, Observed, UnseenResource } from '../../core/resource.ts';
import type { ServiceOutputs } from '../service/facts.ts';
import type { ObserveRequest } from '../kind.ts';
import { taskDefinitionFacts } from './facts.ts';
import { describeRevision, parseRevisionArn } from './families.ts';
import type { Revision } from './families.ts';
import { withKept } from './kept.ts';
import { taskDefinitionModel } from './model.ts';
import type { TaskDefinitionSpec } from './spec.ts';
import type { TaskDefinitionState } from './state.ts';

/**
 * Revisions that somebody else registered and rolled out, as a pipeline does that deploys an image. Where a manifest leaves fields of
 * its task definition to others, what its service runs counts as its revision: what differs there is left or corrected, as the
 * manifest says. One that is older than ours is none of these: ECS has gone back to it, or has not come to ours yet.
 */
export interface Deployed {
  /** Resources as their services run them, each revision read once. One whose service's revision could not be read is unseen. */
  among(
    seen: Observation<TaskDefinitionState>,
    request: Pick<ObserveRequest<TaskDefinitionSpec>, 'desired' | 'needs'>,
  ): Promise<Observation<TaskDefinitionState>>;
}

const CONCURRENT_READS = 10;

export function createDeployed(ecs: Aws['ecs']): Deployed {
  const known = new Map<string, Revision>();

  async function look(arn: string, family: string): Promise<Revision | undefined> {
    const before = known.get(family);
    if (before?.arn === arn) return before;
    const revision = await describeRevision(ecs, arn);
    if (revision !== undefined) known.set(family, revision);
    return revision;
  }

  async function instead(
    ours: Observed<TaskDefinitionState>,
    desired: Desired<TaskDefinitionSpec>,
    needs: Needs,
  ): Promise<Observed<TaskDefinitionState>> {
    const arn = leavesFields(desired) ? runBy(desired.usedBy, needs) : undefined;
    if (arn === undefined || !isNewer(arn, ours)) return ours;
    const revision = await look(arn, desired.spec.family);
    if (revision === undefined) return ours;
    const { fields, containers } = ours.state;
    return {
      ...ours,
      outputs: { ...ours.outputs, arn },
      state: {
        ...ours.state,
        fields: revision.state.fields,
        containers: revision.state.containers,
        registered: { fields, containers },
      },
    };
  }

  return {
    async among({ items, unseen }, { desired, needs }) {
      const byFamily = new Map(desired.map((one) => [one.spec.family, one]));
      for (const family of known.keys()) if (!byFamily.has(family)) known.delete(family);
      const unread: UnseenResource[] = [];
      const shown = await mapConcurrently(CONCURRENT_READS, items, async (item) => {
        const one = byFamily.get(item.id.name);
        if (one === undefined || item.owner !== 'us') return [item];
        try {
          return [await instead(item, one, needs)];
        } catch (error) {
          unread.push({ id: item.id, why: asStationkeeperError(error).message });
          return [];
        }
      });
      return { items: shown.flat(), unseen: [...unseen, ...unread] };
    },
  };
}

/** How a revision that is to be registered becomes one that keeps something of another. */
export type Keep = (input: RegisterTaskDefinitionCommandInput) => RegisterTaskDefinitionCommandInput;

/** Keeps of the revision that runs what the manifest leaves to others and git does not change. */
export async function keepingOf(
  ecs: Aws['ecs'],
  desired: Desired<TaskDefinitionSpec>,
  before: Observed<TaskDefinitionState>,
  changes: readonly FieldChange[],
  needs: Needs,
): Promise<Keep> {
  const changed = new Set(changes.map(({ path }) => path));
  const left = taskDefinitionModel
    .diff(desired, before, needs)
    .map(({ path }) => path)
    .filter(
      (path) => !changed.has(path) && desired.policy.ignoreDrift.some((above) => isAtOrBelow(path, above)),
    );
  if (left.length === 0) return (input) => input;
  const arn = String(before.outputs['arn']);
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: arn });
  if (taskDefinition === undefined) {
    throw new StationkeeperError({
      code: 'NeedMissing',
      message: `ECS does not show ${arn}, of which ${left.join(', ')} are kept; the controller looks again`,
      retry: 'wait',
    });
  }
  return (input) => withKept(input, taskDefinition, left);
}

function leavesFields({ policy }: Desired): boolean {
  const fields = Object.keys(taskDefinitionFacts.paths ?? {});
  return policy.ignoreDrift.some((path) => fields.some((field) => isAtOrBelow(path, field)));
}

function runBy(service: Reference<ServiceOutputs> | undefined, needs: Needs): string | undefined {
  return service && needs(service)?.taskDefinition;
}

function isNewer(arn: string, { arn: ours = '' }: Observed): boolean {
  const theirs = parseRevisionArn(arn);
  const own = parseRevisionArn(ours);
  return theirs.family === own.family && theirs.revision > own.revision;
}
