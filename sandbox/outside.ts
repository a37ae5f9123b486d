/** The security groups and the subnet that count for what comes from outside of tasks. */
export interface OutsideConsumer {
  readonly securityGroupIds: readonly string[];
  readonly subnetId: string;
}

/** What counts, where security groups decide what reaches processes; people may say so at the start, and change it. */
export class Outside {
  readonly #atStart: OutsideConsumer | undefined;
  #consumer: OutsideConsumer | undefined;

  constructor(atStart?: OutsideConsumer) {
    this.#atStart = atStart;
    this.#consumer = atStart;
  }

  /** Undefined: nothing passes that comes from outside of tasks. */
  get consumer(): OutsideConsumer | undefined {
    return this.#consumer;
  }

  countAs(consumer: OutsideConsumer | undefined): void {
    this.#consumer = consumer;
  }

  reset(): void {
    this.#consumer = this.#atStart;
  }
}
