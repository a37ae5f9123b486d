import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { isThrottle } from '../core/errors.ts';
import { PREFIX } from './registry.ts';

/** Error codes come from whoever answers at the endpoint: beyond so many, and where they have an odd form, they count as one. */
const MAX_CODES = 200;
const CODE = /^[A-Za-z][A-Za-z0-9._-]{0,79}$/;

export interface AwsRequest {
  /** `ecs`. */
  readonly service: string;
  /** `DescribeServices`. */
  readonly operation: string;
  /** `OK` or the error code. */
  readonly code: string;
  readonly seconds: number;
}

export interface AwsMetrics {
  recordAwsRequest(request: AwsRequest): void;
  recordAwsRetry(retry: Pick<AwsRequest, 'service' | 'operation'>): void;
}

/** What is asked of AWS. Latency is told by service: by operation it would be most of all series, and operations of a service are alike. */
export function awsMetrics(registry: Registry): AwsMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: `${PREFIX}aws_requests_total`,
    help: 'Requests to AWS, by operation and outcome.',
    labelNames: ['service', 'operation', 'code'],
    registers,
  });
  const seconds = new Histogram({
    name: `${PREFIX}aws_request_duration_seconds`,
    help: 'How long requests to AWS took.',
    labelNames: ['service'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const retries = new Counter({
    name: `${PREFIX}aws_retries_total`,
    help: 'Requests to AWS that were sent again.',
    labelNames: ['service', 'operation'],
    registers,
  });
  const throttled = new Counter({
    name: `${PREFIX}aws_throttled_requests_total`,
    help: 'Requests that AWS refused since there were too many.',
    labelNames: ['service'],
    registers,
  });
  const codeOf = boundedCodes();
  return {
    recordAwsRequest({ service, operation, code, seconds: took }) {
      requests.inc({ service, operation, code: codeOf(code) });
      seconds.observe({ service }, took);
      // A counter that begins above 0 hides its first increase.
      throttled.inc({ service }, isThrottle(code) ? 1 : 0);
    },
    recordAwsRetry: ({ service, operation }) => retries.inc({ service, operation }),
  };
}

function boundedCodes(): (code: string) => string {
  const seen = new Set<string>();
  return (code) => {
    if (seen.has(code)) return code;
    if (seen.size >= MAX_CODES || !CODE.test(code)) return 'Other';
    seen.add(code);
    return code;
  };
}
