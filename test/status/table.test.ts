import { expect, it } from 'vitest';
import { confirmationDetail, statusDetail, statusTable } from '../../controller/status/table.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Transition } from '../../controller/status/schema.ts';
import { onlyObject, reportInput, reportOf, reportedObject } from '../support/reports/reports.ts';
import { change, holdStep, keepStep, updateStep } from '../support/plans/steps.ts';

const plain = { colour: false, confirm: (hash: string) => `confirm ${hash}` };

it('prints one aligned line per object', () => {
  const objects = [
    reportedObject(),
    reportedObject({ manifest: { kind: 'Cluster', name: 'xray-daemon-cluster' } }),
  ];
  expect(statusTable(reportOf({ objects }), plain).split('\n')).toEqual([
    'NAME                  KIND            ENVIRONMENT   SYNC      HEALTH    READY     REVISION   MESSAGE',
    'xray-daemon-cluster   Cluster         default       Unknown   Unknown   Unknown   -          not read yet',
    'xray                  DaemonService   default       Synced    Healthy   True      c0ffee1    in sync',
    '',
    '1 unknown, 1 ready; 2 in all',
  ]);
});

it('tells of a long message its reason and cause, and what several objects share', () => {
  const objects = [reportedObject(), reportedObject({ manifest: { kind: 'DaemonService', name: 'a' } })];
  const steps = [holdStep({ why: 'unseen' }), holdStep({ why: 'unseen', kind: 'log-group', manifest: 'a' })];
  const failed = {
    code: 'ThrottlingException',
    message: `ecs:DescribeServices is throttled: ${'Rate exceeded '.repeat(10)}`,
    retry: 'backoff',
    operation: 'ecs:DescribeServices',
  } as const;
  const failures = new Map(steps.map((step) => [resourceKey(step.id), failed]));
  const text = statusTable(reportOf({ objects, steps, failures }), plain);
  expect(text).toMatch(/^xray .* ThrottlingException: AWS throttles ecs:DescribeServices$/m);
  expect(text).toMatch(/\n\nShared causes:\n {2}2 objects of default: .*ecs:DescribeServices is throttled/);
  expect(text).toMatch(/\n\n2 unknown; 2 in all$/);
});

it('tells what waits for a confirmation, why, and the command that gives it; of single objects where one of them waits', () => {
  const reason = '1 object would be removed and the prune budget is 0; confirm the plan by its hash';
  const held = { why: 'budget', intent: 'delete', exists: true, reason } as const;
  const steps = [keepStep({ name: 'other', manifest: 'other' }), holdStep({ ...held, manifest: 'gone' })];
  const objects = [reportedObject({ manifest: { kind: 'DaemonService', name: 'other' } })];
  const report = reportOf({ objects, steps });
  const told = [
    '',
    'Removals to be confirmed:',
    '  1 object waits: 1 object would be removed and the prune budget is 0',
    '  - DaemonService/gone: service/xray',
    '  To remove exactly these (or else restore their manifests):',
    '    confirm a1b2c3',
  ].join('\n');
  expect(statusTable(report, plain)).toContain(`\n${told}\n`);
  expect(confirmationDetail(report, plain)).toBe(told);
  const [gone, other] = ['gone', 'other'].map((name) =>
    report.objects.filter((object) => object.name === name),
  );
  expect(confirmationDetail({ ...report, objects: gone! }, plain)).toBe(told);
  expect(confirmationDetail({ ...report, objects: other! }, plain)).toBe('');
});

it('tells of one object its cause, since when, its tasks and where to look', () => {
  const workload = {
    desired: 2,
    running: 0,
    pending: 1,
    deployment: { id: 'ecs-svc/1', state: 'FAILED' },
    stops: { count: 3, reason: 'exit code 1', lastAt: Date.parse('2026-11-29T12:00:00Z') },
  };
  const retryAt = Date.parse('2026-11-29T12:05:00Z');
  const health = { status: 'Degraded', message: 'failed', cause: 'it exits', retryAt } as const;
  const text = statusDetail(onlyObject(reportOf({ steps: [keepStep({ health, workload })] })), plain);
  expect(text).toMatch(/^Cause: +it exits$/m);
  expect(text).toMatch(/^Since: +2026-/m);
  expect(text).toMatch(/^Next retry: +2026-11-29T12:05:00\.000Z$/m);
  expect(text).toMatch(/^Tasks: +0 running, 1 pending, 2 wanted$/m);
  expect(text).toMatch(/^Deployment: +ecs-svc\/1, FAILED$/m);
  expect(text).toMatch(/^Stops: +3 within the hour, last at 2026-11-29T12:00:00\.000Z: exit code 1$/m);
});

