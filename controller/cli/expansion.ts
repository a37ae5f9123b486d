import { join } from 'node:path';
import { groupBy } from '../core/order.ts';
import { selectorText } from '../manifest/fleet/selector.ts';
import type { ManifestError } from '../manifest/manifest.ts';
import type { AppliedOverride, ManifestOrigin } from '../manifest/origin.ts';
import type { SecretRules } from '../core/secrets.ts';
import { wrapped } from '../plan/where.ts';
import type { ReadManifests, WrittenObject } from './read-manifests.ts';
import { shownSpec } from './shown-spec.ts';

/** Columns that names of Environments take. */
const WIDTH = 80;
const GAP = '   ';
const HEADER = ['OBJECT', 'WRITTEN AT', 'ENVIRONMENTS'] as const;

/** Each document with the Environments that its object is in, and below it which overrides apply in which, where any do. */
export function expansionTable(objects: readonly WrittenObject[], folder: string): string {
  const declared = objects.filter(({ manifest: { kind } }) => kind === 'Environment').length;
  const rows = [...groupBy(objects, documentOf).values()].flatMap((own) => rowsOf(own, folder, declared));
  const widths = [0, 1].map((column) => Math.max(...[HEADER, ...rows].map((row) => row[column]!.length)));
  return [HEADER, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

type Row = readonly [object: string, at: string, environments: string];

function documentOf({ manifest: { kind, from }, origin: { set } }: WrittenObject): string {
  return `${set === undefined ? kind : 'EnvironmentSet'} ${from.file}:${from.line}`;
}

function rowsOf(own: readonly WrittenObject[], folder: string, declared: number): readonly Row[] {
  const [first] = own;
  if (first === undefined) return [];
  const { manifest, origin } = first;
  const name =
    origin.set === undefined ? `${manifest.kind}/${manifest.metadata.name}` : `EnvironmentSet/${origin.set}`;
  const groups = [...groupBy(own, ({ origin: { overrides } }) => overridesText(overrides)).values()];
  const all = own.map(({ environment }) => environment);
  const isPlain = groups.length === 1 && origin.overrides.length === 0;
  const lines = !isPlain
    ? [`${all.length}`]
    : origin.isOfDefinition
      ? countedOf(all, declared)
      : origin.set === undefined
        ? all
        : counted(all);
  const at = `${join(folder, manifest.from.file)}:${manifest.from.line}`;
  return [
    ...under([name, at], lines),
    ...(isPlain
      ? []
      : groups.flatMap((group) => under(['', overridesText(group[0]!.origin.overrides)], namesIn(group)))),
  ];
}

function namesIn(group: readonly WrittenObject[]): readonly string[] {
  return counted(group.map(({ environment }) => environment));
}

/** Names that take more than a line are told where their Environments are declared, and not with each definition that is in all of them. */
function countedOf(environments: readonly string[], declared: number): readonly string[] {
  const lines = counted(environments);
  return lines.length > 1 && environments.length === declared ? [`all ${declared}`] : lines;
}

/** `3: dev, prod-eu, prod-us`, in as many lines as it takes. */
function counted(environments: readonly string[]): readonly string[] {
  const [first = '', ...others] = wrapped(environments, WIDTH);
  return [`${environments.length}: ${first}`, ...others];
}

function under([object, at]: readonly [string, string], lines: readonly string[]): readonly Row[] {
  return lines.map((line, index): Row => (index === 0 ? [object, at, line] : ['', '', line]));
}

/** `overrides[0] stage=dev, overrides[2] tier=web`; of none that it is as written. */
function overridesText(overrides: readonly AppliedOverride[]): string {
  return overrides.length === 0 ? 'as written' : overrides.map(overrideText).join(', ');
}

export function overrideText({ index, environments }: AppliedOverride): string {
  return `overrides[${index}] ${selectorText(environments)}`;
}

/** The one document of `validate --output json`. */
export function expansionJson({ wanted, folder, objects }: ReadManifests, rules: SecretRules): object {
  const { reading, errors, warnings } = wanted;
  const unread = reading.type === 'stale' ? [errorOf(`${reading.code}: ${reading.message}`)] : [];
  return {
    errors: [...unread, ...errors.map((error) => located(error, folder))],
    warnings: warnings.map((warning) => located(warning, folder)),
    objects: objects.map(({ manifest, environment, origin }) => ({
      kind: manifest.kind,
      name: manifest.metadata.name,
      environment,
      file: join(folder, manifest.from.file),
      line: manifest.from.line,
      ...writtenIn(origin),
      ...stagedIn(manifest, environment, wanted),
      metadata: shownSpec(manifest.metadata, rules),
      spec: shownSpec(withoutSelector(manifest), rules),
    })),
  };
}

/** An object stands in one Environment, which it names. */
function withoutSelector({ spec }: WrittenObject['manifest']): object {
  const { environments: _selector, ...rest } = spec as { readonly environments?: unknown };
  return rest;
}

/** What made it, where that is more than its document. */
function writtenIn({ set, isOfDefinition, overrides }: ManifestOrigin): object {
  return {
    ...(set !== undefined && { environmentSet: set }),
    ...(isOfDefinition && {
      overrides: overrides.map(({ index, line, environments }) => ({ index, line, environments })),
    }),
  };
}

/** How it goes through its Rollout, where it names one. */
function stagedIn(
  { kind, metadata, staged }: WrittenObject['manifest'],
  environment: string,
  { expansion }: ReadManifests['wanted'],
): object {
  if (staged === undefined) return {};
  const { rollout, digest } = staged;
  const definition = expansion.staged?.find(
    (one) => one.manifest.kind === kind && one.manifest.name === metadata.name && one.digest === digest,
  );
  const index = definition?.members.find((member) => member.environment === environment)?.stage;
  const stage = index === undefined ? undefined : definition?.schedule?.stages[index]?.name;
  return { rollout, ...(stage !== undefined && { stage }), digest };
}

function errorOf(message: string): object {
  return { file: '', line: 0, column: 0, path: '', message };
}

function located({ file, line, column, path, message, objects }: ManifestError, folder: string): object {
  const at = file === '' ? '' : join(folder, file);
  return { file: at, line, column, path, message, ...(objects !== undefined && { objects }) };
}
