import type { BackendConnectionErrors, TelemetryRecord } from '@aws-sdk/client-xray';

/** What went through the daemon since its last report. */
export interface Counts {
  received: number;
  /** Datagrams that are malformed. */
  rejected: number;
  sent: number;
  /** Documents for which there was no room. */
  spilled: number;
  readonly errors: Record<keyof BackendConnectionErrors, number>;
}

export function noCounts(): Counts {
  return {
    received: 0,
    rejected: 0,
    sent: 0,
    spilled: 0,
    errors: {
      TimeoutCount: 0,
      ConnectionRefusedCount: 0,
      HTTPCode4XXCount: 0,
      HTTPCode5XXCount: 0,
      UnknownHostCount: 0,
      OtherCount: 0,
    },
  };
}

export function recordOf({ received, rejected, sent, spilled, errors }: Counts, at: Date): TelemetryRecord {
  return {
    Timestamp: at,
    SegmentsReceivedCount: received,
    SegmentsRejectedCount: rejected,
    SegmentsSentCount: sent,
    SegmentsSpilloverCount: spilled,
    BackendConnectionErrors: { ...errors },
  };
}

/** What of an SDK's error tells where a call failed. */
interface CallError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** As which of the backend's errors a failed call counts. */
export function connectionErrorOf({ name, code, $metadata }: CallError): keyof BackendConnectionErrors {
  const status = $metadata?.httpStatusCode ?? 0;
  if (status >= 500) return 'HTTPCode5XXCount';
  if (status >= 400) return 'HTTPCode4XXCount';
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') return 'TimeoutCount';
  if (code === 'ECONNREFUSED') return 'ConnectionRefusedCount';
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'UnknownHostCount' : 'OtherCount';
}
