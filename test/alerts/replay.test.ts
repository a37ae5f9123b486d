import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALERTS } from '../../docs/generate/monitoring/alerts.ts';
import { LACK_OF_PROMTOOL, testRules } from '../support/alerts/promtool.ts';
import { recordingOf } from '../support/alerts/recording.ts';
import { replay } from '../support/alerts/replay.ts';
import { ENVIRONMENT, TROUBLES, alert, deploy, oneDaemon } from '../support/alerts/troubles.ts';
import { skippedFor } from '../support/runs/skipped.ts';
import { refusal } from '../support/world/world.ts';

/** The controller in trouble, and what Prometheus makes of its metrics by the rules that are shipped. */

const RULES = join(import.meta.dirname, '..', '..', 'deploy', 'monitoring', 'rules.yaml');

/** Minutes before the trouble. */
const WELL = 15;

it('every alert there is fires in one of the troubles below', () => {
  const fired = TROUBLES.flatMap(({ fires }) =>
    Object.values(fires)
      .flat()
      .map(({ alertname }) => alertname),
  );
  expect([...new Set(fired)].toSorted()).toEqual(ALERTS.map(({ name }) => name).toSorted());
});

describe('an alert fires, and no other', skippedFor(LACK_OF_PROMTOOL), () => {
  it.each(TROUBLES)('where $name', async ({ world: made, goesWrong, minutes, fires }) => {
    const world = await (made ?? oneDaemon)();
    const recording = await recordingOf(world);
    await recording.minutes(WELL);
    await goesWrong(world, recording);
    await recording.minutes(minutes);
    const firing = Object.entries(fires).map(([minute, alerts]) => [WELL + Number(minute), alerts] as const);
    const ever = firing.flatMap(([, alerts]) => alerts.map(({ alertname }) => alertname));
    expect(await replay(recording, { firing: Object.fromEntries(firing), ever: [...new Set(ever)] })).toBe(
      '',
    );
  });

  it('where objects are counted instead of named, without a name', async () => {
    const world = oneDaemon();
    const recording = await recordingOf(world, { detail: 'environment' });
    await recording.minutes(WELL);
    deploy(world, 'fail-pull');
    await recording.minutes(15);
    world.intercept(() => Promise.reject(refusal('ExpiredTokenException')));
    await recording.minutes(20);
    const stalled = { ...ENVIRONMENT, kind: 'DaemonService' };
    expect(
      await replay(recording, {
        firing: {
          [WELL]: [],
          [WELL + 5]: [alert('DaemonStalled', 'critical', 'ImageNotFound', stalled)],
          [WELL + 30]: [alert('CredentialsRefused', 'critical', 'ExpiredTokenException', ENVIRONMENT)],
        },
        ever: ['StationkeeperCredentialsRefused', 'StationkeeperDaemonStalled'],
      }),
    ).toBe('');
  });

  it.each([
    [2, 0],
    [15, 1],
  ])('where objects are counted, and %i of 100 are always being deployed: %i', async (deployed, firing) => {
    const state = (labels: string): string =>
      `stationkeeper_object_state{environment="prod", kind="DaemonService", ${labels}}`;
    const input = [
      { series: state('state="progressing", reason="Progressing"'), values: `${deployed}x90` },
      { series: state('state="ready", reason="ReconcileSuccess"'), values: `${100 - deployed}x90` },
      { series: 'stationkeeper_build_info', values: '1x90' },
    ];
    const fired = {
      expr: 'count(ALERTS{alertstate="firing"}) or vector(0)',
      eval_time: '45m',
      exp_samples: [{ labels: '{}', value: firing }],
    };
    expect(
      await testRules(RULES, [{ interval: '30s', input_series: input, promql_expr_test: [fired] }]),
    ).toBe('');
  });

  it('without beginning anew where the reason changes, and looks that find it well come in between', async () => {
    const world = oneDaemon();
    const recording = await recordingOf(world);
    await recording.minutes(WELL);
    const codes = ['ServerException', 'ServerException', 'ServiceUnavailable'];
    for (let minute = 0; minute < 24; minute += 1) {
      const code = codes[minute % codes.length]!;
      world.intercept(({ name }, perform) =>
        name.startsWith('ecs:Describe') && minute % 12 !== 11
          ? Promise.reject(refusal(code, { status: 500 }))
          : perform(),
      );
      await recording.minutes(1);
    }
    const unknown = [alert('ObjectsUnknown', 'critical', 'ServerException', ENVIRONMENT)];
    expect(
      await replay(recording, {
        firing: { [WELL + 12]: unknown, [WELL + 16]: unknown, [WELL + 20]: unknown, [WELL + 24]: unknown },
        ever: ['StationkeeperObjectsUnknown'],
      }),
    ).toBe('');
  });
});
