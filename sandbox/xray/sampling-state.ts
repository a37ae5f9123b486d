/** An application that reports its sampling. */
export interface SamplingClient {
  /** Epoch milliseconds of its last report, by the clock of clients. */
  readonly reportedAt: number;
  /** Requests of its last report. */
  readonly requests: number;
}

/** What all applications reported within one window. */
export interface SamplingWindow {
  /** Epoch milliseconds, by the clock of clients. */
  readonly start: number;
  readonly requests: number;
  readonly sampled: number;
  readonly borrowed: number;
}

export interface SamplingState {
  /** By client id; least recently heard of first. */
  readonly clients: Map<string, SamplingClient>;
  /** The latest window of each rule, by its name. */
  readonly windows: Map<string, SamplingWindow>;
}
