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
