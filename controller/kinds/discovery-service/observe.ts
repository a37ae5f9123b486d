import type { CloudMapTags } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { textOutput } from '../../core/outputs.ts';
import { ownerOf, ownership } from '../../core/ownership.ts';
import type { Claim } from '../../core/ownership.ts';
import { resourceKey } from '../../core/resource.ts';
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
import { listNamespaceNames, listServices } from './listing.ts';
import type { Listed } from './listing.ts';
import type { DiscoveryServiceSpec, DiscoveryServiceState } from './model.ts';
import { createRegistrationReader } from './registrations.ts';

const READS_AT_ONCE = 8;
/** Longer than Cloud Map takes to show what ECS has registered. */
const DESERTED_AFTER_MS = 45_000;

/** A desired service and what was found for it. */
interface Found {
  readonly desired: Desired<DiscoveryServiceSpec>;
  readonly listed: Listed;
}

type Result = Observed<DiscoveryServiceState> | UnseenResource;

/** What is known of one service. */
interface Known {
  readonly id: ResourceId;
  readonly arn: string;
  readonly tags: Tags;
  readonly state: DiscoveryServiceState;
  /** Undefined where they were not, or could not be, read. */
  readonly registrations?: readonly Registration[] | undefined;
  readonly isDeserted?: boolean;
  readonly health?: Health;
}

export function observedService(claim: Claim, known: Known): Observed<DiscoveryServiceState> {
  const { id, arn, tags, state, registrations, isDeserted = false, health = HEALTHY } = known;
  return {
    id,
    ...ownership(claim, tags),
    arn,
    state,
    outputs: { id: state.id, arn, name: id.name, ...(isDeserted ? { registered: 'none' } : {}) },
    health,
    ...(registrations === undefined ? {} : { registrations }),
  };
}

/**
 * Observes by one listing per namespace. A service whose namespace does not exist, or was not seen, is absent here:
 * the planner holds it for its namespace.
 */
