import { describe, expect, it, test } from 'vitest';
import { readNotifyConfig } from '../../controller/notifications/config.ts';
import type { Match } from '../../controller/notifications/match.ts';
import type { Notice } from '../../controller/notifications/notice.ts';
import { problemsOf } from '../../controller/notifications/problems.ts';
import type { Happening, Problem } from '../../controller/notifications/problem.ts';
import { NO_MEMORY, newsFor } from '../../controller/notifications/receiver-news.ts';
import type { ReceiverMemory, ReceiverRules } from '../../controller/notifications/receiver-news.ts';
import {
  at,
  concernedObject,
  objectStatus,
  problemOf,
  reportAt,
  withoutCredentials,
  withoutImage,
} from '../support/reports/troubled.ts';

const RULES: ReceiverRules = {
  name: 'on-call',
  match: {},
  sendResolved: true,
  sendUpdates: false,
  maxPerMinute: 10,
};

interface Seen {
  readonly seconds: number;
  readonly problems?: readonly Problem[];
  readonly happenings?: readonly Happening[];
  readonly isStart?: boolean;
}

function noticesOf(sightings: readonly Seen[], rules: Partial<ReceiverRules> = {}): readonly Notice[] {
  let memory: ReceiverMemory = NO_MEMORY;
  return sightings.flatMap(({ seconds, problems = [], happenings = [], isStart = false }) => {
    const { source } = reportAt(seconds, []);
    const now = Date.parse(at(seconds));
    const news = { problems, happenings, source, now, isStart };
    const decided = newsFor({ ...RULES, ...rules }, memory, news);
    ({ memory } = decided);
    return decided.notices;
  });
}

function titles(notices: readonly Notice[]): readonly string[] {
  return notices.map(({ title }) => title);
}

const applied: Happening = {
  type: 'applied',
  reason: 'Applied',
  what: 'applied c0ffee1',
  message: 'Changed service/xray.',
  objects: [concernedObject('xray')],
  environments: ['prod-eu'],
};

describe('a title', () => {
  const NAMES = Array.from({ length: 13 }, (_, index) => `daemon-${index}`);
  it.each([
    ['what, where and how bad', [withoutImage()], 'xray in prod-eu: image not found (0 of 2 tasks)'],
    [
      'how many objects a cause has in common',
      NAMES.map((name) => withoutCredentials({ name })),
      '13 objects in prod-eu: credentials expired',
    ],
    [
      'in how many Environments',
      [withoutImage(), withoutImage({ environment: 'prod-us' })],
      'xray in 2 Environments: image not found',
    ],
    [
      'no Environment that nobody named',
      [withoutImage({ environment: 'default' })],
      'xray: image not found (0 of 2 tasks)',
    ],
    [
      'as much as fits a phone, with how bad it is',
      [withoutImage({ name: 'a'.repeat(80) })],
      `${'a'.repeat(36)}… in prod-eu: image not found (0 of 2 tasks)`,
    ],
  ])('says %s', (_rule, objects, title) => {
    expect(titles(noticesOf([{ seconds: 0, problems: problemsOf(reportAt(0, objects)) }]))).toEqual([title]);
    expect(title.length).toBeLessThanOrEqual(80);
  });

  it('shows control characters of a name instead of obeying them', () => {
    const problem = problemOf('a', ['x\u202Egpj']);
    expect(titles(noticesOf([{ seconds: 0, problems: [problem] }]))).toEqual([
      'x\\u{202e}gpj in prod-eu: image not found',
    ]);
  });
});

test('the lines below say the cause, since when, when it is tried again, and the commit', () => {
  const object = withoutImage({ nextRetryAt: at(600) });
  const [notice] = noticesOf([{ seconds: 60, problems: problemsOf(reportAt(60, [object])) }]);
  expect(notice?.lines).toEqual([
    'The image or its tag does not exist: check the image in the manifest.',
    '0 of 2 tasks running; CannotPullContainerError: not found (the image or its tag does not exist)',
    'Since 2026-12-01 03:00 UTC.',
    'Stationkeeper retries at 2026-12-01 03:10 UTC.',
    'Commit c0ffee1',
  ]);
});

