import type { Segment } from './documents.ts';
import { firstStartOf, lastEndOf } from './outcomes.ts';
import type { Trace } from './state.ts';
import { traceMapOf } from './trace-map.ts';
import type { TraceMap, Work } from './trace-map.ts';

/** A trace as it is asked about. */
export interface TraceView extends TraceMap {
  readonly trace: Trace;
  /** Segments, with all that belongs to them. */
  readonly segments: readonly Segment[];
  /** The first service to work for it. Undefined while only subsegments have come. */
  readonly root: Work | undefined;
  /** Epoch seconds. */
  readonly startTime: number;
  /** Epoch seconds of the last end; undefined where nothing has ended. */
  readonly endTime: number | undefined;
}

export function traceViewOf(trace: Trace, accountId: string): TraceView {
  const map = traceMapOf(trace, accountId);
  const own = map.works.filter(({ inferred }) => !inferred);
  const belonging = own.flatMap(({ segment, subsegments }) => [segment, ...subsegments]);
  const segments = own.length === 0 ? [...trace.documents.values()].map(({ segment }) => segment) : belonging;
  const [root] = own.toSorted(
    (a, b) => Number(b.root) - Number(a.root) || a.segment.startTime - b.segment.startTime,
  );
  return { ...map, trace, segments, root, startTime: firstStartOf(segments), endTime: lastEndOf(segments) };
}
