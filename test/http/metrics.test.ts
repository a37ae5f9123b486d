import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../controller/metrics.ts';
import { outcomeOf, reportOf, reportedObject } from '../support/reports/reports.ts';
import { change, keepStep, planOf, updateStep } from '../support/plans/steps.ts';

async function linesOf(metrics: ReturnType<typeof createMetrics>, name: string): Promise<readonly string[]> {
  const text = await metrics.text();
  return text.split('\n').filter((line) => line.startsWith(`stationkeeper_${name}`));
}

describe('metrics', () => {
  it('count passes and requests, and time them', async () => {
    const metrics = createMetrics();
    metrics.recordPass({ result: 'failure', seconds: 0.2 });
    metrics.recordAwsRequest({ service: 'ecs', operation: 'DescribeServices', code: 'OK', seconds: 0.03 });
    metrics.recordAwsRetry({ service: 'ecs', operation: 'DescribeServices' });
    metrics.recordSourceSuccess(1_793_600_000);
    expect(await linesOf(metrics, 'reconcile_total')).toEqual([
      'stationkeeper_reconcile_total{result="success"} 0',
      'stationkeeper_reconcile_total{result="failure"} 1',
    ]);
    expect(await linesOf(metrics, 'reconcile_duration_seconds_count')).toEqual([
      'stationkeeper_reconcile_duration_seconds_count 1',
    ]);
    expect(await linesOf(metrics, 'aws_requests_total')).toEqual([
      'stationkeeper_aws_requests_total{service="ecs",operation="DescribeServices",code="OK"} 1',
    ]);
    expect(await linesOf(metrics, 'aws_request_duration_seconds_sum')).toEqual([
      'stationkeeper_aws_request_duration_seconds_sum{service="ecs",operation="DescribeServices"} 0.03',
    ]);
    expect(await linesOf(metrics, 'aws_retries_total')).toHaveLength(1);
    expect(await linesOf(metrics, 'source_last_success_timestamp_seconds')).toEqual([
      'stationkeeper_source_last_success_timestamp_seconds 1793600000',
    ]);
  });

  it('bound the codes that an endpoint can invent', async () => {
    const metrics = createMetrics();
    for (let index = 0; index < 500; index += 1) {
      metrics.recordAwsRequest({ service: 'ecs', operation: 'X', code: `Code${index}`, seconds: 0 });
    }
    metrics.recordAwsRequest({ service: 'ecs', operation: 'X', code: 'a "quoted"\nline', seconds: 0 });
    const lines = await linesOf(metrics, 'aws_requests_total');
    expect(lines).toHaveLength(201);
    expect(lines).toContain('stationkeeper_aws_requests_total{service="ecs",operation="X",code="Other"} 301');
  });

  it('tell no time of a reading before there was one', async () => {
    const metrics = createMetrics();
    expect(await linesOf(metrics, 'source_last_success_timestamp_seconds')).toEqual([]);
    metrics.recordSourceSuccess(1_793_600_000);
    expect(await linesOf(metrics, 'source_last_success_timestamp_seconds')).toHaveLength(1);
  });

  it('show one condition status as 1 and the others as 0', async () => {
    const metrics = createMetrics();
    metrics.recordReport(reportOf());
    const ready = (await linesOf(metrics, 'object_condition')).filter((line) =>
      line.includes('type="Ready"'),
    );
    expect(ready).toEqual([
      'stationkeeper_object_condition{kind="DaemonService",name="xray",environment="default",type="Ready",status="True",reason="ReconcileSuccess"} 1',
      'stationkeeper_object_condition{kind="DaemonService",name="xray",environment="default",type="Ready",status="False",reason=""} 0',
      'stationkeeper_object_condition{kind="DaemonService",name="xray",environment="default",type="Ready",status="Unknown",reason=""} 0',
    ]);
    expect(await linesOf(metrics, 'pass_number')).toEqual(['stationkeeper_pass_number 12']);
  });

  it('count the fields that differ, without those just healed', async () => {
    const metrics = createMetrics();
    const drifted = updateStep({ changedBy: 'aws', changes: [change('a'), change('b')] });
    const line =
      'stationkeeper_resource_drift{kind="DaemonService",name="xray",environment="default",resource="service/xray"}';
    metrics.recordReport(reportOf({ steps: [drifted] }));
    expect(await linesOf(metrics, 'resource_drift')).toEqual([`${line} 2`]);
    const done = outcomeOf(drifted);
    metrics.recordReport(reportOf({ steps: [keepStep()], before: planOf([drifted]), outcomes: [done] }));
    expect(await linesOf(metrics, 'resource_drift')).toEqual([`${line} 0`]);
  });

  it('forget objects that have vanished', async () => {
    const metrics = createMetrics();
    metrics.recordReport(reportOf());
    metrics.recordReport(
      reportOf({ objects: [reportedObject({ manifest: { kind: 'Cluster', name: 'other' } })], steps: [] }),
    );
    const lines = await linesOf(metrics, 'object_condition');
    expect(lines.filter((line) => line.includes('xray'))).toEqual([]);
    expect(lines).not.toHaveLength(0);
  });
});
