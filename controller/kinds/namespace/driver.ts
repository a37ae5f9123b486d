import type { NamespaceSummary } from '@aws-sdk/client-servicediscovery';
import { createdAt } from '../../aws/created-at.ts';
import { createCloudMapTags, isOfAnotherAccount, listCloudMapServices } from '../../aws/cloud-map.ts';
import { collect, mapConcurrently } from '../../aws/collect.ts';
import { toUpperTags } from '../../aws/tags.ts';
import { regionalArn } from '../../core/arn.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { digest, leftoverPolicy, ownerOf, ownership } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import type {
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
import type { NamespaceSpec, NamespaceState } from './model.ts';
import { createNamespaceOperations } from './operations.ts';

const PAGE_SIZE = 100;
const READS_AT_ONCE = 4;
const LOOK_AGAIN_MS = 1_000;
const STILL_USED_MS = 5_000;
const IN_WORK = 'Cloud Map works on it, for up to two minutes';

type Result = Observed<NamespaceState> | UnseenResource;

interface ListedNamespace extends NamespaceState {
  readonly name: string;
  readonly arn: string;
  readonly createdAt?: number;
}

/**
 * Everything here that changes something is asynchronous: a mutation starts an operation, looks at it once and
 * leaves; repeating the mutation follows the operation instead of starting another.
 */
export function namespaceDriver(context: DriverContext): KindDriver<NamespaceSpec, NamespaceState> {
  const { aws, claim, inventory } = context;
  const tagging = createCloudMapTags(aws, inventory, claim);
  const operations = createNamespaceOperations(aws);
  const incarnation = context.clock.now();

  function idOf(name: string): ResourceId {
    return { environment: claim.environment, kind: namespaceFacts.name, name };
  }

  function observed(
    { name, arn, createdAt: madeAt, ...state }: ListedNamespace,
    tags: Tags,
  ): Observed<NamespaceState> {
    return {
      id: idOf(name),
      ...ownership(claim, tags),
      arn,
      ...(madeAt === undefined ? {} : { createdAt: madeAt }),
      state,
      outputs: { id: state.id, arn, name } satisfies NamespaceOutputs,
      health: HEALTHY,
    };
  }

  async function list(): Promise<readonly ListedNamespace[]> {
    const namespaces = await collect(async (NextToken) => {
      const page = await aws.servicediscovery.listNamespaces({
        Filters: [{ Name: 'TYPE', Values: ['DNS_PRIVATE'], Condition: 'EQ' }],
        MaxResults: PAGE_SIZE,
        NextToken,
      });
      return { items: page.Namespaces, next: page.NextToken };
    });
    return namespaces.flatMap(listedOf);
  }

  /** The one of this name; where there are several, in different VPCs, the one that is ours. */
  async function choose(name: string, candidates: readonly ListedNamespace[]): Promise<Result> {
    try {
      const all = await Promise.all(
        candidates.map(async (candidate) => observed(candidate, await tagging.of(candidate.arn))),
      );
      const ours = all.filter((item) => item.owner === 'us');
      const [only, ...others] = all.length > 1 ? ours : all;
      if (only !== undefined && others.length === 0) return only;
      const ids = all.map((item) => item.state.id).join(', ');
      const why = `${all.length} private namespaces are named ${name} (${ids}) and ${ours.length} of them are ours; Cloud Map does not tell which is in this environment's VPC: tag the one to use, or delete the others`;
      return { id: idOf(name), why };
    } catch (thrown) {
      return { id: idOf(name), why: asStationkeeperError(thrown).message };
    }
  }

  /** Names of the services in it that are not ours; an endpoint that ignores filters lists those of others too. */
  async function foreignIn({ id }: ListedNamespace): Promise<readonly string[]> {
    const owned = await inventory.owned('servicediscovery');
    const services = await listCloudMapServices(aws, id);
    return services.flatMap(({ Arn = '', Name, DnsConfig }) => {
      const isIn = (DnsConfig?.NamespaceId ?? id) === id;
      const isOurs = ownerOf(claim, owned.get(Arn) ?? {}) === 'us';
      return Name === undefined || !isIn || isOurs ? [] : [Name];
    });
  }

  async function observeLeftover(leftover: ListedNamespace): Promise<readonly Result[]> {
    try {
      const tags = await tagging.ofLeftover(leftover.arn);
      if (tags === undefined) return [];
      const { prune, deletion } = leftoverPolicy(tags);
      const mayGo = prune && deletion === 'delete';
      return [observed({ ...leftover, ...(mayGo ? { foreign: await foreignIn(leftover) } : {}) }, tags)];
    } catch (thrown) {
      return [{ id: idOf(leftover.name), why: asStationkeeperError(thrown).message }];
    }
  }

  return {
    async observe({ desired, scope, needs }) {
      const listed = await list();
      for (const { name } of listed) operations.forgetCreated(name);
      const accountId = needs(environmentId(claim.environment))?.accountId;
      const named = (name: string) => listed.filter((each) => each.name === name);
      const wanted = new Set(desired.map(({ spec }) => spec.name));
      const leftovers = listed.filter(
        ({ name, arn }) => scope === 'all-owned' && !wanted.has(name) && !isOfAnotherAccount(arn, accountId),
      );
      const chosen = await mapConcurrently(
        READS_AT_ONCE,
        [...wanted].filter((name) => named(name).length > 0),
        (name) => choose(name, named(name)),
      );
      const left = await mapConcurrently(READS_AT_ONCE, leftovers, observeLeftover);
      const coming = scope === 'these' ? [] : await operations.stillComing(wanted);
      const results = [
        ...chosen,
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
        const { description, soaTtl } = spec;
        return {
          type: 'done',
          observed: observed({ name, arn, id: namespaceId, description, soaTtl }, tags),
        };
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
      return observed({ name: before.id.name, arn, ...before.state }, tags);
    },
  };
}

/** The private DNS namespaces of a listing: some endpoints ignore the filters of ListNamespaces. */
function listedOf({
  Id,
  Arn,
  Name,
  Type,
  Description,
  Properties,
  CreateDate,
}: NamespaceSummary): ListedNamespace[] {
  if (Id === undefined || Arn === undefined || Name === undefined || Type !== 'DNS_PRIVATE') return [];
  const soaTtl = Properties?.DnsProperties?.SOA?.TTL;
  return [{ id: Id, arn: Arn, name: Name, description: Description, soaTtl, ...createdAt(CreateDate) }];
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
