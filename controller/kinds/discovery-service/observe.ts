import type { CloudMapTags } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import type { Desired, Observation, Observed, Registration, UnseenResource } from '../../core/resource.ts';
import type { DriverContext, ObserveRequest } from '../kind.ts';
import { createDiscoveryReader } from './discoveries.ts';
import { healthOf, isAsWanted, tasksOf, unreadable, worked } from './expected.ts';
import { registrantOf } from './facts.ts';
import { createHostObserver } from './host-observer.ts';
import type { InstanceOperations } from './instance-operations.ts';
import { createLeftoverObserver } from './leftovers.ts';
import { listServices } from './listing.ts';
import type { ListedService } from './listing.ts';
import { observedService, withStale } from './observed.ts';
import type { DiscoveryServiceSpec } from './spec.ts';
import type { DiscoveryServiceState } from './state.ts';
import { createRegistrationReader, mismatch } from './registrations.ts';
import type { TaskIds } from './registrations.ts';
import { createSightings } from './sightings.ts';
import { createUsers } from './users.ts';

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

/**
 * Observes by one listing per namespace. A service whose namespace does not exist, or was not seen, is absent here:
 * the planner holds it for its namespace.
 */
export function createObserver(
  context: DriverContext,
  tagging: CloudMapTags,
  operations: Pick<InstanceOperations, 'keepOnly'>,
): (request: ObserveRequest<DiscoveryServiceSpec>) => Promise<Observation<DiscoveryServiceState>> {
  const { aws, claim, clock } = context;
  const readRegistrations = createRegistrationReader(aws, claim, context.takeTurns);
  const hosts = createHostObserver(context);
  /** Instances and tasks that ECS and Cloud Map disagree about, by the service's id. */
  const stales = createSightings(clock, STALE_AFTER_MS);
  const missings = createSightings(clock, MISSING_AFTER_MS);
  const discoveries = createDiscoveryReader(context);
  const users = createUsers(aws, clock);
  const leftovers = createLeftoverObserver(
    context,
    tagging,
    (state, registrations, tasks) => disagreement(state, registrations, tasks).stale,
  );

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

  /** Nobody is looked for where no resolver knows a name. */
  async function withUsers(
    items: readonly Observed<DiscoveryServiceState>[],
    leaving: readonly Observed<DiscoveryServiceState>[],
  ): Promise<readonly Observed<DiscoveryServiceState>[]> {
    const isNamed = ({ owner, state }: Observed<DiscoveryServiceState>): boolean =>
      owner === 'us' && Object.keys(state.dnsRecords).length > 0;
    const all = [...items, ...leaving];
    if (!all.some(isNamed)) return all;
    await users.look(leaving.some(isNamed));
    const unknown = users.whyUnknown();
    return all.map((item) => {
      if (!isNamed(item)) return item;
      const { name, scope = '' } = item.id;
      const usedBy = users.of(item.discovery?.name ?? `${name}.${scope}`, registrantOf(item.tags));
      return {
        ...item,
        ...(unknown === undefined ? { usedBy } : { usedBy, usersUnknown: unknown }),
      };
    });
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
    const discovered = await discoveries.read(
      found.flatMap(({ desired, listed: { name, state } }) => {
        const namespace = needs(desired.spec.namespace);
        const reading = readings.get(state.id);
        const registrations = reading?.type === 'read' ? reading.registrations : undefined;
        return namespace === undefined ? [] : [{ state, name, namespace, registrations }];
      }),
    );
    return mapConcurrently(READS_AT_ONCE, found, async ({ desired, listed }): Promise<Result> => {
      const { id } = desired;
      const { arn, createdAt, state } = listed;
      const reading = readings.get(state.id);
      try {
        const discovery = discovered.get(state.id);
        const known = { id, arn, createdAt, state, discovery, tags: await tagging.of(arn) };
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
    if (scope === 'all-owned') listed.push(...(await leftovers.listElsewhere(listed, namespaceNames.size)));

    const existing = new Set(listed.map(({ state }) => state.id));
    stales.keepOnly(existing);
    missings.keepOnly(existing);
    hosts.keepOnly(existing);
    discoveries.keepOnly(existing);
    const cased = new Set(
      desired.flatMap(({ spec }) =>
        needs(spec.namespace)?.type === 'http' ? [needs(spec.namespace)?.id] : [],
      ),
    );
    const keyOf = (namespaceId: string | undefined, name: string): string =>
      placeKey(namespaceId, name, cased.has(namespaceId));
    const byPlace = new Map(listed.map((each) => [keyOf(each.namespaceId, each.name), each]));
    const found = desired.flatMap((one): Found[] => {
      const namespaceId = namespaceOf(one);
      const match = namespaceId === undefined ? undefined : byPlace.get(keyOf(namespaceId, one.spec.name));
      return match === undefined ? [] : [{ desired: one, listed: match }];
    });
    const results = await observeFound(found, { needs, findings });
    if (scope === 'these') return { items: results.filter(isSeen), unseen: results.filter(isUnseen) };
    const matched = new Set(found.map(({ listed: { arn } }) => arn));
    const rest = listed.filter(({ arn }) => !matched.has(arn));
    const leaving = await leftovers.observe(rest, namespaceNames, request);
    return {
      items: await withUsers(results.filter(isSeen), leaving.filter(isSeen)),
      unseen: [...results, ...leaving].filter(isUnseen),
    };
  };
}

function isSeen(result: Result): result is Observed<DiscoveryServiceState> {
  return 'state' in result;
}

function isUnseen(result: Result): result is UnseenResource {
  return 'why' in result;
}

/** Service names are unique in their namespace: whatever their case in DNS, and by it in an HTTP namespace (Cloud Map API reference, CreateService). */
function placeKey(namespaceId: string | undefined, name: string, isCased: boolean): string {
  return `${namespaceId ?? ''}/${isCased ? name : name.toLowerCase()}`;
}
