import { expect, it } from 'vitest';
import { createTransitionLog } from '../../controller/cli/transition-log.ts';
import { reportOf } from '../support/reports/reports.ts';
import { holdStep, keepStep } from '../support/plans/steps.ts';

it('tells once that removals wait for a confirmation: how many, why, and the request that gives it', () => {
  const warned: object[] = [];
  const log = createTransitionLog({
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, verb) => {
      if (verb === 'waiting') warned.push(fields);
    },
    error: () => undefined,
  });
  const reason = '1 object would be removed and the prune budget is 0; confirm the plan by its hash';
  const waiting = reportOf({ steps: [holdStep({ why: 'budget', intent: 'delete', exists: true, reason })] });
  const told = {
    plan: 'a1b2c3',
    count: 1,
    message: 'a confirmation of the removals: 1 object would be removed and the prune budget is 0',
    objects: ['DaemonService/xray: service/xray'],
    confirm: 'POST /plan/a1b2c3/confirm',
  };
  log.record(waiting);
  log.record(waiting);
  expect(warned).toEqual([told]);
  log.record(reportOf({ steps: [keepStep()] }));
  log.record(waiting);
  expect(warned).toEqual([told, told]);
});
