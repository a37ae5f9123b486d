import type { Aws } from '../../aws/operations.ts';
import type { Needs } from '../../core/outputs.ts';
import { isAtOrBelow } from '../../core/paths.ts';
import type { Reference } from '../../core/reference.ts';
import type { Desired, Observed } from '../../core/resource.ts';
import type { ServiceOutputs } from '../service/facts.ts';
import { taskDefinitionFacts } from './facts.ts';
import { describeRevision, parseRevisionArn } from './families.ts';
import type { Revision } from './families.ts';
import type { TaskDefinitionSpec } from './spec.ts';
import type { TaskDefinitionState } from './state.ts';

/**
 * Revisions that somebody else registered and rolled out, as a pipeline does that deploys an image. Where a manifest leaves fields of
 * its task definition to others, what its service runs counts as its revision: what differs there is left or corrected, as the
 * manifest says. One that is older than ours is none of these: ECS has gone back to it, or has not come to ours yet.
 */
export interface Deployed {
  /** The resource as its service runs it. Reads each revision once. */
  instead(
    ours: Observed<TaskDefinitionState>,
    desired: Desired<TaskDefinitionSpec>,
    needs: Needs,
  ): Promise<Observed<TaskDefinitionState>>;
  /** Forgets what is of no family of these. */
  keep(families: ReadonlySet<string>): void;
}

export function createDeployed(ecs: Aws['ecs']): Deployed {
  const known = new Map<string, Revision>();

  async function look(arn: string, family: string): Promise<Revision | undefined> {
    const before = known.get(family);
    if (before?.arn === arn) return before;
    const revision = await describeRevision(ecs, arn);
    if (revision !== undefined) known.set(family, revision);
    return revision;
  }

  return {
    async instead(ours, desired, needs) {
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
    },
    keep(families) {
      for (const family of known.keys()) if (!families.has(family)) known.delete(family);
    },
  };
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
