import { StationkeeperError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';

/** New tasks that were not registered either would otherwise be replaced for ever, as soon as they are healthy. */
const ONCE_IN_MS = 3_600_000;

/** Paces rollouts whose only purpose is that ECS registers the new tasks in service discovery. */
export interface ReRegistrations {
  /** Whether the service was rolled out for this within the hour. */
  isRecent(serviceArn: string): boolean;
  made(serviceArn: string): void;
}

export function createReRegistrations(clock: Clock): ReRegistrations {
  const recent = createRemembered<true>(clock, ONCE_IN_MS);
  return {
    isRecent: (arn) => recent.of(arn) !== undefined,
    made: (arn) => void recent.note(arn, true),
  };
}

export function notRegistered(name: string): StationkeeperError {
  return new StationkeeperError({
    code: 'TasksNotRegistered',
    retry: 'never',
    message: `new tasks of service ${name} were started within the last hour to be registered in service discovery, and not all are; look at the service's events, and at whether ECS's service-linked role may register instances in Cloud Map`,
  });
}
