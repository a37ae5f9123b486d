import type { KindFacts } from './facts.ts';
import type { KindModel } from './kind.ts';
import type { EnvironmentOutputs, Reference } from './reference.ts';
import type { ResourceId } from './resource.ts';

/** What no manifest declares, and must exist. Always external: it is looked up, never made. */
export interface LookedUpSpec {
  /** What AWS is asked for it by: an ARN, a name, the image of a container. */
  readonly reference: string;
  /** Where it is looked up. */
  readonly environment: Reference<EnvironmentOutputs>;
}

/** What uses of it ask for is among its outputs. */
export type LookedUpState = Readonly<Record<string, never>>;

/** One as a manifest names it. */
export interface NamedThing extends Pick<LookedUpSpec, 'reference'> {
  readonly id: ResourceId;
}

/** The model of a kind that is only looked up. */
export function lookedUpModel(facts: KindFacts): KindModel<LookedUpSpec, LookedUpState> {
  return { facts, updateChangesOutputs: false, needs: ({ spec }) => [spec.environment], diff: () => [] };
}
