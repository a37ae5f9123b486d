import { StationkeeperError } from '../../core/errors.ts';
import { displayId } from '../../core/resource.ts';
import type { ResourceId } from '../../core/resource.ts';
import { intentOf } from '../../plan/step.ts';
import type { Step } from '../../plan/step.ts';

/** What is left alone for a while, because what was done about it failed or did not last. */
export interface Setback {
  readonly id: ResourceId;
  readonly error: StationkeeperError;
  readonly attempts: number;
  /** On the Clock's monotonic scale. */
  readonly nextAttemptAt: number;
}

/** Stands for the resource itself among its fields: that it is there although it shall not be, or the other way round. */
export const EXISTS = 'exists';

/** The error of a step that does not end a difference. */
export function notConverging(step: Step, path: string): StationkeeperError {
  return new StationkeeperError({
    code: 'NotConverging',
    retry: 'backoff',
    message: `${displayId(step.id)} still differs after the ${intentOf(step)} (${path}): AWS does not keep the value or shows it late, or somebody changes it back at once; the controller retries later`,
  });
}

/** The error of a field, or of the resource itself, that is corrected again and again and changed back each time. */
export function contested(id: ResourceId, path: string, times: number): StationkeeperError {
  const resource = displayId(id);
  const message =
    path === EXISTS
      ? `the controller created ${resource} again ${times} times, and somebody keeps deleting it: find the other controller or person (CloudTrail names them), or remove it from the manifests`
      : `the controller corrected ${path} of ${resource} ${times} times, and somebody keeps changing it back: find the other controller or person (CloudTrail names them), or leave the field to them with stationkeeper.dev/ignore-drift: ${path}`;
  return new StationkeeperError({ code: 'Contested', retry: 'backoff', message });
}

/** Several of one resource as one: what people have to see to first gives the code. */
export function together(errors: readonly StationkeeperError[]): StationkeeperError {
  const code = errors.some((error) => error.code === 'Contested') ? 'Contested' : 'NotConverging';
  return new StationkeeperError({ code, retry: 'backoff', message: messageOf(errors) });
}

const TOLD_AT_MOST = 3;

export function messageOf(errors: readonly StationkeeperError[]): string {
  const told = errors.slice(0, TOLD_AT_MOST).map(({ message }) => message);
  const more = errors.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more ${more === 1 ? 'field' : 'fields'}` : ''}`;
}
