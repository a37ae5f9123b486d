import type { Candidate, NamedCandidate } from '../candidate.ts';
import { isMapping } from '../mapping.ts';
import { placeOf } from '../position.ts';
import { variablesOf } from './declared-environments.ts';
import type { DeclaredEnvironment } from './declared-environments.ts';
import { rearranged, withVariables } from './rearranged.ts';
import { selects } from './selector.ts';
import type { LabelSelector } from './selector.ts';
import { patched, treeOf } from './tree.ts';
import type { KeyedLists, Mapping, Tree } from './tree.ts';

/** What a definition is in one Environment: a document of that Environment, whose parts know where they were written. */
export interface Instance extends Candidate {
  readonly definition: NamedCandidate;
  readonly environment: string;
}

/** The definition that a document is an instance of. */
export function definitionOf(candidate: Candidate): NamedCandidate | undefined {
  return 'definition' in candidate ? (candidate as Instance).definition : undefined;
}

/** Fields of a spec that an instance has no use for. By `environments`, beside its `environment`, it is known as one. */
const OF_ALL = ['overrides', 'rollout'];
const KEYED: KeyedLists = { containers: 'name' };

interface Override {
  readonly environments: LabelSelector;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface DefinitionSpec {
  readonly environments: LabelSelector;
  readonly overrides?: readonly Override[];
}

/** Whether a document is a definition: one of many Environments. */
export function isDefinition(candidate: Candidate): boolean {
  const { value } = candidate.document;
  if (definitionOf(candidate) !== undefined) return false;
  return isMapping(value) && isMapping(value['spec']) && Object.hasOwn(value['spec'], 'environments');
}

/**
 * A definition in each Environment that it selects, in the order of these. An Environment whose labels cannot be read counts as selected, so
 * that nothing there is taken for unwanted.
 *
 * @param definition Its `environments` and `overrides` are valid by the schema.
 */
export function instancesOf(
  definition: NamedCandidate,
  declared: readonly DeclaredEnvironment[],
): readonly Instance[] {
  const parts = partsOf(definition);
  return declared
    .filter((environment) => isSelected(parts.spec.environments, environment))
    .map((environment) => instanceIn(definition, parts, environment));
}

/** Overrides that no Environment of a definition has, by their index. */
export function idleOverrides(
  { overrides = [], environments }: DefinitionSpec,
  declared: readonly DeclaredEnvironment[],
): readonly number[] {
  const own = declared.filter((environment) => isSelected(environments, environment));
  return overrides.flatMap((one, index) =>
    own.some((environment) => isSelected(one.environments, environment)) ? [] : [index],
  );
}

function isSelected(selector: LabelSelector, { labels }: DeclaredEnvironment): boolean {
  return labels === undefined || selects(selector, labels);
}

/** A definition taken apart. */
interface Parts {
  readonly spec: DefinitionSpec;
  readonly whole: Mapping;
  /** What its spec is where nothing overrides it. */
  readonly base: Mapping;
  readonly overrides: readonly { readonly environments: LabelSelector; readonly tree: Tree }[];
}

function partsOf({ document }: NamedCandidate): Parts {
  const { spec } = document.value as { readonly spec: DefinitionSpec };
  const whole = treeOf(document.value, []) as Mapping;
  const written = whole.entries.get('spec') as Mapping;
  const entries = new Map([...written.entries].filter(([key]) => !OF_ALL.includes(key)));
  const overrides = (spec.overrides ?? []).map((one, index) => ({
    environments: one.environments,
    tree: treeOf(one.spec, ['spec', 'overrides', index, 'spec']),
  }));
  return { spec, whole, base: { ...written, entries }, overrides };
}

function instanceIn(
  definition: NamedCandidate,
  { whole, base, overrides }: Parts,
  environment: DeclaredEnvironment,
): Instance {
  const { document } = definition;
  const { name, labels } = environment;
  const spec = overrides.reduce<Tree>(
    (done, one) =>
      labels !== undefined && selects(one.environments, labels) ? patched(done, one.tree, KEYED) : done,
    base,
  );
  const merged: Mapping = { ...whole, entries: new Map(whole.entries).set('spec', spec) };
  const { tree, problems } = withVariables(merged, variablesOf(environment), document);
  const made = rearranged(document, tree, problems);
  // What speaks of the instance's Environment stands where its definition says which.
  const selector = placeOf(document.places, ['spec', 'environments']);
  const at = ['spec', 'environment'];
  return {
    ...definition,
    definition,
    document: {
      ...made,
      value: inEnvironment(made.value, name),
      places: new Map(made.places).set('/spec/environment', { ...selector, path: at, from: selector.path }),
    },
    environment: name,
    findings: [...made.findings],
    warnings: [],
  };
}

/** The instance's own `spec.environment`, which nobody wrote. */
function inEnvironment(value: unknown, environment: string): unknown {
  const { spec, ...rest } = value as { readonly spec: object };
  return { ...rest, spec: { ...spec, environment } };
}
