import { StationkeeperError } from '../core/errors.ts';

/** What AWS is asked for and does not answer. */
export interface Silence {
  /** `ecs:DescribeServices`. */
  readonly operation: string;
  /** Wall clock, ISO 8601 to the second: the same for as long as the silence lasts. */
  readonly since: string;
}

/** The error that stands for what is not known meanwhile. */
export function notAnswering(environment: string, { operation, since }: Silence): StationkeeperError {
  return new StationkeeperError({
    code: 'NotAnswering',
    message: `${operation} has not been answered since ${since} in environment "${environment}"; it is still being asked: check the network and the endpoint`,
    retry: 'backoff',
    operation,
  });
}
