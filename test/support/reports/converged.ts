import { expect } from 'vitest';
import type { ObjectStatus, StatusReport } from '../../../controller/status/schema.ts';

/** The daemon service of a report. */
export function daemon(report: StatusReport, name: string): ObjectStatus {
  const found = report.objects.find((object) => object.kind === 'DaemonService' && object.name === name);
  expect(found, `DaemonService/${name}`).toBeDefined();
  return found!;
}

/** Expects that the report has objects, and that all of them are as git says and well. */
export function expectConverged(report: StatusReport): void {
  expect(report.objects).not.toHaveLength(0);
  for (const { kind, name, sync, health } of report.objects) {
    expect({ kind, name, sync, health }).toEqual({ kind, name, sync: 'Synced', health: 'Healthy' });
  }
}
