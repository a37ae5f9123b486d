import type { DnsRecord, RecordType } from '@aws-sdk/client-servicediscovery';
import { createdAt } from '../../core/created-at.ts';
import { createCloudMapTags, duplicateOperationId, lookAtOperation } from '../../aws/cloud-map.ts';
import { toUpperTags } from '../../aws/tags.ts';
import { regionalArn } from '../../core/arn.ts';
import { hasCode } from '../../core/errors.ts';
import { requireOutputs } from '../../core/outputs.ts';
import type { Needs } from '../../core/outputs.ts';
import { digest } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import { resourceKey } from '../../core/resource.ts';
import type { FieldChange, Progress, ResourceId } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { createDeregistrations } from './deregistrations.ts';
import { registrantOf } from './facts.ts';
import { createInstanceOperations } from './instance-operations.ts';
import { recordsByType } from './model.ts';
import type { DiscoveryServiceSpec } from './spec.ts';
import { NO_HOST_WORK } from './state.ts';
import type { DiscoveryServiceState, HostWork } from './state.ts';
import { createObserver } from './observe.ts';
import { observedService } from './observed.ts';
import { afterwards, createRegistrar } from './registrar.ts';
import { listRegistrations } from './registrations.ts';

const LOOK_AGAIN_MS = 1_000;
const STILL_USED_MS = 5_000;

export function discoveryServiceDriver(
  context: DriverContext,
): KindDriver<DiscoveryServiceSpec, DiscoveryServiceState> {
  const { aws, claim, inventory } = context;
  const tagging = createCloudMapTags(aws, inventory, claim);
  const incarnation = context.clock.now();
  /** How often each was created: Cloud Map remembers a CreatorRequestId with what it came to. */
  const rounds = new Map<string, number>();
  const operations = createInstanceOperations(aws, incarnation);
  const deregister = createDeregistrations(aws, operations);
  const registrar = createRegistrar(aws, operations);

  return {
    observe: createObserver(context, tagging, operations),

    async create({ id, spec }, tags, needs) {
      const { name, description, dnsRecords, routingPolicy = 'MULTIVALUE' } = spec;
      const namespaceId = requireOutputs(needs, spec.namespace).id;
      const key = resourceKey(id);
      const round = rounds.get(key) ?? 0;
      try {
        const { Service: service } = await aws.servicediscovery.createService({
          Name: name,
          NamespaceId: namespaceId,
          CreatorRequestId: `${digest({ spec, namespaceId, owner: claim.owner, key })}-${incarnation}-${round}`,
          Description: description,
          ...(dnsRecords.length === 0
            ? { Type: 'HTTP' }
            : {
                DnsConfig: {
                  // The namespace is said twice, as CloudFormation does: where a listing cannot be filtered, this tells whose the service is.
                  NamespaceId: namespaceId,
                  RoutingPolicy: routingPolicy,
                  DnsRecords: toApiRecords(recordsByType(dnsRecords)),
                },
              }),
          HealthCheckCustomConfig: { FailureThreshold: 1 },
          Tags: toUpperTags(tags),
        });
        rounds.set(key, round + 1);
        const serviceId = service?.Id ?? '';
        const arn = service?.Arn ?? arnOf(serviceId, id, needs);
        inventory.wrote(arn, tags);
        const state = {
          id: serviceId,
          description,
          dnsRecords: recordsByType(dnsRecords),
          ...(dnsRecords.length === 0 ? {} : { routingPolicy }),
          customHealthCheck: true,
        };
        return {
          type: 'done',
          observed: observedService(claim, {
            id,
            arn,
            tags,
            ...createdAt(service?.CreateDate),
            state,
            registrations: [],
          }),
        };
      } catch (thrown) {
        if (!hasCode(thrown, 'ServiceAlreadyExists')) throw thrown;
        return started('it exists already; the controller looks again');
      }
    },

    async update({ id, spec }, before, { changes, upkeep }) {
      const { stale = [], hosts = NO_HOST_WORK, ...clean } = before.state;
      const due = new Set(upkeep.flatMap(({ which }) => which ?? []));
      const work = dueOf(hosts, due);
      const waits = [
        await deregister(
          before.state.id,
          registrantOf(before.tags),
          stale.filter((id) => due.has(id)),
        ),
        await registrar(before.state.id, work),
      ].filter((words) => words !== undefined);
      if (waits.length > 0) return started(waits.join('; '));
      const after =
        before.registrations === undefined
          ? before
          : { ...before, registrations: afterwards(before.registrations, work, claim) };
      if (changes.length === 0) return { type: 'done', observed: { ...after, state: clean } };
      const state = changedState(spec, clean, changes);
      const operationId = await updateService(state);
      const look =
        operationId === undefined
          ? undefined
          : await lookAtOperation(aws, operationId, 'UPDATE_SERVICE', `update discovery service ${id.name}`);
      if (look?.status === 'failed') throw look.error;
      if (look?.status !== 'done') return started('Cloud Map works on it');
      return { type: 'done', observed: { ...after, state } };
    },

    async delete({ arn = '', state, tags, registrations = [] }) {
      const leave = registrations.flatMap(({ id, ours }) => (ours === undefined ? [] : [id]));
      const waits = [
        await deregister(state.id, registrantOf(tags), state.stale ?? []),
        await registrar(state.id, { ...NO_HOST_WORK, leave }),
      ].filter((words) => words !== undefined);
      if (waits.length > 0) return started(waits.join('; '));
      try {
        await aws.servicediscovery.deleteService({ Id: state.id });
      } catch (thrown) {
        if (hasCode(thrown, 'ResourceInUse')) {
          const { length } = await listRegistrations(aws, claim, state.id);
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
      const { id, state, registrations, discovery } = before;
      return observedService(claim, { id, arn, tags, state, registrations, discovery });
    },
  };

  /** Sends everything: UpdateService deletes the records that it is not sent (reference: Cloud Map). */
  async function updateService(state: DiscoveryServiceState): Promise<string | undefined> {
    const records = toApiRecords(state.dnsRecords);
    try {
      const answer = await aws.servicediscovery.updateService({
        Id: state.id,
        Service: {
          Description: state.description,
          ...(records.length === 0 ? {} : { DnsConfig: { DnsRecords: records } }),
        },
      });
      return answer.OperationId;
    } catch (thrown) {
      const underWay = duplicateOperationId(thrown);
      if (underWay === undefined) throw thrown;
      return underWay;
    }
  }
}

/** Of the work on hosts, that on these instances. */
function dueOf({ register, leave, report }: HostWork, due: ReadonlySet<string>): HostWork {
  return {
    register: register.filter(({ id }) => due.has(id)),
    leave: leave.filter((id) => due.has(id)),
    report: report.filter(({ id }) => due.has(id)),
  };
}

function arnOf(serviceId: string, { environment }: ResourceId, needs: Needs): string {
  const place = requireOutputs(needs, environmentId(environment));
  return regionalArn(place, 'servicediscovery', `service/${serviceId}`);
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
