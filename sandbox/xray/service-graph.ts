import type {
  Edge,
  GetServiceGraphCommandInput,
  GetServiceGraphCommandOutput,
  Service,
} from '@aws-sdk/client-xray';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { startOf, takePage } from '../paging.ts';
import { checkTimeFrame, invalidRequest } from './checks.ts';
import type { TimeFrame } from './checks.ts';
import type { Segment } from './documents.ts';
import { dateOf, durationOf, firstStartOf, lastEndOf, responseTimeOf } from './outcomes.ts';
import { addTo } from './grouping.ts';
import { nodeKey, serviceIdOf } from './service-ids.ts';
import { keptTraces } from './state.ts';
import { histogramOf, statisticsOf } from './statistics.ts';
import { traceMapOf } from './trace-map.ts';
import type { Connection, ServiceNode, Work } from './trace-map.ts';

const MAX_HOURS = 6;

/** AWS does not say how many services a page has. */
const PAGE_SIZE = 100;

/** A node with what was said of it in the time frame. */
interface Gathered {
  readonly referenceId: number;
  readonly node: ServiceNode;
  readonly works: Work[];
  /** Calls of others, by the key of their nodes. */
  readonly calls: Map<string, Segment[]>;
}

/**
 * Answers who called whom in a time frame of six hours at most. Throws InvalidRequestException, also for a group, as there are none but that of
 * all traces.
 */
export function getServiceGraph(
  input: GetServiceGraphCommandInput,
  { state: { xray }, world, accountId }: CallContext,
): Answer<GetServiceGraphCommandOutput> {
  const frame = checkTimeFrame(input.StartTime, input.EndTime);
  if (frame.to - frame.from > MAX_HOURS * 3600) {
    throw invalidRequest(`Time range cannot be longer than ${MAX_HOURS} hours`);
  }
  const group = input.GroupName ?? input.GroupARN ?? 'Default';
  if (group !== 'Default') throw invalidRequest(`There is no group ${group}.`);
  const start = startOf(input.NextToken);
  if (start === undefined) throw invalidRequest('Invalid NextToken.');

  const graph = new Map<string, Gathered>();
  for (const trace of keptTraces(xray, world.now())) {
    const { works, connections } = traceMapOf(trace, accountId);
    for (const work of works) if (isActive(work.segment, frame)) gather(graph, work.service).works.push(work);
    for (const connection of connections) if (isActive(connection.segment, frame)) connect(graph, connection);
  }
  const ordered = [...graph.values()].map((each) => [orderOf(each), each] as const);
  const page = takePage(
    ordered.filter(([order]) => order >= start),
    PAGE_SIZE,
  );
  return {
    StartTime: input.StartTime,
    EndTime: input.EndTime,
    Services: page.items.map((each) => serviceShape(each, graph)),
    ContainsOldGroupVersions: false,
    NextToken: page.nextToken,
  };
}

function isActive({ startTime, endTime = startTime }: Segment, { from, to }: TimeFrame): boolean {
  return startTime < to && endTime >= from;
}

function gather(graph: Map<string, Gathered>, node: ServiceNode): Gathered {
  const key = nodeKey(node);
  const known = graph.get(key);
  if (known !== undefined) return known;
  const gathered: Gathered = { referenceId: graph.size, node, works: [], calls: new Map() };
  graph.set(key, gathered);
  return gathered;
}

function connect(graph: Map<string, Gathered>, { from, to, segment }: Connection): void {
  const { calls } = gather(graph, from);
  gather(graph, to);
  addTo(calls, nodeKey(to), segment);
}

/** Sorts as text. */
function orderOf({ referenceId }: Gathered): string {
  return String(referenceId).padStart(9, '0');
}

/** Clients, of which nothing is known but their calls, have no statistics of their own. */
function serviceShape({ referenceId, node, works, calls }: Gathered, graph: Map<string, Gathered>): Service {
  const segments = works.length > 0 ? works.map(({ segment }) => segment) : [...calls.values()].flat();
  return {
    ReferenceId: referenceId,
    ...serviceIdOf(node),
    ...(works.some(({ root }) => root) ? { Root: true } : {}),
    State: works.some(({ inferred }) => !inferred) ? 'active' : 'unknown',
    ...timesOf(segments),
    Edges: [...calls].map(([key, called]) => edgeShape(graph.get(key)!.referenceId, called)),
    ...(works.length === 0
      ? {}
      : {
          SummaryStatistics: statisticsOf(segments),
          DurationHistogram: histogramOf(works.map(durationOf)),
          ResponseTimeHistogram: histogramOf(segments.map(responseTimeOf)),
        }),
  };
}

function edgeShape(referenceId: number, segments: readonly Segment[]): Edge {
  return {
    ReferenceId: referenceId,
    ...timesOf(segments),
    SummaryStatistics: statisticsOf(segments),
    ResponseTimeHistogram: histogramOf(segments.map(responseTimeOf)),
    Aliases: [],
  };
}

function timesOf(segments: readonly Segment[]): { StartTime: Date; EndTime?: Date } {
  const end = lastEndOf(segments);
  return {
    StartTime: dateOf(firstStartOf(segments)),
    ...(end === undefined ? {} : { EndTime: dateOf(end) }),
  };
}
