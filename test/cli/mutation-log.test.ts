import { expect, test } from 'vitest';
import { createMutationLog } from '../../controller/cli/mutation-log.ts';
import { createProgress } from '../../controller/cli/progress.ts';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Log } from '../../controller/core/ports.ts';
import type { MutationOutcome } from '../../controller/reconcile/apply.ts';
import type { Mutation } from '../../controller/reconcile/mutate.ts';
import { createStep, deleteStep, holdStep, keepStep } from '../support/plans/steps.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const STEP = createStep({ kind: 'namespace' }) as Mutation;

function outcome(result: MutationOutcome['result'], rest: Partial<MutationOutcome> = {}): MutationOutcome {
  const { id, manifest, type, changes, changedBy, reason } = STEP;
  return { id, manifest, type, changes, changedBy, reason, releases: false, result, at: '', ...rest };
}

const WORKING = outcome('started', { message: 'Cloud Map works on it' });

test('the log tells once what AWS works on, however often it is looked at, and leaves its end to who sees it', () => {
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
  expect(lines).toEqual(['creating', 'creating']);
});

test('the log says of what is only released that it stays', () => {
  const logged: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: (_fields, verb) => logged.push(verb),
    warn: () => undefined,
    error: () => undefined,
  };
  const removal = deleteStep({ kind: 'namespace' }) as Mutation;
  createMutationLog(log).ended(removal, outcome('done', { releases: true }));
  createMutationLog(log).ended(removal, outcome('done'));
  expect(logged).toEqual(['released', 'deleted']);
});

test.each([
  ['wait', 'waiting'],
  ['backoff', '! failed'],
  ['never', '! failed'],
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

const REFUSED = (message: string) =>
  outcome('failed', { error: new StationkeeperError({ code: 'Refused', message, retry: 'backoff' }) });
const ATTEMPTS = [REFUSED('no group'), REFUSED('no group'), REFUSED('no listener'), outcome('done')];

test('apply tells in plain lines a failure once, and the attempt at which its words change or it is over', () => {
  const out: string[] = [];
  const terminal = { isTty: false, out: (text: string) => out.push(text), columns: () => 80 };
  const progress = createProgress(terminal as never, new VirtualClock());
  for (const ended of ATTEMPTS) {
    progress.began(STEP);
    progress.ended(STEP, ended);
  }
  progress.began(STEP);
  expect(out).toEqual([
    'namespace/xray: creating\n',
    'namespace/xray: failed: no group\n',
    'namespace/xray: failed: no listener (attempt 3)\n',
    'namespace/xray: created (attempt 4)\n',
    'namespace/xray: creating\n',
  ]);
});

test('apply keeps on a terminal a failure once, and the attempt at which its words change or it is over', () => {
  let out = '';
  const terminal = {
    isTty: true,
    color: false,
    out: (text: string) => {
      out += text;
    },
    columns: () => 80,
  };
  const progress = createProgress(terminal as never, new VirtualClock());
  for (const ended of ATTEMPTS) {
    progress.began(STEP);
    progress.ended(STEP, ended);
  }
  expect(
    out
      .split('\n')
      .filter((line) => /[✗✓]/.test(line))
      .map((line) => line.replace(/^.*?(?=[✗✓])/, '')),
  ).toEqual([
    '✗ namespace/xray failed: no group',
    '✗ namespace/xray failed: no listener (attempt 3)',
    '✓ namespace/xray created (attempt 4)',
  ]);
});
