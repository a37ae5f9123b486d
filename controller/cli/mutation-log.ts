import { displayId, resourceKey } from '../core/resource.ts';
import type { LogVerb } from '../core/log-verbs.ts';
import type { Log } from '../core/ports.ts';
import { listed } from '../plan/work.ts';
import type { ProgressListener } from '../reconcile/apply.ts';
import type { Mutation } from '../reconcile/mutate.ts';

/** A step while AWS works on it, and once it is done. */
interface Verbs {
  readonly doing: LogVerb;
  readonly done: LogVerb;
}

/**
 * Logs each mutation when it is made, and once when AWS begins one that takes time; what has taken time is logged when the status sees its end
 * (`createTransitionLog`). A refusal that AWS lifts by itself is no warning.
 */
export function createMutationLog(log: Log): ProgressListener {
  const underWay = new Map<string, string>();
  return {
    began: () => undefined,
    ended(step, { result, error, message, releases }) {
      const key = resourceKey(step.id);
      const verbs = verbsOf(step, releases);
      const before = underWay.get(key);
      const now = `${verbs.doing} ${message}`;
      if (result === 'started') underWay.set(key, now);
      else underWay.delete(key);
      const changes = listed(step).map(({ path }) => path);
      const fields = {
        resource: displayId(step.id),
        environment: step.id.environment,
        ...(changes.length === 0 ? {} : { changes, changedBy: step.changedBy }),
      };
      if (result === 'failed') {
        const why = {
          step: step.type,
          code: error?.code,
          operation: error?.operation,
          message: error?.message,
        };
        if (error?.retry === 'wait') log.info({ ...fields, ...why }, 'waiting');
        else log.warn({ ...fields, ...why }, 'failed');
      } else if (result === 'started') {
        if (before !== now)
          log.info({ ...fields, ...(message === undefined ? {} : { message }) }, verbs.doing);
      } else if (before?.split(' ')[0] !== verbs.doing) {
        log.info(fields, verbs.done);
      }
    },
  };
}

function verbsOf(step: Mutation, releases: boolean): Verbs {
  switch (step.type) {
    case 'create':
      return { doing: 'creating', done: 'created' };
    case 'update':
      if (step.adopts) return { doing: 'adopting', done: 'adopted' };
      return step.changedBy === 'aws'
        ? { doing: 'healing', done: 'healed' }
        : { doing: 'updating', done: 'updated' };
    case 'replace':
      return { doing: 'replacing', done: 'replaced' };
    case 'delete':
      return releases ? { doing: 'releasing', done: 'released' } : { doing: 'deleting', done: 'deleted' };
  }
}
