import { partitionOf } from '../../aws/partitions.ts';
import type { NamedCandidate } from '../candidate.ts';
import { isMapping } from '../mapping.ts';
import type { Labels } from './selector.ts';
import type { Variables } from './variables.ts';

/** Labels that every Environment has by itself, as far as it says what they are of, with the field that says it. Nobody else writes them. */
export const OWN_LABELS: ReadonlyMap<string, string> = new Map([
  ['name', 'metadata.name'],
  ['region', 'spec.region'],
  ['account', 'spec.account'],
]);

/** An Environment as far as its own document says it. */
export interface DeclaredEnvironment {
  readonly name: string;
  /** Its own and those that it has by itself; undefined where they cannot be read. */
  readonly labels: Labels | undefined;
  readonly region?: string;
  readonly account?: string;
}

/** What a document says of its Environment, be the rest of it valid or not. */
export function declaredEnvironment({ ref: { name }, document }: NamedCandidate): DeclaredEnvironment {
  if (document.broken || !isMapping(document.value)) return { name, labels: undefined };
  return declaredIn(name, document.value);
}

/** The same of its metadata and spec, which may be anything. */
export function declaredIn(
  name: string,
  { metadata, spec }: { readonly metadata?: unknown; readonly spec?: unknown },
): DeclaredEnvironment {
  const region = textOf(spec, 'region');
  const account = textOf(spec, 'account') ?? textOf(spec, 'roleArn')?.split(':')[4];
  const written = isMapping(metadata) ? (metadata['labels'] ?? {}) : {};
  const own = { name, ...(region !== undefined && { region }), ...(account !== undefined && { account }) };
  return { ...own, labels: isLabels(written) ? { ...written, ...own } : undefined };
}

/** What texts of a definition may say of the Environment that they stand in. */
export function variablesOf({ name, region, account, labels = {} }: DeclaredEnvironment): Variables {
  const values: [string, string][] = Object.entries(labels).map(([key, value]) => [
    `environment.labels.${key}`,
    value,
  ]);
  const own = { name, region, account, partition: region === undefined ? undefined : partitionOf(region) };
  for (const [key, value] of Object.entries(own)) {
    if (value !== undefined) values.push([`environment.${key}`, value]);
  }
  return { roots: ['environment'], values: new Map(values) };
}

function isLabels(value: unknown): value is Labels {
  return isMapping(value) && Object.values(value).every((label) => typeof label === 'string');
}

function textOf(spec: unknown, field: string): string | undefined {
  const value = isMapping(spec) ? spec[field] : undefined;
  return typeof value === 'string' ? value : undefined;
}
