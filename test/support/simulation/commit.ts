import type { ManifestDocument } from '../manifests/documents.ts';
import { cluster, daemonService, environment, namespace, yamlOf } from '../manifests/documents.ts';
import type { Chance } from './chance.ts';
import { FLEET_PLACES, expanded, fleetEnvironment, isEnvironment, isSelected, labelsOf } from './fleet.ts';
import type { Selector } from './fleet.ts';
import { regionName, whereIs } from './regions.ts';

export type Document = ManifestDocument;
export type Daemon = ManifestDocument<'DaemonService'>;

/** What git holds: documents by file, and of the files that are broken the text that stands there instead. */
export interface Commit {
  readonly documents: ReadonlyMap<string, Document>;
  readonly broken: ReadonlyMap<string, string>;
}

/** Where a generated world's manifests apply: one region without a name, or Environments. */
export interface Region {
  readonly environment: string;
  /** As `regionName` has it. */
  readonly region: string;
}

/** Stands for every secret that a manifest holds; nothing that people see may hold it. */
export const SECRET = 'hunter2-SECRET-of-the-daemon';

const ONE: readonly [Region] = [{ environment: 'default', region: 'us-east-1' }];
const TWO: readonly [Region, Region] = [
  { environment: 'home', region: 'us-east-1' },
  { environment: 'away', region: 'eu-west-1' },
];

/** Where people may move an Environment, and back: no two of them ever share a region. */
const ELSEWHERE: readonly Region[] = [
  { environment: 'home', region: 'us-west-2' },
  { environment: 'away', region: 'eu-central-1' },
  { environment: 'ap', region: 'ap-south-1' },
];

export function regionsOf({ documents }: Commit): readonly [Region, ...Region[]] {
  const declared = [...documents.values()].filter(isEnvironment);
  const [first, ...others] = declared.map(({ metadata, spec: { account: accountId, region = '' } }) => ({
    environment: metadata.name,
    region: accountId === undefined ? region : regionName({ accountId, region }),
  }));
  return first === undefined ? ONE : [first, ...others];
}

/** The Environment of each region in which this world's Environments may ever be. */
export function environmentsByRegion(first: Commit): ReadonlyMap<string, string> {
  const here = [...regionsOf(first), ...(isFleet(first) ? FLEET_PLACES : [])];
  const names = new Set(here.map(({ environment }) => environment));
  const all = [...here, ...ELSEWHERE.filter(({ environment }) => names.has(environment))];
  return new Map(all.map(({ region, environment }) => [region, environment]));
}

/** An Environment in its other region; the commit itself where no manifest says where it is. */
export function withEnvironmentMoved(commit: Commit, chance: Chance): Commit {
  const one = chance.any([...commit.documents.values()].filter(isEnvironment));
  if (one === undefined) return commit;
  const { name } = one.metadata;
  const { region } = one.spec;
  const others = [...TWO, ...FLEET_PLACES, ...ELSEWHERE].filter(
    (each) => each.environment === name && whereIs(each.region).region !== region,
  );
  return others[0] === undefined
    ? commit
    : withDocument(commit, { ...one, spec: { ...one.spec, region: others[0].region } });
}

/** The commit as who never hears of a move reads it. */
export function withEnvironmentsWhereTheyWere(commit: Commit): Commit {
  const documents = new Map(
    [...commit.documents].map(([file, one]) => {
      const was = TWO.find((each) => one.kind === 'Environment' && each.environment === one.metadata.name);
      return [file, was === undefined ? one : environment({ name: was.environment, region: was.region })];
    }),
  );
  return { ...commit, documents };
}

/** The files' texts, as a controller reads them. */
export function textsOf({ documents, broken }: Commit): ReadonlyMap<string, string> {
  return new Map(
    [...documents].map(([file, document]) => [file, broken.get(file) ?? yamlOf(document)] as const),
  );
}

/** Several of one name, of which each is of other Environments, stand in a file each. */
export function fileOf({ kind, metadata, spec }: Document): string {
  const { environment: of = '', environments } = spec as Daemon['spec'];
  const [requirement] = environments?.matchExpressions ?? [];
  const isOneOfFleet = FLEET_PLACES.some((place) => place.environment === of);
  const which = isOneOfFleet ? `-${of}` : requirement === undefined ? '' : `-${requirement.operator}`;
  return `${kind.toLowerCase()}-${metadata.name}${which}.yaml`;
}

