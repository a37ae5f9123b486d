import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { LACK_OF_HELM, render } from '../support/chart/helm.ts';
import { scratchFolder } from '../support/programs/cli.ts';
import { canRun, runCommand } from '../support/programs/command.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { only } from '../support/chart/objects.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const lack =
  LACK_OF_HELM === undefined && !(await canRun('promtool', '--version'))
    ? 'promtool is not on this machine; it comes with Prometheus'
    : LACK_OF_HELM;

const OURS = 'namespace="platform",service="keeper-stationkeeper"';
const OBJECT = `${OURS},kind="DaemonService",name="xray"`;
const REFUSED = `${OURS},exported_service="ecs",operation="CreateService",code="AccessDeniedException"`;

/** Series of one sample a minute (promtool's notation), and when an alert is there and when it is not. */
const CASES: readonly {
  readonly alert: string;
  readonly fires: Readonly<Record<string, string>>;
  readonly rests: Readonly<Record<string, string>>;
  readonly after: string;
}[] = [
  {
    alert: 'StationkeeperAbsent',
    fires: { [`stationkeeper_pass_number{namespace="other",service="keeper-stationkeeper"}`]: '1x60' },
    rests: { [`stationkeeper_pass_number{${OURS}}`]: '1x60' },
    after: '11m',
  },
  {
    alert: 'StationkeeperSourceStale',
    fires: { [`stationkeeper_source_last_success_timestamp_seconds{${OURS}}`]: '0x60' },
    rests: { [`stationkeeper_source_last_success_timestamp_seconds{${OURS}}`]: '0+60x60' },
    after: '21m',
  },
  {
    alert: 'StationkeeperPassesFailing',
    fires: {
      [`stationkeeper_reconcile_total{${OURS},result="failure"}`]: '0+1x60',
      [`stationkeeper_reconcile_total{${OURS},result="success"}`]: '5x60',
    },
    rests: {
      [`stationkeeper_reconcile_total{${OURS},result="failure"}`]: '0+1x60',
      [`stationkeeper_reconcile_total{${OURS},result="success"}`]: '0+1x60',
    },
    after: '25m',
  },
  {
    alert: 'StationkeeperObjectStalled',
    fires: { [`stationkeeper_object_condition{${OBJECT},type="Stalled",status="True"}`]: '1x60' },
    rests: { [`stationkeeper_object_condition{${OBJECT},type="Stalled",status="True"}`]: '1x10 0x50' },
    after: '16m',
  },
  {
    alert: 'StationkeeperObjectNotReady',
    fires: { [`stationkeeper_object_condition{${OBJECT},type="Ready",status="False"}`]: '1x60' },
    rests: { [`stationkeeper_object_condition{${OBJECT},type="Ready",status="Unknown"}`]: '1x60' },
    after: '31m',
  },
  {
    alert: 'StationkeeperHostsWithoutDaemon',
    fires: { [`stationkeeper_daemon_coverage{${OURS},name="xray",state="missing"}`]: '2x60' },
    rests: {
      [`stationkeeper_daemon_coverage{${OURS},name="xray",state="missing"}`]: '2x10 0x50',
      [`stationkeeper_daemon_coverage{${OURS},name="xray",state="placing"}`]: '2x60',
    },
    after: '20m',
  },
  {
    alert: 'StationkeeperDriftStays',
    fires: { [`stationkeeper_resource_drift{${OBJECT},resource="service/xray"}`]: '2x60' },
    rests: { [`stationkeeper_resource_drift{${OBJECT},resource="service/xray"}`]: '2x20 0x40' },
    after: '31m',
  },
  {
    alert: 'StationkeeperAccessDenied',
    fires: { [`stationkeeper_aws_requests_total{${REFUSED}}`]: '0+1x60' },
    rests: { [`stationkeeper_aws_requests_total{${REFUSED}}`]: '0 1x60' },
    after: '40m',
  },
];

async function alertRules() {
  const values = {
    source: { existingConfigMap: 'daemons' },
    metrics: { prometheusRule: { enabled: true } },
  };
  return only(await render(values), 'PrometheusRule').spec;
}

describe('alerts of the chart', skippedFor(lack), () => {
  it('are all tried below', async () => {
    const alerts = (await alertRules()).groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect(CASES.map(({ alert }) => alert)).toEqual(alerts);
  });

  it('fire for what they name, and rest otherwise', async () => {
    const tests = CASES.flatMap(({ alert, fires, rests, after }) =>
      [fires, rests].map((series) => ({
        name: `${alert} ${series === fires ? 'fires' : 'rests'}`,
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
            eval_time: after,
            exp_samples: [{ labels: '{}', value: series === fires ? 1 : 0 }],
          },
        ],
      })),
    );
    const folder = writeFiles(scratchFolder(), {
      'rules.yaml': stringify(await alertRules()),
      'tests.yaml': stringify({ rule_files: ['rules.yaml'], tests }),
    });
    const { code, stdout, stderr } = await runCommand(
      'promtool',
      ['test', 'rules', join(folder, 'tests.yaml')],
      {
        env: { PATH: process.env['PATH'] },
      },
    );
    expect(code, `promtool\n${stdout}${stderr}`).toBe(0);
  });
});
