import { createCloudMapTags, isOfAnotherAccount, listCloudMapServices } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import { regionalArn } from '../../core/arn.ts';
import { StationkeeperError, asStationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { digest, leftoverPolicy, isOwn, ownership } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import type { EnvironmentOutputs } from '../../core/reference.ts';
import { resourceKey } from '../../core/resource.ts';
import type {
  Absent,
  Desired,
  FieldChange,
  Observed,
  Progress,
  ResourceId,
  Tags,
  UnseenResource,
} from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { namespaceFacts } from './facts.ts';
import type { NamespaceOutputs } from './facts.ts';
import { createFinder } from './find.ts';
import { isSameName, listNamespaces } from './listing.ts';
import type { ListedNamespace } from './listing.ts';
import type { NamespaceSpec, NamespaceState } from './model.ts';
import { createNamespaceOperations } from './operations.ts';
import { startCreation, startUpdate } from './requests.ts';
import type { Fields } from './requests.ts';
import { createZones } from './zones.ts';

const READS_AT_ONCE = 4;
const LOOK_AGAIN_MS = 1_000;
const STILL_USED_MS = 5_000;
const IN_WORK = 'Cloud Map works on it, for up to two minutes';

/** `absent`: what is in the way of one that is wanted. */
type Result = Observed<NamespaceState> | UnseenResource | { readonly absent: Absent };

/**
 * Everything here that changes something is asynchronous: a mutation starts an operation, looks at it once and
 * leaves; repeating the mutation follows the operation instead of starting another.
 */
export function namespaceDriver(context: DriverContext): KindDriver<NamespaceSpec, NamespaceState> {
  const { aws, claim, inventory } = context;
  const tagging = createCloudMapTags(aws, inventory, claim);
  const operations = createNamespaceOperations(aws);
  const zones = createZones(aws, context.clock);
  const find = createFinder(claim, tagging, zones);
  const incarnation = context.clock.now();

  function idOf(name: string): ResourceId {
    return { environment: claim.environment, kind: namespaceFacts.name, name };
  }

  function observed(id: ResourceId, listed: ListedNamespace, tags: Tags): Observed<NamespaceState> {
    const { name, arn, httpName, zoneId, createdAt, state } = listed;
    return {
      id,
      ...ownership(claim, tags),
      arn,
      ...(createdAt === undefined ? {} : { createdAt }),
      state,
      outputs: {
        id: state.id,
        arn,
        name,
        type: state.type,
        ...(zoneId === undefined ? {} : { hostedZoneId: zoneId }),
        ...(httpName === undefined ? {} : { httpName }),
      } satisfies NamespaceOutputs,
      health: HEALTHY,
    };
  }

  /** With the name servers, where it is what a manifest declares and the world is to ask them. */
  async function withServers(one: Observed<NamespaceState>, zoneId: string | undefined) {
    if (one.state.type !== 'public-dns') return one;
    const nameServers = await zones.nameServersOf(zoneId);
    return nameServers.length === 0 ? one : { ...one, nameServers };
  }

  /** With the services that keep it from being made anew, where it is of another type than is wanted. */
  async function withServices(
    { spec: { type = 'private-dns' } }: Desired<NamespaceSpec>,
    listed: ListedNamespace,
  ): Promise<ListedNamespace> {
    if (listed.state.type === type) return listed;
    const services = await servicesIn(listed);
    return { ...listed, state: { ...listed.state, services: services.map(({ Name = '' }) => Name) } };
  }

  /** An endpoint that ignores filters lists those of others too. */
  async function servicesIn({ state: { id } }: ListedNamespace) {
    const services = await listCloudMapServices(aws, id);
    return services.filter(({ DnsConfig }) => (DnsConfig?.NamespaceId ?? id) === id);
  }

  /** Nothing where the Environment has none. */
  async function look(
    desired: Desired<NamespaceSpec>,
    all: readonly ListedNamespace[],
    place: EnvironmentOutputs | undefined,
  ): Promise<readonly Result[]> {
    const { id, management } = desired;
    const finding = await find(desired, all, place);
    if ('why' in finding) return [{ id, why: finding.why }];
    if (finding.found === undefined) return inTheWay(desired, place);
    const { listed, tags } = finding.found;
    if (management === 'external') return [observed(id, listed, tags)];
    try {
      const seen = observed(id, await withServices(desired, listed), tags);
      return [await withServers(seen, listed.zoneId)];
    } catch (thrown) {
      return [{ id, why: asStationkeeperError(thrown).message }];
    }
  }

  /** Told before it is made; what cannot be looked at now is looked at again when it is. */
  async function inTheWay(
    { id, management, spec: { type, name } }: Desired<NamespaceSpec>,
    place: EnvironmentOutputs | undefined,
  ): Promise<readonly Result[]> {
    if (management === 'external' || type !== 'public-dns' || place === undefined) return [];
    const why = await zones.whyRivalled(name, place).catch(() => undefined);
    return why === undefined ? [] : [{ absent: { id, why, called: 'HostedZoneExists' } }];
  }

  /** Names of the services in it that are not ours, or another source's. */
  async function foreignIn(namespace: ListedNamespace): Promise<readonly string[]> {
    const owned = await inventory.owned('servicediscovery');
    return (await servicesIn(namespace)).flatMap(({ Arn = '', Name }) =>
      Name === undefined || isOwn(claim, owned.get(Arn) ?? {}) ? [] : [Name],
    );
  }

  /** Under its AWS id too, where it shares its name with others that are wanted or ours. */
  async function observeLeftover(leftover: ListedNamespace, isNamesake: boolean): Promise<readonly Result[]> {
    const { id: awsId } = leftover.state;
    const id = { ...idOf(leftover.name), ...(isNamesake ? { scope: awsId } : {}) };
    try {
      const tags = await tagging.ofLeftover(leftover.arn);
      if (tags === undefined) return [];
      const { prune, deletion } = leftoverPolicy(tags);
      const mayGo = prune && deletion === 'delete';
      const state = { ...leftover.state, ...(mayGo ? { foreign: await foreignIn(leftover) } : {}) };
      return [observed(id, { ...leftover, state }, tags)];
    } catch (thrown) {
      return [{ id, why: asStationkeeperError(thrown).message }];
    }
  }

  return {
    async observe({ desired, scope, needs }) {
      const listed = await listNamespaces(aws);
      const place = needs(environmentId(claim.environment));
      const found = (await mapConcurrently(READS_AT_ONCE, desired, (one) => look(one, listed, place))).flat();
      const leftovers = listed.filter(
        (one) =>
          scope === 'all-owned' &&
          isUnwanted(one, desired, found) &&
          !isOfAnotherAccount(one.arn, place?.accountId),
      );
      const left = await mapConcurrently(READS_AT_ONCE, leftovers, (one) => {
        const others = [...desired.map(({ spec }) => spec), ...leftovers.filter((other) => other !== one)];
        return observeLeftover(
          one,
          others.some(({ name }) => isSameName(name, one.name)),
        );
      });
      for (const item of [...found, ...left.flat()]) {
        if ('state' in item && item.owner === 'us') operations.forgetCreated(item.id.name);
      }
      const wanted = new Set(desired.map(({ spec }) => spec.name));
      const coming = scope === 'these' ? [] : await operations.stillComing(wanted);
      const results = [
        ...found,
        ...left.flat(),
        ...coming.map(({ name, why }): Result => ({ id: idOf(name), why })),
      ];
      const absent = results.flatMap((result) => ('absent' in result ? [result.absent] : []));
      return {
        items: results.filter((result) => 'state' in result),
        unseen: results.filter((result) => 'why' in result),
        ...(absent.length === 0 ? {} : { absent }),
      };
    },

    async create({ id, spec }, tags, needs) {
      const { name, environment } = spec;
      const place = requireOutputs(needs, environment);
      const { vpcId } = place;
      const wish = digest({ create: spec, vpcId, owner: claim.owner, environment: id.environment });
      try {
        const look = await operations.follow('create', name, wish, async () => {
          const rivalled = spec.type === 'public-dns' && (await zones.whyRivalled(name, place, true));
          if (rivalled) throw hostedZoneExists(rivalled);
          const creatorRequestId = `${wish}-${incarnation}-${operations.roundOf(name)}`;
          return startCreation(aws, { ...spec, vpcId, creatorRequestId, tags });
        });
        const namespaceId = look.status === 'done' ? look.targets['NAMESPACE'] : undefined;
        if (namespaceId === undefined) return started(IN_WORK);
        const arn = regionalArn(place, 'servicediscovery', `namespace/${namespaceId}`);
        inventory.wrote(arn, tags);
        const made = (await listNamespaces(aws)).find(({ state }) => state.id === namespaceId);
        if (made === undefined) return started('Cloud Map has created it; the controller looks again');
        return { type: 'done', observed: await withServers(observed(id, made, tags), made.zoneId) };
      } catch (thrown) {
        if (!hasCode(thrown, 'NamespaceAlreadyExists')) throw thrown;
        return started('it exists already; the controller looks again');
      }
    },

    async update({ spec }, before, { changes }) {
      const { name } = spec;
      const { id } = before.state;
      const changed = changedFields(spec, changes);
      const wish = digest({ update: changed, id });
      const look = await operations.follow('update', name, wish, () =>
        startUpdate(aws, before.state, changed),
      );
      if (look.status === 'running') return started(IN_WORK);
      return { type: 'done', observed: { ...before, state: { ...before.state, ...changed } } };
    },

    async delete({ id: { name }, arn = '', state: { id } }) {
      const wish = digest({ delete: id });
      try {
        const look = await operations.follow('delete', name, wish, async () => {
          const answer = await aws.servicediscovery.deleteNamespace({ Id: id });
          return answer.OperationId;
        });
        if (look.status === 'running') return started(IN_WORK);
      } catch (thrown) {
        if (hasCode(thrown, 'ResourceInUse')) {
          return started('waits until its services are gone', STILL_USED_MS);
        }
        if (!hasCode(thrown, 'NamespaceNotFound')) throw thrown;
      }
      inventory.wrote(arn, {});
      return { type: 'gone' };
    },

    tagsNow: ({ arn = '' }) => tagging.now(arn),

    async tag(before, set, remove) {
      const arn = before.arn ?? '';
      const tags = await tagging.change(arn, before.tags, set, remove);
      const { manifest: _former, ...rest } = before;
      return { ...rest, ...ownership(claim, tags) };
    },
  };
}

/**
 * Whether nobody wants it: nobody wants the name, or all who do have found another of it, of another type. Of one type, the one in another VPC
 * may be meant once that is told.
 */
function isUnwanted(
  { name, state }: ListedNamespace,
  desired: readonly Desired<NamespaceSpec>[],
  found: readonly Result[],
): boolean {
  const wanting = desired.filter(({ spec }) => isSameName(spec.name, name));
  const types = new Map(
    found.flatMap((one) => ('state' in one ? [[resourceKey(one.id), one.state.type] as const] : [])),
  );
  return wanting.every(({ id }) => (types.get(resourceKey(id)) ?? state.type) !== state.type);
}

/** What is to be changed, and no field that the manifest ignores. */
function changedFields({ description, soaTtl }: Fields, changes: readonly FieldChange[]): Fields {
  return {
    ...(description !== undefined && isChanged(changes, 'description') ? { description } : {}),
    ...(soaTtl !== undefined && isChanged(changes, 'soaTtl') ? { soaTtl } : {}),
  };
}

function started(
  message: string,
  checkAgainInMs = LOOK_AGAIN_MS,
): Extract<Progress<never>, { type: 'started' }> {
  return { type: 'started', checkAgainInMs, message };
}

function hostedZoneExists(message: string): StationkeeperError {
  return new StationkeeperError({ code: 'HostedZoneExists', retry: 'never', message });
}
