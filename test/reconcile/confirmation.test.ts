import { expect, test } from 'vitest';
import { createLoop } from '../../controller/reconcile/loop.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { SILENT_LOG, createWorld, stepsOf } from '../support/world/world.ts';

test('a plan that the prune budget holds is confirmed by its hash, once, and no other hash', async () => {
  const stop = new AbortController();
  const world = createWorld({ pruneBudget: { count: 0 } });
  await world.settle();
  world.files.delete('otel-collector.yaml');
  const results: PassResult[] = [];
  const loop = createLoop({
    runPass: (request) => world.runPass(request),
    clock: world.clock,
    log: SILENT_LOG,
    intervalMs: 60_000,
    onPass: (result) => results.push(result),
    onFailedPass: (error) => {
      throw error;
    },
  });
  const ended = loop.run(stop.signal);
  await world.clock.advance(1_000);
  expect(loop.confirm('another')).toBe('unknown');
  expect(stepsOf(results[0]!.plan)).toContain('hold budget service/otel-collector');
  expect(loop.confirm(results[0]!.plan.hash)).toBe('confirmed');
  await world.clock.advance(60_000);
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  expect(loop.confirm(results[0]!.plan.hash)).toBe('unknown');
  stop.abort();
  await world.clock.run(ended);
});
