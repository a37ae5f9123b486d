import { clientError } from '../errors.ts';

/** Whether a member says something: it is true, or not empty. */
export function isSet(value: unknown): boolean {
  return value === true || ((typeof value === 'string' || Array.isArray(value)) && value.length > 0);
}

/** Refuses a word that the API does not know, wherever there is one. Throws ClientException. */
export function requireWord(what: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw clientError(`${what} should be one of [${known.join(',')}]`);
}

/** Throws ClientException for what is missing or empty. */
export function requireText(what: string, value: string | undefined): asserts value is string {
  if (!value) throw clientError(`${what} should not be null or empty.`);
}

/** Refuses repeated names. Throws ClientException with the refusal. */
export function refuseRepeated(names: readonly (string | undefined)[], refusal: string): void {
  const given = names.filter((name) => name !== undefined);
  if (new Set(given).size < given.length) throw clientError(refusal);
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** The bucket and key that an ARN of an object in S3 names; undefined for anything else. */
export function objectOf(arn: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^arn:[a-z-]+:s3:::([^/]+)\/(.+)$/.exec(arn) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** AWS's text for a file in S3 that is named by anything but its ARN (cdk-preflight, measured in September 2026). */
export function requireObjectArn(arn: string | undefined): void {
  if (arn === undefined || objectOf(arn) === undefined) throw clientError('Invalid arn syntax.');
}
