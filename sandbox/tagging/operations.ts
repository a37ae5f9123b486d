export const taggingOperations = {} as const;
