import { createHash } from 'node:crypto';
import type {
  BatchGetTracesCommandInput,
  BatchGetTracesCommandOutput,
  Segment as SegmentShape,
  Trace as TraceShape,
} from '@aws-sdk/client-xray';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { invalidRequest } from './checks.ts';
import { isTraceId } from './documents.ts';
import type { SegmentDocument } from './documents.ts';
import { isRecord } from './members.ts';
import type { Members } from './members.ts';
import { spanOf } from './outcomes.ts';
import { findTrace } from './state.ts';
import { inferredTypeOf } from './trace-map.ts';
import { traceViewOf } from './trace-view.ts';
import type { TraceView } from './trace-view.ts';

const MAX_IDS = 5;

/** What an inferred segment takes over from the subsegment that it is inferred from. */
const TAKEN_OVER = [
  'name',
  'start_time',
  'end_time',
  'in_progress',
  'error',
  'fault',
  'throttle',
  'http',
  'aws',
];

/** An object of a document, which gets the subsegments that were sent separately. */
type Assembled = Record<string, unknown>;

/**
 * Answers traces with the documents of their segments; of an id that is not known there is nothing. Throws InvalidRequestException for more
 * than five ids, and for a NextToken, which AWS models and does not take.
 */
export function batchGetTraces(
  { TraceIds: ids = [], NextToken }: BatchGetTracesCommandInput,
  { state: { xray }, world, accountId }: CallContext,
): Answer<BatchGetTracesCommandOutput> {
  if (NextToken !== undefined) throw invalidRequest('NextToken is currently not supported');
  if (ids.length === 0) throw invalidRequest('TraceIds is empty.');
  if (ids.length > MAX_IDS) throw invalidRequest(`Exceeding maximum query size: ${MAX_IDS}`);
  for (const id of ids) if (!isTraceId(id)) throw invalidRequest(`${id} is not a trace ID.`);
  const traces = [...new Set(ids)].flatMap((id) => findTrace(xray, id, world.now()) ?? []);
  return {
    Traces: traces.map((trace) => traceShape(traceViewOf(trace, accountId))),
    UnprocessedTraceIds: [],
  };
}

function traceShape(view: TraceView): TraceShape {
  const { trace, segments } = view;
  return {
    Id: trace.id,
    Duration: spanOf(segments),
    LimitExceeded: trace.limitExceeded,
    Segments: [...assembled([...trace.documents.values()]), ...inferred(view)],
  };
}

/** Segments with all subsegments of theirs, and subsegments whose segment has not come yet. */
function assembled(documents: readonly SegmentDocument[]): readonly SegmentShape[] {
  const separate = documents.filter((document) => document.separate);
  const placed = new Set<string>();
  const put = (document: SegmentDocument): SegmentShape => {
    const whole = JSON.parse(document.text) as Assembled;
    placed.add(document.segment.id);
    complete(whole, separate, placed);
    return { Id: document.segment.id, Document: JSON.stringify(whole) };
  };
  const shapes = documents.filter((document) => !document.separate).map(put);
  for (const document of separate) {
    const waits = separate.some(({ segment: { id } }) => id === document.segment.parentId && !placed.has(id));
    if (!placed.has(document.segment.id) && !waits) shapes.push(put(document));
  }
  return shapes;
}

/** Puts what was sent separately where it belongs, each once. */
function complete(whole: Assembled, separate: readonly SegmentDocument[], placed: Set<string>): void {
  const open = [whole];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { id, subsegments } = next;
    const within = (Array.isArray(subsegments) ? subsegments : []).filter(isRecord) as Assembled[];
    for (const each of within) placed.add(String(each['id']));
    for (const { segment, text } of separate) {
      if (segment.parentId !== id || placed.has(segment.id)) continue;
      placed.add(segment.id);
      const { type: _type, trace_id: _trace, parent_id: _parent, ...child } = JSON.parse(text) as Assembled;
      within.push(child);
    }
    if (within.length > 0) next['subsegments'] = within;
    open.push(...within);
  }
}

/** A segment for each call of a service that sent none itself, by the call's id (X-Ray developer guide, segment documents). */
function inferred({ trace, works }: TraceView): readonly SegmentShape[] {
  const sources = sourcesOf([...trace.documents.values()]);
  const calls = new Map(
    works.flatMap((work) => (work.inferred ? [[work.segment.id, work.segment] as const] : [])),
  );
  return [...calls.values()].map((call) => {
    const id = createHash('sha256').update(`${trace.id} ${call.id}`).digest('hex').slice(0, 16);
    const source = sources.get(call.id) ?? {};
    const type = inferredTypeOf(call);
    const document = {
      id,
      ...Object.fromEntries(TAKEN_OVER.flatMap((name) => (name in source ? [[name, source[name]]] : []))),
      parent_id: call.id,
      trace_id: trace.id,
      inferred: true,
      ...(type === 'remote' ? {} : { origin: type }),
    };
    return { Id: id, Document: JSON.stringify(document) };
  });
}

/** Every object of the documents by its id. */
function sourcesOf(documents: readonly SegmentDocument[]): ReadonlyMap<string, Members> {
  const sources = new Map<string, Members>();
  const open: unknown[] = documents.map(({ text }) => JSON.parse(text));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!isRecord(next)) continue;
    sources.set(String(next['id']), next);
    if (Array.isArray(next['subsegments'])) open.push(...next['subsegments']);
  }
  return sources;
}
