import type { FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { serveSandbox } from '../../sandbox/http/server.ts';
import { filterPattern } from '../../sandbox/logs/filter-pattern.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';

const logGroupName = '/stationkeeper/xray';
const [A, B] = ['docker/xray/a', 'docker/xray/b'];
const HOUR_MS = 3_600_000;

/** A group with two streams, and the time as the sandbox has it. */
async function logs() {
  const sandbox = serviceSandbox('logs');
  await sandbox.call('CreateLogGroup', { logGroupName });
  for (const logStreamName of [A, B]) await sandbox.call('CreateLogStream', { logGroupName, logStreamName });
  const now = Math.floor(sandbox.sandbox.world.now());
  return {
    ...sandbox,
    now,
    put: (logStreamName: string, ...written: readonly (readonly [ms: number, message: string])[]) =>
      sandbox.call('PutLogEvents', {
        logGroupName,
        logStreamName,
        logEvents: written.map(([ms, message]) => ({ timestamp: now + ms, message })),
      }),
    filtered: async (input: Partial<FilterLogEventsCommandInput> = {}) => {
      const { events = [] } = await sandbox.call('FilterLogEvents', { logGroupName, ...input });
      return events.map(({ message }) => message);
    },
  };
}

describe('PutLogEvents', () => {
  it('what streams were given is told of them, and of their group', async () => {
    const { call, put, now } = await logs();
    await put(A, [-10, 'one'], [-5, 'two']);
    await put(A, [-20, 'earlier']);
    const { logStreams } = await call('DescribeLogStreams', { logGroupName });
    expect(logStreams).toEqual([
      expect.objectContaining({
        logStreamName: A,
        firstEventTimestamp: now - 20,
        lastEventTimestamp: now - 5,
        lastIngestionTime: now,
      }),
      expect.not.objectContaining({ lastEventTimestamp: expect.anything() }),
    ]);
    const { logGroups } = await call('DescribeLogGroups', {});
    expect(logGroups).toMatchObject([{ storedBytes: 'onetwoearlier'.length + 3 * 26 }]);
  });

  it('leaves out what is too old, expired or too new, and says which', async () => {
    const { call, put, filtered } = await logs();
    const soon = await put(A, [0, 'now'], [3 * HOUR_MS, 'in three hours']);
    expect(soon.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    const old = await put(A, [-14.5 * 24 * HOUR_MS, 'old'], [-13.9 * 24 * HOUR_MS, 'not so old']);
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    await call('PutRetentionPolicy', { logGroupName, retentionInDays: 1 });
    const expired = await put(A, [-25 * HOUR_MS, 'expired'], [-23 * HOUR_MS, 'kept']);
    expect(expired.rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    expect(await filtered()).toEqual(['not so old', 'kept', 'now']);
  });

  it.each([
    ['nothing', [], 'Member must have length greater than or equal to 1'],
    ['an empty message', [[0, '']], 'Member must have length greater than or equal to 1'],
    [
      'events out of order',
      [
        [0, 'b'],
        [-1, 'a'],
      ],
      'chronological order',
    ],
    [
      'more than a day',
      [
        [-25 * HOUR_MS, 'a'],
        [0, 'b'],
      ],
      'cannot span more than 24 hours',
    ],
    ['more than 1 MiB', [[0, 'x'.repeat(1_048_576)]], 'Upload too large'],
  ] as const)('refuses %s', async (_what, written, says) => {
    const { refusal, now } = await logs();
    const logEvents = written.map(([ms, message]) => ({ timestamp: now + ms, message }));
    const refused = await refusal('PutLogEvents', { logGroupName, logStreamName: A, logEvents });
    expect(refused).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(says),
    });
  });

  it('a stream that there is not gets nothing', async () => {
    const { refusal, now } = await logs();
    const logEvents = [{ timestamp: now, message: 'lost' }];
    expect(await refusal('PutLogEvents', { logGroupName, logStreamName: 'none', logEvents })).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    });
  });

  it('what a Region holds has its bound: the fullest group loses its oldest events first', async () => {
    const { call, put, filtered, now } = await logs();
    await call('CreateLogGroup', { logGroupName: '/small' });
    await call('CreateLogStream', { logGroupName: '/small', logStreamName: 's' });
    await call('PutLogEvents', {
      logGroupName: '/small',
      logStreamName: 's',
      logEvents: [{ timestamp: now, message: 'kept' }],
    });
    for (let count = 0; count < 70; count++) await put(A, [count, `${count} ${'x'.repeat(1_000_000)}`]);
    const numbers = (await call('FilterLogEvents', { logGroupName, startFromHead: false, limit: 100 }))
      .events!;
    expect(numbers[0]?.message).toMatch(/^69 /);
    expect((await filtered({ limit: 1 }))[0]).not.toMatch(/^0 /);
    const { events } = await call('FilterLogEvents', { logGroupName: '/small' });
    expect(events).toMatchObject([{ message: 'kept' }]);
  });
});

