import { setMaxListeners } from 'node:events';
import { fullJitterMs } from '../core/backoff.ts';
import { StationkeeperError, isThrottle } from '../core/errors.ts';
import type { Clock, Random } from '../core/ports.ts';
import { withoutSecretsIn } from '../core/secrets.ts';
import type { SecretRules } from '../core/secrets.ts';
import { ANSWERS, incompleteAnswer, lackOf } from './answers.ts';
import type { Answer } from './answers.ts';
import { isTransient, REQUEST_TIMEOUT, translate } from './errors.ts';
import type { Aws, AwsService } from './operations.ts';
import { createLanes } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import { createSharedReads } from './shared-reads.ts';
import type { SharedReads, SharingTransport } from './shared-reads.ts';
import { createPaces } from './throttle.ts';
import type { Transport } from './transport.ts';
import type { BucketPace, PaceOf } from './throttle.ts';

/** One attempt of one call, for metrics and for counting a pass's requests. */
export interface AwsRequest {
  readonly service: AwsService;
  readonly operation: string;
  /** `OK`, or the error's code. */
  readonly code: string;
  readonly seconds: number;
  /** 0 for the first attempt. */
  readonly attempt: number;
  /** Another has asked the same: AWS was not asked again. */
  readonly isShared?: true;
}

export interface DoorOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Codes that end once something else in AWS has: `DependencyViolation`. Default: none. */
  readonly waitCodes?: ReadonlySet<string>;
  /** What people add to what reads like a secret. */
  readonly secretRules?: SecretRules;
  /** Ends everything under way; used on shutdown. */
  readonly signal?: AbortSignal;
  readonly onRequest?: (request: AwsRequest) => void;
  /** Shared with whoever calls the same account and Region. Default: nobody does. */
  readonly paceOf?: PaceOf;
  /** Shared with all who call from this process. Default: nobody does. */
  readonly lanes?: Lanes;
  /** Default: nobody. */
  readonly shared?: SharedReads;
  /** Holds every call that has not come to its end, retries included; kept by the door. */
  readonly underWay?: Set<CallUnderWay>;
}

export interface CallUnderWay {
  /** `ecs:DescribeServices`. */
  readonly operation: string;
  /** On the Clock's monotonic scale. */
  readonly since: number;
  /** Since when AWS leaves it without any answer, a refusal or a throttle; undefined while it is not waiting for one. */
  unansweredSince?: number | undefined;
}

const ATTEMPT_DEADLINE_MS = 15_000;
const ATTEMPTS = 5;
const BACKOFF_BASE_MS = 100;
const THROTTLE_BASE_MS = 500;
/** Without a reason every call would make a DOMException with a stack, only to say that all is well. */
const ANSWERED = 'answered';
const BACKOFF_CEILING_MS = 5_000;
const NO_CODES: ReadonlySet<string> = new Set();

/**
 * The only way to AWS: every call has a deadline, is retried here and nowhere else, paced while AWS throttles
 * its bucket, counted, and its errors are translated (law 9). An answer that lacks what it must hold is an error too.
 */
export function openDoor(options: DoorOptions): Aws {
  // Every call under way listens to it, and there are more than Node's warning about leaks expects.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const {
    clock,
    random,
    paceOf = createPaces(clock, random).at({ account: undefined, region: undefined }),
  } = options;
  const send = (options.shared ?? NOBODYS).through(options.transport);
  const lanes = options.lanes ?? createLanes(clock);
  const services = Object.entries(ANSWERS).map(([service, answers]) => [
    service,
    Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => {
        const operation = name.charAt(0).toUpperCase() + name.slice(1);
        const pace = paceOf(service as AwsService, operation);
        const call = { service: service as AwsService, operation, pace, answer };
        return [
          name,
          (input: object) =>
            whileUnderWay(`${service}:${operation}`, options, (underWay) =>
              callWithRetries(call, input, { ...options, send, lanes }, underWay),
            ),
        ];
      }),
    ),
  ]);
  return Object.fromEntries(services) as Aws;
}

