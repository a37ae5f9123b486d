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
  /** What is in it, of one that no manifest names. */
  readonly contents?: readonly Content[];
}

/** Things in a cluster that AWS does not delete it with. */
export interface Content {
  readonly what: 'service' | 'task' | 'container instance';
  /** At least 1. */
  readonly count: number;
}

export const clusterModel: KindModel<ClusterSpec, ClusterState> = {
  facts: clusterFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'every service in the cluster',
  needs: ({ id }) => [environmentId(id.environment)],
  diff: ({ spec }, { state }) => compareFields({ containerInsights: spec.containerInsights }, state),
  removal({ state: { contents = [] } }) {
    if (contents.length === 0) return { upkeep: [] };
    const waits = `waits until it is empty: it has ${contents.map(inWords).join(', ')}`;
    // Tasks that are left end with what started them; services and instances are somebody's.
    const endsByItself = contents.every(({ what }) => what === 'task');
    return { upkeep: [], waits, ...(endsByItself ? { endsByItself } : {}) };
  },
};

function inWords({ what, count }: Content): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
