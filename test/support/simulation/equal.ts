import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { displayId, manifestKey, objectKey } from '../../../controller/core/resource.ts';
import type { Step } from '../../../controller/plan/step.ts';
import type { Commit, Daemon } from './commit.ts';
import { daemonsOf, regionsOf } from './commit.ts';
import { SOURCE_ID } from '../world/world.ts';
import type { ServiceRecord } from '../../../sandbox/ecs/state.ts';
import type { Instance } from '../../../sandbox/servicediscovery/state.ts';
import { hasOwnNetwork, isOnEveryHost } from './host-commit.ts';
import { countOf, registersHosts, registrationsOf } from './hosts.ts';
import { findLiveService, runningTasks } from './live.ts';
import { isOfNoRegion, whereIs } from './regions.ts';
import type { Live, Place } from './live.ts';
import { defaultVpc, keysOf, leastHealthyOf, ofOneEach, regionOf, wantedObject, wantedOf } from './wanted.ts';
import type { WantedResource } from './wanted.ts';

type Facts = Readonly<Record<string, unknown>>;

/**
 * What AWS and git differ in once everything has come to rest, by a comparison of its own. `held`: objects of which something is held for
 * a reason that people have to lift, and of which nothing is expected.
 */
export function differences(
  commit: Commit,
  places: readonly Place[],
  live: readonly Live[],
  held: ReadonlySet<string>,
): readonly string[] {
  const wanted = wantedOf(commit, places);
  const isExpected = (asked: Pick<WantedResource, 'environment' | 'manifest'>): boolean =>
    !held.has(wantedObject(asked));
  const missing = [...wanted.resources]
    .filter(([key, asked]) => isExpected(asked) && !live.some((one) => one.key === key))
    .map(([key]) => `${key} is missing`);
  const untagged = live.flatMap((one) => {
    const asked = wanted.resources.get(one.key);
    if (asked === undefined || !isExpected(asked) || one.kind === 'task-definition') return [];
    const labels = { ...asked.document.metadata.labels, ...booksOf(one, asked) };
    const actual = Object.fromEntries(Object.keys(labels).map((label) => [label, one.tags.get(label)]));
    return differenceOf(one.key, labels, actual);
  });
  const fields = daemonsOf(ofOneEach(commit))
    .filter((daemon) => {
      const { environment } = regionOf(daemon, commit);
      return isExpected({ environment, manifest: `DaemonService/${daemon.metadata.name}` });
    })
    .flatMap((daemon) => daemonDifferences(daemon, commit, places));
  return [...missing, ...untagged, ...fields];
}

/** What is written down beside a resource: how it goes once its manifest has gone. A log group says that for itself. */
function booksOf({ kind }: Live, { manifest, document }: WantedResource): Readonly<Record<string, string>> {
  const said = document.metadata.annotations ?? {};
  return {
    'stationkeeper:manifest': manifest,
    'stationkeeper:source': SOURCE_ID,
    'stationkeeper:prune': said['stationkeeper.dev/prune'] ?? 'enabled',
    ...(kind === 'log-group'
      ? {}
      : { 'stationkeeper:deletion-policy': said['stationkeeper.dev/deletion-policy'] ?? 'delete' }),
  };
}

/** What carries our tags and no manifest names, though its tags let it go; what an Environment has left elsewhere, and other sources', stays. */
export function leftovers(
  commit: Commit,
  places: readonly Place[],
  live: readonly Live[],
): readonly string[] {
  const wanted = wantedOf(commit, places);
  const regions = new Map(regionsOf(commit).map(({ environment, region }) => [environment, region]));
  return live
    .filter(({ tags }) => tags.get('stationkeeper:owner') === 'stationkeeper')
    .filter(({ tags }) => (tags.get('stationkeeper:source') ?? SOURCE_ID) === SOURCE_ID)
    .filter(({ region, tags }) => {
      const here = regions.get(tags.get('stationkeeper:environment') ?? '');
      if (here === undefined || !isOfNoRegion(region)) return region === here;
      const named = tags.get('stationkeeper:region') ?? whereIs(here).region;
      return `${region}${named}` === here;
    })
    .filter(({ tags }) => tags.get('stationkeeper:prune') === 'enabled')
    .filter(({ key }) => !wanted.resources.has(key) && !wanted.used.has(key))
    .map(({ key, id }) => `${key} (${id}) is left`);
}

