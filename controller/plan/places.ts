import type { EnvironmentPlace } from '../core/alike.ts';
import { isEnvironment } from '../core/reference.ts';
import type { Step } from './step.ts';

/** Where the Environments of a plan are, as far as they could be looked up. */
export function placesIn(steps: readonly Step[]): (environment: string) => EnvironmentPlace {
  const places = new Map(
    steps.flatMap((step): [string, EnvironmentPlace][] => {
      if (!isEnvironment(step.id)) return [];
      const { region, accountId } = ('observed' in step && step.observed?.outputs) || {};
      const labels = 'desired' in step ? step.desired?.labels : undefined;
      const where = {
        ...(typeof region === 'string' && { region }),
        ...(typeof accountId === 'string' && { account: accountId }),
        ...(labels !== undefined && { labels }),
      };
      return [[step.id.environment, { name: step.id.environment, ...where }]];
    }),
  );
  return (name) => places.get(name) ?? { name };
}