test('the end is told with how long it lasted, and as info', () => {
  const problems = [problemOf('image', ['xray'])];
  const [, resolved, ...more] = noticesOf([
    { seconds: 0, problems },
    { seconds: 300, problems },
    { seconds: 360 },
    { seconds: 480 },
  ]);
  expect(more).toEqual([]);
  expect(resolved).toMatchObject({
    type: 'incident.resolved',
    severity: 'info',
    subject: 'image',
    title: 'Resolved: xray in prod-eu: image not found',
    lines: ['It lasted 6m.'],
  });
});

test('the end is not told to who does not want it', () => {
  const seen = [{ seconds: 0, problems: [problemOf('image', ['xray'])] }, { seconds: 60 }, { seconds: 300 }];
  expect(titles(noticesOf(seen, { sendResolved: false }))).toEqual(['xray in prod-eu: image not found']);
});

test('messages about one problem have one subject, ids of their own and a sequence that grows', () => {
  const seen = [
    { seconds: 0, problems: [problemOf('denied', ['a'])] },
    { seconds: 60, problems: [problemOf('denied', ['a', 'b'])] },
    { seconds: 120 },
    { seconds: 240 },
  ];
  const notices = noticesOf(seen, { sendUpdates: true });
  expect(notices.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
    'incident.opened denied',
    'incident.updated denied',
    'incident.resolved denied',
  ]);
  const sequences = notices.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  expect(new Set(notices.map(({ id }) => id)).size).toBe(3);
});

describe('a storm', () => {
  const storm = Array.from({ length: 200 }, (_, index) =>
    problemOf(`cause-${index}`, [`daemon-${index}`], {
      severity: index < 3 ? 'warning' : 'critical',
      reason: index % 2 === 0 ? 'ImageNotFound' : 'CrashLooping',
    }),
  );

  it('is one digest that counts it, and its end another', () => {
    const notices = noticesOf([{ seconds: 0, problems: storm }, { seconds: 60 }, { seconds: 180 }]);
    expect(titles(notices)).toEqual(['200 problems in prod-eu', '200 resolved in prod-eu']);
    expect(notices[0]).toMatchObject({ type: 'digest', severity: 'critical', reason: 'Digest' });
    expect(notices[0]?.lines[0]).toBe(
      '200 messages in one: 100 CrashLooping, 100 ImageNotFound. 197 are critical.',
    );
    expect(notices[0]?.lines.at(-1)).toBe('and 190 more; stationkeeper status lists them.');
    expect(notices[0]?.members).toHaveLength(200);
    expect(notices[0]?.members[0]?.severity).toBe('critical');
  });

  it('waits where there is no room for a digest, and what is over by then is not told', () => {
    const rules = { maxPerMinute: 1 };
    const other = problemOf('other', ['other']);
    const seen = [
      { seconds: 0, problems: [problemOf('first', ['first'])] },
      { seconds: 10, problems: [problemOf('first', ['first']), other], happenings: [applied] },
      { seconds: 65, problems: [problemOf('first', ['first']), other] },
    ];
    expect(titles(noticesOf(seen, rules))).toEqual([
      'first in prod-eu: image not found',
      '1 problem, 1 change in prod-eu',
    ]);
  });

  it('that comes within a minute of other messages makes no more than a receiver takes', () => {
    const seen = Array.from({ length: 60 }, (_, second) => ({
      seconds: second,
      problems: storm.slice(0, second + 1),
    }));
    expect(noticesOf(seen, { maxPerMinute: 5 })).toHaveLength(5);
  });
});

