export const stsOperations = {} as const;
