import { expect } from 'vitest';
import type { TraceSummary } from '@aws-sdk/client-xray';
import type { SandboxOptions } from '../../../sandbox/sandbox.ts';
import { serviceSandbox } from './service.ts';
import type { ServiceSandbox } from './service.ts';

/** Epoch seconds at which the sandboxes of these tests begin. */
export const START = Date.UTC(2026, 10, 22) / 1000;

export type Members = Readonly<Record<string, unknown>>;

/** `1`: `1-6921…-000000000000000000000001`. */
export function traceId(number = 1): string {
  return `1-${START.toString(16)}-${number.toString(16).padStart(24, '0')}`;
}

/** `1`: `0000000000000001`. */
export function segmentId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** A complete segment of `web` in the first trace, which took 100 ms; undefined members are left out. */
export function segment(members: Members = {}): Members {
  return {
    name: 'web',
    id: segmentId(1),
    trace_id: traceId(),
    start_time: START,
    end_time: START + 0.1,
    ...members,
  };
}

/** A complete subsegment of segment 1, as it stands within it. */
export function subsegment(members: Members = {}): Members {
  return { name: 'work', id: segmentId(2), start_time: START + 0.01, end_time: START + 0.05, ...members };
}

/** A complete subsegment of segment 1, as it is sent for itself. */
export function separate(members: Members = {}): Members {
  return subsegment({ type: 'subsegment', trace_id: traceId(), parent_id: segmentId(1), ...members });
}

export interface XRay extends ServiceSandbox<'xray'> {
  /** Sends documents, none of which may be unprocessed. */
  put(...documents: readonly Members[]): Promise<void>;
  /** Summaries of the traces that match, of the hour around the start. */
  summaries(filter?: string, input?: Members): Promise<readonly TraceSummary[]>;
  /** Whether the first trace matches. */
  matches(filter: string): Promise<boolean>;
  /** The documents of a trace, by the ids of their segments. */
  documents(id?: string): Promise<ReadonlyMap<string, Members>>;
}

export function xraySandbox(options: Omit<SandboxOptions, 'clock'> = {}): XRay {
  const xray = serviceSandbox('xray', 'us-east-1', options);
  const frame = { StartTime: new Date((START - 1800) * 1000), EndTime: new Date((START + 1800) * 1000) };
  async function summaries(filter?: string, input: Members = {}): Promise<readonly TraceSummary[]> {
    const { TraceSummaries } = await xray.call('GetTraceSummaries', {
      ...frame,
      ...(filter === undefined ? {} : { FilterExpression: filter }),
      ...input,
    });
    return TraceSummaries ?? [];
  }
  return {
    ...xray,
    summaries,
    async put(...documents) {
      const TraceSegmentDocuments = documents.map((document) => JSON.stringify(document));
      expect(await xray.call('PutTraceSegments', { TraceSegmentDocuments })).toEqual({
        UnprocessedTraceSegments: [],
      });
    },
    async matches(filter) {
      return (await summaries(filter)).some(({ Id }) => Id === traceId());
    },
    async documents(id = traceId()) {
      const { Traces } = await xray.call('BatchGetTraces', { TraceIds: [id] });
      return new Map(
        (Traces?.[0]?.Segments ?? []).map(({ Id = '', Document = '' }) => [
          Id,
          JSON.parse(Document) as Members,
        ]),
      );
    },
  };
}