describe('GetLogEvents', () => {
  it('begins at the latest events, or at the head, and gives them in the order of time', async () => {
    const { call, put } = await logs();
    await put(A, [-3, 'a'], [-2, 'b'], [-1, 'c']);
    await put(B, [-2, 'of another stream']);
    const read = async (startFromHead?: boolean) =>
      (await call('GetLogEvents', { logGroupName, logStreamName: A, limit: 2, startFromHead })).events?.map(
        ({ message }) => message,
      );
    expect(await read()).toEqual(['b', 'c']);
    expect(await read(true)).toEqual(['a', 'b']);
  });

  it('its tokens lead on in both directions, and stay as they are at either end', async () => {
    const { call, put } = await logs();
    await put(A, [-3, 'a'], [-2, 'b'], [-1, 'c']);
    const read = (nextToken?: string) =>
      call('GetLogEvents', { logGroupName, logStreamName: A, limit: 2, startFromHead: true, nextToken });
    const first = await read();
    const second = await read(first.nextForwardToken);
    expect(second.events).toMatchObject([{ message: 'c' }]);
    const end = await read(second.nextForwardToken);
    expect(end).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
    await put(A, [0, 'd']);
    expect((await read(end.nextForwardToken)).events).toMatchObject([{ message: 'd' }]);
    expect((await read(second.nextBackwardToken)).events).toMatchObject([{ message: 'a' }, { message: 'b' }]);
    expect(await read(first.nextBackwardToken)).toMatchObject({
      events: [],
      nextBackwardToken: first.nextBackwardToken,
    });
  });

  it('an end of time is left out, a start is not', async () => {
    const { call, put, now } = await logs();
    await put(A, [-3, 'a'], [-2, 'b'], [-1, 'c']);
    const { events } = await call('GetLogEvents', {
      logGroupIdentifier: logGroupName,
      logStreamName: A,
      startTime: now - 3,
      endTime: now - 1,
    });
    expect(events?.map(({ message }) => message)).toEqual(['a', 'b']);
  });

  it.each([{ limit: 0 }, { limit: 10_001 }, { nextToken: 'f/1/s' }, { logStreamName: undefined }])(
    'refuses %o',
    async (wrong) => {
      const { refusal } = await logs();
      const input = { logGroupName, logStreamName: A, ...wrong };
      expect(await refusal('GetLogEvents', input)).toMatchObject({ name: 'InvalidParameterException' });
    },
  );
});

