import type { Candidate, NamedCandidate } from '../candidate.ts';
import type { ManifestDocument } from '../documents.ts';
import { isMapping } from '../mapping.ts';
import { placeOf, pointerOf } from '../position.ts';
import type { Finding, NodePlace, Path } from '../position.ts';
import { variablesOf } from './declared-environments.ts';
import type { DeclaredEnvironment } from './declared-environments.ts';
import { selects } from './selector.ts';
import type { LabelSelector } from './selector.ts';
import { originsOf, patched, treeOf, valueOf, withTexts } from './tree.ts';
import type { KeyedLists, Tree } from './tree.ts';
import { filled } from './variables.ts';

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
  const { spec } = definition.document.value as { readonly spec: DefinitionSpec };
  return declared
    .filter((environment) => isSelected(spec.environments, environment))
    .map((environment) => instanceIn(definition, spec, environment));
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

function instanceIn(
  definition: NamedCandidate,
  { overrides = [] }: DefinitionSpec,
  environment: DeclaredEnvironment,
): Instance {
  const { document, ref } = definition;
  const whole = treeOf(document.value, []) as Extract<Tree, { type: 'mapping' }>;
  const written = whole.entries.get('spec') as Extract<Tree, { type: 'mapping' }>;
  const base: Tree = {
    ...written,
    entries: new Map([...written.entries].filter(([key]) => !OF_ALL.includes(key))),
  };
  const spec = overrides.reduce<Tree>((done, one, index) => {
    if (environment.labels === undefined || !selects(one.environments, environment.labels)) return done;
    return patched(done, treeOf(one.spec, ['spec', 'overrides', index, 'spec']), KEYED);
  }, base);
  const unknown: Finding[] = [];
  const variables = variablesOf(environment);
  const tree = withTexts({ ...whole, entries: new Map(whole.entries).set('spec', spec) }, (text, from) => {
    const done = filled(text, variables);
    if ('text' in done) return done.text;
    unknown.push(unknownVariables(document, from, done.unknown, variables.values));
    return undefined;
  });
  return {
    ...definition,
    definition,
    ref,
    document: { ...document, ...moved(document, tree), value: named(valueOf(tree), environment.name) },
    environment: environment.name,
    findings: [...document.findings, ...unknown],
    warnings: [],
  };
}

/** The instance's own `spec.environment`, which nobody wrote. */
function named(value: unknown, environment: string): unknown {
  const { spec, ...rest } = value as { readonly spec: object };
  return { ...rest, spec: { ...spec, environment } };
}

function unknownVariables(
  { places }: ManifestDocument,
  path: Path,
  names: readonly string[],
  known: ReadonlyMap<string, string>,
): Finding {
  const shown = [...known.keys()].map((name) => `\${${name}}`).join(', ');
  return {
    path,
    offset: placeOf(places, path).value,
    message: `${names.join(' and ')} means nothing here; there are ${shown}; write $\${… for a text that begins so`,
  };
}

/** What is known of the parts of a document, where they are now. */
function moved(
  { places, plain, refused }: ManifestDocument,
  tree: Tree,
): Pick<ManifestDocument, 'places' | 'plain' | 'refused'> {
  const now = {
    places: new Map<string, NodePlace>(),
    plain: new Map<string, string>(),
    refused: new Set<string>(),
  };
  for (const [pointer, { path, from }] of originsOf(tree)) {
    const { key, value } = placeOf(places, from);
    now.places.set(pointer, { path, key, value });
    const origin = pointerOf(from);
    const text = plain.get(origin);
    if (text !== undefined) now.plain.set(pointer, text);
    if (refused.has(origin)) now.refused.add(pointer);
  }
  // What speaks of the instance's Environment stands where its definition says which.
  const selector = placeOf(places, ['spec', 'environments']);
  now.places.set('/spec/environment', { ...selector, path: ['spec', 'environment'] });
  return now;
}
