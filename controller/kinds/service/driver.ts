import type { Service } from '@aws-sdk/client-ecs';
import { createLinkedRole } from '../../aws/linked-role.ts';
import { createSettling } from '../../aws/settling.ts';
import { changeTags, toLowerTags } from '../../aws/tags.ts';
import { StationkeeperError, hasCode } from '../../core/errors.ts';
import { requireOutputs } from '../../core/outputs.ts';
import type { Needs } from '../../core/outputs.ts';
import { ownership, digest } from '../../core/ownership.ts';
import { resourceKey } from '../../core/resource.ts';
import type { Desired, Observed, Progress, Removal, ResourceId, Tags, Upkeep } from '../../core/resource.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { createCoverages } from './coverages.ts';
import { createDeployments } from './deployments.ts';
import { createExplanations } from './explanations.ts';
import type { ServiceFindings } from './facts.ts';
import { createFailedDeployments } from './failed-deployments.ts';
import { createLatelySeen } from './lately.ts';
import { wantedOf } from './model.ts';
import type { Wanted } from './model.ts';
import { NO_TASKS, observeServices, toObserved } from './observe.ts';
import type { TasksSeen } from './observe.ts';
import type { RolloutHistory } from './observed.ts';
import { REGISTRATIONS } from './outlook.ts';
import { tagsNow } from './reads.ts';
import { createRevisions } from './revisions.ts';
import { createReRegistrations, notRegistered } from './re-registration.ts';
import { changed, creation } from './request.ts';
import { rolloutRetries } from './rollout-retries.ts';
import type { ServiceSpec } from './spec.ts';
import { unknownTarget } from './targets.ts';
import type { ServiceState } from './state.ts';

const LOOK_AGAIN_MS = 2_000;
/** Draining takes as long as the tasks' stop timeouts (reference: hazards, name DRAINING). */
const DRAINING_CHECK_MS = 3_000;
/** What is new in EC2 or ECS is known everywhere within this (reference: hazards, security group create/use). */
const PARTS_SETTLE_MS = 120_000;
const DRAINS = 'its tasks stop first';
/** A service-linked role is usable within two minutes (reference: hazards, first ECS use). */
const ROLE_CHECK_MS = 3_000;

