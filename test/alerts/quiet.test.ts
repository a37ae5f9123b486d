import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALERTS } from '../../docs/generate/monitoring/alerts.ts';
import { LACK_OF_PROMTOOL, checkMetrics, checkRules, testRules } from '../support/alerts/promtool.ts';
import { recordingOf } from '../support/alerts/recording.ts';
import { replay } from '../support/alerts/replay.ts';
import { oneDaemon } from '../support/alerts/troubles.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { skippedFor } from '../support/runs/skipped.ts';
import { callsTo } from '../support/world/account.ts';
import { stagedWorld } from '../support/world/rollouts.ts';
import { createWorld } from '../support/world/world.ts';

const RULES = join(import.meta.dirname, '..', '..', 'deploy', 'monitoring', 'rules.yaml');

describe('an hour in which nothing is wrong', skippedFor(LACK_OF_PROMTOOL), () => {
  it.each([
    ['of the shipped manifests', () => createWorld()],
    ['of a fleet in six Environments', () => stagedWorld()],
  ])('lets no alert fire, nor wait to fire: %s', async (_name, made) => {
    const recording = await recordingOf(await made());
    await recording.minutes(60);
    expect(await replay(recording, { firing: {}, ever: [], state: 'any' })).toBe('');
  });
});

describe('a day of work', skippedFor(LACK_OF_PROMTOOL), () => {
  it('lets no alert fire: a version is deployed, drift is healed, a daemon comes and goes, the controller starts anew', async () => {
    const world = oneDaemon();
    const text = world.files.get('xray.yaml')!;
    const recording = await recordingOf(world);
    await recording.minutes(15);
    world.files.set('xray.yaml', text.replace('aws-xray-daemon:3.x', 'aws-xray-daemon:3.4'));
    await recording.minutes(15);
    const change = { cluster: 'xray-daemon-cluster', service: 'xray', desiredCount: 7 };
    await callsTo(world.sandbox)('ecs', 'UpdateService', change);
    await recording.minutes(15);
    world.files.set('other.yaml', yamlOf(cluster(), daemonService({ name: 'other' })));
    await recording.minutes(15);
    world.files.delete('other.yaml');
    await recording.minutes(15);
    world.restart();
    await recording.minutes(15);
    expect(await replay(recording, { firing: {}, ever: [] })).toBe('');
  });
});

describe('promtool', skippedFor(LACK_OF_PROMTOOL), () => {
  it('finds nothing wrong with the rules', async () => {
    expect(await checkRules(RULES)).toContain(`SUCCESS: ${ALERTS.length} rules found`);
  });

  it.each(['object', 'environment'] as const)(
    'finds nothing wrong with what a controller serves: detail %s',
    async (detail) => {
      const recording = await recordingOf(await stagedWorld(), { detail });
      await recording.minutes(5);
      expect(recording.text()).toContain('stationkeeper_rollout_environments{');
      expect(await checkMetrics(recording.text())).toBe('');
    },
  );
});

describe('an alert says what is so, in a sentence', skippedFor(LACK_OF_PROMTOOL), () => {
  it.each([
    ['name="xray", ', 1, 'DaemonService/xray in prod needs you: ImageNotFound.', 'xray'],
    ['', 1, '1 DaemonService object in prod needs you: ImageNotFound.', '--environment prod'],
    ['', 4, '4 DaemonService objects in prod need you: ImageNotFound.', '--environment prod'],
  ])('of a metric with %s%i', async (name, count, summary, operand) => {
    const labels = `environment="prod", kind="DaemonService", ${name}state="stalled", reason="ImageNotFound"`;
    const description = `Neither ECS nor Stationkeeper can fix this. \`stationkeeper status ${operand}\` has the message of AWS and what to do.`;
    const expected = {
      exp_labels: {
        severity: 'critical',
        environment: 'prod',
        kind: 'DaemonService',
        ...(name === '' ? {} : { name: 'xray' }),
        reason: 'ImageNotFound',
      },
      exp_annotations: {
        summary,
        description,
        runbook_url: 'docs/operations.md#stationkeeperdaemonstalled',
      },
    };
    const test = {
      interval: '30s',
      input_series: [{ series: `stationkeeper_object_state{${labels}}`, values: `${count}x20` }],
      alert_rule_test: [{ eval_time: '5m', alertname: 'StationkeeperDaemonStalled', exp_alerts: [expected] }],
    };
    expect(await testRules(RULES, [test])).toBe('');
  });
});
