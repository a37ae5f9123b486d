export const cloudMapOperations = {} as const;
