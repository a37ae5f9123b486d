import { AwsError } from '../error.ts';

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function clientError(message: string): AwsError {
  return new AwsError('ClientException', message);
}

export function clusterNotFound(message = 'Cluster not found.'): AwsError {
  return new AwsError('ClusterNotFoundException', message);
}

export function serviceNotFound(): AwsError {
  return new AwsError('ServiceNotFoundException', 'Service not found.');
}

export function serviceLinkedRoleMissing(): AwsError {
  return invalidParameter(
    'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
  );
}

/** Refuses a value that the API does not know: `Launch type should be one of [EC2,FARGATE]`. */
export function requireOneOf(what: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw invalidParameter(`${what} should be one of [${known.join(',')}]`);
}

/** Throws where a batch is empty or larger than AWS takes; `counted` is what AWS calls one that is too large. */
export function requireBatch(
  name: string,
  items: readonly unknown[] | undefined,
  most: number,
  counted = name,
): void {
  if (items === undefined || items.length === 0) {
    throw invalidParameter(`${name.charAt(0).toUpperCase()}${name.slice(1)} cannot be empty.`);
  }
  if (items.length > most) throw invalidParameter(`${counted} can have at most ${most} items.`);
}
