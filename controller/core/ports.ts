import type { LogVerb } from './log-verbs.ts';

/** Time, injected so that tests run the loop in virtual time. */
export interface Clock {
  /** Wall-clock time in epoch milliseconds, which may be set at any moment: for display, and to notice that the host stood still. */
  now(): number;
  /** Milliseconds that only ever grow, but not while the host stands still; for intervals, deadlines and backoff. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** AWS's clock: when AWS says that something was made is compared with this time, for this host's clock may be wrong by minutes. */
export interface AwsClock {
  /** Epoch milliseconds; undefined as long as AWS has told no time. */
  now(): number | undefined;
}

/** A source of randomness in [0, 1), injected so that jitter is repeatable in tests. */
export type Random = () => number;

/** Structured log: a stable verb and fields, as pino takes them. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, verb: LogVerb): void;
  info(fields: Readonly<Record<string, unknown>>, verb: LogVerb): void;
  warn(fields: Readonly<Record<string, unknown>>, verb: LogVerb): void;
  error(fields: Readonly<Record<string, unknown>>, verb: LogVerb): void;
}

/** A secret as it is at this moment, read where it is kept: never empty, and kept no longer than it is used. */
export type Secret = () => Promise<string>;

/** Whether the loop of passes lives. */
export interface LoopHealth {
  /** A pass has ended, well or not, within three intervals (at least 30 s), or none was due. */
  readonly alive: boolean;
  /** The source has been read, and a first pass has ended. */
  readonly ready: boolean;
  /** One line for people. */
  readonly detail: string;
}
