import type { Candidate, NamedCandidate } from '../candidate.ts';
import type { ManifestDocument } from '../documents.ts';
import { isMapping } from '../mapping.ts';
import { placeOf } from '../position.ts';
import { variablesOf } from './declared-environments.ts';
import type { DeclaredEnvironment } from './declared-environments.ts';
import { arrangementOf, rearranged, withVariables } from './rearranged.ts';
import type { Arrangement } from './rearranged.ts';
import { selects } from './selector.ts';
import type { LabelSelector } from './selector.ts';
import { patched, treeOf, valueOf } from './tree.ts';
import type { KeyedLists, Mapping, Tree } from './tree.ts';

/** What a definition is in one Environment: a document of that Environment, whose parts know where they were written. */
export interface Instance extends Candidate {
  readonly definition: NamedCandidate;
  readonly environment: string;
  readonly declared: DeclaredEnvironment;
  /** The overrides that it has, by their index. */
  readonly overrides: readonly number[];
}

export function isInstance(candidate: Candidate): candidate is Instance {
  return 'definition' in candidate;
}

/** The definition that a document is an instance of. */
export function definitionOf(candidate: Candidate): NamedCandidate | undefined {
  return isInstance(candidate) ? candidate.definition : undefined;
}

/** Fields of a spec that an instance has no use for. By `environments`, beside its `environment`, it is known as one. */
const OF_ALL = ['overrides', 'rollout'];
export const KEYED: KeyedLists = { containers: 'name' };

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
  /** What is wanted where these of its overrides are, by their indices. */
  readonly merged: (overrides: readonly number[]) => Merged;
}

/** A definition with some of its overrides, as many Environments have it. */
interface Merged {
  readonly tree: Tree;
  readonly value: unknown;
  readonly arrangement: Arrangement;
}

export function partsOf({ document }: NamedCandidate): Parts {
  const { spec } = document.value as { readonly spec: DefinitionSpec };
  const whole = treeOf(document.value, []) as Mapping;
  const written = whole.entries.get('spec') as Mapping;
  const base: Tree = {
    ...written,
    entries: new Map([...written.entries].filter(([key]) => !OF_ALL.includes(key))),
  };
  const known = new Map<string, Merged>();
  return {
    spec,
    merged(overrides) {
      const key = overrides.join();
      const found = known.get(key) ?? mergedOf(document, whole, base, spec, overrides);
      known.set(key, found);
      return found;
    },
  };
}

function mergedOf(
  document: ManifestDocument,
  whole: Mapping,
  base: Tree,
  spec: DefinitionSpec,
  overrides: readonly number[],
): Merged {
  const patches = overrides.map((index) =>
    treeOf(spec.overrides?.[index]?.spec, ['spec', 'overrides', index, 'spec']),
  );
  const merged = patches.reduce<Tree>((done, patch) => patched(done, patch, KEYED), base);
  const tree: Tree = { ...whole, entries: new Map(whole.entries).set('spec', merged) };
  const arrangement = arrangementOf(document, tree);
  // What speaks of an instance's Environment stands where its definition says which.
  const selector = placeOf(document.places, ['spec', 'environments']);
  const places = new Map(arrangement.places).set('/spec/environment', {
    ...selector,
    path: ['spec', 'environment'],
    from: selector.path,
  });
  return { tree, value: valueOf(tree), arrangement: { ...arrangement, places } };
}

function instanceIn(
  definition: NamedCandidate,
  { spec: { overrides = [] }, merged }: Parts,
  environment: DeclaredEnvironment,
): Instance {
  const { document } = definition;
  const { name, labels } = environment;
  const own = [...overrides.keys()].filter(
    (index) => labels !== undefined && selects(overrides[index]!.environments, labels),
  );
  const { tree, value, arrangement } = merged(own);
  const filled = withVariables(tree, variablesOf(environment), document);
  const its = filled.tree === tree ? value : valueOf(filled.tree);
  const made = rearranged(document, arrangement, inEnvironment(its, name), filled.problems);
  return {
    ...definition,
    definition,
    document: made,
    environment: name,
    declared: environment,
    overrides: own,
    findings: [...made.findings],
    warnings: [],
  };
}

/** The instance's own `spec.environment`, which nobody wrote. */
function inEnvironment(value: unknown, environment: string): unknown {
  const { spec, ...rest } = value as { readonly spec: object };
  return { ...rest, spec: { ...spec, environment } };
}
