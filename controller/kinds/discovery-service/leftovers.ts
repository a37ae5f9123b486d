import { isOfAnotherAccount } from '../../aws/cloud-map.ts';
import type { CloudMapTags } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import type { Findings } from '../../core/outputs.ts';
import { leftoverPolicy, ownerOf } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import type {
  Desired,
  Observed,
  Registration,
  ResourceId,
  Tags,
  UnseenResource,
} from '../../core/resource.ts';
import type { DriverContext, ObserveRequest } from '../kind.ts';
import { discoveryServiceFacts, registrantOf } from './facts.ts';
import { tasksOfService } from './expected.ts';
import { createNamespaceReader, listScopes, listServices } from './listing.ts';
import type { ListedService } from './listing.ts';
import { observedService, withStale } from './observed.ts';
import type { DiscoveryServiceSpec } from './spec.ts';
import type { DiscoveryServiceState } from './state.ts';
import { listRegistrations } from './registrations.ts';
import type { TaskIds } from './registrations.ts';

const READS_AT_ONCE = 8;

type Result = Observed<DiscoveryServiceState> | UnseenResource;

/** Instances of ours that have been without a task for a while. */
type StaleIn = (
  state: DiscoveryServiceState,
  registrations: readonly Registration[],
  tasks: TaskIds,
) => readonly string[];

export interface LeftoverObserver {
  /** Services of ours that were not listed yet: their namespace is no longer wanted. */
  listElsewhere(
    listed: readonly ListedService[],
    listedNamespaces: number,
  ): Promise<readonly ListedService[]>;
  /** What of these is ours; `namespaceNames` is by id what services of wanted namespaces are told apart by. */
  observe(
    candidates: readonly ListedService[],
    namespaceNames: ReadonlyMap<string, string>,
    request: ObserveRequest<DiscoveryServiceSpec>,
  ): Promise<readonly Result[]>;
}

/** Observes what no manifest names any more. */
export function createLeftoverObserver(
  { aws, claim, inventory }: DriverContext,
  tagging: CloudMapTags,
  staleIn: StaleIn,
): LeftoverObserver {
  const placed = createNamespaceReader(aws);

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
      const stale = staleIn(state, registrations, tasksOfService(usedBy, findings) ?? none);
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

  /** What of ours is in a namespace that its listing did not tell. */
  async function withNamespaces(
    tagged: readonly { readonly listed: ListedService; readonly tags: Tags | undefined }[],
  ): Promise<typeof tagged> {
    const services = await placed(tagged.flatMap(({ listed, tags }) => (tags === undefined ? [] : [listed])));
    const byArn = new Map(services.map((one) => [one.arn, one]));
    return tagged.map(({ listed, tags }) => ({ listed: byArn.get(listed.arn) ?? listed, tags }));
  }

  async function observe(
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
    const ours = (await withNamespaces(tagged)).flatMap(({ listed, tags }) =>
      tags === undefined ? [] : [{ listed, tags }],
    );
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

  return { listElsewhere, observe };
}

/** Namespaces whose ids people say, seen or not. */
function saidIds(desired: readonly Desired<DiscoveryServiceSpec>[]): readonly (readonly [string, string])[] {
  return desired.flatMap(({ spec: { namespace } }) =>
    namespace.scope === undefined ? [] : [[namespace.scope, namespace.scope] as const],
  );
}
