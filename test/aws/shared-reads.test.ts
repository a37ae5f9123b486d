import { beforeEach, describe, expect, test } from 'vitest';
import { openDoor } from '../../controller/aws/door.ts';
import type { AwsRequest } from '../../controller/aws/door.ts';
import type { Transport } from '../../controller/aws/transport.ts';
import type { Aws } from '../../controller/aws/operations.ts';
import { createSharedReads } from '../../controller/aws/shared-reads.ts';
import type { SharedReads } from '../../controller/aws/shared-reads.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { refusal } from '../support/world/world.ts';

let clock: VirtualClock;
let sharedReads: ReturnType<typeof createSharedReads>;
/** Answers to calls, in the order in which AWS is asked; the last one stays. */
let answers: (() => Promise<object>)[];
let asked: string[];

interface Reader {
  readonly aws: Aws;
  readonly shared: SharedReads;
  readonly requests: readonly AwsRequest[];
}

beforeEach(() => {
  clock = new VirtualClock();
  sharedReads = createSharedReads();
  asked = [];
  answers = [later];
});

/** After a second. */
async function later(): Promise<object> {
  await clock.sleep(1000);
  return { $metadata: {}, RoleDetailList: [], IsTruncated: false };
}

function readerAs(role: string): Reader {
  const shared = sharedReads(role);
  const requests: AwsRequest[] = [];
  const transport: Transport = ({ operation }) => {
    asked.push(operation);
    return (answers.length > 1 ? answers.shift()! : answers[0]!)();
  };
  const aws = openDoor({
    transport,
    clock,
    random: () => 0.5,
    shared,
    onRequest: (request) => requests.push(request),
  });
  return { aws, shared, requests };
}

const readRoles = ({ aws }: Reader, marker?: string) =>
  aws.iam.getAccountAuthorizationDetails({ Filter: ['Role'], ...(marker && { Marker: marker }) });

describe('of those who act as one role and read all roles in one pass', () => {
  test('one asks, and all have the answer', async () => {
    const readers = [1, 2, 3].map(() => readerAs('one'));
    for (const { shared } of readers) shared.startPass();
    const found = await clock.run(Promise.all(readers.map((reader) => readRoles(reader))));
    expect(asked).toHaveLength(1);
    expect(new Set(found).size).toBe(1);
    const isShared = readers.map(({ requests }) => requests.map((request) => request.isShared));
    expect(isShared).toEqual([[undefined], [true], [true]]);
  });

  test('one that comes later has the answer that was there', async () => {
    const [one, other] = [readerAs('one'), readerAs('one')];
    for (const { shared } of [one, other]) shared.startPass();
    await clock.run(readRoles(one));
    await clock.run(readRoles(other));
    expect(asked).toHaveLength(1);
  });

  test('each page is asked for once', async () => {
    const [one, other] = [readerAs('one'), readerAs('one')];
    for (const { shared } of [one, other]) shared.startPass();
    await clock.run(
      Promise.all([readRoles(one), readRoles(other), readRoles(one, 'x'), readRoles(other, 'x')]),
    );
    expect(asked).toHaveLength(2);
  });

  test('who waited for an answer that failed asks by itself', async () => {
    answers = [() => Promise.reject(refusal('AccessDenied')), later];
    const [one, other] = [readerAs('one'), readerAs('one')];
    for (const { shared } of [one, other]) shared.startPass();
    await expect(clock.run(readRoles(one))).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(clock.run(readRoles(other))).resolves.toMatchObject({ RoleDetailList: [] });
    expect(asked).toHaveLength(2);
  });

  test('who waits for an answer that does not come gives up as soon as if it had asked', async () => {
    answers = [() => new Promise(() => undefined), later];
    const [one, other] = [readerAs('one'), readerAs('one')];
    for (const { shared } of [one, other]) shared.startPass();
    const both = Promise.all([readRoles(one), readRoles(other)]);
    await expect(clock.run(both)).resolves.toHaveLength(2);
    expect([...one.requests, ...other.requests].map(({ code }) => code).toSorted()).toEqual([
      'OK',
      'OK',
      'RequestTimeout',
      'RequestTimeout',
    ]);
  });
});

describe('AWS is asked again', () => {
  test('in the next pass', async () => {
    const one = readerAs('one');
    one.shared.startPass();
    await clock.run(readRoles(one));
    one.shared.startPass();
    await clock.run(readRoles(one));
    expect(asked).toHaveLength(2);
  });

  test('by who began its pass after the answer was asked for, though that is still under way', async () => {
    const [one, other] = [readerAs('one'), readerAs('one')];
    one.shared.startPass();
    const first = readRoles(one);
    await clock.advance(0);
    other.shared.startPass();
    await clock.run(Promise.all([first, readRoles(other)]));
    expect(asked).toHaveLength(2);
  });

  test('by who acts as another role', async () => {
    const readers = [readerAs('one'), readerAs('other')];
    for (const { shared } of readers) shared.startPass();
    await clock.run(Promise.all(readers.map((reader) => readRoles(reader))));
    expect(asked).toHaveLength(2);
  });

  test('by each who is in no pass', async () => {
    const readers = [readerAs('one'), readerAs('one')];
    await clock.run(Promise.all(readers.map((reader) => readRoles(reader))));
    expect(asked).toHaveLength(2);
  });

  test('for anything that is not the same in every Region', async () => {
    answers = [() => Promise.resolve({ $metadata: {}, Vpcs: [] })];
    const readers = [readerAs('one'), readerAs('one')];
    for (const { shared } of readers) shared.startPass();
    await clock.run(Promise.all(readers.map(({ aws }) => aws.ec2.describeVpcs({}))));
    expect(asked).toHaveLength(2);
  });
});