/**
 * What a plan at rest holds, for reasons that are allowed to last: by object. A step that is neither at its end nor held so is
 * `unfinished`.
 */
export function heldIn({ plan }: Pick<PassResult, 'plan'>): {
  readonly held: ReadonlySet<string>;
  readonly unfinished: readonly Step[];
} {
  const holds = new Set(
    plan.steps.filter((step) => isHeldForGood(step) || isKeptLeftover(step) || isFullOfOthers(step)),
  );
  // What waits for something that is held waits as long.
  for (let found = -1; found !== holds.size; ) {
    found = holds.size;
    for (const step of plan.steps) {
      const isWaiting = step.type === 'hold' && step.why === 'waiting';
      if (isWaiting && [...holds].some((other) => isWaitedFor(other, step))) holds.add(step);
    }
  }
  return {
    held: new Set([...holds].map(({ id, manifest }) => objectKey(environmentOf(id.environment), manifest))),
    unfinished: plan.steps.filter((step) => step.type !== 'keep' && !holds.has(step)),
  };
}

/** What is held for belonging to others although nothing is there that could belong to anybody, a line each. */
export function heldForNothing(
  { plan }: Pick<PassResult, 'plan'>,
  commit: Commit,
  places: readonly Place[],
  live: readonly Live[],
): readonly string[] {
  const { resources } = wantedOf(commit, places);
  return plan.steps.flatMap((step) => {
    if (step.type !== 'hold' || step.why !== 'not-ours' || step.desired === undefined) return [];
    const { kind, name } = step.id;
    const isMeant = (key: string): boolean =>
      resources.get(key)?.environment === step.id.environment &&
      key.includes(`${kind} `) &&
      key.endsWith(kind === 'role' ? name.toLowerCase() : name);
    const key = [...resources.keys()].find(isMeant);
    return key === undefined || live.some((one) => one.key === key)
      ? []
      : [`${key} is not there, and held: ${step.reason}`];
  });
}

/** What has moved away is known by where it was, too. */
function environmentOf(named: string): string {
  return named.split(' in ')[0] ?? named;
}

/**
 * Whether a step says that it waits for a resource, by name; a cluster or a namespace waits for whatever is in it. What a daemon still uses goes
 * once what is to take its place may, which may not be ours.
 */
function isWaitedFor(held: Step, step: Step): boolean {
  const { id } = held;
  if (id.environment !== step.id.environment) return false;
  const isOfOne = manifestKey(held.manifest) === manifestKey(step.manifest) && id.kind === step.id.kind;
  const takesItsPlace =
    isOfOne && held.type === 'hold' && held.why === 'not-ours' && step.reason.includes('no longer uses it');
  return id.scope === step.id.name || step.reason.includes(displayId(id)) || takesItsPlace;
}

/** A namespace or a cluster that nobody names holds what was released into the hands of others. */
function isFullOfOthers(step: Step): boolean {
  return step.type === 'hold' && /until (its services are gone|it is empty)/.test(step.reason);
}

/** What no manifest names and its tags keep. */
function isKeptLeftover(step: Step): boolean {
  return step.type === 'keep' && step.desired === undefined;
}

/** Whether only people can lift what holds a step. */
function isHeldForGood(step: Step): boolean {
  if (step.type !== 'hold') return false;
  return ['policy', 'not-ours', 'missing'].includes(step.why);
}

