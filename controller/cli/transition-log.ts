import type { LogVerb } from '../core/log-verbs.ts';
import type { Log } from '../core/ports.ts';
import { manifestKey, objectKey } from '../core/resource.ts';
import type { FreshTransition } from '../status/history.ts';
import type { StatusReport, Transition } from '../status/schema.ts';
import { bucketOf } from '../status/summary.ts';

/** Logs once what differs from one report to the next; a pass in which nothing changes says nothing. */
export interface TransitionLog {
  /** `fresh`: what happened to the objects since the report before. */
  record(report: StatusReport, fresh?: readonly FreshTransition[]): void;
}

/** How an object stands that somebody should look at. */
const BAD: ReadonlySet<string> = new Set(['stalled', 'degraded', 'unknown']);

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
        if (errors.length === 0) log.info({ revision, ...passedOver }, 'read');
        for (const { file, line, column, path, message } of errors) {
          if (file === '') log.warn({ revision, message: `cannot read manifests: ${message}` }, 'failed');
          else log.warn({ revision, file, line, column, path, message }, 'refused');
        }
        for (const warning of warnings) log.warn({ revision, ...warning }, 'warned');
      }
      sourceSaid = source;

      const { confirmation } = report;
      if (confirmation !== undefined && confirmation.hash !== planSaid) {
        const { hash: plan, why, objects, request: confirm } = confirmation;
        const message = `a confirmation of the removals: ${why.join('; ')}`;
        log.warn({ plan, count: objects.length, message, objects, confirm }, 'waiting');
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
        const bucket = bucketOf(object);
        if (BAD.has(bucket)) log.warn(fields, bucket);
        else log.info(fields, bucket);
      }
      for (const [key, { object, environment }] of said) {
        if (!now.has(key)) log.info({ object, environment }, 'gone');
      }
      said = now;
      for (const one of fresh) tell(log, one);
    },
  };
}

/** What AWS took time for, once it is done. */
const DONE: Readonly<Partial<Record<Transition['why'], LogVerb>>> = {
  Created: 'created',
  Missing: 'created',
  Changed: 'updated',
  Drifted: 'healed',
  Replaced: 'replaced',
  Deleted: 'deleted',
  Released: 'released',
};

/** Logs the transitions that no other line tells: a step that is done at once has a line of its own, and so has an object's health. */
function tell(log: Log, { object, environment, transition }: FreshTransition): void {
  const { resource, why, changes, result, message, at, finishedAt } = transition;
  const paths = changes.map(({ path }) => path);
  const fields = { object, resource, environment, ...(paths.length === 0 ? {} : { changes: paths }) };
  if (finishedAt !== undefined && result === 'done') {
    const seconds = Math.round((Date.parse(finishedAt) - Date.parse(at)) / 100) / 10;
    log.info({ ...fields, seconds }, DONE[why] ?? 'updated');
  } else if (result === 'held') log.info({ ...fields, message }, 'held');
  else if (result === 'ignored') log.info({ ...fields, message }, 'ignored');
  else if (why === 'Ended') log.info(fields, 'recovered');
}
