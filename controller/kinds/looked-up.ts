import { StationkeeperError } from '../core/errors.ts';
import type { KindDriver } from './kind.ts';

/** What the driver of a kind does that is only ever looked up: nothing. `what`: `a managed policy`. Each rejects with InternalError. */
export function neverChanged(what: string): Omit<KindDriver<never, never>, 'observe'> {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new StationkeeperError({
        code: 'InternalError',
        message: `a plan tried to change ${what}, which is only ever looked up; please report this`,
        retry: 'never',
      }),
    );
  return { create: refuse, update: refuse, delete: refuse, tagsNow: refuse, tag: refuse };
}
