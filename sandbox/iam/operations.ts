export const iamOperations = {} as const;
