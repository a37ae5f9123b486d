import type { SamplingState } from './sampling-state.ts';
import type { SegmentDocument } from './documents.ts';

/** Traces of 30 days, as AWS keeps them (X-Ray developer guide). */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Most that the documents of a Region may have together: they take about three times that of a process's memory. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface Trace {
  readonly id: string;
  /** Simulated epoch milliseconds at which the first document came. */
  readonly receivedAt: number;
  /** Counts the calls that brought documents. */
  revision: number;
  /** UTF-8 bytes of its documents. */
  bytes: number;
  /** A document was refused because the trace would have become too large. */
  limitExceeded: boolean;
  /** By the ids of their segments. */
  readonly documents: Map<string, SegmentDocument>;
}

/** What a daemon says of itself. */
export interface TelemetryReport {
  readonly timestamp: Date;
  readonly hostname: string | undefined;
  readonly segmentsReceived: number;
  readonly segmentsSent: number;
  readonly segmentsRejected: number;
}

export interface XRayState {
  /** By id, in the order in which they began to come. */
  readonly traces: Map<string, Trace>;
  /** UTF-8 bytes of all documents. */
  bytes: number;
  readonly sampling: SamplingState;
  /** The latest, oldest first. */
  readonly telemetry: TelemetryReport[];
}

export function createXRayState(): XRayState {
  return { traces: new Map(), bytes: 0, sampling: { clients: new Map(), windows: new Map() }, telemetry: [] };
}

/** Every trace that is still kept. `now`: simulated epoch milliseconds. */
export function keptTraces({ traces }: XRayState, now: number): readonly Trace[] {
  return [...traces.values()].filter((trace) => isKept(trace, now));
}

export function findTrace({ traces }: XRayState, id: string, now: number): Trace | undefined {
  const trace = traces.get(id);
  return trace !== undefined && isKept(trace, now) ? trace : undefined;
}

/** The trace of that id; begun where there is none. */
export function traceOf(state: XRayState, id: string, now: number): Trace {
  const known = findTrace(state, id, now);
  if (known !== undefined) return known;
  // A trace of that id which is kept no longer would keep its place among the oldest.
  forget(state, id);
  const trace: Trace = {
    id,
    receivedAt: now,
    revision: 0,
    bytes: 0,
    limitExceeded: false,
    documents: new Map(),
  };
  state.traces.set(id, trace);
  return trace;
}

/** Drops what is too old, and then the oldest until the rest has room. */
export function forgetOldest(state: XRayState, now: number): void {
  for (const trace of state.traces.values()) {
    if (isKept(trace, now) && state.bytes <= MAX_BYTES) return;
    forget(state, trace.id);
  }
}

function forget(state: XRayState, id: string): void {
  state.bytes -= state.traces.get(id)?.bytes ?? 0;
  state.traces.delete(id);
}

function isKept({ receivedAt }: Trace, now: number): boolean {
  return now - receivedAt < KEPT_MS;
}
