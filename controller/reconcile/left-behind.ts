import { isEnvironment } from '../core/reference.ts';
import type { Step } from '../plan/step.ts';
import type { EnvironmentPass } from './environment-pass.ts';

/**
 * What is left where an environment was, under a name of its own: where the environment is now, it may be there under the same one.
 * Pure.
 */
export function leftBehind(name: string, pass: EnvironmentPass): EnvironmentPass {
  const left = (steps: readonly Step[]): readonly Step[] =>
    steps
      .filter(({ id }) => !isEnvironment(id))
      .map((step) => ({ ...step, id: { ...step.id, environment: name } }));
  return { ...pass, name, before: left(pass.before), steps: left(pass.steps), unread: new Map() };
}