export function createObserver(
  { aws, claim, clock, inventory }: DriverContext,
  tagging: CloudMapTags,
): (request: ObserveRequest<DiscoveryServiceSpec>) => Promise<Observation<DiscoveryServiceState>> {
  const readRegistrations = createRegistrationReader(aws);
  /** Since when a service has been seen without an instance, by its id. */
  const emptySince = new Map<string, number>();

  /** Neither the listing nor discovery, which show a new instance at their own pace, have shown any for a while. */
  function isDeserted(
    { instanceCount = 0, state: { id } }: Listed,
    registrations: readonly Registration[] | undefined,
  ): boolean {
    if (instanceCount > 0 || registrations?.length !== 0) {
      emptySince.delete(id);
      return false;
    }
    const since = emptySince.get(id) ?? clock.monotonic();
    emptySince.set(id, since);
    return clock.monotonic() - since >= DESERTED_AFTER_MS;
  }

  async function observeFound(found: readonly Found[]): Promise<readonly Result[]> {
    const readings = await readRegistrations(
      found.map(({ desired: { spec }, listed }) => ({
        id: listed.state.id,
        name: listed.name,
        namespace: spec.namespace.name,
        instanceCount: listed.instanceCount,
      })),
    );
    return mapConcurrently(READS_AT_ONCE, found, async ({ desired: { id }, listed }): Promise<Result> => {
      const { arn, state } = listed;
      const reading = readings.get(state.id);
      try {
        const known = { id, arn, state, tags: await tagging.of(arn) };
        // Not knowing who is registered is no reason to hold what needs the service: it is there and as it is.
        if (reading?.type === 'failed')
          return observedService(claim, { ...known, health: unreadable(reading.why) });
        const registrations = reading?.registrations;
        return observedService(claim, {
          ...known,
          registrations,
          isDeserted: isDeserted(listed, registrations),
        });
      } catch (thrown) {
        return { id, why: asStationkeeperError(thrown).message };
      }
    });
  }

  /** Services of ours that were not listed yet: their namespace is no longer wanted. */
  async function listElsewhere(
    listed: readonly Listed[],
    listedNamespaces: number,
  ): Promise<readonly Listed[]> {
    const known = new Set(listed.map(({ arn }) => arn));
    const owned = [...(await inventory.owned('servicediscovery'))].filter(
      ([arn, tags]) => arn.includes(':service/') && !known.has(arn) && ownerOf(claim, tags) === 'us',
    );
    // Where no namespace is wanted any more, an endpoint whose inventory knows no Cloud Map would hide everything.
    if (owned.length === 0 && listedNamespaces > 0) return [];
    return (await listServices(aws, undefined)).filter(({ arn }) => !known.has(arn));
  }

  async function observeLeftovers(
    candidates: readonly Listed[],
    namespaceNames: ReadonlyMap<string, string>,
  ): Promise<readonly Result[]> {
    const tagged = await mapConcurrently(READS_AT_ONCE, candidates, async (listed) => ({
      listed,
      tags: await tagging.ofLeftover(listed.arn),
    }));
    const ours = tagged.flatMap(({ listed, tags }) => (tags === undefined ? [] : [{ listed, tags }]));
    const isNamed = ({ namespaceId }: Listed): boolean => namespaceNames.has(namespaceId ?? '');
    const names = ours.every(({ listed }) => isNamed(listed))
      ? namespaceNames
      : await listNamespaceNames(aws);
    return ours.map(({ listed, tags }): Result => {
      const { arn, name, namespaceId = '', state } = listed;
      const scope = names.get(namespaceId);
      const id = { environment: claim.environment, kind: 'discovery-service', name } as const;
      if (scope === undefined) {
        const why = `the namespace ${namespaceId} of the discovery service ${name} (${state.id}) could not be found`;
        return { id: { ...id, scope: namespaceId }, why };
      }
      return observedService(claim, { id: { ...id, scope }, arn, tags, state });
    });
  }

  return async ({ desired, scope, needs }) => {
    const namespaceOf = ({ spec }: Desired<DiscoveryServiceSpec>) => textOutput(needs(spec.namespace), 'id');
    const namespaceNames = new Map(
      desired.flatMap((one) => {
        const id = namespaceOf(one);
        return id === undefined ? [] : [[id, one.spec.namespace.name] as const];
      }),
    );
    const listed: Listed[] = [];
    for (const id of namespaceNames.keys()) {
      // An endpoint that ignores the filter has listed it already.
      const known = new Set(listed.map(({ arn }) => arn));
      listed.push(...(await listServices(aws, id)).filter(({ arn }) => !known.has(arn)));
    }
    if (scope === 'all-owned') listed.push(...(await listElsewhere(listed, namespaceNames.size)));

    const existing = new Set(listed.map(({ state }) => state.id));
    for (const id of emptySince.keys()) if (!existing.has(id)) emptySince.delete(id);
    const byPlace = new Map(listed.map((each) => [placeKey(each.namespaceId, each.name), each]));
    const found = desired.flatMap((one): Found[] => {
      const namespaceId = namespaceOf(one);
      const match = namespaceId === undefined ? undefined : byPlace.get(placeKey(namespaceId, one.spec.name));
      return match === undefined ? [] : [{ desired: one, listed: match }];
    });
    const results = [...(await observeFound(found))];
    if (scope === 'all-owned') {
      const matched = new Set(found.map(({ listed: { arn } }) => arn));
      const taken = new Set(found.map(({ desired: { id } }) => resourceKey(id)));
      const rest = listed.filter(({ arn }) => !matched.has(arn));
      // One of the same name in a second namespace of the same name cannot be told apart, so it is left alone.
      results.push(
        ...(await observeLeftovers(rest, namespaceNames)).filter(({ id }) => !taken.has(resourceKey(id))),
      );
    }
    return {
      items: results.filter((result) => 'state' in result),
      unseen: results.filter((result) => 'why' in result),
    };
  };
}

/** Cloud Map's service names are unique in their namespace, whatever their case. */
function placeKey(namespaceId: string | undefined, name: string): string {
  return `${namespaceId ?? ''}/${name.toLowerCase()}`;
}

function unreadable(why: string): Health {
  return { status: 'Degraded', message: `its instances cannot be read: ${why}` };
}
