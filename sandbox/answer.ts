/** What an operation answers: the SDK's output without what only a wire has. */
export type Answer<Output> = Omit<Output, '$metadata'>;
