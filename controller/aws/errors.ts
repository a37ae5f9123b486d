import { denialAdvice, iamAction, withoutEncoding } from '../core/denial.ts';
import {
  StationkeeperError,
  isBadCredentials,
  isDenial,
  isQuota,
  isThrottle,
  outOfFiles,
} from '../core/errors.ts';
import type { Retry } from '../core/errors.ts';
import { TooLong } from './bounded.ts';

/** Codes that AWS has where somebody else changes the same thing at the same time. */
const CONFLICTS: readonly string[] = ['ConcurrentModification', 'ConcurrentModificationException'];

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/** Codes for failures that never reached AWS. */
const ENDPOINT_UNREACHABLE = 'EndpointUnreachable';
export const REQUEST_TIMEOUT = 'RequestTimeout';

/** Whether the same call is worth another attempt at once: AWS, or the way there, fails just now. */
export function isTransient(error: StationkeeperError): boolean {
  if (isThrottle(error.code) || error.code === ENDPOINT_UNREACHABLE || error.code === REQUEST_TIMEOUT)
    return true;
  return error.retry === 'backoff' && statusOf(error.cause) >= 500;
}

/**
 * What the SDK, the sandbox or the network threw, in our words: the operation, the code, AWS's message and
 * what to do. The cause is kept for drivers that need a modelled exception's members. What else has a 4xx status than `waitCodes` is
 * retried `never` (reference: hazards).
 */
export function translate(
  thrown: unknown,
  service: string,
  operation: string,
  waitCodes: ReadonlySet<string>,
): StationkeeperError {
  if (thrown instanceof StationkeeperError) return thrown;
  const name = `${service}:${operation}`;
  const code = codeOf(thrown);
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const make = (ours: string, retry: Retry, message: string): StationkeeperError =>
    new StationkeeperError({ code: ours, retry, message, operation: name, cause: thrown });

  if (code === 'AbortError' || code === 'TimeoutError') {
    return make(REQUEST_TIMEOUT, 'backoff', `${name} got no answer in time; the controller tries again`);
  }
  const starved = outOfFiles(thrown);
  if (starved !== undefined) return make(starved.code, starved.retry, `${name}: ${starved.message}`);
  if (thrown instanceof TooLong) {
    return make(
      'AnswerTooLong',
      'backoff',
      `the answer to ${name} has more than ${thrown.limitBytes / 1024 / 1024} MiB, so the controller ignores it: check for a proxy or another endpoint in place of AWS`,
    );
  }
  if (said === 'Region is missing') {
    return make(
      'RegionMissing',
      'backoff',
      `${name} needs a region: set --region, AWS_REGION, or spec.region of the Environment`,
    );
  }
  if (UNREACHABLE.has(code)) {
    return make(
      ENDPOINT_UNREACHABLE,
      'backoff',
      `${name} could not reach AWS (${code}); check the network, the region and the endpoint`,
    );
  }
  if (isBadCredentials(code)) {
    return make(
      code,
      'backoff',
      `AWS refuses ${name} for its credentials: ${code}: ${said}; renew or configure the AWS credentials`,
    );
  }
  if (isDenial(code)) {
    return new StationkeeperError({
      code,
      retry: 'backoff',
      message: `AWS denies ${name}: ${code}: ${withoutEncoding(said)}; ${denialAdvice(said, iamAction(name))}`,
      isAdvised: true,
      operation: name,
      cause: thrown,
    });
  }
  if (isThrottle(code)) {
    return make(
      code,
      'backoff',
      `AWS throttles ${name}: ${code}: ${said.replace(/\.$/, '')}; the controller slows down, and if it stays, another client uses up the account's rate`,
    );
  }
  if (isQuota(code)) {
    return make(
      code,
      'backoff',
      `${name} failed: ${code}: ${said.replace(/\.$/, '')}; ask for a higher quota in Service Quotas, or remove resources that nobody needs`,
    );
  }
  if (statusOf(thrown) >= 500) return make(code, 'backoff', `${name} failed for now: ${code}: ${said}`);
  const failed = (retry: Retry) => make(code, retry, `${name} failed: ${code}: ${said.replace(/\.$/, '')}`);
  if (waitCodes.has(code) || CONFLICTS.includes(code)) return failed('wait');
  return failed(statusOf(thrown) === 0 ? 'backoff' : 'never');
}

/**
 * Network failures are plain Errors with an errno. AWS exceptions carry their code as the name, but for some
 * query services the SDK adds `Exception` to it and keeps what AWS sent as `Code` (IAM's NoSuchEntity).
 */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'UnknownError';
  const { code, Code } = thrown as { readonly code?: unknown; readonly Code?: unknown };
  if (typeof code === 'string' && UNREACHABLE.has(code)) return code;
  return typeof Code === 'string' ? Code : thrown.name;
}

function statusOf(thrown: unknown): number {
  const metadata = (thrown as { readonly $metadata?: { readonly httpStatusCode?: unknown } } | undefined)
    ?.$metadata;
  return typeof metadata?.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}
