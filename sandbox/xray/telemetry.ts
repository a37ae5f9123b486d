import type { PutTelemetryRecordsCommandInput, PutTelemetryRecordsCommandOutput } from '@aws-sdk/client-xray';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { checkLength } from './checks.ts';

/** Reports that are kept of a Region, for those who look at the sandbox's state: no operation of AWS reads them. */
const KEPT = 100;

/** Takes what a daemon says of itself. Throws InvalidRequestException. */
export function putTelemetryRecords(
  input: PutTelemetryRecordsCommandInput,
  { state: { xray } }: CallContext,
): Answer<PutTelemetryRecordsCommandOutput> {
  checkLength(input.EC2InstanceId, 'eC2InstanceId', { max: 20 });
  checkLength(input.Hostname, 'hostname', { max: 255 });
  checkLength(input.ResourceARN, 'resourceARN', { max: 500 });
  for (const record of input.TelemetryRecords ?? []) {
    xray.telemetry.push({
      timestamp: record.Timestamp ?? new Date(0),
      hostname: input.Hostname,
      segmentsReceived: record.SegmentsReceivedCount ?? 0,
      segmentsSent: record.SegmentsSentCount ?? 0,
      segmentsRejected: record.SegmentsRejectedCount ?? 0,
    });
  }
  xray.telemetry.splice(0, xray.telemetry.length - KEPT);
  return {};
}