describe('FilterLogEvents', () => {
  it('mixes the streams of a group by time, an end of time included', async () => {
    const { put, filtered, now } = await logs();
    await put(A, [-4, 'a1'], [-2, 'a2']);
    await put(B, [-3, 'b1'], [-1, 'b2']);
    expect(await filtered()).toEqual(['a1', 'b1', 'a2', 'b2']);
    expect(await filtered({ startTime: now - 3, endTime: now - 2 })).toEqual(['b1', 'a2']);
    expect(await filtered({ logStreamNames: [B] })).toEqual(['b1', 'b2']);
    expect(await filtered({ logStreamNamePrefix: 'docker/xray/a' })).toEqual(['a1', 'a2']);
  });

  it.each([true, false])(
    'gives every event once, page after page, from the head: %s',
    async (startFromHead) => {
      const { call, put } = await logs();
      await put(A, [-3, 'a'], [-3, 'b'], [-3, 'c'], [-2, 'd'], [-1, 'e']);
      const seen: (string | undefined)[] = [];
      let nextToken: string | undefined;
      do {
        const page = await call('FilterLogEvents', { logGroupName, startFromHead, limit: 2, nextToken });
        seen.push(...(page.events ?? []).map(({ message }) => message));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      const inOrder = ['a', 'b', 'c', 'd', 'e'];
      expect(seen).toEqual(startFromHead ? inOrder : inOrder.toReversed());
    },
  );

  it('gives each event an id of its own, by which who follows knows it again', async () => {
    const { call, put } = await logs();
    await put(A, [-1, 'same'], [-1, 'same']);
    const { events = [] } = await call('FilterLogEvents', { logGroupName });
    const ids = events.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^\d{56}$/);
  });

  it('the events of a deleted stream are gone', async () => {
    const { call, put, filtered } = await logs();
    await put(A, [-2, 'a']);
    await put(B, [-1, 'b']);
    await call('DeleteLogStream', { logGroupName, logStreamName: A });
    expect(await filtered()).toEqual(['b']);
  });

  it.each([
    [{ logStreamNames: [A], logStreamNamePrefix: 'docker' }, 'InvalidParameterException'],
    [{ logStreamNames: [] }, 'InvalidParameterException'],
    [{ logStreamNames: ['none'] }, 'ResourceNotFoundException'],
    [{ limit: 10_001 }, 'InvalidParameterException'],
    [{ nextToken: 'x' }, 'InvalidParameterException'],
    [{ logGroupIdentifier: logGroupName }, 'InvalidParameterException'],
    [{ logGroupName: '/none' }, 'ResourceNotFoundException'],
  ])('refuses %o with %s', async (wrong, name) => {
    const { refusal } = await logs();
    expect(await refusal('FilterLogEvents', { logGroupName, ...wrong })).toMatchObject({ name });
  });
});

it('over HTTP times are milliseconds too, and whole ones', async () => {
  const { call, put, now, sandbox } = await logs();
  await put(A, [-1, 'a']);
  const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
  const post = async (operation: string, input: object): Promise<unknown> => {
    const headers = {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `Logs_20140328.${operation}`,
    };
    return (await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(input) })).json();
  };
  const logEvents = [{ timestamp: now, message: 'b' }];
  await post('PutLogEvents', { logGroupName, logStreamName: A, logEvents });
  const found = await post('FilterLogEvents', { logGroupName, startTime: now, endTime: now + 1 });
  const wrong = await post('FilterLogEvents', { logGroupName, startTime: now + 0.5 });
  await server.close();
  expect(found).toMatchObject({ events: [{ timestamp: now, message: 'b' }] });
  expect(wrong).toMatchObject({ __type: expect.stringContaining('SerializationException') });
  expect((await call('FilterLogEvents', { logGroupName })).events).toHaveLength(2);
});

describe('a filter pattern', () => {
  it.each([
    ['', ['ERROR a', 'WARN b', 'INFO c']],
    ['ERROR', ['ERROR a']],
    ['error', []],
    ['ERR', ['ERROR a']],
    ['ERROR a', ['ERROR a']],
    ['"ERROR a"', ['ERROR a']],
    ['"a ERROR"', []],
    ['?ERROR ?WARN', ['ERROR a', 'WARN b']],
    ['?ERROR ?"WARN b"', ['ERROR a', 'WARN b']],
    ['-INFO', ['ERROR a', 'WARN b']],
    ['-INFO -"WARN b"', ['ERROR a']],
    ['?ERROR ?WARN -a', ['WARN b']],
    ['INFO ?ERROR', ['INFO c']],
  ])('%s', (pattern, meant) => {
    expect(['ERROR a', 'WARN b', 'INFO c'].filter(filterPattern(pattern))).toEqual(meant);
  });

  it.each([
    ['{ $.level = "error" }', 'none of JSON'],
    ['[ip, user]', 'none of JSON or of columns'],
    ['%ERR.*%', 'no regular expressions'],
    ['foo-bar', "Invalid character(s) in term 'foo-bar'"],
    ['"open', 'a quotation mark is missing'],
    ['"a"b', 'a space beside one'],
  ])('%s is refused, and why is told', (pattern, says) => {
    expect(() => filterPattern(pattern)).toThrow(says);
  });

  it('of more than 1024 characters is refused', () => {
    expect(() => filterPattern('x'.repeat(1025))).toThrow('longer than 1024');
  });
});
