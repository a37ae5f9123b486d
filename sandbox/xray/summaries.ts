import { createHash } from 'node:crypto';
import type {
  GetTraceSummariesCommandInput,
  GetTraceSummariesCommandOutput,
  SamplingStrategy,
} from '@aws-sdk/client-xray';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { startOf, takePage } from '../paging.ts';
import { checkTimeFrame, invalidRequest } from './checks.ts';
import type { TimeFrame } from './checks.ts';
import { traceFilterOf } from './filter/parse.ts';
import { traceSubject } from './filter/subject.ts';
import { dateOf } from './outcomes.ts';
import { keptTraces } from './state.ts';
import { summaryOf } from './summary.ts';
import { traceViewOf } from './trace-view.ts';
import type { TraceView } from './trace-view.ts';

/** AWS does not say how many summaries a page has. */
const PAGE_SIZE = 100;

/** Ways to be in a time frame: to have begun in it, to have been active in it, or to have a segment that ended in it. */
const IN_FRAME: Readonly<Record<string, (view: TraceView, frame: TimeFrame) => boolean>> = {
  TraceId: ({ startTime }, { from, to }) => startTime >= from && startTime < to,
  Event: ({ startTime, endTime }, { from, to }) => startTime < to && (endTime ?? startTime) >= from,
  Service: ({ segments }, { from, to }) =>
    segments.some(({ endTime }) => endTime !== undefined && endTime >= from && endTime < to),
};

/**
 * Answers summaries of traces, the latest first. Of a time frame in which there are few traces even a sample of them has all, unless the
 * strategy says how large a part is wanted. Throws InvalidRequestException, also for a filter expression that is not understood.
 */
export function getTraceSummaries(
  input: GetTraceSummariesCommandInput,
  { state: { xray }, world, accountId }: CallContext,
): Answer<GetTraceSummariesCommandOutput> {
  const frame = checkTimeFrame(input.StartTime, input.EndTime);
  const { TimeRangeType: type = 'TraceId', FilterExpression: expression = '' } = input;
  const isIn = Object.hasOwn(IN_FRAME, type) ? IN_FRAME[type] : undefined;
  if (isIn === undefined) {
    throw invalidRequest(`TimeRangeType ${type} is none of ${Object.keys(IN_FRAME).join(', ')}.`);
  }
  const share = input.Sampling === true ? shareOf(input.SamplingStrategy) : 1;
  const filter = expression.trim() === '' ? undefined : traceFilterOf(expression);
  const start = startOf(input.NextToken);
  if (start === undefined) throw invalidRequest('Invalid NextToken.');

  const inFrame = keptTraces(xray, world.now())
    .filter(({ id }) => isSampled(id, share))
    .map((trace) => traceViewOf(trace, accountId))
    .filter((view) => isIn(view, frame))
    .map((view) => [orderOf(view), view] as const)
    .filter(([order]) => order >= start)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  let processed = 0;
  const page = takePage(inFrame, PAGE_SIZE, (view) => {
    processed += 1;
    return filter === undefined || filter(traceSubject(view));
  });
  const first = page.items.at(-1)?.startTime;
  return {
    TraceSummaries: page.items.map(summaryOf),
    ApproximateTime: first === undefined ? input.StartTime : dateOf(first),
    // The trace that the next page begins with was looked at too.
    TracesProcessedCount: page.nextToken === undefined ? processed : processed - 1,
    NextToken: page.nextToken,
  };
}

/** Throws InvalidRequestException. */
function shareOf(strategy: SamplingStrategy | undefined): number {
  const { Name: name, Value: share = 1 } = strategy ?? {};
  if (name !== undefined && !['PartialScan', 'FixedRate'].includes(name)) {
    throw invalidRequest(`SamplingStrategy ${name} is neither PartialScan nor FixedRate.`);
  }
  if (share < 0 || share > 1) throw invalidRequest('The Value of a SamplingStrategy is from 0 to 1.');
  return share;
}

/** The same traces whenever one asks. */
function isSampled(id: string, share: number): boolean {
  return share >= 1 || createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32 < share;
}

/** Sorts as text: the latest first. */
function orderOf({ trace, startTime }: TraceView): string {
  const before = Math.round((Number.MAX_SAFE_INTEGER / 1000 - startTime) * 1000);
  return `${String(before).padStart(16, '0')} ${trace.id}`;
}
