import { StationkeeperError } from './errors.ts';
import type { KindFacts } from './facts.ts';
import type { Reference } from './reference.ts';
import { displayId } from './resource.ts';
import type { Observed, ResourceId } from './resource.ts';

/**
 * Outputs of the resources that a resource needs. Undefined while the needed resource does not exist, is not
 * ours to use or was not seen; a model then leaves the fields that depend on it out of its diff.
 */
export type Needs = <Outputs>(reference: Reference<Outputs>) => Outputs | undefined;

/**
 * What drivers found out for a kind, of the resources whose kinds its facts name under `learnsFrom`; of any other kind it throws,
 * which is a fault in the program. Undefined while the resource was not seen, or its driver could not find it out.
 */
export type Findings = <Found>(reference: Reference<unknown, Found>) => Found | undefined;

/** Finds a resource that was seen and may be used. */
type Lookup = (id: ResourceId) => Pick<Observed, 'outputs' | 'findings'> | undefined;

/** Finds outputs as the facts of their kind type them: `satisfies` holds each driver to that type where it makes them. */
export function needsFrom(lookup: Lookup): Needs {
  return <Outputs>(reference: Reference<Outputs>) => lookup(reference)?.outputs as Outputs | undefined;
}

/** Finds findings for a kind, and throws an Error for those of kinds that its facts do not name under `learnsFrom`. */
export function findingsFrom(lookup: Lookup, { name, learnsFrom = [] }: KindFacts): Findings {
  return <Found>(reference: Reference<unknown, Found>) => {
    if (!learnsFrom.includes(reference.kind)) {
      throw new Error(`the facts of ${name} do not say that it learns from ${reference.kind}`);
    }
    return lookup(reference)?.findings as Found | undefined;
  };
}

/**
 * The outputs that a mutation cannot do without. The planner holds such a step as `waiting`, so this fails only
 * where what is needed vanished since: StationkeeperError NeedMissing, retry `wait`.
 */
export function requireOutputs<Outputs>(needs: Needs, reference: Reference<Outputs>): Outputs {
  const outputs = needs(reference);
  if (outputs !== undefined) return outputs;
  throw new StationkeeperError({
    code: 'NeedMissing',
    message: `${displayId(reference)} is not known yet; it is looked up again`,
    retry: 'wait',
  });
}
