export const ecsOperations = {} as const;
