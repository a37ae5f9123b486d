import { isOfAnotherAccount } from '../../aws/cloud-map.ts';
import type { CloudMapTags } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import type { Findings } from '../../core/outputs.ts';
import { leftoverPolicy, ownerOf, ownership } from '../../core/ownership.ts';
import type { Claim } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import type {
  Desired,
  Health,
  Observation,
  Observed,
  Registration,
  ResourceId,
  Tags,
  UnseenResource,
} from '../../core/resource.ts';
import type { DriverContext, ObserveRequest } from '../kind.ts';
import { discoveryServiceFacts, registrantOf } from './facts.ts';
import type { DiscoveryServiceFindings, DiscoveryServiceOutputs } from './facts.ts';
import { healthOf, isAsWanted, tasksOf, tasksOfService, unreadable, worked } from './expected.ts';
import { createHostObserver } from './host-observer.ts';
import type { InstanceOperations } from './instance-operations.ts';
import { listScopes, listServices } from './listing.ts';
import type { ListedService } from './listing.ts';
import type { DiscoveryServiceSpec } from './spec.ts';
import type { DiscoveryServiceState } from './state.ts';
import { createRegistrationReader, listRegistrations, mismatch } from './registrations.ts';
import type { TaskIds } from './registrations.ts';
import { createSightings } from './sightings.ts';

const READS_AT_ONCE = 8;
/** How long a task is missing before we believe it: longer than Cloud Map takes to show what ECS has registered. */
const MISSING_AFTER_MS = 45_000;
/** How long an instance is stale before we believe it: longer than a task takes to stop, and ECS to deregister it. */
const STALE_AFTER_MS = 120_000;

/** A desired service and what was found for it. */
interface Found {
  readonly desired: Desired<DiscoveryServiceSpec>;
  readonly listed: ListedService;
}

type Result = Observed<DiscoveryServiceState> | UnseenResource;

/** What is known of one service. */
interface CachedService {
  readonly id: ResourceId;
  readonly arn: string;
  readonly tags: Tags;
  readonly createdAt?: number | undefined;
  readonly state: DiscoveryServiceState;
  /** Undefined where they were not, or could not be, read. */
  readonly registrations?: readonly Registration[] | undefined;
  /** Ids of tasks that have run for a while and are not registered. */
  readonly unregistered?: readonly string[];
  readonly health?: Health;
}

export function observedService(claim: Claim, known: CachedService): Observed<DiscoveryServiceState> {
  const { id, arn, tags, createdAt, state, registrations, unregistered = [], health = HEALTHY } = known;
  return {
    id,
    ...ownership(claim, tags),
    arn,
    ...(createdAt === undefined ? {} : { createdAt }),
    state,
    outputs: { id: state.id, arn, name: id.name } satisfies DiscoveryServiceOutputs,
    findings: { unregistered } satisfies DiscoveryServiceFindings,
    health,
    ...(registrations === undefined ? {} : { registrations }),
  };
}

/**
 * Observes by one listing per namespace. A service whose namespace does not exist, or was not seen, is absent here:
 * the planner holds it for its namespace.
 */
