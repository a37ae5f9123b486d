import { describe, expect, it } from 'vitest';
import { METRICS_START, metricsOf } from '../support/reports/metrics.ts';
import { outcomeOf, reportOf, reportedObject } from '../support/reports/reports.ts';
import { change, holdStep, keepStep, planOf, updateStep } from '../support/plans/steps.ts';

async function linesOf(metrics: ReturnType<typeof metricsOf>, name: string): Promise<readonly string[]> {
  const text = await metrics.text();
  return text.split('\n').filter((line) => line.startsWith(`stationkeeper_${name}`));
}

describe('metrics', () => {
  it('count passes and requests, and time them', async () => {
    const metrics = metricsOf();
    metrics.recordPass({ result: 'failure', seconds: 0.2, endedAt: 1_793_600_001_000 });
    metrics.recordAwsRequest({ service: 'ecs', operation: 'DescribeServices', code: 'OK', seconds: 0.03 });
    metrics.recordAwsRetry({ service: 'ecs', operation: 'DescribeServices' });
    metrics.recordReading({ failure: undefined, at: 1_793_600_000_000 });
    expect(await linesOf(metrics, 'last_pass_end_timestamp_seconds')).toEqual([
      'stationkeeper_last_pass_end_timestamp_seconds{result="failure"} 1793600001',
    ]);
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
      'stationkeeper_aws_request_duration_seconds_sum{service="ecs"} 0.03',
    ]);
    expect(await linesOf(metrics, 'aws_retries_total')).toHaveLength(1);
    expect(await linesOf(metrics, 'source_last_success_timestamp_seconds')).toEqual([
      'stationkeeper_source_last_success_timestamp_seconds 1793600000',
    ]);
  });

  it('bound the codes that an endpoint can invent', async () => {
    const metrics = metricsOf();
    for (let index = 0; index < 500; index += 1) {
      metrics.recordAwsRequest({ service: 'ecs', operation: 'X', code: `Code${index}`, seconds: 0 });
    }
    metrics.recordAwsRequest({ service: 'ecs', operation: 'X', code: 'a "quoted"\nline', seconds: 0 });
    const lines = await linesOf(metrics, 'aws_requests_total');
    expect(lines).toHaveLength(201);
    expect(lines).toContain('stationkeeper_aws_requests_total{service="ecs",operation="X",code="Other"} 301');
  });

  it('tell from the start that the source was not read, and why it cannot be', async () => {
    const metrics = metricsOf();
    const told = async () => [
      ...(await linesOf(metrics, 'source_up')),
      ...(await linesOf(metrics, 'source_last_success_timestamp_seconds')),
    ];
    expect(await told()).toEqual(['stationkeeper_source_up{reason="NotReadYet"} 0']);
    metrics.recordReading({ failure: 'SourceUnreachable', at: 1_793_600_000_000 });
    expect(await told()).toEqual(['stationkeeper_source_up{reason="SourceUnreachable"} 0']);
    metrics.recordReading({ failure: undefined, at: 1_793_600_060_000 });
    metrics.recordReading({ failure: 'GitFailed', at: 1_793_600_120_000 });
    expect(await told()).toEqual([
      'stationkeeper_source_up{reason="GitFailed"} 0',
      'stationkeeper_source_last_success_timestamp_seconds 1793600060',
    ]);
  });

  it('tell what runs, since when, how often it looks, and what is in force', async () => {
    const metrics = metricsOf({ mode: 'observe', startedAt: 1_793_600_000_000, intervalMs: 30_000 });
    metrics.recordReport(reportOf());
    const facts = ['build_info', 'start_time_seconds', 'interval_seconds', 'source_revision_info'];
    expect((await Promise.all(facts.map((name) => linesOf(metrics, name)))).flat()).toEqual([
      'stationkeeper_build_info{version="0.1.0",owner="stationkeeper",mode="observe"} 1',
      'stationkeeper_start_time_seconds 1793600000',
      'stationkeeper_interval_seconds 30',
      'stationkeeper_source_revision_info{revision="c0ffee1"} 1',
    ]);
  });

  it('count invalid documents, and not the source as a whole', async () => {
    const metrics = metricsOf();
    const document = { file: 'a.yaml', line: 3, column: 5, path: 'spec.cpu', message: 'no such size' };
    const failure = { code: 'GitFailed', message: 'no' };
    const url = 'https://git.example.org/daemons';
    metrics.recordReport(
      reportOf({ source: { type: 'git', url, errors: [document], ignored: [], failure } }),
    );
    expect(await linesOf(metrics, 'source_errors')).toEqual(['stationkeeper_source_errors 1']);
  });

  it('name processes and Node as every Node program does', async () => {
    const names = [...(await metricsOf().text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['process_start_time_seconds', 'nodejs_version_info']));
    expect(names.filter((name) => /^stationkeeper_(process|nodejs)_/.test(name!))).toEqual([]);
  });

  it('count throttled requests by service, from 0 on', async () => {
    const metrics = metricsOf();
    metrics.recordAwsRequest({ service: 'ecs', operation: 'X', code: 'OK', seconds: 0 });
    expect(await linesOf(metrics, 'aws_throttled')).toEqual([
      'stationkeeper_aws_throttled_requests_total{service="ecs"} 0',
    ]);
    metrics.recordAwsRequest({ service: 'ecs', operation: 'X', code: 'ThrottlingException', seconds: 0 });
    expect(await linesOf(metrics, 'aws_throttled')).toEqual([
      'stationkeeper_aws_throttled_requests_total{service="ecs"} 1',
    ]);
  });

  it('show one condition status as 1 and the others as 0', async () => {
    const metrics = metricsOf();
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
    const metrics = metricsOf();
    const drifted = updateStep({ changedBy: 'aws', changes: [change('a'), change('b')] });
    const line =
      'stationkeeper_resource_drift{kind="DaemonService",name="xray",environment="default",resource="service/xray"}';
    metrics.recordReport(reportOf({ steps: [drifted] }));
    expect(await linesOf(metrics, 'resource_drift')).toEqual([`${line} 2`]);
    const done = outcomeOf(drifted);
    metrics.recordReport(reportOf({ steps: [keepStep()], before: planOf([drifted]), outcomes: [done] }));
    expect(await linesOf(metrics, 'resource_drift')).toEqual([`${line} 0`]);
  });

  it('tell each object once by how it stands, and its tasks', async () => {
    const metrics = metricsOf();
    const workload = { desired: 3, running: 2, pending: 1 };
    const health = { status: 'Degraded', reason: 'CrashLooping', message: 'it ends' } as const;
    metrics.recordReport(reportOf({ steps: [keepStep({ workload, health })] }));
    expect(await linesOf(metrics, 'object_state')).toEqual([
      'stationkeeper_object_state{kind="DaemonService",name="xray",environment="default",state="degraded",reason="CrashLooping"} 1',
    ]);
    expect(await linesOf(metrics, 'daemon_tasks')).toEqual([
      'stationkeeper_daemon_tasks{environment="default",name="xray",state="desired"} 3',
      'stationkeeper_daemon_tasks{environment="default",name="xray",state="running"} 2',
      'stationkeeper_daemon_tasks{environment="default",name="xray",state="pending"} 1',
    ]);
  });

  it('count each mutation once, also one that AWS is at for several passes', async () => {
    const metrics = metricsOf();
    const step = updateStep({ changedBy: 'aws' });
    metrics.recordOutcomes([outcomeOf(step), outcomeOf(updateStep(), { releases: true })]);
    metrics.recordOutcomes([outcomeOf(step, { result: 'started' })]);
    metrics.recordOutcomes([outcomeOf(step, { result: 'started' })]);
    metrics.recordOutcomes([]);
    metrics.recordOutcomes([outcomeOf(step, { result: 'started' })]);
    const line = (action: string, by: string, result: string): string =>
      `stationkeeper_mutations_total{kind="service",action="${action}",changed_by="${by}",result="${result}"}`;
    expect(await linesOf(metrics, 'mutations_total')).toEqual([
      `${line('update', 'aws', 'done')} 1`,
      `${line('release', 'git', 'done')} 1`,
      `${line('update', 'aws', 'started')} 2`,
    ]);
  });

  it('tell of deletions that are held, and whether somebody has to confirm them', async () => {
    const metrics = metricsOf();
    const plan = planOf([
      holdStep({ why: 'budget', intent: 'delete', exists: true }),
      holdStep({ why: 'policy', intent: 'delete', exists: true, name: 'other' }),
      holdStep({ why: 'waiting', intent: 'delete', exists: true, name: 'third' }),
    ]);
    metrics.recordReport(reportOf({ plan }));
    metrics.recordPlan(plan);
    expect(await linesOf(metrics, 'deletions_held')).toEqual([
      'stationkeeper_deletions_held{environment="default",reason="PruneBudgetExceeded"} 1',
      'stationkeeper_deletions_held{environment="default",reason="DeletionHeld"} 1',
    ]);
    expect(await linesOf(metrics, 'confirmation_waiting')).toEqual(['stationkeeper_confirmation_waiting 1']);
    metrics.recordReport(reportOf());
    metrics.recordPlan(planOf([keepStep()]));
    expect(await linesOf(metrics, 'deletions_held')).toEqual([]);
    expect(await linesOf(metrics, 'confirmation_waiting')).toEqual(['stationkeeper_confirmation_waiting 0']);
  });

  it('count notifications that came to their end, and those that wait', async () => {
    const metrics = metricsOf();
    metrics.recordNotification({ receiver: 'on-call', queued: 2 });
    metrics.recordNotification({ receiver: 'on-call', result: 'failed', queued: 1 });
    expect([...(await linesOf(metrics, 'notifications_'))]).toEqual([
      'stationkeeper_notifications_total{receiver="on-call",result="delivered"} 0',
      'stationkeeper_notifications_total{receiver="on-call",result="failed"} 1',
      'stationkeeper_notifications_undelivered{receiver="on-call"} 1',
    ]);
  });

  it('count objects by Environment and kind where a series for each would be too many', async () => {
    const metrics = metricsOf({ detail: 'environment' });
    const names = ['a', 'b', 'c'];
    const workload = { desired: 2, running: 1, pending: 0 };
    const manifests = names.map((name) => ({ kind: 'DaemonService', name }) as const);
    const report = reportOf({
      objects: manifests.map((manifest) => reportedObject({ manifest })),
      steps: manifests.map((manifest) =>
        keepStep({ manifest: manifest.name, name: manifest.name, workload }),
      ),
    });
    metrics.recordReport(report);
    metrics.recordStops({ plan: planOf([]), report, now: METRICS_START });
    const text = await metrics.text();
    expect(await linesOf(metrics, 'object_state')).toEqual([
      'stationkeeper_object_state{kind="DaemonService",name="",environment="default",state="ready",reason="ReconcileSuccess"} 3',
    ]);
    expect(text).toContain('stationkeeper_daemon_tasks{environment="default",name="",state="running"} 3\n');
    expect(text).toContain('name="",environment="default",resource="service"} 0\n');
    expect(text).toContain('type="Ready",status="True",reason="ReconcileSuccess"} 3\n');
    expect(names.filter((name) => text.includes(`"${name}"`))).toEqual([]);
  });

  it('forget objects that have vanished', async () => {
    const metrics = metricsOf();
    metrics.recordReport(reportOf());
    metrics.recordReport(
      reportOf({ objects: [reportedObject({ manifest: { kind: 'Cluster', name: 'other' } })], steps: [] }),
    );
    const lines = await linesOf(metrics, 'object_condition');
    expect(lines.filter((line) => line.includes('xray'))).toEqual([]);
    expect(lines).not.toHaveLength(0);
  });
});
