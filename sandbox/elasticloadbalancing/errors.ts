import { AwsError } from '../error.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

export function invalidConfiguration(message: string): AwsError {
  return new AwsError('InvalidConfigurationRequest', message);
}

export function requireOneOf(what: string, value: string, known: readonly string[]): void {
  if (!known.includes(value))
    throw validationError(`${what} '${value}' must be one of '${known.join(', ')}'`);
}

export function requireWithin(what: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw validationError(`${what} '${value}' must be between '${least}' and '${most}' inclusive`);
}

/** Up to 32 letters, digits and hyphens, none of these at an end. Throws ValidationError. */
export function checkName(what: string, name: string): void {
  if (name.length === 0 || name.length > 32) {
    throw validationError(`${what} name '${name}' cannot be longer than '32' characters`);
  }
  if (!/^[a-zA-Z0-9-]+$/.test(name)) {
    throw validationError(
      `${what} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (/^-|-$/.test(name)) throw validationError(`${what} name '${name}' cannot begin or end with '-'`);
}