export function createObserver(
  context: DriverContext,
  tagging: CloudMapTags,
  operations: Pick<InstanceOperations, 'keepOnly'>,
): (request: ObserveRequest<DiscoveryServiceSpec>) => Promise<Observation<DiscoveryServiceState>> {
  const { aws, claim, clock, inventory } = context;
  const readRegistrations = createRegistrationReader(aws, claim);
  const hosts = createHostObserver(context);
  /** Instances and tasks that ECS and Cloud Map disagree about, by the service's id. */
  const stales = createSightings(clock, STALE_AFTER_MS);
  const missings = createSightings(clock, MISSING_AFTER_MS);

  /** What ECS and Cloud Map have disagreed about for a while. Where a task list was not read, nobody disagrees. */
  function disagreement(
    { id }: DiscoveryServiceState,
    registrations: readonly Registration[],
    tasks: TaskIds | undefined,
  ): { readonly stale: readonly string[]; readonly missing: readonly string[] } {
    if (tasks === undefined) return { stale: [], missing: [] };
    const now = mismatch(registrations, tasks);
    return { stale: stales.look(id, now.stale), missing: missings.look(id, now.missing) };
  }

  async function observeFound(
    found: readonly Found[],
    { needs, findings }: Pick<ObserveRequest<DiscoveryServiceSpec>, 'needs' | 'findings'>,
  ): Promise<readonly Result[]> {
    const comparing = await hosts.look(
      found.map(({ desired }) => desired),
      findings,
    );
    const readings = await readRegistrations(
      found.map(({ desired, listed }) => ({
        id: listed.state.id,
        name: listed.name,
        namespace: needs(desired.spec.namespace)?.httpName,
        instanceCount: listed.instanceCount,
        isOurs: desired.spec.hosts !== undefined,
        isAsWanted: isAsWanted(tasksOf(desired, findings), comparing(desired)),
      })),
    );
    return mapConcurrently(READS_AT_ONCE, found, async ({ desired, listed }): Promise<Result> => {
      const { id } = desired;
      const { arn, createdAt, state } = listed;
      const reading = readings.get(state.id);
      try {
        const known = { id, arn, createdAt, state, tags: await tagging.of(arn) };
        // Not knowing who is registered is no reason to hold what needs the service: it is there and as it is.
        if (reading?.type === 'failed')
          return observedService(claim, { ...known, health: unreadable(reading.why) });
        const registrations = reading?.registrations ?? [];
        const tasks = tasksOf(desired, findings);
        const { stale, missing } = disagreement(state, registrations, tasks);
        const compared = comparing(desired)(registrations);
        const due = hosts.due(state.id, compared);
        operations.keepOnly(state.id, worked(stale, due));
        return observedService(claim, {
          ...known,
          state: { ...withStale(state, stale), ...(due === undefined ? {} : { hosts: due }) },
          registrations,
          unregistered: missing,
          health: healthOf(registrations, tasks, compared),
        });
      } catch (thrown) {
        return { id, why: asStationkeeperError(thrown).message };
      }
    });
  }

  /** Services of ours that were not listed yet: their namespace is no longer wanted. */
  async function listElsewhere(
    listed: readonly ListedService[],
    listedNamespaces: number,
  ): Promise<readonly ListedService[]> {
    const known = new Set(listed.map(({ arn }) => arn));
    const owned = [...(await inventory.owned('servicediscovery'))].filter(
      ([arn, tags]) => arn.includes(':service/') && !known.has(arn) && ownerOf(claim, tags) === 'us',
    );
    // Where no namespace is wanted any more, an endpoint whose inventory knows no Cloud Map would hide everything.
    if (owned.length === 0 && listedNamespaces > 0) return [];
    return (await listServices(aws, undefined)).filter(({ arn }) => !known.has(arn));
  }

  /** Reads a leftover with its instances: AWS deletes no service that has any, so that they decide what happens to it. */
  async function observeLeftover(
    id: ResourceId,
    { arn, createdAt, state, instanceCount }: ListedService,
    tags: Tags,
    findings: Findings,
  ): Promise<Result> {
    const { prune, deletion } = leftoverPolicy(tags);
    if (instanceCount === 0 || !prune || deletion !== 'delete') {
      return observedService(claim, { id, arn, tags, createdAt, state });
    }
    try {
      const registrations = await listRegistrations(aws, claim, state.id);
      const service = registrantOf(tags) ?? '';
      const [scope = '', name = ''] = service.split('/');
      const usedBy: ResourceId = { environment: claim.environment, kind: 'service', name, scope };
      const none: TaskIds = { service, live: new Set(), running: [] };
      const { stale } = disagreement(state, registrations, tasksOfService(usedBy, findings) ?? none);
      return observedService(claim, {
        id,
        arn,
        tags,
        createdAt,
        state: withStale(state, stale),
        registrations,
      });
    } catch (thrown) {
      return { id, why: asStationkeeperError(thrown).message };
    }
  }

  async function observeLeftovers(
    candidates: readonly ListedService[],
    namespaceNames: ReadonlyMap<string, string>,
    { desired, needs, findings }: ObserveRequest<DiscoveryServiceSpec>,
  ): Promise<readonly Result[]> {
    const accountId = needs(environmentId(claim.environment))?.accountId;
    const here = candidates.filter(({ arn }) => !isOfAnotherAccount(arn, accountId));
    const unseen: UnseenResource[] = [];
    const tagged = await mapConcurrently(READS_AT_ONCE, here, async (listed) => {
      try {
        return { listed, tags: await tagging.ofLeftover(listed.arn) };
      } catch (thrown) {
        const { environment } = claim;
        const id = { environment, kind: discoveryServiceFacts.name, name: listed.name } as const;
        unseen.push({
          id: { ...id, scope: listed.namespaceId ?? '' },
          why: asStationkeeperError(thrown).message,
        });
        return { listed, tags: undefined };
      }
    });
    const ours = tagged.flatMap(({ listed, tags }) => (tags === undefined ? [] : [{ listed, tags }]));
    const isNamed = ({ namespaceId }: ListedService): boolean => namespaceNames.has(namespaceId ?? '');
    const names = ours.every(({ listed }) => isNamed(listed))
      ? namespaceNames
      : await listScopes(aws, new Map([...saidIds(desired), ...namespaceNames]));
    const unplaced = new Set(
      desired.flatMap(({ spec }) => (needs(spec.namespace) === undefined ? [spec.name.toLowerCase()] : [])),
    );
    const seen = await mapConcurrently(READS_AT_ONCE, ours, async ({ listed, tags }): Promise<Result> => {
      const { name, namespaceId = '', state } = listed;
      const scope = names.get(namespaceId);
      const id = { environment: claim.environment, kind: discoveryServiceFacts.name, name } as const;
      if (scope === undefined) {
        const why = `the namespace ${namespaceId} of the discovery service ${name} (${state.id}) could not be found`;
        return { id: { ...id, scope: namespaceId }, why };
      }
      // Until it is known which namespace is meant, it may be what is wanted.
      if (scope === namespaceId && unplaced.has(name.toLowerCase())) {
        const why = `several namespaces have the name of its own, ${namespaceId}, and which one is meant is not known`;
        return { id: { ...id, scope }, why };
      }
      return observeLeftover({ ...id, scope }, listed, tags, findings);
    });
    return [...seen, ...unseen];
  }

  return async (request) => {
    const { desired, scope, needs, findings } = request;
    const namespaceOf = ({ spec }: Desired<DiscoveryServiceSpec>) => needs(spec.namespace)?.id;
    const namespaceNames = new Map(
      desired.flatMap((one) => {
        const id = namespaceOf(one);
        return id === undefined ? [] : [[id, one.id.scope ?? one.spec.namespace.name] as const];
      }),
    );
    const listed: ListedService[] = [];
    for (const id of namespaceNames.keys()) {
      // An endpoint that ignores the filter has listed it already.
      const known = new Set(listed.map(({ arn }) => arn));
      listed.push(...(await listServices(aws, id)).filter(({ arn }) => !known.has(arn)));
    }
    if (scope === 'all-owned') listed.push(...(await listElsewhere(listed, namespaceNames.size)));

    const existing = new Set(listed.map(({ state }) => state.id));
    stales.keepOnly(existing);
    missings.keepOnly(existing);
    hosts.keepOnly(existing);
    const byPlace = new Map(listed.map((each) => [placeKey(each.namespaceId, each.name), each]));
    const found = desired.flatMap((one): Found[] => {
      const namespaceId = namespaceOf(one);
      const match = namespaceId === undefined ? undefined : byPlace.get(placeKey(namespaceId, one.spec.name));
      return match === undefined ? [] : [{ desired: one, listed: match }];
    });
    const results = [...(await observeFound(found, { needs, findings }))];
    if (scope === 'all-owned') {
      const matched = new Set(found.map(({ listed: { arn } }) => arn));
      const rest = listed.filter(({ arn }) => !matched.has(arn));
      results.push(...(await observeLeftovers(rest, namespaceNames, request)));
    }
    return {
      items: results.filter((result) => 'state' in result),
      unseen: results.filter((result) => 'why' in result),
    };
  };
}

/** Namespaces whose ids people say, seen or not. */
function saidIds(desired: readonly Desired<DiscoveryServiceSpec>[]): readonly (readonly [string, string])[] {
  return desired.flatMap(({ spec: { namespace } }) =>
    namespace.scope === undefined ? [] : [[namespace.scope, namespace.scope] as const],
  );
}

function withStale(state: DiscoveryServiceState, stale: readonly string[]): DiscoveryServiceState {
  return stale.length === 0 ? state : { ...state, stale };
}

/** Cloud Map's service names are unique in their namespace, whatever their case. */
function placeKey(namespaceId: string | undefined, name: string): string {
  return `${namespaceId ?? ''}/${name.toLowerCase()}`;
}
