import { stringify } from 'yaml';
import { refOf } from '../../../controller/manifest/manifest.ts';
import type { ManifestOf } from '../../../controller/manifest/manifest.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import type { Manifest } from '../../../controller/manifest/parse.ts';
import type { ManifestKind } from '../../../controller/core/resource.ts';
import { manifestKey } from '../../../controller/core/resource.ts';

/** A manifest as people write it, before it is YAML. */
export interface ManifestDocument<Kind extends ManifestKind = ManifestKind> {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: ManifestOf<Kind>['spec'];
}

/** Metadata, and the fields of the spec to set instead of the defaults. */
export type DocumentOverrides<Kind extends ManifestKind> = Partial<ManifestDocument['metadata']> &
  Partial<ManifestOf<Kind>['spec']>;

function documentOf<Kind extends ManifestKind>(
  kind: Kind,
  defaultName: string,
  defaults: ManifestOf<Kind>['spec'],
  overrides: DocumentOverrides<Kind>,
): ManifestDocument<Kind> {
  const { name = defaultName, labels, annotations, ...spec } = overrides;
  return {
    apiVersion: 'stationkeeper.dev/v1',
    kind,
    metadata: {
      name,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    },
    spec: { ...defaults, ...spec },
  };
}

/** A small daemon service: one container, no service discovery. */
export function daemonService(
  overrides: DocumentOverrides<'DaemonService'> = {},
): ManifestDocument<'DaemonService'> {
  const defaults = {
    cluster: 'main',
    cpu: 256,
    memory: 512,
    containers: [{ name: 'main', image: 'example.org/daemon:1' }],
  };
  return documentOf('DaemonService', 'xray', defaults, overrides);
}

export function environment(
  overrides: DocumentOverrides<'Environment'> = {},
): ManifestDocument<'Environment'> {
  return documentOf('Environment', 'default', {}, overrides);
}

export function cluster(overrides: DocumentOverrides<'Cluster'> = {}): ManifestDocument<'Cluster'> {
  return documentOf('Cluster', 'main', {}, overrides);
}

export function namespace(overrides: DocumentOverrides<'Namespace'> = {}): ManifestDocument<'Namespace'> {
  return documentOf('Namespace', 'services.example.org', {}, overrides);
}

export function repository(overrides: DocumentOverrides<'Repository'> = {}): ManifestDocument<'Repository'> {
  return documentOf('Repository', 'xray', {}, overrides);
}

/** The text of a manifest file. */
export function yamlOf(...documents: readonly ManifestDocument[]): string {
  return documents.map((document) => stringify(document, { aliasDuplicateObjects: false })).join('---\n');
}

/** The documents as manifests; throws where one is not valid. */
export function manifestsOf(...documents: readonly ManifestDocument[]): readonly Manifest[] {
  const { manifests, errors } = parseManifests([{ file: 'test.yaml', text: yamlOf(...documents) }]);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${error.file}:${error.line} ${error.path}: ${error.message}`);
  return manifests;
}

/** `DaemonService/xray` of each. */
export function namesOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.map((manifest) => manifestKey(refOf(manifest)));
}
