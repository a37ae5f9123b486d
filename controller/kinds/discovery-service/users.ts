import type { ContainerDefinition, Service } from '@aws-sdk/client-ecs';
import { inBatchesOf } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { asStationkeeperError, hasCode, isDenial } from '../../core/errors.ts';
import { compareText, groupBy } from '../../core/order.ts';
import type { Clock } from '../../core/ports.ts';
import type { EndpointUse } from '../../core/resource.ts';
import { hostsNamed } from './hosts-named.ts';
import type { Mention } from './hosts-named.ts';

/** What one call takes (ECS API reference, DescribeServices), and gives at most (ListServices). */
const SERVICES_AT_ONCE = 10;
const PAGE_SIZE = 100;
/** Calls in a pass that is in a hurry: the first ones, until so many are spent, and those in which a removal waits for the answer. */
const HURRIED_CALLS = 100;
const HURRIED_AT_FIRST = 300;
/** In any other: a controller of a thousand daemons may spend 20. */
const CALLS = 15;
/** From the beginning of one look through all to the next, at the least. */
const AGAIN_AFTER_MS = 600_000;

/** Who names hosts in what the services of the account run. */
export interface Users {
  /**
   * Looks at some more. What may not be read, or fails, is left out, and tried again later.
   *
   * @param isAwaited something waits until all was looked through
   */
  look(isAwaited: boolean): Promise<void>;
  /** Why it is not known yet who names a host; undefined once all was looked through. */
  whyUnknown(): string | undefined;
  /** Who names the host, but for the service `cluster/service` itself. */
  of(host: string, itself: string | undefined): readonly EndpointUse[];
}

interface RunningService {
  /** `cluster/service`. */
  readonly service: string;
  /** ARNs of the task definitions of its deployments. */
  readonly runs: readonly string[];
}

/**
 * Looks through the clusters, the services and, once for ever, each revision that one runs. A few calls a pass go on where the pass before
 * ended.
 */
export function createUsers({ ecs }: Pick<Aws, 'ecs'>, clock: Clock): Users {
  const revisions = new Map<string, ReadonlyMap<string, readonly Mention[]>>();
  const services = new Map<string, RunningService>();
  let isWhole = false;
  let isRefused = false;
  let round: AsyncGenerator<undefined> | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;
  let hurriedLeft = HURRIED_AT_FIRST;
  /** Who names each host; undefined once something else may have been found. */
  let byHost: ReadonlyMap<string, readonly EndpointUse[]> | undefined;

  /** Comes to a stop after every call. */
  async function* lookThrough(): AsyncGenerator<undefined> {
    const found = new Set<string>();
    for await (const cluster of pages(
      (nextToken) => ecs.listClusters({ maxResults: PAGE_SIZE, nextToken }),
      ({ clusterArns }) => clusterArns,
    )) {
      if (cluster === undefined) {
        yield;
        continue;
      }
      const arns: string[] = [];
      const listed = pages(
        (nextToken) => ecs.listServices({ cluster, maxResults: PAGE_SIZE, nextToken }),
        ({ serviceArns }) => serviceArns,
      );
      for await (const arn of listed) {
        if (arn === undefined) yield;
        else arns.push(arn);
      }
      for (const batch of inBatchesOf(SERVICES_AT_ONCE, arns)) {
        const { services: described = [] } = await ecs.describeServices({ cluster, services: batch });
        yield;
        for (const service of described) {
          const { serviceArn = '' } = service;
          const running = runningOf(service, cluster);
          for (const arn of running.runs.filter((each) => !revisions.has(each))) {
            revisions.set(arn, hostsNamed(await containersOf(ecs, arn)));
            yield;
          }
          found.add(serviceArn);
          services.set(serviceArn, running);
        }
      }
    }
    isWhole = true;
    for (const arn of services.keys()) if (!found.has(arn)) services.delete(arn);
    const run = new Set([...services.values()].flatMap(({ runs }) => runs));
    for (const arn of revisions.keys()) if (!run.has(arn)) revisions.delete(arn);
  }

  return {
    async look(isAwaited) {
      if (round === undefined && clock.monotonic() - begunAt < AGAIN_AFTER_MS) return;
      if (round === undefined) begunAt = clock.monotonic();
      round ??= lookThrough();
      byHost = undefined;
      const isHurried = !isWhole && (isAwaited || hurriedLeft > 0);
      try {
        for (let calls = isHurried ? HURRIED_CALLS : CALLS; calls > 0; calls -= 1) {
          const { done } = await round.next();
          if (isHurried) hurriedLeft -= 1;
          if (done !== true) continue;
          round = undefined;
          isRefused = false;
          return;
        }
      } catch (thrown) {
        round = undefined;
        isRefused = isDenial(asStationkeeperError(thrown).code);
        // What failed by chance is looked at again in the next pass.
        if (!isRefused) begunAt = Number.NEGATIVE_INFINITY;
      }
    },

    whyUnknown: () =>
      isWhole || isRefused
        ? undefined
        : 'waits until the controller has searched the services of the account for its users',

    of(host, itself) {
      byHost ??= usesByHost([...services.values()], revisions);
      return (byHost.get(host.toLowerCase()) ?? []).filter(({ service }) => service !== itself);
    },
  };
}

/** None of a revision that ECS does not know any more, although a service still runs it. */
async function containersOf(ecs: Aws['ecs'], arn: string): Promise<readonly ContainerDefinition[]> {
  try {
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: arn });
    return taskDefinition?.containerDefinitions ?? [];
  } catch (error) {
    if (hasCode(error, 'ClientException')) return [];
    throw error;
  }
}

/** Each use once, whichever of its revisions a service runs. */
function usesByHost(
  services: readonly RunningService[],
  revisions: ReadonlyMap<string, ReadonlyMap<string, readonly Mention[]>>,
): ReadonlyMap<string, readonly EndpointUse[]> {
  const uses = services.flatMap(({ service, runs }) =>
    runs.flatMap((arn) =>
      [...(revisions.get(arn) ?? [])].flatMap(([host, mentions]) =>
        mentions.map((mention) => ({ host, use: { service, ...mention } })),
      ),
    ),
  );
  return new Map(
    [...groupBy(uses, ({ host }) => host)].map(([host, its]) => {
      const distinct = new Map(its.map(({ use }) => [textOf(use), use]));
      return [host, [...distinct.values()].toSorted((a, b) => compareText(textOf(a), textOf(b)))];
    }),
  );
}

function textOf({ service, container, at }: EndpointUse): string {
  return `${service} ${container} ${at}`;
}

/** Items of all pages, and undefined after each. */
async function* pages<Page extends { readonly nextToken?: string | undefined }>(
  read: (token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly string[] | undefined,
): AsyncGenerator<string | undefined> {
  let token: string | undefined;
  do {
    const page = await read(token);
    yield undefined;
    yield* itemsOf(page) ?? [];
    token = page.nextToken;
  } while (token !== undefined && token !== '');
}

/** A service may run several revisions while one takes the place of another. */
function runningOf(
  { serviceName = '', taskDefinition, deployments = [], desiredCount = 0, runningCount = 0 }: Service,
  cluster: string,
): RunningService {
  const isIdle = desiredCount === 0 && runningCount === 0;
  const arns = [taskDefinition, ...deployments.map((each) => each.taskDefinition)];
  return {
    service: `${cluster.slice(cluster.lastIndexOf('/') + 1)}/${serviceName}`,
    runs: isIdle ? [] : [...new Set(arns.flatMap((arn) => arn ?? []))],
  };
}
