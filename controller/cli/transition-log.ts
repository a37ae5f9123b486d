import type { Log } from '../core/ports.ts';
import type { StatusReport } from '../status/schema.ts';

/** Logs what became different from one report to the next, once; a pass in which nothing changed says nothing. */
export interface TransitionLog {
  record(report: StatusReport): void;
}

export function createTransitionLog(log: Log): TransitionLog {
  let said = new Map<string, string>();
  let sourceSaid = '';
  return {
    record(report) {
      const { revision, errors } = report.source;
      const source = JSON.stringify([revision, errors]);
      if (source !== sourceSaid) {
        if (errors.length === 0) log.info({ revision }, 'source read');
        for (const { file, line, column, path, message } of errors) {
          log.warn({ revision, file, line, column, path, error: message }, 'manifest refused');
        }
      }
      sourceSaid = source;

      const now = new Map<string, string>();
      for (const object of report.objects) {
        const ready = object.conditions.find((condition) => condition.type === 'Ready');
        const name = `${object.kind}/${object.name}`;
        const state = JSON.stringify([object.sync, object.health, ready?.status, ready?.reason]);
        now.set(name, state);
        if (said.get(name) === state) continue;
        const fields = {
          object: name,
          environment: object.environment,
          sync: object.sync,
          health: object.health,
          reason: ready?.reason,
          message: ready?.message,
        };
        const isBad = object.health === 'Degraded' || object.sync === 'Unknown';
        if (isBad) log.warn(fields, 'object changed for the worse');
        else log.info(fields, 'object changed');
      }
      for (const name of said.keys()) if (!now.has(name)) log.info({ object: name }, 'object is gone');
      said = now;
    },
  };
}