it('colours only when asked', () => {
  const report = reportOf();
  const escape = String.fromCodePoint(27);
  expect(statusTable(report, plain)).not.toContain(escape);
  expect(statusTable(report, { ...plain, colour: true })).toContain(`${escape}[32mHealthy`);
});

it('says where the source is wrong', () => {
  const error = { file: 'a.yaml', line: 3, column: 5, path: 'spec.cpu', message: 'is not valid' };
  const report = reportOf({ objects: [], steps: [], source: { ...reportInput().source, errors: [error] } });
  expect(statusTable(report, plain)).toBe(
    'no objects\n\nSource errors:\n  a.yaml:3:5: spec.cpu: is not valid',
  );
});

it('says what of the source will not work', () => {
  const warning = { file: 'a.yaml', line: 3, column: 5, path: 'spec.region', message: 'is not known' };
  const report = reportOf({
    objects: [],
    steps: [],
    source: { ...reportInput().source, warnings: [warning] },
  });
  expect(statusTable(report, plain)).toBe(
    'no objects\n\nSource warnings:\n  a.yaml:3:5: spec.region: is not known',
  );
});

it('counts what of the source is ignored, and shows the first few', () => {
  const ignored = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ file: `${index}.yaml`, line: 1, message: 'is not ours' }));
  const tableOf = (list: ReturnType<typeof ignored>) =>
    statusTable(
      reportOf({ objects: [], steps: [], source: { ...reportInput().source, ignored: list } }),
      plain,
    );
  const folder = { file: '.github/', line: 0, message: 'is hidden: its name begins with a dot' };
  expect(tableOf([folder])).toBe(
    'no objects\n\nIgnored in the source: 1\n  .github/ is hidden: its name begins with a dot',
  );
  expect(tableOf([...ignored(99), { file: '', line: 0, message: '7 more are ignored' }]).split('\n')).toEqual(
    [
      'no objects',
      '',
      'Ignored in the source: more than 99',
      '  0.yaml:1 is not ours',
      '  1.yaml:1 is not ours',
      '  2.yaml:1 is not ours',
      '  …: stationkeeper validate lists each',
    ],
  );
});

it('prints conditions, resources, drift and instances of one object', () => {
  const tasks = [{ id: 't1', lastStatus: 'RUNNING', healthStatus: 'UNKNOWN', ipv4: '172.31.5.7' }];
  const steps = [
    keepStep({ kind: 'role' }),
    updateStep({ changedBy: 'aws', changes: [change('tags.team', null, 'platform')], tasks }),
  ];
  const text = statusDetail(onlyObject(reportOf({ steps })), plain);
  expect(text).toMatch(/^Name: +xray$/m);
  expect(text).toMatch(/^Endpoint: +xray\.services\.dockerinaws\.org:2000$/m);
  expect(text).toMatch(
    /^ {2}Ready +False +DriftDetected +2026-11-02T10:00:00\.000Z +service\/xray was changed in AWS: tags\.team$/m,
  );
  expect(text).toMatch(/^ {2}role\/xray +InSync +keep +us$/m);
  expect(text).toMatch(/^ {2}service\/xray +tags\.team +platform +- +2026-11-02T09:59:59\.000Z +-$/m);
  expect(text).toMatch(/^ {2}t1 +172\.31\.5\.7 +- +UNKNOWN +RUNNING$/m);
});

it('keeps control characters of AWS messages out of the terminal', () => {
  const reason = `line one\nline two${String.fromCodePoint(27)}[2J`;
  const text = statusTable(reportOf({ steps: [updateStep({ reason })] }), plain);
  expect(text.split('\n\n')[0]?.split('\n')).toHaveLength(2);
  expect(text).not.toContain(String.fromCodePoint(27));
});

it('prints what happened to one object, newest first', () => {
  const history = [
    {
      at: '2026-11-02T10:00:00.000Z',
      why: 'Health',
      changes: [{ path: 'health', from: 'Progressing', to: 'Healthy' }],
      result: 'seen',
      message: '2 of 2 tasks running',
    },
    {
      at: '2026-11-02T09:59:00.000Z',
      resource: 'service/xray',
      why: 'Drifted',
      changes: [{ path: 'desiredCount', from: 1, to: 2 }],
      result: 'done',
      message: '',
    },
  ] as const satisfies readonly Transition[];
  const text = statusDetail({ ...onlyObject(reportOf()), history }, plain);
  expect(text.split('\n').slice(-3)).toEqual([
    '  AT                         WHY       RESOURCE       RESULT   WHAT',
    '  2026-11-02T10:00:00.000Z   Health    -              seen     health: Progressing → Healthy; 2 of 2 tasks running',
    '  2026-11-02T09:59:00.000Z   Drifted   service/xray   done     desiredCount: 1 → 2',
  ]);
});
