/** A CloudWatch Logs group. Outputs: `name`, `arn` (without the trailing `:*`). */
export interface LogGroupSpec {
  readonly name: string;
  /** Days; null keeps events for ever. */
  readonly retentionInDays: number | null;
}
