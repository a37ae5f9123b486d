import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ALERTS } from '../../docs/generate/monitoring/alerts.ts';
import { LACK_OF_PROMTOOL, checkRules, testRules } from '../support/alerts/promtool.ts';
import { LACK_OF_HELM, render } from '../support/chart/helm.ts';
import { only } from '../support/chart/objects.ts';
import { scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { skippedFor } from '../support/runs/skipped.ts';

/** The alerts themselves are replayed in test/alerts/: this is what Helm makes of them. */

async function rulesWith(prometheusRule: object = {}) {
  const { spec } = only(
    await render({
      source: { existingConfigMap: 'daemons' },
      metrics: { prometheusRule: { enabled: true, ...prometheusRule } },
    }),
    'PrometheusRule',
  );
  const folder = writeFiles(scratchFolder(), { 'rules.yaml': stringify(spec) });
  return { file: join(folder, 'rules.yaml'), rules: spec.groups.flatMap(({ rules }) => rules) };
}

const OURS = 'namespace="platform", service="keeper-stationkeeper", job="keeper-stationkeeper"';

describe('alerts of the chart', skippedFor(LACK_OF_HELM), () => {
  it('are those of the list, with the texts that Prometheus fills in', async () => {
    const { rules } = await rulesWith();
    expect(rules.map(({ alert }) => alert)).toEqual(ALERTS.map(({ name }) => name));
    expect(rules.map(({ annotations }) => annotations['summary'])).toEqual(
      ALERTS.map(({ summary }) => summary),
    );
    expect(rules.map(({ labels }) => labels['severity'])).toEqual(ALERTS.map(({ severity }) => severity));
  });

  it('lead to the runbooks where people read them', async () => {
    const runbookUrl = 'https://docs.example.com/operations';
    const [first] = (await rulesWith({ runbookUrl })).rules;
    expect(first?.annotations['runbook_url']).toBe(`${runbookUrl}#stationkeeperabsent`);
  });

  it('have the labels that people add, which change none of their own', async () => {
    const [first] = (await rulesWith({ alertLabels: { team: 'platform', severity: 'none' } })).rules;
    expect(first?.labels).toEqual({
      team: 'platform',
      severity: 'critical',
      environment: 'all',
      reason: 'Absent',
    });
  });
});

describe('alerts of the chart, as promtool tries them', skippedFor(LACK_OF_HELM ?? LACK_OF_PROMTOOL), () => {
  it('are valid rules', async () => {
    const { file } = await rulesWith();
    expect(await checkRules(file)).toContain(`${ALERTS.length} rules found`);
  });

  it('are about the release alone', async () => {
    const { file } = await rulesWith();
    const state = (whose: string): string =>
      `stationkeeper_object_state{${whose}, kind="DaemonService", name="xray", environment="prod", state="stalled", reason="ImageNotFound"}`;
    const others = OURS.replace('platform', 'other');
    const firing = (name: string) => ({
      expr: `count(ALERTS{alertname="${name}", alertstate="firing"}) or vector(0)`,
      eval_time: '10m',
    });
    const test = (whose: string, stalled: number, absent: number) => ({
      interval: '30s',
      input_series: [
        { series: state(whose), values: '1x20' },
        { series: `stationkeeper_build_info{${whose}}`, values: '1x20' },
      ],
      promql_expr_test: [
        { ...firing('StationkeeperDaemonStalled'), exp_samples: [{ labels: '{}', value: stalled }] },
        { ...firing('StationkeeperAbsent'), exp_samples: [{ labels: '{}', value: absent }] },
      ],
    });
    expect(await testRules(file, [test(OURS, 1, 0), test(others, 0, 1)])).toBe('');
  });
});
