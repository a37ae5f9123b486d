import { createCloudMapTags, isOfAnotherAccount, listCloudMapServices } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import { toUpperTags } from '../../aws/tags.ts';
import { regionalArn } from '../../core/arn.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { digest, leftoverPolicy, ownerOf, ownership } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import { SOURCE_TAG } from '../../core/sources.ts';
import type { EnvironmentOutputs } from '../../core/reference.ts';
import type {
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
import { chooseNamespace, whyNotTold } from './choice.ts';
import type { Candidate, Choice, Sought } from './choice.ts';
import { namespaceFacts } from './facts.ts';
import type { NamespaceOutputs } from './facts.ts';
import { isSameName, listNamespaces } from './listing.ts';
import type { ListedNamespace } from './listing.ts';
import type { NamespaceSpec, NamespaceState } from './model.ts';
import { createNamespaceOperations } from './operations.ts';
import { createZones } from './zones.ts';

const READS_AT_ONCE = 4;
const LOOK_AGAIN_MS = 1_000;
const STILL_USED_MS = 5_000;
const IN_WORK = 'Cloud Map works on it, for up to two minutes';

type Result = Observed<NamespaceState> | UnseenResource;

/** One of the name that is wanted. */
interface Found {
  readonly item: Observed<NamespaceState>;
  readonly zoneId: string | undefined;
}

/**
 * Everything here that changes something is asynchronous: a mutation starts an operation, looks at it once and
 * leaves; repeating the mutation follows the operation instead of starting another.
 */
export function namespaceDriver(context: DriverContext): KindDriver<NamespaceSpec, NamespaceState> {
  const { aws, claim, inventory } = context;
  const tagging = createCloudMapTags(aws, inventory, claim);
  const operations = createNamespaceOperations(aws);
  const vpcsOf = createZones(aws, context.clock);
  const incarnation = context.clock.now();

  function idOf(name: string): ResourceId {
    return { environment: claim.environment, kind: namespaceFacts.name, name };
  }

  function observed(
    id: ResourceId,
    { name, arn, httpName, createdAt, state }: Omit<ListedNamespace, 'zoneId'>,
    tags: Tags,
  ): Observed<NamespaceState> {
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
        ...(httpName === undefined ? {} : { httpName }),
      } satisfies NamespaceOutputs,
      health: HEALTHY,
    };
  }

  /** Nothing is found where the Environment has none. */
  async function find(
    { id, spec, management }: Desired<NamespaceSpec>,
    listed: readonly ListedNamespace[],
    place: EnvironmentOutputs | undefined,
  ): Promise<readonly Result[]> {
    try {
      const namesakes = listed.filter(({ name }) => isSameName(name, spec.name));
      const said = spec.id === undefined ? namesakes : listed.filter(({ state }) => state.id === spec.id);
      const [misnamed] = said.filter((one) => !namesakes.includes(one));
      if (misnamed !== undefined) return [{ id, why: whyMisnamed(spec, misnamed) }];
      const all = await mapConcurrently(READS_AT_ONCE, said, async (one) => ({
        zoneId: one.zoneId,
        // In another account nothing is ours.
        item: observed(
          id,
          one,
          isOfAnotherAccount(one.arn, place?.accountId) ? {} : await tagging.of(one.arn),
        ),
      }));
      const choice = await choose({ name: spec.name, isManaged: management === 'managed' }, all, place);
      if (choice.type === 'unclear') return [{ id, why: choice.why }];
      return all.flatMap(({ item }) => (choice.type === 'this' && item.state.id === choice.id ? [item] : []));
    } catch (thrown) {
      return [{ id, why: asStationkeeperError(thrown).message }];
    }
  }

  /** Route 53 is asked only where the namespaces' tags and number leave it open. */
  async function choose(
    sought: Sought,
    found: readonly Found[],
    place: EnvironmentOutputs | undefined,
  ): Promise<Choice> {
    const candidateOf = ({ item }: Found, vpcs: readonly string[]): Candidate => {
      return { id: item.state.id, isOurs: item.owner === 'us', vpcs };
    };
    const candidates = found.map((one) => candidateOf(one, []));
    const choice = chooseNamespace(sought, candidates, undefined);
    if (choice.type !== 'ask') return choice;
    if (place === undefined) {
      return {
        type: 'unclear',
        why: whyNotTold(sought, candidates, 'the VPC of the Environment is not known'),
      };
    }
    try {
      const told = await mapConcurrently(READS_AT_ONCE, found, async (one) =>
        candidateOf(one, await vpcsOf(one.zoneId)),
      );
      return chooseNamespace(sought, told, place.vpcId);
    } catch (thrown) {
      const { message } = asStationkeeperError(thrown);
      return { type: 'unclear', why: whyNotTold(sought, candidates, message) };
    }
  }

  /** Names of the services in it that are not ours, or another source's; an endpoint that ignores filters lists those of others too. */
  async function foreignIn({ state: { id } }: ListedNamespace, tags: Tags): Promise<readonly string[]> {
    const owned = await inventory.owned('servicediscovery');
    const services = await listCloudMapServices(aws, id);
    return services.flatMap(({ Arn = '', Name, DnsConfig }) => {
      const isIn = (DnsConfig?.NamespaceId ?? id) === id;
      const theirs = owned.get(Arn) ?? {};
      const isOurs = ownerOf(claim, theirs) === 'us' && !isOfAnotherSource(tags, theirs);
      return Name === undefined || !isIn || isOurs ? [] : [Name];
    });
  }

  async function observeLeftover(leftover: ListedNamespace): Promise<readonly Result[]> {
    try {
      const tags = await tagging.ofLeftover(leftover.arn);
      if (tags === undefined) return [];
      const { prune, deletion } = leftoverPolicy(tags);
      const mayGo = prune && deletion === 'delete';
      const state = { ...leftover.state, ...(mayGo ? { foreign: await foreignIn(leftover, tags) } : {}) };
      return [observed(idOf(leftover.name), { ...leftover, state }, tags)];
    } catch (thrown) {
      return [{ id: idOf(leftover.name), why: asStationkeeperError(thrown).message }];
    }
  }

  return {
    async observe({ desired, scope, needs }) {
      const listed = await listNamespaces(aws);
      const place = needs(environmentId(claim.environment));
      const wanted = new Set(desired.map(({ spec }) => spec.name));
      const isWanted = ({ name }: ListedNamespace) => [...wanted].some((each) => isSameName(each, name));
      const leftovers = listed.filter(
        (one) => scope === 'all-owned' && !isWanted(one) && !isOfAnotherAccount(one.arn, place?.accountId),
      );
      const found = (await mapConcurrently(READS_AT_ONCE, desired, (one) => find(one, listed, place))).flat();
      const left = await mapConcurrently(READS_AT_ONCE, leftovers, observeLeftover);
      for (const item of [...found, ...left.flat()]) {
        if ('state' in item && item.owner === 'us') operations.forgetCreated(item.id.name);
      }
      const coming = scope === 'these' ? [] : await operations.stillComing(wanted);
      const results = [
        ...found,
        ...left.flat(),
        ...coming.map(({ name, why }): Result => ({ id: idOf(name), why })),
      ];
      return {
        items: results.filter((result) => 'state' in result),
        unseen: results.filter((result) => 'why' in result),
      };
    },

    async create({ id, spec }, tags, needs) {
      const { name, environment } = spec;
      const place = requireOutputs(needs, environment);
      const { vpcId } = place;
      const wish = digest({ create: spec, vpcId, owner: claim.owner, environment: id.environment });
      try {
        const look = await operations.follow('create', name, wish, async () => {
          const answer = await aws.servicediscovery.createPrivateDnsNamespace({
            Name: name,
            Vpc: vpcId,
            CreatorRequestId: `${wish}-${incarnation}-${operations.roundOf(name)}`,
            Description: spec.description,
            Properties: dnsPropertiesOf(spec),
            Tags: toUpperTags(tags),
          });
          return answer.OperationId;
        });
        const namespaceId = look.status === 'done' ? look.targets['NAMESPACE'] : undefined;
        if (namespaceId === undefined) return started(IN_WORK);
        const arn = regionalArn(place, 'servicediscovery', `namespace/${namespaceId}`);
        inventory.wrote(arn, tags);
        const made = (await listNamespaces(aws)).find(({ state }) => state.id === namespaceId);
        if (made === undefined) return started('it is made, and is looked up again');
        return { type: 'done', observed: observed(id, made, tags) };
      } catch (thrown) {
        if (!hasCode(thrown, 'NamespaceAlreadyExists')) throw thrown;
        return started('it exists already, and is looked up again');
      }
    },

    async update({ spec }, before, { changes }) {
      const { name } = spec;
      const { id } = before.state;
      const changed = changedFields(spec, changes);
      const wish = digest({ update: changed, id });
      const look = await operations.follow('update', name, wish, async () => {
        const answer = await aws.servicediscovery.updatePrivateDnsNamespace({
          Id: id,
          Namespace: { Description: changed.description, Properties: dnsPropertiesOf(changed) },
        });
        return answer.OperationId;
      });
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

function whyMisnamed({ id, name }: NamespaceSpec, found: ListedNamespace): string {
  return `the namespace ${id} is named ${found.name} and not ${name}; correct spec.serviceDiscovery.namespace, or namespaceId`;
}

type Fields = Pick<NamespaceSpec, 'description' | 'soaTtl'>;

/** What is to be changed, and no field that the manifest ignores. */
function changedFields({ description, soaTtl }: Fields, changes: readonly FieldChange[]): Fields {
  return {
    ...(description !== undefined && isChanged(changes, 'description') ? { description } : {}),
    ...(soaTtl !== undefined && isChanged(changes, 'soaTtl') ? { soaTtl } : {}),
  };
}

function dnsPropertiesOf({ soaTtl }: Fields) {
  return soaTtl === undefined ? undefined : { DnsProperties: { SOA: { TTL: soaTtl } } };
}

function started(
  message: string,
  checkAgainInMs = LOOK_AGAIN_MS,
): Extract<Progress<never>, { type: 'started' }> {
  return { type: 'started', checkAgainInMs, message };
}

/** Whether both say of which source they are, and it is not the same. */
function isOfAnotherSource({ [SOURCE_TAG]: one }: Tags, { [SOURCE_TAG]: other }: Tags): boolean {
  return one !== undefined && other !== undefined && one !== other;
}
