import { isEnvironment } from '../../core/reference.ts';
import type { Desired } from '../../core/resource.ts';
import type { Expansion } from '../../manifest/expand/index.ts';
import type { EnvironmentTarget } from '../../manifest/expand/environment.ts';
import type { WantedHere } from '../wanted.ts';

/** Environments that were declared and are no more, while something of ours is left in them. */
export interface RetiredEnvironments {
  /** Those that are not in this expansion, to be looked at and not touched; `ownsAny` tells what is not empty yet. */
  besides(expansion: Expansion, ownsAny: (environment: string) => boolean): readonly WantedHere[];
}

interface Declared {
  readonly target: EnvironmentTarget;
  /** The Environment itself: where it was found wrong, nothing in it is looked at. */
  readonly desired: readonly Desired[];
}

/**
 * Region and role of an environment stand in its manifest alone. So that what it held does not drop out of sight with it, it is
 * looked at for as long as the program runs. In memory only: a restart knows of it no more.
 */
export function createRetiredEnvironments(): RetiredEnvironments {
  const declared = new Map<string, Declared>();
  return {
    besides({ environments, desired }, ownsAny) {
      const names = new Set(environments.map(({ name }) => name));
      for (const name of declared.keys()) if (!names.has(name) && !ownsAny(name)) declared.delete(name);
      const retired = [...declared].flatMap(([name, former]) =>
        names.has(name)
          ? []
          : [
              {
                ...former,
                frozen: notDeclared(name),
                suspect: undefined,
                revision: undefined,
                retired: true,
              },
            ],
      );
      for (const target of environments) {
        const itself = desired.filter(({ id }) => isEnvironment(id) && id.environment === target.name);
        declared.set(target.name, { target, desired: itself });
      }
      return retired;
    },
  };
}

function notDeclared(name: string): string {
  return `no manifest declares the environment "${name}" any more; declare it again, and what no manifest names goes`;
}