function daemonDifferences(daemon: Daemon, commit: Commit, places: readonly Place[]): readonly string[] {
  const { region } = regionOf(daemon, commit);
  const place = places.find((each) => each.region === region);
  if (place === undefined) return [`${region} is empty`];
  const { spec } = daemon;
  const keys = keysOf(daemon, commit, places);
  const { name } = daemon.metadata;
  const service = findLiveService(places, region, spec.cluster, name);
  if (service === undefined) return [`${keys.service} is not there`];
  const { rollout, options } = service;
  const vpc = defaultVpc(places, region);
  const { state, account } = place;
  const ownNetwork = hasOwnNetwork(daemon);
  const groupId = ownNetwork ? (state.ec2.groupNames.get(vpc)?.get(name) ?? '') : '';
  const rules = [...(state.ec2.groups.get(groupId)?.rules.values() ?? [])].map(
    ({ permission }) => permission,
  );
  const definition = rollout.taskDefinition.definition;
  const container = spec.containers[0];
  const actualContainer = definition.containerDefinitions?.[0];
  const registry = rollout.registries[0]?.registryArn?.split('/').at(-1);
  const discovery = registry === undefined ? undefined : state.servicediscovery.services.get(registry);
  const actionsOf = (arn: string): readonly unknown[] => {
    const role = account.iam.roles.get(arn.split('/').at(-1)?.toLowerCase() ?? '');
    const documents = [...(role?.inlinePolicies.values() ?? [])].map((text) => JSON.parse(text) as Policy);
    return documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  };
  const count = countOf(daemon, service, place);
  const hosts = registersHosts(daemon) ? registrationsOf(daemon, service, place, vpc) : undefined;
  const wantedFacts: Facts = {
    desiredCount: count,
    running: count,
    minimumHealthyPercent: leastHealthyOf(daemon),
    maximumPercent: spec.deployment?.maximumPercent ?? (isOnEveryHost(daemon) ? 100 : 200),
    groups: ownNetwork ? [groupId] : [],
    family: name,
    image: container?.image,
    environment: container?.environment,
    retention: spec.logs?.retentionInDays,
    ingress: (spec.securityGroup?.ingress ?? [])
      .map(({ protocol, port, cidr }) => `${protocol} ${port} ${cidr}`)
      .toSorted((a, b) => a.localeCompare(b)),
    egress: ownNetwork ? (spec.securityGroup?.egress?.length ?? 3) : 0,
    taskRole: spec.taskRole?.statements?.flatMap(({ actions }) => actions),
    discovery: hosts === undefined ? spec.serviceDiscovery?.dnsRecords : undefined,
    deployments: 1,
    registered: discovery === undefined ? undefined : count,
    hosts: hosts?.wanted,
  };
  const actualFacts: Facts = {
    desiredCount: options.desiredCount,
    running: runningTasks(service),
    minimumHealthyPercent: options.deploymentConfiguration.minimumHealthyPercent,
    maximumPercent: options.deploymentConfiguration.maximumPercent,
    groups: rollout.network.securityGroups,
    family: rollout.taskDefinition.family,
    image: actualContainer?.image,
    environment: Object.fromEntries(
      (actualContainer?.environment ?? []).map((entry) => [entry.name ?? '', entry.value]),
    ),
    retention: state.logs.groups.get(`/stationkeeper/${name}`)?.retentionInDays,
    ingress: [...new Set(rules.filter(({ direction }) => direction === 'ingress').map(ruleText))].toSorted(
      (a, b) => a.localeCompare(b),
    ),
    egress: rules.filter(({ direction }) => direction === 'egress').length,
    taskRole: definition.taskRoleArn === undefined ? undefined : actionsOf(definition.taskRoleArn),
    discovery: discovery?.dnsRecords,
    deployments: service.deployments.length,
    registered:
      discovery === undefined
        ? undefined
        : [...discovery.instances.values()].filter((instance) => !isOfAnother(instance, service, place))
            .length,
    hosts: hosts?.actual,
  };
  return differenceOf(keys.service, wantedFacts, actualFacts);
}

/** Another service that there still is has registered it: one that was released goes on as it is. */
function isOfAnother({ attributes }: Instance, service: ServiceRecord, { state }: Place): boolean {
  const cluster = state.ecs.clusters.get(attributes['ECS_CLUSTER_NAME'] ?? '');
  const registrant = cluster?.services.get(attributes['ECS_SERVICE_NAME'] ?? '');
  return registrant !== undefined && registrant !== service && registrant.status === 'ACTIVE';
}

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

function ruleText({
  protocol,
  fromPort,
  peer,
}: {
  protocol: string;
  fromPort: number;
  peer: object;
}): string {
  return `${protocol} ${fromPort} ${'cidr' in peer ? String(peer.cidr) : ''}`;
}

function differenceOf(key: string, wanted: Facts, actual: Facts): readonly string[] {
  return Object.keys(wanted).flatMap((field) => {
    const [should, is] = [canonical(wanted[field]), canonical(actual[field])];
    return should === is ? [] : [`${field} of ${key} is ${is}, and should be ${should}`];
  });
}

function canonical(value: unknown): string {
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => a.localeCompare(b)))
      : inner,
  );
}
