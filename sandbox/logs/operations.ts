export const logsOperations = {} as const;
