import * as fc from 'fast-check';
import { MANIFEST_KINDS } from '../../../../controller/core/resource.ts';
import type { ManifestKind } from '../../../../controller/core/resource.ts';
import { parseManifests } from '../../../../controller/manifest/parse.ts';
import { ROLLOUT_ANNOTATION } from '../../../../controller/manifest/schema/metadata.ts';
import { manifestJsonSchema } from '../../../../controller/manifest/schema/index.ts';
import type { ManifestDocument } from '../documents.ts';
import type { Existing } from './existing.ts';
import { hintsFor } from './hints.ts';
import { valuesOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { placesIn, placesOf } from './places.ts';
import { repairedDaemon, repairedEnvironment, withoutRecords } from './repaired.ts';
import { repairedRepository } from './repaired-repository.ts';
import { repairedCluster } from './repaired-service.ts';
import { withTraffic } from './repaired-traffic.ts';
import { withField } from './with-field.ts';
import { withoutErrors } from './without-errors.ts';

/** Documents of one source: perhaps an Environment, and daemon services, each with a cluster and a namespace of its own. */
export type Fleet = readonly ManifestDocument[];

export interface FleetOptions {
  /** What `stationkeeper schema` prints. Default: this version's. */
  readonly schema?: JsonSchema;
  /** What manifests may name without bringing it. */
  readonly existing?: Existing;
  /** Daemon services. Default: 1. */
  readonly count?: number;
}

/** The document of every kind that a version has, of what its `stationkeeper schema` prints: of one Environment, as definitions become it. */
export function documentSchemas(
  printed: JsonSchema = manifestJsonSchema(),
): ReadonlyMap<ManifestKind, JsonSchema> {
  const branches = printed.oneOf ?? [];
  return new Map(
    MANIFEST_KINDS.flatMap((kind) => {
      const found = branches.find(({ properties }) => properties?.['kind']?.const === kind);
      return found === undefined ? [] : [[kind, ofOneEnvironment(found)]];
    }),
  );
}

function ofOneEnvironment(document: JsonSchema): JsonSchema {
  const { metadata, spec, ...rest } = document.properties ?? {};
  const {
    environments: _selector,
    overrides: _overrides,
    rollout: _goesBy,
    ...members
  } = spec?.properties ?? {};
  const annotations = metadata?.properties?.['annotations'];
  const { [ROLLOUT_ANNOTATION]: _mode, ...own } = annotations?.properties ?? {};
  const its =
    annotations === undefined
      ? metadata
      : {
          ...metadata,
          properties: { ...metadata?.properties, annotations: { ...annotations, properties: own } },
        };
  return {
    ...document,
    properties: {
      ...rest,
      ...(its === undefined ? {} : { metadata: its }),
      spec: { ...spec, properties: members },
    },
  };
}

/** A daemon service, the cluster and namespace that it is in, and the repository that its images may be in; names are given in a fleet. */
export interface Bundle {
  readonly cluster: ManifestDocument<'Cluster'>;
  readonly namespace: ManifestDocument<'Namespace'>;
  /** Undefined where the version has none. */
  readonly repository: ManifestDocument<'Repository'> | undefined;
  readonly daemon: ManifestDocument<'DaemonService'>;
}

export function anyEnvironment(options: FleetOptions): fc.Arbitrary<ManifestDocument<'Environment'>> {
  return documentsOf('Environment', options).map((environment) => ({
    ...environment,
    spec: repairedEnvironment(environment.spec, options.existing),
  }));
}

/** A daemon service as the schema has it: most of them say what does not go together. */
export function anyDaemon(options: FleetOptions): fc.Arbitrary<ManifestDocument<'DaemonService'>> {
  return documentsOf('DaemonService', options).map((daemon) => ({
    ...daemon,
    spec: repairedDaemon(daemon.spec, options.existing),
  }));
}

export function anyBundle(options: FleetOptions): fc.Arbitrary<Bundle> {
  const schemas = documentSchemas(options.schema);
  const daemonSchema = schemas.get('DaemonService') ?? {};
  return fc.record({
    cluster: documentsOf('Cluster', options).map((cluster) => ({
      ...cluster,
      spec: repairedCluster(cluster.spec),
    })),
    namespace: documentsOf('Namespace', options),
    repository: schemas.has('Repository')
      ? documentsOf('Repository', options).map((one) => ({ ...one, spec: repairedRepository(one.spec) }))
      : fc.constant(undefined),
    // Without what was wrong it may have another network, which other target groups are for.
    daemon: anyDaemon(options)
      .map((daemon) => withoutErrors(daemon, daemonSchema))
      .map((daemon) => ({ ...daemon, spec: withTraffic(daemon.spec, options.existing) })),
  });
}

function documentsOf<Kind extends ManifestKind>(kind: Kind, { schema, existing }: FleetOptions) {
  const found = documentSchemas(schema).get(kind) ?? {};
  // The schema vouches for it.
  return valuesOf(found, hintsFor(existing), kind) as fc.Arbitrary<ManifestDocument<Kind>>;
}

export function fleetOf(
  environment: ManifestDocument<'Environment'> | undefined,
  bundles: readonly Bundle[],
): Fleet {
  return [...(environment === undefined ? [] : [environment]), ...bundles.flatMap(named)];
}

/** Fleets as the schema has them; most of them are valid. */
export function anyFleet({ count = 1, ...options }: FleetOptions = {}): fc.Arbitrary<Fleet> {
  const bundles = fc.array(anyBundle(options), { minLength: count, maxLength: count });
  return fc
    .tuple(fc.option(anyEnvironment(options), { nil: undefined }), bundles)
    .map(([environment, all]) => fleetOf(environment, all));
}

/** Gives a bundle names that are unique in a fleet, and its daemon service those of its cluster and namespace. */
function named({ cluster, namespace, repository, daemon }: Bundle, index: number): Fleet {
  const second = repairedNamespace(renamedInAws(namespace, (name) => `n${index}.${name}`));
  const inNamespace = <Place extends object>(place: Place) => ({ ...place, namespace: second.metadata.name });
  const first = withDefaultNamespace(
    withProviders(
      renamedInAws(cluster, (name) => `${name}-${index}`),
      daemon,
    ),
    daemon,
    inNamespace,
  );
  const discovered = withField(
    { ...daemon.spec, cluster: first.metadata.name },
    'serviceDiscovery',
    (discovery) => withRecordsOf(second, daemon.spec, inNamespace(discovery)),
  );
  const connected = withField(discovered, 'serviceConnectConfiguration', (connect) =>
    connect.namespace === undefined ? connect : inNamespace(connect),
  );
  const third =
    repository &&
    inRepository(
      renamed(repository, (name) => `${name}-${index}`),
      index,
    );
  const spec = withField(connected, 'containers', (containers) =>
    containers.map((container) => ({ ...container, image: imageFrom(container.image, third) })),
  );
  return [
    first,
    second,
    ...(third === undefined ? [] : [third]),
    { ...renamed(daemon, (name) => `${name}-${index}`), spec },
  ];
}

/** No other of the fleet is called so in ECR. */
function inRepository(
  repository: ManifestDocument<'Repository'>,
  index: number,
): ManifestDocument<'Repository'> {
  return {
    ...repository,
    spec: withField(repository.spec, 'repositoryName', (name) => `${name}/${index}x`),
  };
}

type Image = ManifestDocument<'DaemonService'>['spec']['containers'][number]['image'];

/** An image in a repository is in that of the fleet; elsewhere in a version that has none. */
function imageFrom(image: Image, repository: ManifestDocument<'Repository'> | undefined): Image {
  if (typeof image === 'string') return image;
  if (repository === undefined) return `example.org/x/agent:${image.tag ?? 'latest'}`;
  return { ...image, repository: repository.metadata.name };
}

/** A public domain has no underscores, and what has no zone no SOA record. */
function repairedNamespace(namespace: ManifestDocument<'Namespace'>): ManifestDocument<'Namespace'> {
  const { soaTtl: _ttl, ...rest } = namespace.spec;
  const { type } = namespace.spec;
  if (type === 'http') return { ...namespace, spec: rest };
  return type === 'public-dns' ? renamedInAws(namespace, (name) => name.replaceAll('_', 'u')) : namespace;
}

/** In an HTTP namespace nothing has records; a daemon service need not say so. */
function withRecordsOf(
  { spec: { type } }: ManifestDocument<'Namespace'>,
  { networkMode }: ManifestDocument<'DaemonService'>['spec'],
  discovery: NonNullable<ManifestDocument<'DaemonService'>['spec']['serviceDiscovery']>,
): typeof discovery {
  if (type !== 'http') return discovery;
  const { dnsRecords, ...rest } = withoutRecords(discovery, networkMode);
  return discovery.dnsRecords === undefined ? rest : { ...rest, dnsRecords: dnsRecords ?? [] };
}

/** Service Connect is in the namespace of the fleet, by the cluster where the service does not say it. */
function withDefaultNamespace(
  cluster: ManifestDocument<'Cluster'>,
  { spec: { serviceConnectConfiguration: connect } }: ManifestDocument<'DaemonService'>,
  inNamespace: (place: { readonly namespace: string }) => { readonly namespace: string },
): ManifestDocument<'Cluster'> {
  const { namespace } = cluster.spec.serviceConnectDefaults ?? {};
  const isNeeded = connect?.enabled === true && connect.namespace === undefined;
  if (!isNeeded && (namespace === undefined || namespace === '')) return cluster;
  return { ...cluster, spec: { ...cluster.spec, serviceConnectDefaults: inNamespace({ namespace: '' }) } };
}

/** The cluster has the providers that the daemon service names. */
function withProviders(
  cluster: ManifestDocument<'Cluster'>,
  { spec: { capacityProviderStrategy: strategy = [] } }: ManifestDocument<'DaemonService'>,
): ManifestDocument<'Cluster'> {
  if (strategy.length === 0) return cluster;
  const { capacityProviders = [] } = cluster.spec;
  const named = strategy.map(({ capacityProvider }) => capacityProvider);
  const all = [...new Set([...capacityProviders, ...named])];
  return { ...cluster, spec: { ...cluster.spec, capacityProviders: all } };
}

function renamed<Kind extends ManifestKind>(
  document: ManifestDocument<Kind>,
  rename: (name: string) => string,
): ManifestDocument<Kind> {
  return { ...document, metadata: { ...document.metadata, name: rename(document.metadata.name) } };
}

/** The same, of what may say a name in AWS besides. */
function renamedInAws<Kind extends 'Cluster' | 'Namespace'>(
  document: ManifestDocument<Kind>,
  rename: (name: string) => string,
): ManifestDocument<Kind> {
  const { name } = document.spec;
  const spec = name === undefined ? document.spec : { ...document.spec, name: rename(name) };
  return { ...renamed(document, rename), spec };
}

/** The fleets that this version takes. */
export function anyValidFleet(options: FleetOptions = {}): fc.Arbitrary<Fleet> {
  return anyFleet(options).filter(isValid);
}

export function isValid(fleet: Fleet): boolean {
  return parseManifests([{ file: 'fleet.yaml', text: textOf(fleet) }]).errors.length === 0;
}

/** What the schemas allow and none of the documents shows, sorted. */
export function lackingIn(
  documents: readonly ManifestDocument[],
  schemas: ReadonlyMap<ManifestKind, JsonSchema>,
): readonly string[] {
  const shown = new Set(documents.flatMap((document) => shownBy(document, schemas)));
  const all = [...schemas].flatMap(([kind, schema]) => placesOf(schema, kind));
  return [...new Set(all)].filter((place) => !shown.has(place)).toSorted();
}

/** A few of the items that show all that all of them do: again and again the one that shows most of what is left. */
export function fewToShow<Item>(
  items: readonly Item[],
  documentsOf: (item: Item) => readonly ManifestDocument[],
  schemas: ReadonlyMap<ManifestKind, JsonSchema>,
): readonly Item[] {
  const shows = items.map((item) => ({
    item,
    places: new Set(documentsOf(item).flatMap((document) => shownBy(document, schemas))),
  }));
  const left = new Set(shows.flatMap(({ places }) => [...places]));
  const chosen: Item[] = [];
  while (left.size > 0) {
    const gains = shows.map(({ places }) => [...left].filter((place) => places.has(place)).length);
    const best = shows[gains.indexOf(Math.max(...gains))]!;
    for (const place of best.places) left.delete(place);
    chosen.push(best.item);
  }
  return chosen;
}

function shownBy(
  document: ManifestDocument,
  schemas: ReadonlyMap<ManifestKind, JsonSchema>,
): readonly string[] {
  return placesIn(document, schemas.get(document.kind) ?? {}, document.kind);
}

/** The text of a manifest file, in the words of JSON: what writes nicer YAML is not to be trusted with every text. */
export function textOf(fleet: Fleet): string {
  return fleet.map((document) => `${JSON.stringify(document)}\n`).join('---\n');
}
