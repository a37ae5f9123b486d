import { AwsError } from '../error.ts';

export function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
