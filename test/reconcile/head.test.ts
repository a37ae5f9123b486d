import { describe, expect, it, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { watchHead } from '../../controller/reconcile/head.ts';
import type { HeadWatch } from '../../controller/reconcile/head.ts';
import type { SourceReading } from '../../controller/source/source.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { createHostClock } from '../support/world/host-clock.ts';
import { createStep, deleteStep, replaceStep, updateStep } from '../support/plans/steps.ts';

const SNAPSHOT = { revision: 'one', files: [], named: [], errors: [], ignored: [] };
const READ_AT_AWS = 1_000_000;

/** A reading that began now, on a host whose clock is an hour ahead of AWS's; `told`: AWS has told its time before. */
function reading(clock: VirtualClock, { told }: { readonly told: boolean }) {
  const began = clock.monotonic();
  const awsTime = () => READ_AT_AWS + clock.monotonic() - began;
  let isTold = told;
  const head: HeadWatch = watchHead(
    {
      source: { head: () => Promise.resolve('one') },
      reading: { type: 'fresh', snapshot: SNAPSHOT },
      since: { at: clock.now(), monotonic: began, awsTime: told ? awsTime() : undefined },
    },
    { clock, awsClock: { now: () => (isTold ? awsTime() : undefined) } },
    new AbortController().signal,
  );
  return {
    head,
    tell: () => {
      isTold = true;
    },
  };
}

it("confirms a reading by AWS's clock, with which times of AWS can be compared", async () => {
  const clock = new VirtualClock();
  const { head } = reading(clock, { told: true });
  await clock.advance(5_000);
  expect(head.confirmedAt()).toBe(READ_AT_AWS);
});

it('finds out when that was where AWS tells its time only afterwards', async () => {
  const clock = new VirtualClock();
  const { head, tell } = reading(clock, { told: false });
  const begun = clock.now();
  await clock.advance(5_000);
  expect(head.confirmedAt()).toBe(begun);
  tell();
  expect(head.confirmedAt()).toBe(READ_AT_AWS);
});

it('confirms it anew where the source, asked after more than ten seconds, has not moved', async () => {
  const clock = new VirtualClock();
  const { head } = reading(clock, { told: true });
  await clock.advance(10_001);
  expect(await head.ask()).toEqual({ type: 'same' });
  expect(head.confirmedAt()).toBe(READ_AT_AWS + 10_001);
});

it.each([
  ['the host stood still, which its monotonic clock does not count', 'suspend'],
  ['its wall clock was set, and may be told of a standstill', 'step'],
] as const)('asks again where %s', async (_why, happens) => {
  const clock = new VirtualClock();
  const host = createHostClock(clock);
  const since = { at: host.now(), monotonic: host.monotonic(), awsTime: undefined };
  const head = watchHead(
    { source: { head: () => Promise.resolve('two') }, reading: { type: 'fresh', snapshot: SNAPSHOT }, since },
    { clock: host, awsClock: { now: () => undefined } },
    new AbortController().signal,
  );
  expect(await head.ask()).toEqual({ type: 'same' });
  host[happens](60_000);
  await clock.advance(happens === 'suspend' ? 60_000 : 0);
  expect(await head.ask()).toMatchObject({ type: 'moved' });
});

const FRESH: SourceReading = { type: 'fresh', snapshot: SNAPSHOT };
const UNREACHABLE = { type: 'stale', code: 'SourceUnreachable', message: 'git says no' } as const;
const LATER_MS = 10_001;

/** What a source says of its head, and how often it was asked. */
interface Asked {
  says: string | Error;
  takesMs: number;
  times: number;
}

/** A reading that began now, of a source whose head is `one` until it says otherwise. */
function watched(read: SourceReading = FRESH): readonly [HeadWatch, Asked, VirtualClock] {
  const clock = new VirtualClock();
  const asked: Asked = { says: 'one', takesMs: 0, times: 0 };
  const head = async (): Promise<string> => {
    asked.times += 1;
    await clock.sleep(asked.takesMs);
    if (asked.says instanceof Error) throw asked.says;
    return asked.says;
  };
  const watch = watchHead(
    {
      source: { head },
      reading: read,
      since: { at: clock.now(), monotonic: clock.monotonic(), awsTime: clock.now() },
    },
    { clock, awsClock: clock },
    new AbortController().signal,
  );
  return [watch, asked, clock];
}

describe('the head', () => {
  it('is believed for ten seconds, and asked for once by all who ask then', async () => {
    const [head, asked, clock] = watched();
    await clock.advance(10_000);
    expect(await head.ask()).toEqual({ type: 'same' });
    expect(asked.times).toBe(0);
    await clock.advance(1);
    asked.takesMs = 2_000;
    const answers = Promise.all([head.ask(), head.ask()]);
    expect(await clock.run(answers)).toEqual([{ type: 'same' }, { type: 'same' }]);
    expect(asked.times).toBe(1);
    // As it was when the source was asked, not when it answered.
    await clock.advance(8_000);
    await head.ask();
    expect(asked.times).toBe(1);
    await clock.advance(1);
    await clock.run(head.ask());
    expect(asked.times).toBe(2);
  });

  it('has moved for good once it has moved', async () => {
    const [head, asked, clock] = watched();
    asked.says = '0123456789abcdef';
    await clock.advance(LATER_MS);
    const moved = { type: 'moved', why: 'the source has moved on to 0123456' };
    expect(await clock.run(head.ask())).toEqual(moved);
    const at = head.confirmedAt();
    asked.says = 'one';
    await clock.advance(LATER_MS);
    expect(await clock.run(head.ask())).toEqual(moved);
    expect([asked.times, head.confirmedAt()]).toEqual([1, at]);
  });

  it('is not known while the source cannot be asked, and is once it can', async () => {
    const [head, asked, clock] = watched();
    const at = head.confirmedAt();
    asked.says = new Error('no answer');
    await clock.advance(LATER_MS);
    expect(await clock.run(head.ask())).toMatchObject({
      type: 'unknown',
      why: expect.stringContaining('no answer'),
    });
    expect(head.confirmedAt()).toBe(at);
    asked.says = 'one';
    await clock.advance(LATER_MS);
    expect(await clock.run(head.ask())).toEqual({ type: 'same' });
    expect(head.confirmedAt()).toBe(clock.now());
  });

  test.each<readonly [string, SourceReading, 'same' | 'unknown', 'same' | 'moved']>([
    ['could not be asked', { ...UNREACHABLE, snapshot: SNAPSHOT }, 'unknown', 'same'],
    ['could never be asked', { ...UNREACHABLE, snapshot: undefined }, 'unknown', 'moved'],
    [
      'holds what cannot be used, as it did',
      { ...UNREACHABLE, snapshot: SNAPSHOT, head: 'one' },
      'same',
      'same',
    ],
    ['held what cannot be used', { ...UNREACHABLE, snapshot: SNAPSHOT, head: 'bad' }, 'same', 'moved'],
  ])('of a source that %s is compared with what it was read as', async (_what, read, first, later) => {
    const [head, , clock] = watched(read);
    const known = await head.ask();
    expect(known).toEqual(first === 'same' ? { type: 'same' } : { type: 'unknown', why: 'git says no' });
    await clock.advance(LATER_MS);
    expect((await clock.run(head.ask())).type).toBe(later);
  });
});

describe('a step', () => {
  const ALL = [createStep(), updateStep(), replaceStep(), deleteStep()];

  /** Which steps are not taken, and how that is told. */
  async function refused(says: string | Error): Promise<ReadonlyMap<string, StationkeeperError>> {
    const [head, asked, clock] = watched();
    asked.says = says;
    await clock.advance(LATER_MS);
    const errors = new Map<string, StationkeeperError>();
    for (const step of ALL) {
      await clock.run(head.ensureWanted(step)).catch((thrown: unknown) => {
        errors.set(step.type, thrown as StationkeeperError);
      });
    }
    return errors;
  }

  it('is taken while the head is where it was', async () => {
    expect(await refused('one')).toEqual(new Map());
  });

  it('is not taken once the source has moved on', async () => {
    const errors = await refused('two');
    expect([...errors.keys()]).toEqual(['create', 'update', 'replace', 'delete']);
    expect(errors.get('update')).toMatchObject({
      code: 'SourceMoved',
      retry: 'wait',
      message:
        'the source has moved on to two, so the controller did not update service/xray; the next pass plans it again',
    });
  });

  it('is not taken where it deletes and the source cannot be asked', async () => {
    const unreachable = new StationkeeperError({
      code: 'SourceUnreachable',
      retry: 'backoff',
      message: 'git says no',
    });
    const errors = await refused(unreachable);
    expect([...errors.keys()]).toEqual(['replace', 'delete']);
    expect(errors.get('delete')).toMatchObject({
      code: 'SourceUnreachable',
      retry: 'wait',
      message: 'git says no, so the controller did not delete service/xray; the next pass plans it again',
    });
  });
});
