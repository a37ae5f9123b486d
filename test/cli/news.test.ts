import { expect, test } from 'vitest';
import { newsTelling } from '../../controller/cli/news.ts';
import { createProgress } from '../../controller/cli/progress.ts';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { MutationOutcome } from '../../controller/reconcile/apply.ts';
import type { Mutation } from '../../controller/reconcile/mutate.ts';
import { updateStep } from '../support/plans/steps.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const FLEET = Array.from({ length: 120 }, (_, index) => `shop-${index + 1}`);
const STEPS = FLEET.map((environment) => updateStep({ environment })) as Mutation[];
const DONE = { result: 'done' } as MutationOutcome;
const REFUSED = {
  result: 'failed',
  error: new StationkeeperError({ code: 'Refused', message: 'not allowed', retry: 'never' }),
} as MutationOutcome;

function collecting(isTty: boolean): { out: string[]; progress: ReturnType<typeof createProgress> } {
  const out: string[] = [];
  const terminal = { isTty, color: false, out: (text: string) => out.push(text), columns: () => 80 };
  return { out, progress: createProgress(terminal as never, new VirtualClock(), newsTelling(STEPS)) };
}

test('apply tells in one line what it does alike in 120 Environments, and names those where it failed', () => {
  const { out, progress } = collecting(false);
  for (const step of STEPS) progress.began(step);
  for (const [index, step] of STEPS.entries()) progress.ended(step, index < 2 ? REFUSED : DONE);
  progress.passed([], '');
  expect(out).toEqual([
    'service/xray (120 Environments): updating\n',
    'service/xray (2 Environments: shop-1, shop-2): failed: not allowed\n',
    'service/xray (118 Environments): updated\n',
  ]);
});

test('apply shows on a terminal in one line what is under way in many Environments', () => {
  const { out, progress } = collecting(true);
  for (const step of STEPS) progress.began(step);
  expect(out.at(-1)).toContain('  … service/xray (120 Environments) updating 0s\n');
  expect(out.at(-1)?.match(/…/g)).toHaveLength(1);
  for (const step of STEPS.slice(1)) progress.ended(step, DONE);
  progress.passed(STEPS.slice(0, 1), '');
  expect(out.join('')).toContain('  ✓ service/xray (119 Environments) updated\n');
});
