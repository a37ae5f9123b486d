import { describe, expect, it, test } from 'vitest';
import { problemsOf, reasonInWords } from '../../controller/notifications/problems.ts';
import { severityOf } from '../../controller/notifications/severity.ts';
import type { Sort } from '../../controller/notifications/severity.ts';
import type { ObjectStatus, StatusReport } from '../../controller/status/schema.ts';
import { objectStatus, reportAt, withoutCredentials, withoutImage } from '../support/reports/troubled.ts';

const NAMES = Array.from({ length: 13 }, (_, index) => `daemon-${index}`);

function keysOf(objects: readonly ObjectStatus[], overrides: Partial<StatusReport> = {}): readonly string[] {
  return problemsOf(reportAt(0, objects, overrides)).map(
    ({ key, objects: concerned, severity }) => `${severity} ${key} ${concerned.length}`,
  );
}

describe('what is wrong by a report', () => {
  it.each<readonly [string, readonly ObjectStatus[], Partial<StatusReport>, readonly string[]]>([
    ['of healthy objects is nothing', [objectStatus()], {}, []],
    [
      'of a suspended object is nothing',
      [objectStatus({ health: 'Suspended', ready: { status: 'Unknown', reason: 'ReconcilePaused' } })],
      {},
      [],
    ],
    [
      'of an object that AWS works on is nothing',
      [
        objectStatus({
          health: 'Progressing',
          ready: { status: 'False', reason: 'Progressing' },
          reconciling: { status: 'True', reason: 'Progressing' },
        }),
      ],
      {},
      [],
    ],
    [
      'of a deployment whose tasks stop is a warning before ECS gives it up',
      [
        objectStatus({
          health: 'Progressing',
          cause: 'the image or its tag does not exist: check the image in the manifest',
          ready: { status: 'False', reason: 'Progressing' },
        }),
      ],
      {},
      ['warning DaemonService/xray/Progressing 1'],
    ],
    [
      'of a deployment that goes on where tasks of the one before it stopped is nothing',
      [
        objectStatus({
          health: 'Progressing',
          cause: 'the image or its tag does not exist: check the image in the manifest',
          stops: { count: 3, reason: 'CannotPullContainerError', lastAt: '2026-12-01T02:00:00.000Z' },
          deployment: { id: 'ecs-svc/2', startedAt: '2026-12-01T03:00:00.000Z' },
          ready: { status: 'False', reason: 'Progressing' },
        }),
      ],
      {},
      [],
    ],
    [
      'of what fails and is tried again is a warning',
      [
        objectStatus({
          ready: { status: 'False', reason: 'ThrottlingException' },
          reconciling: { status: 'True', reason: 'ProgressingWithRetry' },
        }),
      ],
      {},
      ['warning DaemonService/xray/ThrottlingException 1'],
    ],
    [
      'of a stalled object is its reason',
      [withoutImage()],
      {},
      ['critical DaemonService/xray/ImageNotFound 1'],
    ],
    [
      'of one definition in many Environments is one problem',
      [withoutImage(), withoutImage({ environment: 'prod-us' })],
      {},
      ['critical DaemonService/xray/ImageNotFound 2'],
    ],
    [
      'of two definitions with the same reason are two problems',
      [withoutImage(), withoutImage({ name: 'otel' })],
      {},
      ['critical DaemonService/xray/ImageNotFound 1', 'critical DaemonService/otel/ImageNotFound 1'],
    ],
    [
      'of objects that expired credentials hide is one problem, which is critical',
      NAMES.map((name) => withoutCredentials({ name })),
      {},
      ['critical ExpiredTokenException 13'],
    ],
    [
      'of objects that one failure of AWS has in common is one problem',
      NAMES.map((name) =>
        objectStatus({
          name,
          cause: 'the controller may not call ecs:CreateService',
          ready: { status: 'False', reason: 'AccessDeniedException' },
          stalled: { status: 'True', reason: 'AccessDeniedException' },
        }),
      ),
      { causes: [{ reason: 'AccessDeniedException', message: '', environment: 'prod-eu', objects: 13 }] },
      ['critical AccessDeniedException/1669a7c2 13'],
    ],
    [
      'of daemons that find no address is one problem in an Environment',
      ['a', 'b'].map((name) => withoutImage({ name, stalled: { status: 'True', reason: 'SubnetFull' } })),
      {},
      ['critical SubnetFull/prod-eu 2'],
    ],
    [
      'of a field that somebody changes back is a warning',
      [objectStatus({ stalled: { status: 'True', reason: 'Contested' } })],
      {},
      ['warning DaemonService/xray/Contested 1'],
    ],
    [
      'of a Rollout that failed is critical, and of one that waits for approval a warning',
      [
        objectStatus({
          kind: 'Rollout',
          name: 'fleet',
          environment: '',
          health: 'Degraded',
          ready: { status: 'False', reason: 'RolloutFailed' },
        }),
        objectStatus({
          kind: 'Rollout',
          name: 'other',
          environment: '',
          health: 'Progressing',
          ready: { status: 'False', reason: 'ApprovalNeeded' },
        }),
      ],
      {},
      ['critical Rollout/fleet/RolloutFailed 1', 'warning Rollout/other/ApprovalNeeded 1'],
    ],
    [
      'of consumers that cannot reach a daemon is a warning',
      [
        {
          ...objectStatus(),
          conditions: [
            ...objectStatus().conditions,
            {
              type: 'ConsumersReachable',
              status: 'False',
              reason: 'Blocked',
              message: 'app: a rule is missing',
              lastTransitionTime: '',
            },
          ],
        },
      ],
      {},
      ['warning DaemonService/xray/Blocked 1'],
    ],
    [
      'of an invalid document is told once, and not for its objects too',
      [
        objectStatus({
          ready: { status: 'False', reason: 'SourceInvalid' },
          stalled: { status: 'True', reason: 'SourceInvalid' },
        }),
      ],
      {
        source: {
          ...reportAt(0, []).source,
          errors: [{ file: 'xray.yaml', line: 3, column: 5, path: 'spec.cpu', message: 'must be 256' }],
        },
      },
      ['critical source/invalid 1'],
    ],
    [
      'of deletions that wait is told once, and not for their objects too',
      [
        objectStatus({
          ready: { status: 'False', reason: 'PruneBudgetExceeded' },
          stalled: { status: 'True', reason: 'PruneBudgetExceeded' },
        }),
      ],
      {
        confirmation: {
          hash: 'a1b2',
          request: 'POST /plan/a1b2/confirm',
          why: ['the prune budget is 0'],
          objects: ['DaemonService/xray: service/xray'],
        },
      },
      ['warning removals 1'],
    ],
  ])('%s', (_rule, objects, overrides, expected) => {
    expect(keysOf(objects, overrides)).toEqual(expected);
  });

  it('of a source that cannot be read names its code, and concerns every object', () => {
    const { source } = reportAt(0, []);
    const errors = [{ file: '', line: 0, column: 0, path: '', message: 'SourceUnreachable: git says no' }];
    const [problem] = problemsOf(reportAt(0, [objectStatus()], { source: { ...source, errors } }));
    expect(problem).toMatchObject({
      key: 'source',
      reason: 'SourceUnreachable',
      severity: 'critical',
      message: 'https://git.example.org/daemons: git says no',
      objects: [],
      environments: [],
    });
  });
});

test.each<readonly [Sort, string, string]>([
  ['stalled', 'ImageNotFound', 'critical'],
  ['degraded', 'CrashLooping', 'critical'],
  ['rollout-failed', 'RolloutFailed', 'critical'],
  ['source', 'SourceUnreachable', 'critical'],
  ['unknown', 'ExpiredToken', 'critical'],
  ['unknown', 'Unseen', 'warning'],
  ['removals', 'ConfirmationNeeded', 'warning'],
  ['stalled', 'Contested', 'warning'],
  ['approval', 'ApprovalNeeded', 'warning'],
  ['info', 'DriftHealed', 'info'],
])('%s with %s is %s', (sort, reason, severity) => {
  expect(severityOf(sort, reason)).toBe(severity);
});

test.each([
  ['ImageNotFound', 'image not found'],
  ['CrashLooping', 'crash looping'],
  ['OOMKilled', 'OOM killed'],
  ['SubnetFull', 'subnet full'],
])('%s reads %s in a title', (reason, words) => {
  expect(reasonInWords(reason)).toBe(words);
});
