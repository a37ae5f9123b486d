import { expect, test } from 'vitest';
import { createMutationLog } from '../../controller/cli/mutation-log.ts';
import { createProgress } from '../../controller/cli/progress.ts';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Log } from '../../controller/core/ports.ts';
import type { MutationOutcome } from '../../controller/reconcile/apply.ts';
import type { Mutation } from '../../controller/reconcile/mutate.ts';
import { createStep, holdStep, keepStep } from '../support/plans/steps.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const STEP = createStep({ kind: 'namespace' }) as Mutation;

function outcome(result: MutationOutcome['result'], rest: Partial<MutationOutcome> = {}): MutationOutcome {
  const { id, manifest, type, changes, changedBy, reason } = STEP;
  return { id, manifest, type, changes, changedBy, reason, releases: false, result, at: '', ...rest };
}

const WORKING = outcome('started', { message: 'Cloud Map works on it' });

test('the log tells once what AWS works on, however often it is looked at, and that it was made', () => {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => {
    lines.push(message);
  };
  const log: Log = {
    debug: write,
    info: write,
    warn: (_fields, message) => lines.push(`! ${message}`),
    error: write,
  };
  const mutations = createMutationLog(log);
  for (const ended of [WORKING, WORKING, WORKING, outcome('done'), WORKING]) mutations.ended(STEP, ended);
  expect(lines).toEqual(['mutation begun', 'mutation made', 'mutation begun']);
});

test('the log says of what is only released that it stays', () => {
  const logged: object[] = [];
  const log: Log = {
    debug: () => undefined,
    info: (fields) => logged.push(fields),
    warn: () => undefined,
    error: () => undefined,
  };
  createMutationLog(log).ended(STEP, outcome('done', { releases: true }));
  createMutationLog(log).ended(STEP, outcome('done'));
  expect(logged).toMatchObject([{ releases: true }, { step: 'create' }]);
  expect(logged[1]).not.toHaveProperty('releases');
});

test.each([
  ['wait', 'mutation waits for AWS'],
  ['backoff', '! mutation failed'],
  ['never', '! mutation failed'],
] as const)('a refusal whose retry is %s is logged as "%s"', (retry, line) => {
  const lines: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: (_fields, message) => lines.push(message),
    warn: (_fields, message) => lines.push(`! ${message}`),
    error: () => undefined,
  };
  const error = new StationkeeperError({ code: 'ClusterNotFoundException', message: 'no', retry });
  createMutationLog(log).ended(STEP, outcome('failed', { error }));
  expect(lines).toEqual([line]);
});

test('apply tells in plain lines once what AWS works on, and its end, though no step of ours ended it', () => {
  const out: string[] = [];
  const terminal = {
    isTty: false,
    out: (text: string) => out.push(text),
    err: () => true,
    columns: () => 80,
  };
  const progress = createProgress(terminal as never, new VirtualClock());
  for (let pass = 0; pass < 3; pass += 1) {
    progress.began(STEP);
    progress.ended(STEP, WORKING);
    progress.passed([holdStep({ kind: 'namespace', why: 'waiting', intent: 'create' })], 'waiting: a');
  }
  progress.passed([keepStep({ kind: 'namespace' })], '');
  expect(out).toEqual([
    'namespace/xray: creating\n',
    'namespace/xray: creating, Cloud Map works on it\n',
    'waiting: a\n',
    'namespace/xray: created\n',
  ]);
});
