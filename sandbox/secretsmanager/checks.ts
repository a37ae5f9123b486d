import { AwsError } from '../error.ts';

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

/** Throws ValidationException. */
export function checkName(name: string | undefined): string {
  if (name !== undefined && /^[a-zA-Z0-9/_+=.@!-]{1,512}$/.test(name)) return name;
  throw new AwsError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

/** AWS's own sentence about a length, which does not repeat what was sent. Throws ValidationException. */
export function checkLength(
  value: { readonly length: number } | undefined,
  member: string,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  if (value === undefined || (value.length >= least && value.length <= most)) return;
  const bound = value.length < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

/** Throws InvalidParameterException. */
export function checkToken(token: string | undefined): string | undefined {
  if (token === undefined || (token.length >= 32 && token.length <= 64)) return token;
  throw invalidParameter('ClientRequestToken must be 32-64 characters long.');
}
