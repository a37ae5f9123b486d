import { compareText } from '../../core/order.ts';
import type { Approval, Course } from '../../core/rollout/course.ts';
import { someOf } from '../../core/some-of.ts';
import { didYouMean } from '../../core/suggest.ts';

/** What becomes of an approval that somebody gives (contract section 6). */
export type ApprovalVerdict =
  | { readonly type: 'approved'; readonly message: string }
  /** There is nothing to approve: the stage asks for none, or is approved already. */
  | { readonly type: 'notNeeded'; readonly message: string }
  | { readonly type: 'unknownRollout' | 'unknownStage' | 'stale'; readonly message: string };

/** Whether a stage may be approved for a digest, as its definitions stand; what is said is for whoever approves. Pure. */
export function approvalOf(
  courses: readonly Course[],
  { rollout, stage, digest }: Approval,
): ApprovalVerdict {
  const own = courses.filter(({ definition }) => definition.rollout === rollout);
  if (own.length === 0) {
    const names = [...new Set(courses.map(({ definition }) => definition.rollout))].toSorted(compareText);
    const helps =
      names.length === 0 ? 'no definition goes through one' : didYouMean(rollout, names, 'there are');
    return {
      type: 'unknownRollout',
      message: `no definition goes through a Rollout ${JSON.stringify(rollout)}; ${helps}`,
    };
  }
  const names = [...new Set(own.flatMap(({ stages }) => stages.map(({ name }) => name)))];
  if (!names.includes(stage)) {
    const helps =
      names.length === 0
        ? 'it has no valid stages: correct its document'
        : didYouMean(stage, names, 'its stages are');
    return {
      type: 'unknownStage',
      message: `Rollout/${rollout} has no stage ${JSON.stringify(stage)}; ${helps}`,
    };
  }
  const meant = own.find(({ definition }) => definition.digest === digest);
  if (meant === undefined) {
    const current = own.map(({ definition }) => `${definition.digest} of ${definition.manifest.name}`);
    return {
      type: 'stale',
      message: `no definition that goes through Rollout/${rollout} has the digest ${JSON.stringify(digest.slice(0, 64))} now; current is ${someOf(current)}; look at what that changes, and approve it`,
    };
  }
  const { approval } = meant.stages.find(({ name }) => name === stage) ?? {};
  const what = `stage ${stage} of Rollout/${rollout} for ${meant.definition.manifest.name} (${digest})`;
  if (approval === 'needed')
    return { type: 'approved', message: `${what} is approved for as long as this controller runs` };
  return {
    type: 'notNeeded',
    message: approval === 'given' ? `${what} is approved already` : `${what} asks for no approval`,
  };
}
