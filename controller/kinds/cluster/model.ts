import type { SpecOf, StateOf } from '../../core/fields/field.ts';
import { askedStateOf, rulesOf } from '../../core/fields/table.ts';
import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/reference.ts';
import type { FieldChange } from '../../core/resource.ts';
import { compareFields } from '../../plan/compare.ts';
import { clusterFacts } from './facts.ts';
import { CLUSTER } from './fields.ts';
import type { AsItIs } from './state.ts';

/** An ECS cluster. What it has of CLUSTER, a manifest says. */
export interface ClusterSpec extends SpecOf<typeof CLUSTER.fields> {
  readonly name: string;
  /** Undefined for an external cluster: not ours to compare. */
  readonly containerInsights?: 'enabled' | 'enhanced' | 'disabled';
}

export interface ClusterState extends Partial<StateOf<typeof CLUSTER.fields>> {
  readonly asItIs?: AsItIs;
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

/** ECS shows the ARN of a namespace that it was told by its name: which it is, it does not say. */
function isNameOfArn({ path, from, to }: FieldChange): boolean {
  const isArn = (value: unknown): boolean => String(value).startsWith('arn:');
  return path === 'serviceConnectDefaults.namespace' && to !== '' && to !== null && isArn(from) && !isArn(to);
}

const RULES = rulesOf(CLUSTER.fields);

export const clusterModel: KindModel<ClusterSpec, ClusterState> = {
  facts: clusterFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'every service in the cluster',
  needs: ({ id }) => [environmentId(id.environment)],
  diff({ spec }, { state }) {
    const asked = { containerInsights: spec.containerInsights, ...askedStateOf(CLUSTER.fields, spec) };
    return compareFields(asked, state, RULES).filter((change) => !isNameOfArn(change));
  },
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
