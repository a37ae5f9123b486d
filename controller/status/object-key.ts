import { manifestKey } from '../core/resource.ts';
import type { ManifestRef } from '../core/resource.ts';
import type { Step } from '../plan/step.ts';
import type { ObjectStatus } from './schema.ts';

/** An object, and where it is. */
export interface InEnvironment {
  readonly manifest: ManifestRef;
  readonly environment: string;
}

/**
 * Tells objects apart: by kind and name. What is left of one in a place that its environment has moved away from is an object of
 * its own beside the one that git wants.
 */
export function objectKeys(wanted: readonly InEnvironment[]): (object: InEnvironment) => string {
  const named = new Set(wanted.map(({ manifest }) => manifestKey(manifest)));
  const environments = new Set(wanted.map(({ environment }) => environment));
  return ({ manifest, environment }) => {
    const key = manifestKey(manifest);
    return named.has(key) && !environments.has(environment) ? `${key} in ${environment}` : key;
  };
}

/** The object that a step or an outcome is about. */
export function inEnvironment({ manifest, id }: Pick<Step, 'manifest' | 'id'>): InEnvironment {
  return { manifest, environment: id.environment };
}

/** An object as a report has it. */
export function refOf({ kind, name, environment }: ObjectStatus): InEnvironment {
  return { manifest: { kind, name }, environment };
}
