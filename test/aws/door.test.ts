import { beforeEach, describe, expect, it } from 'vitest';
import { openDoor } from '../../controller/aws/door.ts';
import type { AwsRequest } from '../../controller/aws/door.ts';
import type { Transport } from '../../controller/aws/transport.ts';
import type { Aws } from '../../controller/aws/operations.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

/** Answers calls in turn: a code is refused with it, `OK` is answered, `EMPTY` with nothing, `HANG` never is. */
type Answer = 'OK' | 'EMPTY' | 'HANG' | { readonly code: string; readonly status: number };

/** All that any operation called here has to answer with, of nothing. */
const WHOLE = { $metadata: {}, services: [], failures: [], serviceArns: [], taskArns: [] };

let clock: VirtualClock;
let requests: AwsRequest[];
let calls: { readonly operation: string; readonly at: number }[];
let stop: AbortController;

beforeEach(() => {
  clock = new VirtualClock();
  requests = [];
  calls = [];
  stop = new AbortController();
});

function doorTo(answers: readonly Answer[]): Aws {
  let turn = 0;
  const transport: Transport = ({ operation }) => {
    calls.push({ operation, at: clock.monotonic() });
    const answer = answers[Math.min(turn, answers.length - 1)]!;
    turn += 1;
    if (answer === 'OK') return Promise.resolve(WHOLE);
    if (answer === 'EMPTY') return Promise.resolve({ $metadata: {} });
    if (answer === 'HANG') return new Promise(() => undefined);
    const refusal = Object.assign(new Error('refused'), { $metadata: { httpStatusCode: answer.status } });
    refusal.name = answer.code;
    return Promise.reject(refusal);
  };
  return openDoor({
    transport,
    clock,
    random: () => 0.5,
    signal: stop.signal,
    onRequest: (one) => requests.push(one),
  });
}

const THROTTLED: Answer = { code: 'ThrottlingException', status: 400 };
const BROKEN: Answer = { code: 'ServerException', status: 500 };
const DENIED: Answer = { code: 'AccessDeniedException', status: 400 };

describe('a call', () => {
  it.each<readonly [string, readonly Answer[], readonly string[]]>([
    ['that succeeds is made once', ['OK'], ['OK']],
    [
      'that is throttled is made again',
      [THROTTLED, THROTTLED, 'OK'],
      ['ThrottlingException', 'ThrottlingException', 'OK'],
    ],
    ['that meets a server error is made again', [BROKEN, 'OK'], ['ServerException', 'OK']],
    ['that is not answered in time is made again', ['HANG', 'OK'], ['RequestTimeout', 'OK']],
  ])('%s, and every attempt is counted', async (_rule, answers, codes) => {
    await clock.run(doorTo(answers).ecs.describeServices({ services: [] }));
    expect(requests.map((request) => request.code)).toEqual(codes);
    expect(requests.map((request) => request.attempt)).toEqual(codes.map((_code, index) => index));
  });

  it('that is refused is not made again, and says what to allow', async () => {
    await expect(
      clock.run(doorTo([DENIED]).ecs.createService({ serviceName: 'xray' })),
    ).rejects.toMatchObject({
      code: 'AccessDeniedException',
      operation: 'ecs:CreateService',
      message: expect.stringContaining('ecs:CreateService'),
    });
    expect(requests).toHaveLength(1);
  });

  it('that is answered without what the answer must hold fails at once, and names what is missing', async () => {
    await expect(clock.run(doorTo(['EMPTY']).ecs.listServices({}))).rejects.toMatchObject({
      code: 'IncompleteAnswer',
      retry: 'backoff',
      operation: 'ecs:ListServices',
      message: expect.stringContaining('the answer to ecs:ListServices lacks serviceArns'),
    });
    expect(requests.map(({ code }) => code)).toEqual(['IncompleteAnswer']);
  });

  it('that is always throttled fails after a bounded number of attempts', async () => {
    await expect(clock.run(doorTo([THROTTLED]).ecs.listServices({}))).rejects.toMatchObject({
      retry: 'backoff',
    });
    expect(requests).toHaveLength(5);
  });

  it('that is never answered fails within its deadlines', async () => {
    await expect(clock.run(doorTo(['HANG']).sts.getCallerIdentity({}))).rejects.toMatchObject({
      code: 'RequestTimeout',
    });
    expect(clock.monotonic()).toBeLessThan(120_000);
  });

  it('under way is given up when the program ends, without another attempt', async () => {
    const call = doorTo(['HANG']).sts.getCallerIdentity({});
    const ended = clock.run(call).catch((thrown: unknown) => thrown);
    stop.abort();
    expect(await ended).toMatchObject({ code: 'RequestTimeout' });
    expect(requests).toHaveLength(1);
    expect(clock.monotonic()).toBe(0);
  });
});

describe('after a throttle', () => {
  it('calls of that operation are spaced, and those that take from other buckets are not', async () => {
    const aws = doorTo([THROTTLED, 'OK']);
    await clock.run(aws.ecs.listServices({}));
    calls.length = 0;
    const startedAt = clock.monotonic();
    const three = [1, 2, 3].map(() => aws.ecs.listServices({}));
    await clock.run(Promise.all([...three, aws.ecs.listTasks({})]));
    const spaced = calls.filter((call) => call.operation === 'ListServices').map((call) => call.at);
    expect(new Set(spaced).size).toBe(3);
    expect(calls.find((call) => call.operation === 'ListTasks')?.at).toBe(startedAt);
  });

  it('what takes from the same bucket of the account is spaced, too', async () => {
    const aws = doorTo([THROTTLED, 'OK']);
    await clock.run(aws.ecs.listServices({}));
    calls.length = 0;
    const describe = () => aws.ecs.describeServices({ services: [] });
    await clock.run(Promise.all([aws.ecs.listServices({}), describe(), describe()]));
    expect(new Set(calls.map((call) => call.at)).size).toBe(3);
  });

  it('an operation runs freely again once it succeeds for a while', async () => {
    const aws = doorTo([THROTTLED, 'OK']);
    for (let call = 0; call < 30; call += 1) await clock.run(aws.ecs.listServices({}));
    calls.length = 0;
    await clock.run(Promise.all([1, 2, 3].map(() => aws.ecs.listServices({}))));
    expect(new Set(calls.map((call) => call.at)).size).toBe(1);
  });
});
