import { daemonsOf, regionsOf } from './commit.ts';
import type { Commit, Daemon, Document } from './commit.ts';
import { hasOwnNetwork, isOnEveryHost } from './host-commit.ts';
import { expanded } from './fleet.ts';
import { liveKey } from './live.ts';
import type { Place } from './live.ts';

/** What git says of one resource, worked out here anew: the controller's own reading of manifests is under test too. */
export interface WantedResource {
  /** `DaemonService/xray`. */
  readonly manifest: string;
  readonly environment: string;
  readonly document: Document;
  readonly reconcile: string;
  readonly adoption: string;
  readonly mayBeReplaced: boolean;
}

/** An object, as `objectKey` has it. */
export function wantedObject({
  environment,
  manifest,
}: Pick<WantedResource, 'environment' | 'manifest'>): string {
  return `${environment}|${manifest}`;
}

export interface WantedTasks {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
}

export interface Wanted {
  /** Nothing may be deleted: something is invalid, or git could not be read. */
  readonly frozen: boolean;
  /** The regions that Environments are in; undefined where it is not known. */
  readonly regions: ReadonlySet<string> | undefined;
  /** By `Live` key. */
  readonly resources: ReadonlyMap<string, WantedResource>;
  /** Keys of what daemons use, declared or not: neither changed for their sake nor deleted. */
  readonly used: ReadonlySet<string>;
  /** By the service's key. */
  readonly tasks: ReadonlyMap<string, WantedTasks>;
}

export const NOTHING_KNOWN: Wanted = {
  frozen: true,
  regions: undefined,
  resources: new Map(),
  used: new Set(),
  tasks: new Map(),
};

/** The keys of a daemon's resources, by what they are. */
export function keysOf(daemon: Daemon, commit: Commit, places: readonly Place[]) {
  const { region } = regionOf(daemon, commit);
  const vpc = defaultVpc(places, region);
  const { name } = daemon.metadata;
  const { spec } = daemon;
  return {
    logGroup: liveKey(region, 'log-group', '', `/stationkeeper/${name}`),
    executionRole: liveKey(region, 'role', '', spec.executionRole?.name ?? `${name}-execution`),
    ...(spec.taskRole === undefined
      ? {}
      : { taskRole: liveKey(region, 'role', '', spec.taskRole.name ?? `${name}-task`) }),
    ...(hasOwnNetwork(daemon) ? { securityGroup: liveKey(region, 'security-group', vpc, name) } : {}),
    ...(spec.serviceDiscovery === undefined
      ? {}
      : {
          discoveryService: liveKey(
            region,
            'discovery-service',
            `${vpc}/${spec.serviceDiscovery.namespace}`,
            name,
          ),
        }),
    taskDefinition: liveKey(region, 'task-definition', '', name),
    service: liveKey(region, 'service', spec.cluster, name),
  };
}

const expandedOnce = new WeakMap<Commit, ReturnType<typeof expanded>>();

/** A commit in which each document is of one Environment, and valid. */
export function ofOneEach(commit: Commit): Commit {
  return { documents: expandedOf(commit).documents, broken: new Map() };
}

function expandedOf(commit: Commit): ReturnType<typeof expanded> {
  const known = expandedOnce.get(commit);
  if (known !== undefined) return known;
  const { documents, broken } = commit;
  const fresh = expanded(new Map([...documents].filter(([file]) => !broken.has(file))));
  expandedOnce.set(commit, fresh);
  return fresh;
}

export function wantedOf(commit: Commit, places: readonly Place[]): Wanted {
  const valid = ofOneEach(commit);
  const resources = new Map<string, WantedResource>();
  const tasks = new Map<string, WantedTasks>();
  for (const document of valid.documents.values()) {
    for (const key of keysOfDocument(document, commit, places)) resources.set(key, saidOf(document, commit));
  }
  const used = new Set<string>();
  for (const daemon of daemonsOf(valid)) {
    const { region } = regionOf(daemon, commit);
    const { cluster, serviceDiscovery } = daemon.spec;
    used.add(liveKey(region, 'cluster', '', cluster));
    if (serviceDiscovery !== undefined)
      used.add(liveKey(region, 'namespace', defaultVpc(places, region), serviceDiscovery.namespace));
    tasks.set(keysOf(daemon, commit, places).service, {
      // Of what is on every host ECS counts the hosts.
      desiredCount: isOnEveryHost(daemon) ? 0 : (daemon.spec.desiredCount ?? 1),
      minimumHealthyPercent: leastHealthyOf(daemon),
    });
  }
  return {
    frozen: commit.broken.size > 0 || commit.documents.size === 0 || !expandedOf(commit).isWhole,
    regions: new Set(regionsOf(commit).map(({ region }) => region)),
    resources,
    used,
    tasks,
  };
}

/** As the documents have it, where a manifest does not say. */
export function leastHealthyOf(daemon: Daemon): number {
  return daemon.spec.deployment?.minimumHealthyPercent ?? (isOnEveryHost(daemon) ? 50 : 100);
}

function keysOfDocument(document: Document, commit: Commit, places: readonly Place[]): readonly string[] {
  const { region } = regionOf(document, commit);
  const { name } = document.metadata;
  switch (document.kind) {
    case 'Environment':
      return [];
    case 'Cluster':
      return [liveKey(region, 'cluster', '', name)];
    case 'Namespace':
      return [liveKey(region, 'namespace', defaultVpc(places, region), name)];
    case 'Repository':
      return [liveKey(region, 'repository', '', name)];
    case 'DaemonService':
      return Object.values(keysOf(document as Daemon, commit, places));
  }
}

function saidOf(document: Document, commit: Commit): WantedResource {
  const annotation = (name: string, otherwise: string): string =>
    document.metadata.annotations?.[`stationkeeper.dev/${name}`] ?? otherwise;
  return {
    manifest: `${document.kind}/${document.metadata.name}`,
    environment: regionOf(document, commit).environment,
    document,
    reconcile: annotation('reconcile', 'enabled'),
    adoption: annotation('adoption-policy', 'create'),
    mayBeReplaced: annotation('allow-replace', 'false') === 'true',
  };
}

export function regionOf({ spec }: Document, commit: Commit) {
  const regions = regionsOf(commit);
  const named = 'environment' in spec ? spec.environment : undefined;
  return regions.find(({ environment }) => environment === named) ?? regions[0];
}

export function defaultVpc(places: readonly Place[], region: string): string {
  const place = places.find((each) => each.region === region);
  return [...(place?.state.ec2.vpcs.values() ?? [])].find(({ isDefault }) => isDefault)?.vpcId ?? '';
}
