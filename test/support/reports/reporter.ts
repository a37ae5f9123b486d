import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { reportInputOf, sourceStatusOf } from '../../../controller/status/pass-report.ts';
import type { ObjectStatus, ResourceStatus, StatusReport } from '../../../controller/status/schema.ts';
import { createStatusStore } from '../../../controller/status/store.ts';
import type { StatusStore } from '../../../controller/status/store.ts';

/** What a controller tells of the passes that it is given, one after the other. */
export interface Reporter {
  readonly store: StatusStore;
  record(result: PassResult): StatusReport;
}

export function createReporter(): Reporter {
  const controller = { version: '0.0.0', owner: 'stationkeeper', startedAt: new Date(0).toISOString() };
  const source = { type: 'git', url: 'https://git.example.org/daemons.git' } as const;
  const store = createStatusStore(controller, sourceStatusOf(source));
  let number = 0;
  return {
    store,
    record(result) {
      number += 1;
      return store.record(reportInputOf(result, { number, controller, source }));
    },
  };
}

export function objectIn({ objects }: StatusReport, name: string): ObjectStatus {
  const found = objects.find((object) => object.name === name);
  if (found === undefined) throw new Error(`the report has no ${name}`);
  return found;
}

export function resourceIn(report: StatusReport, id: string): ResourceStatus {
  const found = report.objects.flatMap(({ resources }) => resources).find((resource) => resource.id === id);
  if (found === undefined) throw new Error(`the report has no ${id}`);
  return found;
}
