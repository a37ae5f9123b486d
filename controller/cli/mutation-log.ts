import { displayId, resourceKey } from '../core/resource.ts';
import type { Log } from '../core/ports.ts';
import { listed } from '../plan/work.ts';
import type { ProgressListener } from '../reconcile/apply.ts';

/**
 * Logs each mutation when it is made, and once when AWS begins it: the status says while AWS is still at it. A refusal that AWS lifts by
 * itself is no warning.
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
        // A release untags the resource and leaves it as it is.
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