export function daemonsOf({ documents }: Commit): readonly Daemon[] {
  return [...documents.values()].filter((one): one is Daemon => one.kind === 'DaemonService');
}

export function withDocument(commit: Commit, document: Document): Commit {
  return { ...commit, documents: new Map(commit.documents).set(fileOf(document), document) };
}

export function withoutFile(commit: Commit, file: string): Commit {
  const documents = new Map(commit.documents);
  const broken = new Map(commit.broken);
  documents.delete(file);
  broken.delete(file);
  return { documents, broken };
}

/** Clusters, namespaces and some daemons, in one environment or two. */
export function firstCommit(chance: Chance): Commit {
  const regions = chance.happens(0.3) ? TWO : ONE;
  const places = regions.flatMap((place) => {
    const suffix = place.environment === 'away' ? '-away' : '';
    return [
      ...(regions.length > 1 ? [environment({ name: place.environment, region: place.region })] : []),
      cluster({ name: `main${suffix}`, ...where(regions, place) }),
      cluster({ name: `side${suffix}`, ...where(regions, place) }),
      namespace({ name: `services${suffix}.example.org`, soaTtl: 60, ...where(regions, place) }),
      namespace({ name: `inner${suffix}.example.org`, ...where(regions, place) }),
    ];
  });
  const bare: Commit = { documents: new Map(places.map((one) => [fileOf(one), one])), broken: new Map() };
  const names = ['statsd', 'xray', 'otel'].slice(0, chance.whole(2, 3));
  return names.reduce((commit, name) => withDocument(commit, newDaemon(commit, name, chance)), bare);
}

/** Whether git holds definitions of many Environments. */
function isFleet({ documents }: Commit): boolean {
  return FLEET_PLACES.some(({ environment }) => documents.has(`environment-${environment}.yaml`));
}

/** Three Environments of two accounts, clusters and namespaces in each, and daemons, most of which are in several. */
export function firstFleet(chance: Chance): Commit {
  const places = [
    ...FLEET_PLACES.slice(0, 3).map((place) => fleetEnvironment(place, chance)),
    ...['main', 'side'].map((name) => cluster({ name, environments: {} })),
    ...['services', 'inner'].map((name) =>
      namespace({ name: `${name}.example.org`, description: NAMED, environments: {} }),
    ),
  ];
  const bare: Commit = { documents: new Map(places.map((one) => [fileOf(one), one])), broken: new Map() };
  const names = ['statsd', 'xray', 'otel'].slice(0, chance.whole(2, 3));
  return names.reduce(
    (commit, name) =>
      withDocument(
        commit,
        chance.happens(0.75) ? newDefinition(commit, name, chance) : newDaemon(commit, name, chance),
      ),
    bare,
  );
}

/** Says where it is, and of what is nobody's variable. */
const NAMED = 'of ${environment.name} in ${environment.region}, ${HOME} and $${environment.name}';

/** A daemon in several Environments. */
export function newDefinition(commit: Commit, name: string, chance: Chance): Daemon {
  const daemon = newDaemon(commit, name, chance);
  const { environment: _one, containers, ...spec } = daemon.spec;
  const environments = selectorBy(commit, chance);
  const overrides = [0, 1].flatMap(() => (chance.happens(0.4) ? [overrideBy(commit, name, chance)] : []));
  return {
    ...daemon,
    spec: {
      ...spec,
      environments,
      containers: containers.map((one) => ({
        ...one,
        environment: { ...one.environment, PLACE: NAMED, STAGE: '${environment.labels.stage}' },
      })),
      ...(overrides.length === 0 ? {} : { overrides }),
    },
  };
}

