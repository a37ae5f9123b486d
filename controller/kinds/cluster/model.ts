import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/reference.ts';
import { compareFields } from '../../plan/compare.ts';
import { clusterFacts } from './facts.ts';

/** An ECS cluster. */
export interface ClusterSpec {
  readonly name: string;
  /** Undefined for an external cluster: not ours to compare. */
  readonly containerInsights?: 'enabled' | 'enhanced' | 'disabled';
}

export interface ClusterState {
  /** Undefined where AWS did not return the cluster's settings. */
  readonly containerInsights: string | undefined;
  /** What is in it, in words; of one that no manifest names. */
  readonly contents?: readonly string[];
}

export const clusterModel: KindModel<ClusterSpec, ClusterState> = {
  facts: clusterFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'every service in the cluster',
  needs: ({ id }) => [environmentId(id.environment)],
  diff: ({ spec }, { state }) => compareFields({ containerInsights: spec.containerInsights }, state),
  removal: ({ state: { contents = [] } }) => ({
    upkeep: [],
    ...(contents.length === 0 ? {} : { waits: `waits until it is empty: it has ${contents.join(', ')}` }),
  }),
};
