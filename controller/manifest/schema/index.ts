import type { Static } from 'typebox';
import { DOCUMENT_KINDS } from '../document-kinds.ts';
import { clusterSpec } from './cluster.ts';
import { daemonServiceSpec } from './daemon-service.ts';
import { environmentSpec } from './environment.ts';
import { environmentSetSpec } from './environment-set.ts';
import {
  daemonNamed,
  document,
  domainNamed,
  environmentNamed,
  labelNamed,
  nameAndAnnotations,
  nameOnly,
} from './metadata.ts';
import { namespaceSpec } from './namespace.ts';
import { repositorySpec } from './repository.ts';
import { rolloutSpec } from './rollout.ts';

/** The one source of types, validation and the editors' schema. */
export const MANIFEST_SCHEMAS = {
  Environment: document('Environment', environmentNamed, environmentSpec),
  Cluster: document('Cluster', labelNamed, clusterSpec),
  Namespace: document('Namespace', domainNamed, namespaceSpec),
  Repository: document('Repository', labelNamed, repositorySpec),
  DaemonService: document('DaemonService', daemonNamed, daemonServiceSpec),
  EnvironmentSet: document('EnvironmentSet', nameOnly, environmentSetSpec),
  Rollout: document('Rollout', nameAndAnnotations, rolloutSpec),
} as const;

export type ManifestSpecs = {
  readonly [Kind in keyof typeof MANIFEST_SCHEMAS]: Static<(typeof MANIFEST_SCHEMAS)[Kind]>['spec'];
};

/** What we say beside JSON Schema: sentences of our own, and what a table knows of AWS (core/fields/table.ts). */
export const PRIVATE_KEYWORDS: readonly string[] = ['errorMessage', 'knowledge'];

/** JSON Schema (draft 7, which the YAML language servers read) of one manifest document. */
export function manifestJsonSchema(): object {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Stationkeeper manifest',
    description: 'A document of a Stationkeeper manifest file.',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    oneOf: DOCUMENT_KINDS.map((kind) => ({ title: kind, ...MANIFEST_SCHEMAS[kind] })),
  };
  // A strict validator would refuse the whole schema for a keyword that it does not know.
  const text = JSON.stringify(schema, (key, value: unknown) =>
    PRIVATE_KEYWORDS.includes(key) ? undefined : value,
  );
  return JSON.parse(text) as object;
}