/** One that selects something. */
export function selectorBy(commit: Commit, chance: Chance): Selector {
  const all = [...commit.documents.values()].filter(isEnvironment).map(labelsOf);
  const some = chance.any(all) ?? {};
  const [key = ''] = [chance.any(Object.keys(some))];
  const value = some[key] ?? '';
  const selector = chance.one<Selector>([
    {},
    {},
    { matchLabels: { fleet: 'in' } },
    { matchLabels: { fleet: 'in' } },
    { matchLabels: { [key]: value } },
    { matchExpressions: [{ key: 'stage', operator: 'In', values: [some['stage'] ?? ''] }] },
    { matchExpressions: [{ key, operator: 'NotIn', values: [value] }] },
    { matchExpressions: [{ key, operator: 'Exists' }], matchLabels: { fleet: some['fleet'] ?? '' } },
    { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
  ]);
  const isKnown =
    all.some((labels) => labels['tier'] !== undefined) || !JSON.stringify(selector).includes('tier');
  return isKnown && all.some((labels) => isSelected(selector, labels)) ? selector : {};
}

type Override = NonNullable<Daemon['spec']['overrides']>[number];

/** What differs in some Environments; of nothing that AWS would have to make anew. */
export function overrideBy(commit: Commit, daemon: string, chance: Chance): Override {
  const spec = chance.one<Override['spec']>([
    { desiredCount: chance.whole(0, 3) },
    { logs: { retentionInDays: chance.one([3, 60, 90]) } },
    { containers: [{ name: 'main', image: `example.org/${daemon}:override-${chance.whole(1, 3)}` }] },
    { deployment: { minimumHealthyPercent: chance.one([0, 50]) } },
    { taskRole: null },
    { containers: [{ name: 'main', environment: { LOG_LEVEL: 'debug', DB_PASSWORD: null } }] },
  ]);
  return { environments: selectorBy(commit, chance), spec };
}

/** Whether all of it is valid. */
export function isRight({ documents, broken }: Commit): boolean {
  return documents.size > 0 && broken.size === 0 && expanded(documents).isWhole;
}

function where(regions: readonly Region[], { environment }: Region): { readonly environment?: string } {
  return regions.length > 1 ? { environment } : {};
}

export function newDaemon(commit: Commit, name: string, chance: Chance): Daemon {
  const regions = regionsOf(commit);
  const place = chance.one(regions);
  const suffix = place.environment === 'away' ? '-away' : '';
  const healthCheck = { command: ['CMD', '/health'], interval: 10, retries: 2 };
  return daemonService({
    name,
    ...where(regions, place),
    ...(chance.happens(0.3) ? { labels: { team: chance.one(['platform', 'data']) } } : {}),
    cluster: `${chance.one(['main', 'side'])}${suffix}`,
    desiredCount: chance.whole(0, 3),
    containers: [
      {
        name: 'main',
        image: `example.org/${name}:1`,
        environment: { LOG_LEVEL: 'info', API_TOKEN: SECRET, DB_PASSWORD: `${SECRET}-too` },
        portMappings: [{ containerPort: 2000, protocol: 'udp' }],
        ...(chance.happens(0.3) ? { healthCheck } : {}),
      },
    ],
    logs: {
      retentionInDays: chance.one([7, 14, 30]),
      ...(chance.happens(0.5) ? { deletionPolicy: 'delete' } : {}),
    },
    ...(chance.happens(0.7)
      ? { taskRole: { statements: [{ actions: ['xray:PutTraceSegments'], resources: ['*'] }] } }
      : {}),
    securityGroup: { ingress: [{ protocol: 'udp', port: 2000, cidr: '172.31.0.0/16' }] },
    ...(chance.happens(0.7)
      ? {
          serviceDiscovery: {
            namespace: `${chance.one(['services', 'inner'])}${suffix}.example.org`,
            dnsRecords: [{ type: 'A', ttl: 60 }],
          },
        }
      : {}),
    ...(chance.happens(0.5)
      ? { deployment: { minimumHealthyPercent: chance.one([50, 100]), maximumPercent: 200 } }
      : {}),
  });
}

/**
 * What another source of the same owner says: some daemons under the names that are used here too, one of its own, and here and there the
 * cluster or the namespace that both are built on.
 */
export function commitOfOthers(here: Commit, chance: Chance): Commit {
  const kept = [...here.documents].filter(([, { kind }]) => kind === 'Environment' || chance.happens(0.3));
  const bare: Commit = { documents: new Map(kept), broken: new Map() };
  const names = [...daemonsOf(here).map(({ metadata }) => metadata.name), 'fluent'];
  const shared = names.filter(() => chance.happens(0.6));
  return [...shared, 'theirs-too'].reduce(
    (commit, name) => withDocument(commit, newDaemon(commit, name, chance)),
    bare,
  );
}
