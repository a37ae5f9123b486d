import { displayId, resourceKey } from '../core/resource.ts';
import type { Log } from '../core/ports.ts';
import { listed } from '../plan/work.ts';
import type { ProgressListener } from '../reconcile/apply.ts';

/**
 * Logs each mutation once it was made, and once that AWS has begun it: that it is still at it says the status. What AWS is not
 * ready for yet is no warning.
 */
export function createMutationLog(log: Log): ProgressListener {
  const underWay = new Map<string, string>();
  return {
    began: () => undefined,
    ended(step, { result, error, message, releases }) {
      const key = resourceKey(step.id);
      const isKnown = result === 'started' && underWay.get(key) === `${step.type} ${message}`;
      if (result === 'started') underWay.set(key, `${step.type} ${message}`);
      else underWay.delete(key);
      if (isKnown) return;
      const changes = listed(step).map(({ path }) => path);
      const fields = {
        resource: displayId(step.id),
        environment: step.id.environment,
        step: step.type,
        // Untagged and left as it is.
        ...(releases ? { releases } : {}),
        ...(changes.length === 0 ? {} : { changes, changedBy: step.changedBy }),
      };
      if (result === 'failed') {
        const why = { code: error?.code, operation: error?.operation, error: error?.message };
        if (error?.retry === 'wait') log.info({ ...fields, ...why }, 'mutation waits for AWS');
        else log.warn({ ...fields, ...why }, 'mutation failed');
      } else if (result === 'started') {
        log.info({ ...fields, ...(message === undefined ? {} : { message }) }, 'mutation begun');
      } else {
        log.info({ ...fields, result }, 'mutation made');
      }
    },
  };
}
