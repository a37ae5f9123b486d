import type {
  PutTraceSegmentsCommandInput,
  PutTraceSegmentsCommandOutput,
  UnprocessedTraceSegment,
} from '@aws-sdk/client-xray';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { invalidRequest } from './checks.ts';
import { readDocuments } from './documents.ts';
import type { SegmentDocument } from './documents.ts';
import { forgetOldest, traceOf } from './state.ts';
import type { Trace, XRayState } from './state.ts';

/** Documents a call; AWS says the number when it refuses more. */
const MAX_DOCUMENTS = 50;

/** Bytes of a trace's documents that are sent together (AWS re:Post, trace quota error). */
const MAX_TRACE_BYTES = 500 * 1024;

const TRACE_SIZE_EXCEEDED =
  'Trace Size Exceeded. Reduce the number of segments per trace and the size of your segment documents.';

/**
 * Takes documents in, each for itself: what is wrong with one is answered, and keeps no other out. A complete segment replaces one
 * in progress, and is replaced by none. Throws InvalidRequestException for no documents, and for more than 50.
 */
export function putTraceSegments(
  { TraceSegmentDocuments: texts }: PutTraceSegmentsCommandInput,
  { state: { xray }, world }: CallContext,
): Answer<PutTraceSegmentsCommandOutput> {
  if (texts === undefined || texts.length === 0) throw invalidRequest('TraceSegmentDocuments is empty.');
  if (texts.length > MAX_DOCUMENTS) throw invalidRequest(`Exceeding maximum segment count: ${MAX_DOCUMENTS}`);
  const unprocessed: UnprocessedTraceSegment[] = [];
  const touched = new Set<Trace>();
  for (const read of texts.flatMap(readDocuments)) {
    if ('unprocessed' in read) {
      unprocessed.push(read.unprocessed);
      continue;
    }
    const { document } = read;
    const trace = traceOf(xray, document.traceId, world.now());
    touched.add(trace);
    if (!takeIn(xray, trace, document)) {
      unprocessed.push({
        Id: document.segment.id,
        ErrorCode: 'InvalidSegment',
        Message: TRACE_SIZE_EXCEEDED,
      });
    }
  }
  for (const trace of touched) trace.revision += 1;
  forgetOldest(xray, world.now());
  return { UnprocessedTraceSegments: unprocessed };
}

/** False where the trace has no room for it. */
function takeIn(state: XRayState, trace: Trace, document: SegmentDocument): boolean {
  const { id, endTime } = document.segment;
  const former = trace.documents.get(id);
  if (former !== undefined && former.segment.endTime !== undefined && endTime === undefined) return true;
  const more = document.bytes - (former?.bytes ?? 0);
  if (trace.bytes + more > MAX_TRACE_BYTES) {
    trace.limitExceeded = true;
    return false;
  }
  trace.documents.set(id, document);
  trace.bytes += more;
  state.bytes += more;
  return true;
}
