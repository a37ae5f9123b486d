import type { CallContext } from '../call.ts';
import { tagsChanged } from '../tagging/state.ts';

/**
 * With an ECS service its scalable target goes, and the policies and scheduled actions of that (eagletmt/hako#69;
 * hashicorp/terraform-provider-aws#10432, #14254).
 */
export function forgetService(context: CallContext, cluster: string, service: string): void {
  forgetTarget(context, `service/${cluster}/${service}`);
}

/** False where nothing of that resource id is registered. */
export function forgetTarget(context: CallContext, resourceId: string): boolean {
  const { targets } = context.state.applicationAutoScaling;
  const target = targets.get(resourceId);
  if (target === undefined) return false;
  targets.delete(resourceId);
  tagsChanged(context, target.arn, undefined);
  return true;
}
