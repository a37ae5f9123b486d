/**
 * What to do about a failure:
 * `backoff`: try again, later each time (throttling, timeouts, a refused permission);
 * `wait`: the world is still settling (a draining service, a role not yet propagated), look again soon;
 * `never`: the same call would fail again; Stalled until the manifest or the world changes.
 */
export type Retry = 'backoff' | 'wait' | 'never';

export interface StationkeeperErrorInit {
  /** Machine-readable: an AWS error code, or one of ours in CamelCase. */
  readonly code: string;
  /** One line: what happened, to which object, what to do. Never holds a secret. */
  readonly message: string;
  readonly retry: Retry;
  /** The AWS operation that failed, `ecs:CreateService`; absent for failures of our own. */
  readonly operation?: string;
  /** The message says already what people have to do about a refused permission (`denialAdvice`). */
  readonly isAdvised?: boolean;
  readonly cause?: unknown;
}

/** The one error the program throws on purpose; everything foreign is translated into it at the seam. */
export class StationkeeperError extends Error {
  readonly code: string;
  readonly retry: Retry;
  readonly operation: string | undefined;
  readonly isAdvised: boolean;

  constructor(init: StationkeeperErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'StationkeeperError';
    this.code = init.code;
    this.retry = init.retry;
    this.operation = init.operation;
    this.isAdvised = init.isAdvised ?? false;
  }
}

/** Anything thrown, as a StationkeeperError; an unknown throw is a defect of ours and is retried with backoff. */
export function asStationkeeperError(thrown: unknown): StationkeeperError {
  if (thrown instanceof StationkeeperError) return thrown;
  const starved = outOfFiles(thrown);
  if (starved !== undefined) return starved;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new StationkeeperError({ code: 'InternalError', message, retry: 'backoff', cause: thrown });
}

/** The process, or the whole host, may open no more files and connections (errno EMFILE, ENFILE): what that says, else undefined. */
export function outOfFiles(thrown: unknown): StationkeeperError | undefined {
  const { code } = Object(thrown) as { readonly code?: unknown };
  if (code !== 'EMFILE' && code !== 'ENFILE') return undefined;
  const whose = code === 'EMFILE' ? 'this program' : 'the host';
  return new StationkeeperError({
    code: 'TooManyOpenFiles',
    retry: 'backoff',
    message: `the system lets ${whose} open no more files and connections (${code}); raise the limit of open files to 1024 or more: ulimit -n, LimitNOFILE of systemd, or ulimits of the container`,
    cause: thrown,
  });
}

/** Whether something thrown is an error of ours with one of these codes. */
export function hasCode(thrown: unknown, ...codes: readonly string[]): thrown is StationkeeperError {
  return thrown instanceof StationkeeperError && codes.includes(thrown.code);
}

const DENIALS = new Set([
  // Cloud Map says this of an asynchronous operation that fails.
  'ACCESS_DENIED',
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
  'AuthFailure',
]);

const THROTTLES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'SlowDown',
]);

/** AWS's codes for calls that come too often. */
export function isThrottle(code: string): boolean {
  return THROTTLES.has(code);
}

/** AWS's codes for more of something than the account may have: `ResourceLimitExceeded`, `LimitExceededException`. */
export function isQuota(code: string): boolean {
  return !isThrottle(code) && /(Limit|Quota)s?Exceeded/.test(code);
}

const BAD_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/** All of them, as AWS writes them; what people are told of a group of codes names each. */
export const BAD_CREDENTIAL_CODES: readonly string[] = [...BAD_CREDENTIALS];
export const DENIAL_CODES: readonly string[] = [...DENIALS];
export const THROTTLE_CODES: readonly string[] = [...THROTTLES];

/** A code as a condition's reason, which is CamelCase: `InvalidGroup.NotFound` is `InvalidGroupNotFound`. */
export function reasonOf(code: string): string {
  const words = code.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const camel = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(camel) ? camel : 'ReconcileError';
}

/** Codes for credentials that AWS takes for nobody's, or that there are not. */
export function isBadCredentials(code: string): boolean {
  return BAD_CREDENTIALS.has(code);
}

/** Whether the call may have been done all the same, and only its answer lost: AWS did not say that it refused it. */
export function mayHaveBeenDone({ code, retry }: StationkeeperError): boolean {
  return (
    retry === 'backoff' && !isDenial(code) && !isThrottle(code) && !isQuota(code) && !isBadCredentials(code)
  );
}

/** AWS's codes for a caller that lacks a permission; they never mean that something is absent. */
export function isDenial(code: string): boolean {
  return DENIALS.has(code);
}
