import type { Service, ServiceDeploymentBrief, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { collect, mapConcurrently } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { currentRevisions } from '../../aws/service-revisions.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { Tags } from '../../core/resource.ts';
import type { DeploymentFact } from '../../core/rollout/facts.ts';
import { heldBy } from '../../core/rollout/held.ts';
import { NO_HISTORY, rolloutOf } from './observed.ts';
import { lastDeploymentOf } from './workload.ts';
import type { DeploymentsSince } from './workload.ts';

const CONCURRENT_READS = 5;
/** Deployments to a page, the most that ECS gives (reference: batches). */
const PAGE = 100;
/** ECS is asked for so much more than is wanted: that `after` leaves out the very time that it names is not written down. */
const SPARE_MS = 1000;
/** For so long after a deployment began a list without it is taken for an old one. */
const LIST_LAGS_MS = 60_000;
/** A service that was not seen for so long is gone. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** A service that goes through a Rollout, as it was described. */
interface Staged {
  readonly service: Service;
  readonly tags: Tags;
}

/** A service that has begun a target. */
interface Begun {
  readonly service: Service;
  /** Epoch milliseconds by AWS's clock: when. */
  readonly since: number;
}

/** Tells the deployments of services since they began a target, as ECS keeps them: for ninety days. */
export interface Deployments {
  /**
   * By ARN, of those that have begun one. It asks for those of a service once, and again where DescribeServices shows that the answer is
   * another by now, or where that was older than what is known: a service to which nothing happens costs nothing. What cannot be read hinders
   * nothing else. `now`: by AWS's clock.
   */
  look(staged: readonly Staged[], now: number): Promise<ReadonlyMap<string, DeploymentsSince>>;
}

interface Answer {
  /** All that makes another answer likely, at the time when ECS was asked. */
  readonly signs: string;
  readonly since: DeploymentsSince;
  readonly isUnderWay: boolean;
  /** The list did not have the deployment that ECS had begun a moment before. */
  readonly isLate: boolean;
}

export function createDeployments(
  ecs: Pick<Aws['ecs'], 'listServiceDeployments'>,
  clock: Clock,
): Deployments {
  const answers = createRemembered<Answer>(clock, FORGOTTEN_AFTER_MS);

  async function sinceOf(begun: Begun, now: number): Promise<DeploymentsSince> {
    const { serviceArn = '' } = begun.service;
    const known = answers.of(serviceArn)?.value;
    if (known !== undefined && isCurrent(known, begun)) {
      answers.note(serviceArn, known);
      return known.since;
    }
    try {
      const answer = await ask(ecs, begun, now);
      answers.note(serviceArn, answer);
      return answer.since;
    } catch (error) {
      answers.forget(serviceArn);
      return { deploymentsUnread: asStationkeeperError(error).message };
    }
  }

  return {
    async look(staged, now) {
      const begun = staged.flatMap(({ service, tags }) => {
        const held = heldBy(tags);
        return held === undefined ? [] : [{ service, since: held.since }];
      });
      const found = await mapConcurrently(
        CONCURRENT_READS,
        begun,
        async (one) => [one.service.serviceArn ?? '', await sinceOf(one, now)] as const,
      );
      return new Map(found);
    },
  };
}

/** Whether ECS would answer the same again. A list may be older than the state of the service that is described. */
function isCurrent({ signs, isUnderWay, isLate }: Answer, begun: Begun): boolean {
  return !isLate && signs === signsOf(begun) && !(isUnderWay && lastDeployment(begun) !== 'inProgress');
}

/** What changes with every deployment that begins or ends; after a rollback the former one is in force again, and only an event tells of what was between. */
function signsOf(begun: Begun): string {
  const { deployments = [], events = [] } = begun.service;
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  const ended = events.find(({ message = '' }) => /deployment (failed|completed)/.test(message));
  return [begun.since, primary?.id, lastDeployment(begun), ended?.id].join(' ');
}

function lastDeployment({ service }: Begun) {
  return lastDeploymentOf(rolloutOf(service, NO_HISTORY));
}

/** Throws where ECS does not tell; an endpoint that does not have the operation tells of none. */
async function ask(
  ecs: Pick<Aws['ecs'], 'listServiceDeployments'>,
  begun: Begun,
  now: number,
): Promise<Answer> {
  const signs = signsOf(begun);
  try {
    const listed = (await list(ecs, begun)).filter(({ createdAt }) => Number(createdAt) >= begun.since);
    return {
      signs,
      since: { deployments: listed.map(factOf).toSorted((a, b) => a.createdAt - b.createdAt) },
      isUnderWay: listed.some(isUnderWay),
      isLate: isLate(listed, begun, now),
    };
  } catch (error) {
    if (!isWithoutOperation(error, begun.service)) throw error;
    return { signs, since: {}, isUnderWay: false, isLate: false };
  }
}

async function list(
  ecs: Pick<Aws['ecs'], 'listServiceDeployments'>,
  { service: { clusterArn, serviceArn = '' }, since }: Begun,
): Promise<readonly ServiceDeploymentBrief[]> {
  return collect(async (nextToken) => {
    const page = await ecs.listServiceDeployments({
      cluster: clusterArn,
      service: serviceArn,
      createdAt: { after: new Date(since - SPARE_MS) },
      maxResults: PAGE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    return { items: page.serviceDeployments, next: page.nextToken };
  });
}

function isLate(listed: readonly ServiceDeploymentBrief[], { service, since }: Begun, now: number): boolean {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary?.createdAt === undefined) return false;
  const begunAt = primary.createdAt.getTime();
  const isListed = listed.some(({ createdAt }) => Number(createdAt) >= begunAt - SPARE_MS);
  return !isListed && begunAt >= since && now - begunAt < LIST_LAGS_MS;
}

/** One deployment as ECS lists it. */
export function factOf(brief: ServiceDeploymentBrief): DeploymentFact {
  return {
    createdAt: Number(brief.createdAt),
    ...(brief.finishedAt === undefined ? {} : { finishedAt: brief.finishedAt.getTime() }),
    state: stateOf(brief),
  };
}

/** Those that have not come to their end (ECS Developer Guide, service deployments). */
const UNDER_WAY: readonly (ServiceDeploymentStatus | undefined)[] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
];

function isUnderWay({ status }: ServiceDeploymentBrief): boolean {
  return UNDER_WAY.includes(status);
}

/** Without the option to roll back, ECS stops what its circuit breaker or an alarm gives up, and the reason alone tells (API reference, ServiceDeployment). */
const GIVEN_UP = /circuit breaker|alarm/i;

function stateOf({ status, statusReason = '', finishedAt }: ServiceDeploymentBrief): DeploymentFact['state'] {
  if (status === 'SUCCESSFUL') return 'succeeded';
  if (status?.startsWith('ROLLBACK_') === true) return 'failed';
  if (status === 'STOPPED') return GIVEN_UP.test(statusReason) ? 'failed' : 'stopped';
  // Of a status that ECS may have one day, it is known whether it is an end.
  return finishedAt === undefined ? 'inProgress' : 'stopped';
}

/** How an endpoint says that it does not have an operation. */
const WITHOUT = [
  'UnknownOperationException',
  'UnknownOperation',
  'NotImplemented',
  'NotImplementedException',
];
/** What endpoints say in its place that were made when ECS had no service deployments: moto's answer is a page of HTML. */
const UNCLEAR = ['SyntaxError', 'InternalFailure'];

/** ECS itself tells the revisions of a service, which came with service deployments; of it an unclear answer is a failure. */
function isWithoutOperation(error: unknown, service: Service): boolean {
  return hasCode(error, ...WITHOUT) || (hasCode(error, ...UNCLEAR) && currentRevisions(service).length === 0);
}
