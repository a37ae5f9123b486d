import { batchGetTraces } from './full-traces.ts';
import { putTraceSegments } from './put-segments.ts';
import { getSamplingRules, getSamplingStatisticSummaries, getSamplingTargets } from './sampling.ts';
import { getServiceGraph } from './service-graph.ts';
import { getTraceSummaries } from './summaries.ts';
import { putTelemetryRecords } from './telemetry.ts';

export const xrayOperations = {
  BatchGetTraces: batchGetTraces,
  GetSamplingRules: getSamplingRules,
  GetSamplingStatisticSummaries: getSamplingStatisticSummaries,
  GetSamplingTargets: getSamplingTargets,
  GetServiceGraph: getServiceGraph,
  GetTraceSummaries: getTraceSummaries,
  PutTelemetryRecords: putTelemetryRecords,
  PutTraceSegments: putTraceSegments,
} as const;