test('what a start finds is one message where nothing can be edited, and else one for each', () => {
  const problems = [problemOf('a', ['a']), problemOf('b', ['b'])];
  const slack = noticesOf([{ seconds: 0, problems, isStart: true }]);
  expect(titles(slack)).toEqual(['2 problems in prod-eu']);
  expect(slack[0]?.foundAtStart).toBe(true);
  const webhook = noticesOf([{ seconds: 0, problems, isStart: true }], { sendUpdates: true });
  expect(webhook.map(({ foundAtStart, since }) => [foundAtStart, since])).toEqual([
    [true, undefined],
    [true, undefined],
  ]);
  expect(webhook[0]?.lines).toContain('The controller found it when it started; it may be older.');
});

describe('a match', () => {
  const problems = problemsOf(
    reportAt(0, [
      withoutImage({ environment: 'prod-eu' }),
      withoutImage({ environment: 'prod-us' }),
      objectStatus({ name: 'otel', environment: 'dev', stalled: { status: 'True', reason: 'Contested' } }),
      objectStatus({
        kind: 'Cluster',
        name: 'main',
        environment: 'dev',
        health: 'Degraded',
        ready: { status: 'False', reason: 'ClusterInactive' },
      }),
    ]),
  );
  it.each<readonly [string, Match, readonly string[]]>([
    [
      'of nothing takes everything',
      {},
      [
        'xray in 2 Environments: image not found',
        'otel in dev: somebody keeps changing it in AWS',
        'Cluster/main in dev: cluster inactive',
      ],
    ],
    [
      'of an Environment takes what is there of a problem',
      { environments: ['*-us'] },
      ['xray in prod-us: image not found (0 of 2 tasks)'],
    ],
    [
      'of a severity takes that',
      { severities: ['warning'] },
      ['otel in dev: somebody keeps changing it in AWS'],
    ],
    [
      'of a name takes daemons of it',
      { objects: ['ot?l'] },
      ['otel in dev: somebody keeps changing it in AWS'],
    ],
    ['of a kind takes that', { objects: ['Cluster/*'] }, ['Cluster/main in dev: cluster inactive']],
    ['of a reason takes that', { reasons: ['Image*'] }, ['xray in 2 Environments: image not found']],
    ['of what there is not takes nothing', { objects: ['xray'], environments: ['dev'] }, []],
    ['is of the whole name', { objects: ['xra'] }, []],
    ['takes no dot for a character', { environments: ['prod.eu'] }, []],
  ])('%s', (_rule, match, expected) => {
    expect(titles(noticesOf([{ seconds: 0, problems }], { match }))).toEqual(expected);
  });

  it('of objects and Environments lets a source pass that nobody can read', () => {
    const { source } = reportAt(0, []);
    const errors = [{ file: '', line: 0, column: 0, path: '', message: 'SourceUnreachable: git says no' }];
    const seen = [0, 120].map((seconds) => ({
      seconds,
      problems: problemsOf(reportAt(seconds, [], { source: { ...source, errors } })),
    }));
    const match = { objects: ['xray'], environments: ['prod-eu'] };
    expect(titles(noticesOf(seen, { match }))).toEqual(['Manifests cannot be read (SourceUnreachable)']);
  });
});

test('the defaults of a webhook are those of a machine, and those of Slack and SNS of people', () => {
  const text = `receivers:
  - { name: a, slack: { urlFile: url } }
  - { name: b, webhook: { url: "https://events.example.org/x", secretFile: secret } }
  - { name: c, sns: { topicArn: "arn:aws:sns:eu-west-1:111122223333:stationkeeper" } }
`;
  const read = readNotifyConfig(text);
  expect(read.type === 'config' && read.receivers).toMatchObject([
    { sendResolved: true, sendUpdates: false, maxPerMinute: 10 },
    { sendResolved: true, sendUpdates: true, maxPerMinute: 60 },
    { sendUpdates: false, maxPerMinute: 10, target: { region: 'eu-west-1' } },
  ]);
});
