import { expect, test } from 'vitest';
import { metricsOf } from '../support/reports/metrics.ts';
import { fleetOf } from '../../controller/status/fleet.ts';
import { courseOfFleet, old, stage } from '../support/rollouts/members.ts';

test('the metric counts the Environments of each stage by state, those that are none included', async () => {
  const metrics = metricsOf();
  metrics.recordFleet(
    fleetOf(
      [],
      [
        courseOfFleet({
          stages: [stage('canary'), stage('rest')],
          members: [{ a: old() }, { c: old() }, { e: old() }],
        }),
      ],
    ),
  );
  const text = await metrics.text();
  const of = (stageName: string, state: string): string | undefined =>
    new RegExp(
      `rollout_environments\\{rollout="fleet",kind="DaemonService",name="xray",stage="${stageName}",state="${state}"\\} (\\d+)`,
    ).exec(text)?.[1];
  expect([of('canary', 'begins'), of('canary', 'done'), of('rest', 'waiting'), of('', 'waiting')]).toEqual([
    '1',
    '0',
    '1',
    '1',
  ]);
});