export function serviceDriver(context: DriverContext): KindDriver<ServiceSpec, ServiceState> {
  const { asked, clock, inventory } = context;
  const { ecs } = context.aws;
  const failures = createFailedDeployments(ecs);
  const retryOf = rolloutRetries(clock, asked);
  const historyOf = (service: Service): RolloutHistory => ({
    failed: failures.of(service),
    retry: retryOf(service),
  });
  const explanations = createExplanations(ecs);
  const coverages = createCoverages(ecs, clock);
  const deployments = createDeployments(ecs, clock);
  const lately = createLatelySeen(clock);
  const revisions = createRevisions(context.aws);
  /** ECS may remember a token longer than the service it made, so that no two creations share one. */
  const incarnation = clock.now();
  const creations = new Map<string, number>();
  const reRegistrations = createReRegistrations(clock);
  const linkedRole = createLinkedRole(context.aws, clock);
  /** What a service is made of and ECS may not know yet, by the service's key. */
  const newParts = createSettling(clock, PARTS_SETTLE_MS);

  /** As AWS answers a change; its tasks, and the hosts that it is on, count as they were seen before until a pass looks again. */
  function shown({ id, spec }: Desired<ServiceSpec>, service: Service, tags: Tags, before?: Observed) {
    const described = { id, service, tags, history: historyOf(service), scaledBy: spec.scaledBy };
    const seen = before === undefined ? NO_TASKS : seenBefore(before);
    return toObserved(context, described, seen, { coverage: before?.workload?.coverage });
  }

  /** A service that CreateService refused for its name, its role or its timing is looked at again. */
  async function afterRefusal(desired: Desired<ServiceSpec>, error: unknown): Promise<Started> {
    if (hasCode(error, 'InvalidParameterException')) {
      if (/was not idempotent/i.test(error.message)) {
        return started(LOOK_AGAIN_MS, 'a service of this name exists already; the controller looks again');
      }
      if (/still draining/i.test(error.message)) {
        return started(
          DRAINING_CHECK_MS,
          'the former service ends first; the controller creates the new one after that',
        );
      }
    }
    const lack = await linkedRole.lackedBy(error);
    return lack === undefined ? whilePartsSettle(desired, error) : started(ROLE_CHECK_MS, lack);
  }

  function ended(id: ResourceId): Removal {
    lately.ended(id);
    return { type: 'gone' };
  }

  function whilePartsSettle({ id, spec }: Desired<ServiceSpec>, error: unknown): Started {
    const unknown = unknownTarget(spec, error);
    if (unknown !== undefined) throw unknown;
    const part = unknownPart(error);
    if (part === undefined || !newParts.mayEnd(resourceKey(id))) throw error;
    return started(LOOK_AGAIN_MS, `waits until ECS knows its ${part}, which is new`);
  }

  return {
    observe: (request) =>
      observeServices(
        context,
        { failures, historyOf, explanations, coverages, deployments, lately, revisions },
        request,
      ),

    async create(desired, tags, needs) {
      const input = creation(knownParts(desired, needs), tags);
      const key = resourceKey(desired.id);
      const before = creations.get(key) ?? 0;
      const clientToken = digest([incarnation, before, input]);
      try {
        const { service } = await ecs.createService({ ...input, clientToken });
        creations.set(key, before + 1);
        linkedRole.works();
        newParts.ended(key);
        if (service?.serviceArn === undefined)
          return started(LOOK_AGAIN_MS, 'created; the controller looks again');
        inventory.wrote(service.serviceArn, tags);
        return { type: 'done', observed: shown(desired, service, tags) };
      } catch (error) {
        return afterRefusal(desired, error);
      }
    },

    async update(desired, before, { changes, upkeep }, _tags, needs) {
      if (before.state.status === 'DRAINING') {
        return started(
          DRAINING_CHECK_MS,
          'the former service ends first; the controller creates it again after that',
        );
      }
      const { arn = '' } = before;
      const isRegistration = ({ what }: Upkeep): boolean => what === REGISTRATIONS;
      const isTooSoon = upkeep.some(isRegistration) && reRegistrations.isRecent(arn);
      const due = isTooSoon ? upkeep.filter((one) => !isRegistration(one)) : upkeep;
      const input = changed(knownParts(desired, needs), before.state, changes, due.length > 0);
      if (input === undefined && isTooSoon) throw notRegistered(before.id.name);
      if (input === undefined) return { type: 'done', observed: before };
      try {
        const { service } = await ecs.updateService(input);
        newParts.ended(resourceKey(desired.id));
        if (input.forceNewDeployment === true) reRegistrations.made(arn);
        if (service === undefined) return started(LOOK_AGAIN_MS, 'updated; the controller looks again');
        return { type: 'done', observed: shown(desired, service, before.tags, before) };
      } catch (error) {
        if (!hasCode(error, 'ServiceNotActiveException', 'ServiceNotFoundException')) {
          return whilePartsSettle(desired, error);
        }
        return started(LOOK_AGAIN_MS, 'somebody deleted it meanwhile; the controller looks again');
      }
    },

    async delete({ id, state }): Promise<Removal> {
      if (state.status === 'DRAINING') return started(DRAINING_CHECK_MS, DRAINS);
      try {
        const { service } = await ecs.deleteService({ cluster: id.scope, service: id.name, force: true });
        if (service?.status === 'INACTIVE') return ended(id);
        return started(DRAINING_CHECK_MS, DRAINS);
      } catch (error) {
        const gone = ['ServiceNotFoundException', 'ServiceNotActiveException', 'ClusterNotFoundException'];
        if (hasCode(error, ...gone)) return ended(id);
        throw error;
      }
    },

    tagsNow: ({ id }) => tagsNow(ecs, id),

    async tag(before, set, remove): Promise<Observed<ServiceState>> {
      const resourceArn = before.arn ?? '';
      const tags = await changeTags(before.tags, set, remove, {
        set: (some) => ecs.tagResource({ resourceArn, tags: toLowerTags(some) }),
        remove: (tagKeys) => ecs.untagResource({ resourceArn, tagKeys }),
      });
      inventory.wrote(resourceArn, tags);
      const { manifest: _former, ...rest } = before;
      return { ...rest, ...ownership(context.claim, tags) };
    },
  };
}

function seenBefore({ tasks = [], findings }: Observed): TasksSeen {
  const { revisions = [] } = (findings ?? {}) as Partial<ServiceFindings>;
  return { ...NO_TASKS, tasks, revisions: () => revisions };
}

type Started = Extract<Progress<never>, { type: 'started' }>;

function started(checkAgainInMs: number, message: string): Started {
  return { type: 'started', checkAgainInMs, message };
}

/** What ECS says that there is not, and may only not know yet (reference: hazards, new cluster, security group create/use). */
function unknownPart(error: unknown): string | undefined {
  if (hasCode(error, 'ClusterNotFoundException')) return 'cluster';
  if (!hasCode(error, 'InvalidParameterException', 'InvalidGroup.NotFound')) return undefined;
  return /InvalidGroup\.NotFound/.test(`${error.code} ${error.message}`) ? 'security group' : undefined;
}

/** What a service is made of besides itself. */
const PARTS = ['taskDefinition', 'registry'] as const satisfies readonly (keyof Wanted)[];
const NETWORK_PARTS = ['subnets', 'securityGroups'] as const satisfies readonly (keyof Wanted)[];

/** All that git wants. Throws NeedMissing, retry `wait`, where something it needs is gone since it was planned. */
function knownParts(desired: Desired<ServiceSpec>, needs: Needs): Wanted {
  const { connectNamespace } = desired.spec;
  if (connectNamespace !== undefined) requireOutputs(needs, connectNamespace);
  const wanted = wantedOf(desired, needs);
  const parts = [...PARTS, ...(wanted.hasOwnNetwork ? NETWORK_PARTS : [])];
  const missing = parts.filter((part) => wanted[part] === undefined);
  if (missing.length === 0) return wanted;
  throw new StationkeeperError({
    code: 'NeedMissing',
    message: `${missing.join(', ')} of service ${desired.spec.name} are not known yet; the controller looks again`,
    retry: 'wait',
  });
}
