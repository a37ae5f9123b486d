import { environment } from '../manifests/documents.ts';
import type { ManifestDocument } from '../manifests/documents.ts';
import type { Chance } from './chance.ts';
import { whereIs } from './regions.ts';

/** What is written of many Environments becomes here, worked out anew: the controller's own expansion is under test too. */

type Document = ManifestDocument;
type Daemon = ManifestDocument<'DaemonService'>;
type Environment = ManifestDocument<'Environment'>;
type Labels = Readonly<Record<string, string>>;
export type Selector = NonNullable<Daemon['spec']['environments']>;
type Spec = Readonly<Record<string, unknown>>;

/**
 * Where Environments of a fleet are, by `regionName`: in several Regions of one account, and in one of these in another. The last one comes later,
 * if at all.
 */
export const FLEET_PLACES = [
  { environment: 'eu', region: 'eu-west-1' },
  { environment: 'us', region: 'us-east-1' },
  { environment: 'far', region: '210987654321/eu-west-1' },
  { environment: 'ap', region: 'ap-southeast-2' },
] as const;

/** An override with this makes a daemon invalid: no Fargate task has so much. */
export const BAD_CPU = 257;

export function fleetEnvironment(
  { environment: name, region: of }: (typeof FLEET_PLACES)[number],
  chance: Chance,
): Environment {
  const { region = '', accountId } = whereIs(of);
  const account =
    accountId === undefined
      ? {}
      : { account: accountId, roleArn: `arn:aws:iam::${accountId}:role/stationkeeper` };
  const labels = {
    fleet: chance.happens(0.8) ? 'in' : 'out',
    stage: chance.one(['dev', 'prod']),
    ...(chance.happens(0.5) ? { tier: 'web' } : {}),
  };
  return environment({ name, region, labels, ...account });
}

export function isEnvironment(one: Document): one is Environment {
  return one.kind === 'Environment';
}

function selectorOf({ spec }: Document): Selector | undefined {
  return 'environments' in spec ? spec.environments : undefined;
}

/** Whether a document is of many Environments. */
export function isOfMany(document: Document): boolean {
  return selectorOf(document) !== undefined;
}

/** What an Environment is known by: its own labels, its name, and where it says that it is. */
export function labelsOf({ metadata: { name, labels = {} }, spec }: Environment): Labels {
  const { region = '', account } = spec;
  return { ...labels, name, region, ...(account === undefined ? {} : { account }) };
}

export function isSelected({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const isMet = ({ key, operator, values = [] }: (typeof matchExpressions)[number]): boolean => {
    const value = labels[key];
    const isAmong = value !== undefined && values.includes(value);
    if (operator === 'In') return isAmong;
    if (operator === 'NotIn') return !isAmong;
    return (value !== undefined) === (operator === 'Exists');
  };
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(isMet)
  );
}

function keysIn({ matchLabels = {}, matchExpressions = [] }: Selector): readonly string[] {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
}

/** A document as one Environment has it, whether it is valid there or not. */
export function instanceIn(definition: Document, environment: Environment): Document {
  const { environments: _selector, overrides = [], ...spec } = definition.spec as Daemon['spec'];
  const labels = labelsOf(environment);
  const whole = overrides
    .filter((one) => isSelected(one.environments, labels))
    .reduce<Spec>((before, one) => patched(before, one.spec), spec);
  const { name } = environment.metadata;
  const named: Spec =
    definition.kind === 'DaemonService' ? withRoleNames(whole, definition.metadata.name, name) : whole;
  const text = JSON.stringify({ ...definition, spec: { ...named, environment: name } });
  return JSON.parse(
    text.replaceAll(/(\$?)\$\{environment\.([\w.]+)\}/g, (all: string, escape: string, key: string) =>
      escape === '' ? (labels[key.replace('labels.', '')] ?? all) : all.slice(1),
    ),
  ) as Document;
}

/** IAM has no Regions: of a definition each Environment has roles under a name of its own. */
function withRoleNames(spec: Spec, daemon: string, environment: string): Spec {
  const { taskRole, executionRole } = spec as Daemon['spec'];
  return {
    ...spec,
    executionRole: { name: `${daemon}-${environment}-execution`, ...executionRole },
    ...(taskRole === undefined ? {} : { taskRole: { name: `${daemon}-${environment}-task`, ...taskRole } }),
  };
}

/** A JSON merge patch, but for containers, of which each is one. */
function patched(before: Spec, patch: Spec): Spec {
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(patch)) {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (value === null) delete merged[key];
    else if (key === 'containers')
      merged[key] = withContainers(merged[key] as Containers, value as Containers);
    else merged[key] = isMapping ? patched((merged[key] ?? {}) as Spec, value as Spec) : value;
  }
  return merged;
}

type Containers = readonly Spec[];

function withContainers(before: Containers, patches: Containers): Containers {
  const patchOf = (one: Spec): Spec => patches.find(({ name }) => name === one['name']) ?? {};
  return before.map((one) => patched(one, patchOf(one)));
}

/** Documents of one Environment each. */
interface Expanded {
  readonly documents: ReadonlyMap<string, Document>;
  /** Nothing that is written is invalid, as far as Environments decide about that. */
  readonly isWhole: boolean;
}

/** Each document in each Environment that it is of, by its file and that; without what is invalid there. */
export function expanded(documents: ReadonlyMap<string, Document>): Expanded {
  const environments = [...documents.values()].filter(isEnvironment);
  const known = new Set(environments.flatMap((one) => Object.keys(labelsOf(one))));
  const found: (readonly [string, Document])[] = [];
  let isWhole = true;
  for (const [file, document] of documents) {
    const instances = instancesOf(document, environments, known);
    if (instances.length === 0) isWhole = false;
    for (const one of instances) found.push([`${file}@${environmentOf(one)}`, one]);
  }
  const counts = new Map<string, number>();
  const identityOf = (one: Document): string => `${one.kind}/${one.metadata.name}@${environmentOf(one)}`;
  for (const [, one] of found) counts.set(identityOf(one), (counts.get(identityOf(one)) ?? 0) + 1);
  const valid = found.filter(([, one]) => counts.get(identityOf(one)) === 1 && !isBad(one));
  return { documents: new Map(valid), isWhole: isWhole && valid.length === found.length };
}

/** None where that is a mistake. */
function instancesOf(
  document: Document,
  environments: readonly Environment[],
  known: ReadonlySet<string>,
): readonly Document[] {
  const selector = selectorOf(document);
  if (selector === undefined) {
    const named = environmentOf(document);
    const isThere = environments.some(({ metadata }) => metadata.name === named);
    return isEnvironment(document) || environments.length === 0 || isThere ? [document] : [];
  }
  const { overrides = [] } = document.spec as Daemon['spec'];
  const selectors = [selector, ...overrides.map((one) => one.environments)];
  if (selectors.some((one) => keysIn(one).some((key) => !known.has(key)))) return [];
  return environments
    .filter((one) => isSelected(selector, labelsOf(one)))
    .map((one) => instanceIn(document, one));
}

function environmentOf({ kind, metadata, spec }: Document): string {
  if (kind === 'Environment') return metadata.name;
  return ('environment' in spec ? spec.environment : undefined) ?? '';
}

function isBad({ spec }: Document): boolean {
  return 'cpu' in spec && spec.cpu === BAD_CPU;
}
