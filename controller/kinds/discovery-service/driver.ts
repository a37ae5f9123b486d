import type { DnsRecord, RecordType } from '@aws-sdk/client-servicediscovery';
import { createCloudMapTags, duplicateOperationId, lookAtOperation } from '../../aws/cloud-map.ts';
import { inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { toUpperTags } from '../../aws/tags.ts';
import { hasCode } from '../../core/errors.ts';
import { requireText } from '../../core/outputs.ts';
import { digest, registrantOf } from '../../core/ownership.ts';
import { environmentId, resourceKey } from '../../core/resource.ts';
import type { FieldChange, Progress } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { instancePath, isDeregistration, recordsByType } from './model.ts';
import type { DiscoveryServiceSpec, DiscoveryServiceState } from './model.ts';
import { createObserver, observedService } from './observe.ts';
import { listRegistrations } from './registrations.ts';

const LOOK_AGAIN_MS = 1_000;
const STILL_USED_MS = 5_000;
const DEREGISTERED_AT_ONCE = 5;
const TASKS_AT_ONCE = 100;

export function discoveryServiceDriver(
  context: DriverContext,
): KindDriver<DiscoveryServiceSpec, DiscoveryServiceState> {
  const { aws, claim, inventory } = context;
  const tagging = createCloudMapTags(aws, inventory, claim);
  const incarnation = context.clock.now();
  /** How often each was created: Cloud Map remembers a CreatorRequestId with what it came to. */
  const rounds = new Map<string, number>();

  return {
    observe: createObserver(context, tagging),

    async create({ id, spec }, tags, needs) {
      const { name, description, dnsRecords } = spec;
      const namespaceId = requireText(needs, spec.namespace, 'id');
      const key = resourceKey(id);
      const round = rounds.get(key) ?? 0;
      try {
        const { Service: service } = await aws.servicediscovery.createService({
          Name: name,
          NamespaceId: namespaceId,
          CreatorRequestId: `${digest({ spec, namespaceId, owner: claim.owner, key })}-${incarnation}-${round}`,
          Description: description,
          DnsConfig: {
            // Said twice, as CloudFormation does: where a listing cannot be filtered, this tells whose it is.
            NamespaceId: namespaceId,
            RoutingPolicy: 'MULTIVALUE',
            DnsRecords: toApiRecords(recordsByType(dnsRecords)),
          },
          HealthCheckCustomConfig: { FailureThreshold: 1 },
          Tags: toUpperTags(tags),
        });
        rounds.set(key, round + 1);
        const serviceId = service?.Id ?? '';
        const arn = service?.Arn ?? arnOf(serviceId, id.environment, needs);
        inventory.wrote(arn, tags);
        const state = {
          id: serviceId,
          description,
          dnsRecords: recordsByType(dnsRecords),
          customHealthCheck: true,
        };
        return {
          type: 'done',
          observed: observedService(claim, { id, arn, tags, state, registrations: [] }),
        };
      } catch (thrown) {
        if (!hasCode(thrown, 'ServiceAlreadyExists')) throw thrown;
        return started('it exists already, and is looked up again');
      }
    },

    async update({ id, spec }, before, changes) {
      const waits = await deregisterAll(before.state, registrantOf(before.tags), changes);
      if (waits !== undefined) return started(waits);
      const fields = changes.filter((change) => !isDeregistration(change));
      const { stale: _gone, ...clean } = before.state;
      if (fields.length === 0) return { type: 'done', observed: { ...before, state: clean } };
      const state = changedState(spec, clean, fields);
      const operationId = await updateService(state);
      const look =
        operationId === undefined
          ? undefined
          : await lookAtOperation(aws, operationId, 'UPDATE_SERVICE', `update discovery service ${id.name}`);
      if (look?.status === 'failed') throw look.error;
      if (look?.status !== 'done') return started('Cloud Map works on it');
      return { type: 'done', observed: { ...before, state } };
    },

    async delete({ arn = '', state, tags }) {
      const waits = await deregisterAll(state, registrantOf(tags));
      if (waits !== undefined) return started(waits);
      try {
        await aws.servicediscovery.deleteService({ Id: state.id });
      } catch (thrown) {
        if (hasCode(thrown, 'ResourceInUse')) {
          const { length } = await listRegistrations(aws, state.id);
          const message = `waits until its ${length} registered instances are gone`;
          return started(message, STILL_USED_MS);
        }
        if (!hasCode(thrown, 'ServiceNotFound')) throw thrown;
      }
      inventory.wrote(arn, {});
      return { type: 'gone' };
    },

    tagsNow: ({ arn = '' }) => tagging.now(arn),

    async tag(before, set, remove) {
      const arn = before.arn ?? '';
      const tags = await tagging.change(arn, before.tags, set, remove);
      const { id, state, registrations } = before;
      return observedService(claim, { id, arn, tags, state, registrations });
    },
  };

  /** Sends everything: UpdateService deletes the records that it is not sent (reference: Cloud Map). */
  async function updateService(state: DiscoveryServiceState): Promise<string | undefined> {
    try {
      const answer = await aws.servicediscovery.updateService({
        Id: state.id,
        Service: {
          Description: state.description,
          DnsConfig: { DnsRecords: toApiRecords(state.dnsRecords) },
        },
      });
      return answer.OperationId;
    } catch (thrown) {
      const underWay = duplicateOperationId(thrown);
      if (underWay === undefined) throw thrown;
      return underWay;
    }
  }

  /**
   * Deregisters stale instances, all or those that `changes` name. ECS has the last word on each: one whose task is not over stays.
   * Returns what Cloud Map still works on, in words.
   */
  async function deregisterAll(
    { id, stale = [] }: DiscoveryServiceState,
    registrant: string | undefined,
    changes?: readonly FieldChange[],
  ): Promise<string | undefined> {
    const asked = stale.filter((each) => changes === undefined || isChanged(changes, instancePath(each)));
    if (asked.length === 0 || registrant === undefined) return undefined;
    const over = await withoutLiveTask(aws, registrant, asked);
    const ended = await mapConcurrently(DEREGISTERED_AT_ONCE, over, (instance) => deregister(id, instance));
    const running = ended.filter((isOver) => !isOver).length;
    return running === 0
      ? undefined
      : `${running} stale ${running === 1 ? 'instance is' : 'instances are'} being deregistered`;
  }

  /** True where it has come to its end. */
  async function deregister(ServiceId: string, InstanceId: string): Promise<boolean> {
    const operationId = await startDeregistration(ServiceId, InstanceId);
    if (operationId === undefined) return true;
    const what = `deregister the instance ${InstanceId}`;
    const look = await lookAtOperation(aws, operationId, 'DEREGISTER_INSTANCE', what);
    if (look.status === 'failed') throw look.error;
    return look.status === 'done';
  }

  async function startDeregistration(ServiceId: string, InstanceId: string): Promise<string | undefined> {
    try {
      return (await aws.servicediscovery.deregisterInstance({ ServiceId, InstanceId })).OperationId;
    } catch (thrown) {
      if (hasCode(thrown, 'InstanceNotFound', 'ServiceNotFound')) return undefined;
      const underWay = duplicateOperationId(thrown);
      if (underWay === undefined) throw thrown;
      return underWay;
    }
  }
}

/** Those of the instances whose task ECS calls stopped, or does not know any more. */
async function withoutLiveTask(
  aws: Aws,
  registrant: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const [cluster = ''] = registrant.split('/');
  try {
    const answers = await mapConcurrently(DEREGISTERED_AT_ONCE, inBatchesOf(TASKS_AT_ONCE, ids), (tasks) =>
      aws.ecs.describeTasks({ cluster, tasks }),
    );
    const live = new Set(
      answers.flatMap(({ tasks = [] }) =>
        tasks.flatMap(({ taskArn, lastStatus }) =>
          lastStatus === 'STOPPED' || lastStatus === 'DELETED' ? [] : [taskArn?.split('/').at(-1)],
        ),
      ),
    );
    const untold = new Set(
      answers.flatMap(({ failures = [] }) =>
        failures.flatMap(({ arn, reason }) => (reason === 'MISSING' ? [] : [arn?.split('/').at(-1)])),
      ),
    );
    return ids.filter((id) => !live.has(id) && !untold.has(id));
  } catch (thrown) {
    if (hasCode(thrown, 'ClusterNotFoundException')) return ids;
    throw thrown;
  }
}

function arnOf(serviceId: string, environment: string, needs: Parameters<typeof requireText>[0]): string {
  const [partition, region, account] = ['partition', 'region', 'accountId'].map((output) =>
    requireText(needs, environmentId(environment), output),
  );
  return `arn:${partition}:servicediscovery:${region}:${account}:service/${serviceId}`;
}

/** What there is, with the fields that are to be changed, and no field that the manifest ignores. */
function changedState(
  spec: DiscoveryServiceSpec,
  before: DiscoveryServiceState,
  changes: readonly FieldChange[],
): DiscoveryServiceState {
  const changed = spec.dnsRecords.filter(({ type }) => isChanged(changes, `dnsRecords[${type}]`));
  return {
    ...before,
    description: isChanged(changes, 'description') ? spec.description : before.description,
    dnsRecords: { ...before.dnsRecords, ...recordsByType(changed) },
  };
}

function toApiRecords(records: DiscoveryServiceState['dnsRecords']): DnsRecord[] {
  return Object.entries(records).map(([type, { ttl }]) => ({ Type: type as RecordType, TTL: ttl }));
}

function started(
  message: string,
  checkAgainInMs = LOOK_AGAIN_MS,
): Extract<Progress<never>, { type: 'started' }> {
  return { type: 'started', checkAgainInMs, message };
}
