import type { AwsService } from './operations.ts';

/** Carries one call to an AWS: the SDK's clients, or the sandbox in the same process. Rejects as AWS answers. */
export type Transport = (call: {
  readonly service: AwsService;
  /** As AWS names it: `DescribeServices`. */
  readonly operation: string;
  readonly input: object;
  readonly signal: AbortSignal;
}) => Promise<object>;
