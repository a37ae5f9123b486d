import * as fc from 'fast-check';
import { MANIFEST_KINDS } from '../../../controller/core/resource.ts';
import type { ManifestKind } from '../../../controller/core/resource.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { manifestJsonSchema } from '../../../controller/manifest/schema/index.ts';
import type { ManifestDocument } from '../manifests.ts';
import type { Existing } from './existing.ts';
import { hintsFor } from './hints.ts';
import { valuesOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { placesIn, placesOf } from './places.ts';
import { repairedDaemon, repairedEnvironment } from './repaired.ts';

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

/** Every kind's document, of what `stationkeeper schema` prints. */
export function documentSchemas(
  printed: JsonSchema = manifestJsonSchema(),
): ReadonlyMap<ManifestKind, JsonSchema> {
  const branches = printed.oneOf ?? [];
  return new Map(
    MANIFEST_KINDS.map((kind) => {
      const found = branches.find(({ properties }) => properties?.['kind']?.const === kind);
      if (found === undefined) throw new Error(`the schema has no ${kind}`);
      return [kind, found];
    }),
  );
}

/** Fleets as the schema has them; most of them are valid. */
export function anyFleet({ schema, existing, count = 1 }: FleetOptions = {}): fc.Arbitrary<Fleet> {
  const schemas = documentSchemas(schema);
  const hints = hintsFor(existing);
  const documentOf = <Kind extends ManifestKind>(kind: Kind) =>
    // The schema vouches for it.
    valuesOf(schemas.get(kind) ?? {}, hints, kind) as fc.Arbitrary<ManifestDocument<Kind>>;
  const bundle = fc.record({
    cluster: documentOf('Cluster'),
    namespace: documentOf('Namespace'),
    daemon: documentOf('DaemonService'),
  });
  return fc
    .record({
      environment: fc.option(documentOf('Environment'), { nil: undefined }),
      bundles: fc.array(bundle, { minLength: count, maxLength: count, size: 'max' }),
    })
    .map(({ environment, bundles }) => [
      ...(environment === undefined
        ? []
        : [{ ...environment, spec: repairedEnvironment(environment.spec, existing) }]),
      ...bundles.flatMap(({ cluster, namespace, daemon }, index) => {
        const documents = [
          renamed(cluster, (name) => `${name}-${index}`),
          renamed(namespace, (name) => `n${index}.${name}`),
        ] as const;
        return [
          ...documents,
          joined(
            renamed(daemon, (name) => `${name}-${index}`),
            documents,
            existing,
          ),
        ];
      }),
    ]);
}

/** Names are unique in a fleet. */
function renamed<Kind extends ManifestKind>(
  document: ManifestDocument<Kind>,
  rename: (name: string) => string,
): ManifestDocument<Kind> {
  return { ...document, metadata: { ...document.metadata, name: rename(document.metadata.name) } };
}

function joined(
  daemon: ManifestDocument<'DaemonService'>,
  [cluster, namespace]: readonly [ManifestDocument<'Cluster'>, ManifestDocument<'Namespace'>],
  existing: Existing | undefined,
): ManifestDocument<'DaemonService'> {
  const spec = repairedDaemon({ ...daemon.spec, cluster: cluster.metadata.name }, existing);
  const { serviceDiscovery } = spec;
  const registry = { ...serviceDiscovery, namespace: namespace.metadata.name };
  return {
    ...daemon,
    spec: { ...spec, ...(serviceDiscovery === undefined ? {} : { serviceDiscovery: registry }) },
  };
}

/** Those of them that this version takes. */
export function anyValidFleet(options: FleetOptions = {}): fc.Arbitrary<Fleet> {
  return anyFleet(options).filter(isValid);
}

export function isValid(fleet: Fleet): boolean {
  return parseManifests([{ file: 'fleet.yaml', text: textOf(fleet) }]).errors.length === 0;
}

/** What the schemas allow and none of the fleets shows, sorted. */
export function lackingIn(
  fleets: readonly Fleet[],
  schemas: ReadonlyMap<ManifestKind, JsonSchema>,
): readonly string[] {
  const shown = new Set(
    fleets.flatMap((fleet) =>
      fleet.flatMap((document) => placesIn(document, schemas.get(document.kind) ?? {}, document.kind)),
    ),
  );
  const all = [...schemas].flatMap(([kind, schema]) => placesOf(schema, kind));
  return [...new Set(all)].filter((place) => !shown.has(place)).toSorted();
}

/** The text of a manifest file, in the words of JSON: what writes nicer YAML is not to be trusted with every text. */
export function textOf(fleet: Fleet): string {
  return fleet.map((document) => `${JSON.stringify(document)}\n`).join('---\n');
}
