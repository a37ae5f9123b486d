import type { RestartOutlook } from '../core/kind.ts';
import type { Desired, Observed } from '../core/resource.ts';
import { modelOf } from './context.ts';
import type { PlanContext } from './context.ts';
import type { Differences } from './differences.ts';
import { renewedNeeds } from './waiting.ts';
import { listed } from './work.ts';

/** What an update of something that exists does to what runs, by its own changes and by what it will take up; undefined where nothing stops. */
export function restartOf(
  desired: Desired,
  observed: Observed,
  { work, isLeft }: Differences,
  context: PlanContext,
): RestartOutlook | undefined {
  const model = modelOf(context, desired.id.kind);
  if (model.restart === undefined) return undefined;
  const takenUp = renewedNeeds(desired, context)
    .flatMap((id) => model.takesUp?.(desired, id) ?? [])
    .filter((path) => !isLeft(path));
  return model.restart(desired, observed, [...listed(work).map(({ path }) => path), ...takenUp]);
}
