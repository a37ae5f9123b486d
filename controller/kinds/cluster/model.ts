import type { SpecOf, StateOf } from '../../core/fields/field.ts';
import { askedStateOf, rulesOf } from '../../core/fields/table.ts';
import { isArn, isSameNamespace, withNamespaceArn } from '../../core/connect-namespace.ts';
import type { KindModel } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import type { Needs } from '../../core/outputs.ts';
import { environmentId } from '../../core/reference.ts';
import type { Reference } from '../../core/reference.ts';
import { compareFields } from '../../plan/compare.ts';
import type { NamespaceOutputs } from '../namespace/facts.ts';
import { clusterFacts } from './facts.ts';
import { CLUSTER } from './fields.ts';
import type { AsItIs } from './state.ts';

/** An ECS cluster. What it has of CLUSTER, a manifest says. */
export interface ClusterSpec extends SpecOf<typeof CLUSTER.fields> {
  readonly name: string;
  /** Undefined for an external cluster: not ours to compare. */
  readonly containerInsights?: 'enabled' | 'enhanced' | 'disabled';
  /** The namespace of serviceConnectDefaults, where a manifest declares it. */
  readonly connectNamespace?: Reference<NamespaceOutputs>;
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

const NAMESPACE = 'serviceConnectDefaults.namespace';

/** What git wants, with the ARN of a namespace that it declares; what depends on one that is not known yet is left out. */
function wantedOf(spec: ClusterSpec, needs: Needs): ClusterSpec {
  const { serviceConnectDefaults, ...rest } = spec;
  const { connectNamespace } = spec;
  if (serviceConnectDefaults === undefined) return spec;
  if (connectNamespace !== undefined && needs(connectNamespace) === undefined) return rest;
  return {
    ...rest,
    serviceConnectDefaults: withNamespaceArn(serviceConnectDefaults, connectNamespace, needs),
  };
}

const RULES = rulesOf(CLUSTER.fields);

/** All that git wants. Throws NeedMissing, retry `wait`, where its namespace is gone since it was planned. */
export function knownOf(spec: ClusterSpec, needs: Needs): ClusterSpec {
  if (spec.connectNamespace !== undefined) requireOutputs(needs, spec.connectNamespace);
  return wantedOf(spec, needs);
}

export const clusterModel: KindModel<ClusterSpec, ClusterState> = {
  facts: clusterFacts,
  updateChangesOutputs: false,
  replaceInterrupts: 'every service in the cluster',
  needs: ({ id, spec: { connectNamespace } }) => [
    environmentId(id.environment),
    ...(connectNamespace === undefined ? [] : [connectNamespace]),
  ],
  takesUp: ({ spec: { connectNamespace } }, { kind }) =>
    kind === connectNamespace?.kind ? NAMESPACE : undefined,
  diff({ spec }, { state }, needs) {
    const { connectNamespace, containerInsights } = spec;
    const asked = { containerInsights, ...askedStateOf(CLUSTER.fields, wantedOf(spec, needs)) };
    return compareFields(asked, state, RULES).filter(
      (change) => change.path !== NAMESPACE || !isSameNamespace(change, connectNamespace),
    );
  },
  parts: ({ spec: { connectNamespace } }, needs) =>
    connectNamespace === undefined ? undefined : { namespace: needs(connectNamespace)?.arn },
  uses: ({ state: { serviceConnectDefaults } }) => [serviceConnectDefaults?.namespace].filter(isArn),
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