async function whileUnderWay(
  operation: string,
  { clock, underWay }: DoorOptions,
  work: (call: CallUnderWay) => Promise<object>,
): Promise<object> {
  const call: CallUnderWay = { operation, since: clock.monotonic() };
  underWay?.add(call);
  try {
    return await work(call);
  } finally {
    underWay?.delete(call);
  }
}

const NOBODYS = createSharedReads()('');

interface Sending extends DoorOptions {
  readonly send: SharingTransport;
  readonly lanes: Lanes;
}

/** One operation, as everybody who calls it shares it. */
interface SharedOperation {
  readonly service: AwsService;
  /** As AWS names it. */
  readonly operation: string;
  readonly pace: BucketPace;
  readonly answer: Answer;
}

async function callWithRetries(
  { service, operation, pace, answer }: SharedOperation,
  input: object,
  options: Sending,
  underWay: CallUnderWay,
): Promise<object> {
  const { clock, random } = options;
  const shutdown = options.signal ?? new AbortController().signal;
  for (let attempt = 0; ; attempt += 1) {
    await pace.turn(shutdown);
    const answered = await options.lanes.enter();
    const startedAt = clock.monotonic();
    underWay.unansweredSince ??= startedAt;
    let isShared = false;
    const count = (code: string): void =>
      options.onRequest?.({
        ...(isShared ? { isShared } : {}),
        service,
        operation,
        code,
        attempt,
        seconds: (clock.monotonic() - startedAt) / 1000,
      });
    try {
      const output = await attemptOnce(options.clock, shutdown, (signal) => {
        const sent = options.send({ service, operation, input, signal });
        ({ isShared } = sent);
        return sent.answer;
      }).finally(answered);
      const lack = lackOf(answer, input, output);
      if (lack !== undefined) throw incompleteAnswer(`${service}:${operation}`, lack);
      count('OK');
      pace.succeeded();
      return output;
    } catch (thrown) {
      const error = withoutSecretsInMessage(
        translate(thrown, service, operation, options.waitCodes ?? NO_CODES),
        options.secretRules,
      );
      count(error.code);
      if (error.code !== REQUEST_TIMEOUT) underWay.unansweredSince = undefined;
      const throttled = isThrottle(error.code);
      if (throttled) pace.throttled();
      if (!isTransient(error) || attempt + 1 >= ATTEMPTS || shutdown.aborted) throw error;
      const baseMs = throttled ? THROTTLE_BASE_MS : BACKOFF_BASE_MS;
      const pauseMs = fullJitterMs(attempt + 1, { baseMs, ceilingMs: BACKOFF_CEILING_MS }, random);
      await clock.sleep(pauseMs, shutdown);
    }
  }
}

/** AWS quotes what it refuses. */
function withoutSecretsInMessage(error: StationkeeperError, rules?: SecretRules): StationkeeperError {
  const message = withoutSecretsIn(error.message, rules);
  if (message === error.message) return error;
  const { code, retry, operation, isAdvised } = error;
  return new StationkeeperError({
    code,
    message,
    retry,
    isAdvised,
    ...(operation === undefined ? {} : { operation }),
  });
}

async function attemptOnce(
  clock: Clock,
  shutdown: AbortSignal,
  send: (signal: AbortSignal) => Promise<object>,
): Promise<object> {
  const deadline = new AbortController();
  const answered = new AbortController();
  const onShutdown = (): void => deadline.abort();
  if (shutdown.aborted) deadline.abort();
  shutdown.addEventListener('abort', onShutdown, { once: true });
  const expiry = expire(clock, deadline, answered.signal);
  try {
    return await Promise.race([send(deadline.signal), aborted(deadline.signal)]);
  } finally {
    answered.abort(ANSWERED);
    shutdown.removeEventListener('abort', onShutdown);
    await expiry;
  }
}

async function expire(clock: Clock, deadline: AbortController, answered: AbortSignal): Promise<void> {
  await clock.sleep(ATTEMPT_DEADLINE_MS, answered);
  if (!answered.aborted) deadline.abort();
}

/** Rejects when the signal aborts: a transport that hangs on to a dead socket must not hold a pass. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(new DOMException('the call was given up', 'AbortError'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
