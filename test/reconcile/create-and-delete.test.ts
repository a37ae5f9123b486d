import { expect, it } from 'vitest';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { createWorld } from '../support/world/world.ts';

const MINUTE_MS = 60_000;
const CLUSTER = yamlOf(cluster());
const DAEMON = yamlOf(daemonService({ logs: { logDriver: 'none' } }));

it('two branches of one repository under one owner make and delete a daemon ever more seldom', async () => {
  const having = createWorld({ files: { 'c.yaml': CLUSTER, 'd.yaml': DAEMON } });
  const lacking = createWorld({ beside: having, files: { 'c.yaml': CLUSTER } });
  const made = () => having.mutations().filter((name) => name === 'ecs:CreateService').length;
  const perHour: number[] = [];
  for (let hour = 0; hour < 3; hour += 1) {
    const before = made();
    for (let minute = 0; minute < 60; minute += 1) {
      await having.pass();
      await lacking.pass();
      await having.clock.advance(MINUTE_MS);
    }
    perHour.push(made() - before);
  }
  expect(perHour[0]).toBeLessThan(10);
  expect(perHour.at(-1)).toBeLessThanOrEqual(2);
  const { failures } = await having.pass();
  expect([...failures.values()].map(({ error }) => error.code)).toContain('Contested');
});
