import type { Log } from '../core/ports.ts';
import { manifestKey, objectKey } from '../core/resource.ts';
import type { FreshTransition } from '../status/history.ts';
import type { StatusReport } from '../status/schema.ts';

/** Logs once what differs from one report to the next; a pass in which nothing changes says nothing. */
export interface TransitionLog {
  /** `fresh`: what happened to the objects since the report before. */
  record(report: StatusReport, fresh?: readonly FreshTransition[]): void;
}

/** How an object stood when it was last logged. */
interface Said {
  readonly object: string;
  readonly environment: string;
  readonly state: string;
}

export function createTransitionLog(log: Log): TransitionLog {
  let said = new Map<string, Said>();
  let sourceSaid = '';
  let planSaid: string | undefined;
  return {
    record(report, fresh = []) {
      const { revision, errors, warnings = [], ignored } = report.source;
      const source = JSON.stringify([revision, errors, warnings, ignored]);
      if (source !== sourceSaid) {
        const passedOver = ignored.length === 0 ? {} : { ignored: ignored.map(({ file }) => file) };
        if (errors.length === 0) log.info({ revision, ...passedOver }, 'source read');
        for (const { file, line, column, path, message } of errors) {
          if (file === '') log.warn({ revision, error: message }, 'the source needs attention');
          else log.warn({ revision, file, line, column, path, error: message }, 'manifest refused');
        }
        for (const { message, ...where } of warnings) {
          log.warn({ revision, ...where, warning: message }, 'manifest taken with a warning');
        }
      }
      sourceSaid = source;

      const { confirmation } = report;
      if (confirmation !== undefined && confirmation.hash !== planSaid) {
        const { hash: plan, why, objects, request: confirm } = confirmation;
        log.warn({ plan, count: objects.length, why, objects, confirm }, 'removals wait for a confirmation');
      }
      planSaid = confirmation?.hash;

      const now = new Map<string, Said>();
      for (const object of report.objects) {
        const ready = object.conditions.find((condition) => condition.type === 'Ready');
        const { environment } = object;
        const name = manifestKey(object);
        const key = objectKey(environment, object);
        const state = JSON.stringify([object.sync, object.health, ready?.status, ready?.reason]);
        now.set(key, { object: name, environment, state });
        if (said.get(key)?.state === state) continue;
        const fields = {
          object: name,
          environment,
          sync: object.sync,
          health: object.health,
          reason: ready?.reason,
          message: ready?.message,
        };
        const isBad = object.health === 'Degraded' || object.sync === 'Unknown';
        if (isBad) log.warn(fields, 'object changed for the worse');
        else log.info(fields, 'object changed');
      }
      for (const [key, { object, environment }] of said) {
        if (!now.has(key)) log.info({ object, environment }, 'object is gone');
      }
      said = now;
      for (const one of fresh) tell(log, one);
    },
  };
}

/** Logs the transitions that no other line tells: steps have lines of their own as they are taken, and so has an object's health. */
function tell(log: Log, { object, environment, transition }: FreshTransition): void {
  const { resource, why, changes, result, message, finishedAt } = transition;
  const paths = changes.map(({ path }) => path);
  const fields = { object, resource, environment, why, ...(paths.length === 0 ? {} : { changes: paths }) };
  if (finishedAt !== undefined && result === 'done') log.info(fields, 'AWS has ended what was begun');
  else if (result === 'held') log.info({ ...fields, reason: message }, 'resource held');
  else if (result === 'ignored') log.info({ ...fields, reason: message }, 'drift ignored');
  else if (why === 'Ended') log.info(fields, 'resource is as wanted again');
}
