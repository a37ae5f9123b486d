import { expect, test } from 'vitest';
import type { PolicyJson } from '../../controller/policy/packing.ts';
import { guard, policiesFor } from '../support/iam/guard.ts';
import { createReporter } from '../support/reports/reporter.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';

/** A statement as a message says it. */
const STATEMENT = /add (\{"Effect":"Allow".*?\}) to the controller's policy/g;

test('whoever adds what /status says, and nothing else, ends with a controller that may do its work', async () => {
  const world = createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
  const iam = guard(world);
  const reporter = createReporter();
  const added = new Map<string, PolicyJson>();
  for (let rounds = 0; ; rounds += 1) {
    expect(rounds).toBeLessThan(60);
    iam.grant([...policiesFor(MANIFESTS, 'read'), ...added.values()]);
    const result = await world.pass();
    const report = JSON.stringify(reporter.record(result).objects.map(({ conditions }) => conditions));
    const said = [...report.replaceAll('\\"', '"').matchAll(STATEMENT)].map(([, statement]) => statement!);
    expect(report).not.toContain('Encoded');
    for (const statement of said) {
      added.set(statement, {
        Version: '2012-10-17',
        Statement: [JSON.parse(statement) as PolicyJson['Statement'][number]],
      });
    }
    if (said.length === 0 && stepsOf(result.plan).length === 0 && result.lookAgainInMs === undefined) break;
    await world.clock.advance(600_000);
  }
  expect(iam.denied.length).toBeGreaterThan(5);
  expect([...added.keys()]).toContain(
    '{"Effect":"Allow","Action":"ecs:CreateService","Resource":"arn:aws:ecs:us-east-1:385605022855:service/xray-daemon-cluster/xray"}',
  );
});
